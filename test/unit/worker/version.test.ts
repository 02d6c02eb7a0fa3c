import { describe, expect, it } from 'vitest';

import {
  abandonedVersions,
  nextMove,
  workerVersion,
  type WorkerDeployment,
  type WorkerVersion,
} from '../../../src/worker/version.ts';

const own: WorkerVersion = { deploymentName: 'weft', buildId: 'own', isControlled: false, isChosen: false };

/** A deployment whose versions are named from the oldest to the newest. */
function deployment(
  versions: readonly string[],
  more: { current?: string; polled?: readonly string[]; draining?: readonly string[]; isComplete?: boolean } = {},
): WorkerDeployment {
  return {
    current: more.current,
    versions: versions.map((buildId, age) => ({
      buildId,
      createdAt: new Date(age * 1_000),
      isDraining: more.draining?.includes(buildId) ?? false,
    })),
    polled: new Set(more.polled ?? versions),
    isComplete: more.isComplete ?? true,
  };
}

describe('which version takes new runs', () => {
  it.each([
    ['the first one', deployment(['own']), 'take new runs'],
    ['the newer one', deployment(['other', 'own'], { current: 'other' }), 'take new runs'],
    ['the one that does already', deployment(['own', 'newer'], { current: 'own' }), 'stay'],
    ['not the older one while the newer has workers', deployment(['own', 'newer'], { current: 'newer' }), 'stay'],
    [
      'the older one when no worker of the newer is left',
      deployment(['own', 'newer'], { current: 'newer', polled: ['own'] }),
      'take over',
    ],
    [
      'the newer one without regard to queues when no worker of the older is left',
      deployment(['other', 'own'], { current: 'other', polled: ['own'] }),
      'take over',
    ],
    ['none that the server does not know yet', deployment(['other'], { current: 'other' }), 'wait'],
    [
      'none that the server does not know on each of its queues yet',
      deployment(['other', 'own'], { current: 'other', isComplete: false }),
      'wait',
    ],
  ] as const)('is %s', (_, found, move) => {
    expect(nextMove(own, found, true)).toBe(move);
  });

  it('is left to the controller where there is one', () => {
    expect(nextMove({ ...own, isControlled: true }, deployment(['other', 'own'], { current: 'other' }), true)).toBe(
      'stay',
    );
  });

  it('is the chosen one when it starts, and the newer one afterwards', () => {
    const found = deployment(['own', 'newer'], { current: 'newer' });
    expect(nextMove({ ...own, isChosen: true }, found, true)).toBe('take over');
    expect(nextMove({ ...own, isChosen: true }, found, false)).toBe('stay');
  });
});

describe('the runs of versions whose workers are gone', () => {
  const found = { current: 'own', polled: ['own', 'alive'], draining: ['alive', 'gone', 'own'] };

  it('are the current version’s to carry on, those of living ones are not', () => {
    expect(abandonedVersions(own, deployment(['drained', 'alive', 'gone', 'own'], found))).toEqual(['gone']);
  });

  it('are no business of a version that is not current', () => {
    expect(abandonedVersions(own, deployment(['gone', 'own', 'alive'], { ...found, current: 'alive' }))).toEqual([]);
  });
});

describe('the version of a worker', () => {
  it('is what a controller calls it', async () => {
    const env = { TEMPORAL_DEPLOYMENT_NAME: 'ns/weft', TEMPORAL_WORKER_BUILD_ID: 'v7' };
    expect(await workerVersion(env)).toEqual({
      deploymentName: 'ns/weft',
      buildId: 'v7',
      isControlled: true,
      isChosen: false,
    });
  });

  it('is chosen where the worker is told so', async () => {
    expect(await workerVersion({ WEFT_TAKE_NEW_RUNS: 'yes' })).toMatchObject({ isChosen: true });
  });

  it('is else made of its sources, the same every time', async () => {
    const version = await workerVersion({ TEMPORAL_DEPLOYMENT_NAME: 'ns/weft' });
    expect(version).toEqual({
      deploymentName: 'weft',
      buildId: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      isControlled: false,
      isChosen: false,
    });
    expect(await workerVersion({})).toEqual(version);
  });
});
