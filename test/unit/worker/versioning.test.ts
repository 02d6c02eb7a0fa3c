import { status } from '@grpc/grpc-js';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';

import type { DeploymentClient } from '../../../src/worker/deployment.ts';
import { findUnsupported } from '../../../src/worker/versioning.ts';

const INTERVALS = { starting: 1, watching: 1, draining: 1, pollerLifetime: 1 };

/** @param answers what the server says, one after the other; the last again and again */
function asked(answers: readonly (Error | string | undefined)[]) {
  const entries: LogEntry[] = [];
  const stop = new AbortController();
  let questions = 0;
  const deployment: Pick<DeploymentClient, 'unsupported'> = {
    unsupported: () => {
      const answer = answers[Math.min(questions, answers.length - 1)];
      questions += 1;
      if (questions === 10) stop.abort();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const logger = new DefaultLogger('WARN', (entry) => entries.push(entry));
  const found = findUnsupported({ deployment, logger, signal: stop.signal, intervals: INTERVALS });
  return { found, entries, questions: () => questions };
}

const busy = Object.assign(new Error("too many requests issued to Worker Deployment 'weft'"), {
  code: status.RESOURCE_EXHAUSTED,
});

describe('a worker that starts', () => {
  test('asks a server again that is too busy to say whether it knows versions, and says so once', async () => {
    const { found, entries, questions } = asked([busy, busy, undefined]);
    expect(await found).toBeUndefined();
    expect(questions()).toBe(3);
    expect(entries.map(({ message }) => message)).toEqual([
      'The server does not say yet whether it knows worker versions; it is asked again',
    ]);
  });

  test('takes the word of a server that knows none', async () => {
    const { found, entries } = asked(['the server is older']);
    expect(await found).toBe('the server is older');
    expect(entries).toEqual([]);
  });

  test('stops asking when it is told to end', async () => {
    const { found, questions } = asked([busy]);
    expect(await found).toBeUndefined();
    expect(questions()).toBe(10);
  });
});
