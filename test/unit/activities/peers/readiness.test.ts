import { describe, expect, test } from 'vitest';

import { failure } from '../../../../src/activities/failures.ts';
import { isDown, lookOrExpect } from '../../../../src/activities/peers/readiness.ts';
import { FabricError } from '../../../../src/fabric/index.ts';
import { KubernetesError } from '../../../../src/kubernetes/index.ts';

const down = new KubernetesError('noReadyPod', 'no ready pod');
const absent = new KubernetesError('notFound', 'no such Service');

describe('a node is down', () => {
  test('where the cluster says that nothing serves there', () => {
    expect([down, absent].map(isDown)).toEqual([true, true]);
  });

  test('for no other reason', () => {
    const others = [new KubernetesError('forbidden', 'no'), new FabricError('unavailable', 'no'), new Error('no')];
    expect(others.map(isDown)).toEqual([false, false, false]);
  });
});

describe('a look at nodes', () => {
  const look = (dryRun: boolean, error: Error): Promise<string> =>
    lookOrExpect({ dryRun }, 'expected', () => Promise.reject(error));

  test('is what is seen', async () => {
    expect(await lookOrExpect({ dryRun: true }, 'expected', () => Promise.resolve('seen'))).toBe('seen');
  });

  test.for([
    ['is down', down],
    ['is not made yet', absent],
    ['has no Admin yet who could ask', failure('MaterialMissing', 'no Secret')],
    ['is down, as are all others that could answer', failure('NodeUnreachable', 'no ready pod')],
  ] as const)('is what is expected in a dry run where a node %s, and fails in a run', async ([, error]) => {
    expect(await look(true, error)).toBe('expected');
    await expect(look(false, error)).rejects.toBe(error);
  });

  test.for([
    ['a refusal', new FabricError('refused', 'no')],
    ['a conflict', failure('ChannelConflict', 'another channel')],
    ['a mistake of the code', new TypeError('no')],
  ] as const)('fails in a dry run, too, with %s', async ([, error]) => {
    await expect(look(true, error)).rejects.toBe(error);
  });
});
