import { describe, expect, it } from 'vitest';

import { clusterWorkers, queuesWithoutWorker, type Poller } from '../../../src/client/index.ts';
import { FakeTemporal } from './fake-temporal.ts';

const now = new Date('2026-11-23T10:00:00Z');

describe('queuesWithoutWorker', () => {
  it('names both queues where there is no worker at all', async () => {
    expect(await queuesWithoutWorker(new FakeTemporal(), ['prod'], now)).toEqual(['weft', 'weft-prod']);
  });

  it('names the queue of a cluster that only other clusters have workers for', async () => {
    const temporal = new FakeTemporal().withWorkers('local', now);
    expect(await queuesWithoutWorker(temporal, ['prod'], now)).toEqual(['weft-prod']);
  });

  it('names the queue of each cluster of a run that has no worker', async () => {
    const temporal = new FakeTemporal().withWorkers('local', now);
    expect(await queuesWithoutWorker(temporal, ['local', 'prod', 'far'], now)).toEqual(['weft-prod', 'weft-far']);
  });

  it('is content with a worker that asked for work within the last minute', async () => {
    const temporal = new FakeTemporal().withWorkers('prod', new Date('2026-11-23T09:59:00Z'));
    expect(await queuesWithoutWorker(temporal, ['prod'], now)).toEqual([]);
  });

  it('does not count a worker that Temporal remembers but that has stopped asking', async () => {
    const temporal = new FakeTemporal().withWorkers('prod', new Date('2026-11-23T09:58:00Z'));
    expect(await queuesWithoutWorker(temporal, ['prod'], now)).toEqual(['weft', 'weft-prod']);
  });
});

describe('the workers of a cluster', () => {
  const secondsAgo = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

  interface Case {
    readonly what: string;
    readonly pollers: readonly Poller[];
    readonly isPolled: boolean;
    /** How long ago the last sign of life was; absent where there was none. */
    readonly seen?: number;
  }

  const beating = (poll: number, beat: number, everyS = 10, isEnding = false): Poller => ({
    lastAccess: secondsAgo(poll),
    heartbeat: { at: secondsAgo(beat), isEnding, everyMs: everyS * 1000 },
  });

  it.each<Case>([
    { what: 'none are known', pollers: [], isPolled: false },
    { what: 'one asks for work', pollers: [{ lastAccess: secondsAgo(60) }], isPolled: true, seen: 60 },
    {
      what: 'one has not asked for longer than a poll lasts',
      pollers: [{ lastAccess: secondsAgo(71) }],
      isPolled: false,
      seen: 71,
    },
    {
      what: 'one has its hands full: it beats, and asks for nothing',
      pollers: [beating(200, 9)],
      isPolled: true,
      seen: 9,
    },
    { what: 'three heartbeats of one are missing', pollers: [beating(20, 36)], isPolled: true, seen: 20 },
    { what: 'it does not ask either', pollers: [beating(40, 36)], isPolled: false, seen: 36 },
    { what: 'one beats every minute, and not for two', pollers: [beating(65, 69, 60)], isPolled: true, seen: 65 },
    { what: 'one has said that it ends', pollers: [beating(20, 5, 10, true)], isPolled: false, seen: 5 },
    {
      what: 'another process of the same name asks since then',
      pollers: [beating(2, 5, 10, true)],
      isPolled: true,
      seen: 2,
    },
    { what: 'one of two works', pollers: [beating(40, 36), { lastAccess: secondsAgo(3) }], isPolled: true, seen: 3 },
  ])('$what', async ({ pollers, isPolled, seen }) => {
    const temporal = new FakeTemporal();
    temporal.polled.set('weft-prod', [...pollers]);
    expect(await clusterWorkers(temporal, 'prod', now)).toEqual({
      ...{ queue: 'weft-prod', cluster: 'prod', isPolled },
      ...(seen === undefined ? {} : { seenAt: secondsAgo(seen) }),
    });
  });
});
