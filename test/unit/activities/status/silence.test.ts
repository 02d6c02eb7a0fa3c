import { describe, expect, test } from 'vitest';

import { orSilence } from '../../../../src/activities/status/silence.ts';

const never = new AbortController().signal;

/** Something that says nothing until it is told to stop. */
function hangs(signal: AbortSignal): Promise<string> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

describe('a look at something that may never answer', () => {
  test('tells what it sees', async () => {
    expect(await orSilence(never, () => Promise.resolve('seen'), 'silent', 1)).toBe('seen');
  });

  test('tells that it does not answer, once its time is up', async () => {
    expect(await orSilence(never, hangs, 'silent', 1)).toBe('silent');
  });

  test('fails with the error of who answers with one', async () => {
    await expect(orSilence(never, () => Promise.reject(new Error('refused')), 'silent', 1_000)).rejects.toThrow(
      'refused',
    );
  });

  test('ends with the reason of who ends it', async () => {
    const ended = AbortSignal.abort(new Error('cancelled'));
    await expect(orSilence(ended, hangs, 'silent', 1_000)).rejects.toThrow('cancelled');
  });
});
