import { beforeEach, describe, expect, test, vi } from 'vitest';

import { repeated, repeatedWrite } from '../../../src/calls/index.ts';

const pauses: number[] = [];

vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => {
    pauses.push(ms);
    vi.setSystemTime(Date.now() + ms);
    return Promise.resolve();
  },
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  pauses.splice(0);
  return () => vi.useRealTimers();
});

const BUSY = new Error('busy');
const REFUSED = new Error('refused');

/** Only that something is busy passes. */
const passing = (error: unknown): object | undefined => (error === BUSY ? {} : undefined);

/** A call that fails a number of times before it is answered. */
function failing(times: number, error = BUSY): () => Promise<string> {
  let left = times;
  return () => {
    left -= 1;
    return left >= 0 ? Promise.reject(error) : Promise.resolve('answer');
  };
}

describe('a call that can be repeated', () => {
  test('is made again until it is answered, after pauses that double, none shorter than half of it', async () => {
    await expect(repeated(failing(4), { passing })).resolves.toBe('answer');
    expect(pauses).toHaveLength(4);
    pauses.forEach((pause, index) => {
      expect(pause).toBeGreaterThanOrEqual(50 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(100 * 2 ** index);
    });
  });

  test('fails as it failed at last when five attempts have failed', async () => {
    await expect(repeated(failing(5), { passing })).rejects.toBe(BUSY);
    expect(pauses).toHaveLength(4);
  });

  test('is not made again after a failure that does not pass', async () => {
    await expect(repeated(failing(1, REFUSED), { passing })).rejects.toBe(REFUSED);
    expect(pauses).toEqual([]);
  });

  test('waits as long as it is asked to', async () => {
    await repeated(failing(1), { passing: () => ({ afterMs: 4_000 }) });
    expect(pauses).toEqual([4_000]);
  });

  test('leaves a wait of a minute to whoever tries the whole step again', async () => {
    await expect(repeated(failing(1), { passing: () => ({ afterMs: 60_000 }) })).rejects.toBe(BUSY);
    expect(pauses).toEqual([]);
  });

  test('is not made again when its attempts have taken too long together', async () => {
    const slow = (): Promise<never> => {
      vi.setSystemTime(Date.now() + 10_000);
      return Promise.reject(BUSY);
    };
    const attempts = vi.fn(slow);
    await expect(repeated(attempts, { passing })).rejects.toBe(BUSY);
    expect(attempts).toHaveBeenCalledTimes(2);
  });

  test('is not made again once its signal is aborted, and fails with the reason', async () => {
    const aborter = new AbortController();
    const gone = new Error('cancelled');
    const attempts = vi.fn(() => {
      aborter.abort(gone);
      return Promise.reject(BUSY);
    });
    await expect(repeated(attempts, { passing, signal: aborter.signal })).rejects.toBe(gone);
    expect(attempts).toHaveBeenCalledTimes(1);
  });
});

describe('a write', () => {
  test('that was done although its answer was lost is not done again', async () => {
    const write = vi.fn(failing(1));
    await expect(repeatedWrite(write, () => Promise.resolve('found'), { passing })).resolves.toBe('found');
    expect(write).toHaveBeenCalledTimes(1);
  });

  test('that was not done is done when that was seen', async () => {
    const write = vi.fn(failing(1));
    const look = vi.fn(() => Promise.resolve(undefined));
    await expect(repeatedWrite(write, look, { passing })).resolves.toBe('answer');
    expect(write).toHaveBeenCalledTimes(2);
    expect(look).toHaveBeenCalledTimes(1);
  });

  test('that is answered is not looked after', async () => {
    const look = vi.fn(() => Promise.resolve('found'));
    await expect(repeatedWrite(failing(0), look, { passing })).resolves.toBe('answer');
    expect(look).not.toHaveBeenCalled();
  });

  test('is not done again while nobody can see whether it was', async () => {
    const write = vi.fn(failing(9));
    const look = (): Promise<never> => Promise.reject(BUSY);
    await expect(repeatedWrite(write, look, { passing })).rejects.toBe(BUSY);
    expect(write).toHaveBeenCalledTimes(1);
  });
});
