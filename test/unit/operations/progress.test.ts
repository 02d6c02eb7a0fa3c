import { describe, expect, it } from 'vitest';

import { carryOut, reporting } from '../../../src/operations/index.ts';

const soon = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

describe('an operation that reports', () => {
  it('yields every report in order, then returns the result of its work', async () => {
    const operation = reporting<string, number>(async (report) => {
      report('first');
      report('second');
      await soon();
      report('third');
      return 7;
    });
    const heard: string[] = [];
    expect(await carryOut(operation, (news) => heard.push(news))).toBe(7);
    expect(heard).toEqual(['first', 'second', 'third']);
  });

  it('yields what was reported before its work failed, then throws the error of the work', async () => {
    const operation = reporting<string, never>((report) => {
      report('first');
      return Promise.reject(new Error('no way'));
    });
    const heard: string[] = [];
    await expect(carryOut(operation, (news) => heard.push(news))).rejects.toThrow('no way');
    expect(heard).toEqual(['first']);
  });

  it('ends its work when nobody listens any more', async () => {
    let ended = false;
    const operation = reporting<string, undefined>(async (report, left) => {
      report('first');
      await new Promise<void>((resolve) => {
        left.addEventListener('abort', () => {
          resolve();
        });
      });
      ended = true;
      return undefined;
    });
    for await (const news of operation) {
      expect(news).toBe('first');
      break;
    }
    expect(ended).toBe(true);
  });

  it('loses nothing that is reported while its reader is busy', async () => {
    const operation = reporting<number, undefined>(async (report) => {
      for (let count = 1; count <= 3; count += 1) {
        report(count);
        await soon();
      }
      return undefined;
    });
    const heard: number[] = [];
    for await (const news of operation) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      heard.push(news);
    }
    expect(heard).toEqual([1, 2, 3]);
  });
});
