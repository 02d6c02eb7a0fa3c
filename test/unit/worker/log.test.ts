import { expect, test } from 'vitest';

import { workerLogger } from '../../../src/worker/log.ts';

function entries(level: 'INFO' | 'DEBUG' = 'INFO'): {
  readonly log: ReturnType<typeof workerLogger>;
  readonly written: () => Record<string, unknown>[];
} {
  const lines: string[] = [];
  const log = workerLogger(level, 'json', { write: (line) => lines.push(line) });
  return { log, written: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test('an entry of the JSON log names network, run and step', () => {
  const { log, written } = entries();
  log.warn('Activity failed', {
    ...{ workflowId: 'network/local/test-network/org1', runId: '0198', activityType: 'joinPeer', attempt: 2 },
    error: new Error('no such image'),
  });
  expect(written()).toEqual([
    expect.objectContaining({
      ...{
        level: 40,
        name: 'weft-worker',
        msg: 'Activity failed',
        network: 'test-network',
        run: '0198',
        step: 'joinPeer',
      },
      ...{ workflowId: 'network/local/test-network/org1', attempt: 2 },
      err: expect.objectContaining({ message: 'no such image' }) as object,
    }),
  ]);
});

test('an entry about no run names none', () => {
  const { log, written } = entries();
  log.info('Build 42 takes new runs');
  expect(Object.keys(written()[0] ?? {}).sort()).toEqual(['level', 'msg', 'name', 'time']);
});

test('secrets are left out, wherever they stand in an entry', () => {
  const { log, written } = entries();
  log.error('refused', { token: 'canary', request: { authorization: 'Bearer canary', path: '/v1' } });
  expect(JSON.stringify(written())).not.toContain('canary');
  expect(written()[0]).toMatchObject({ request: { path: '/v1' } });
});

test('entries below the level are not written', () => {
  const { log, written } = entries();
  log.debug('polls');
  expect(written()).toEqual([]);
});
