import { describe, expect, it } from 'vitest';

import { queuesWithoutWorker } from '../../../src/client/index.ts';
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
