import { describe, expect, it } from 'vitest';

import { createToken, recordRun, saveRevision } from '../../../src/database/index.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeTemporal } from '../client/fake-temporal.ts';
import { servers, type Server } from './harness.ts';

const start = servers();

const background = {
  lookEveryMs: 3_600_000,
  discoverEveryMs: 3_600_000,
  retention: { runDays: 1, eventDays: 1, auditDays: 1 },
};

const by = { by: 'tests', at: new Date() };

/** A server that looks at workers by itself, and knows a network on its own cluster and on prod-eu. @returns with the path of a run that is open */
async function serving(temporal: FakeTemporal, name: string): Promise<Server & { readonly run: string }> {
  const server = await start({ temporal });
  const { database } = server;
  const organizations = [{ name: 'org0' }, { name: 'org1', cluster: 'prod-eu' }];
  const saved = await saveRevision(database, {
    ...{ network: { cluster: 'local', name }, description: { name, organizations }, source: '', ...by },
  });
  const workflowId = `network/local/${name}`;
  const { runId = '' } = temporal.add({ type: 'applyNetwork', workflowId, args: [], summary: '', memo: {} }).run;
  const { id } = await recordRun(database, {
    ...{ networkId: saved.network?.id ?? '', workflowId, temporalRunId: runId, kind: 'up' },
    ...{ startedAt: by.at, requestedBy: 'tests' },
  });
  const { api } = await start({ temporal, background });
  await api.ready();
  return { ...server, run: `/v1/runs/${id}` };
}

interface ClusterList {
  readonly clusters: readonly {
    readonly name: string;
    readonly worker: string;
    readonly withoutWorkerSince?: string;
  }[];
}

describe('a cluster without a worker', () => {
  it('is told with since when, on its networks and on their runs', async () => {
    const temporal = new FakeTemporal().withWorkers('local');
    const since = new Date(Date.now() - 80_000);
    temporal.polled.set('weft-prod-eu', [{ lastAccess: since }]);
    const server = await serving(temporal, 'apart');

    await eventually(async () => {
      const { clusters } = (await server.as('viewer', { url: '/v1/clusters' })).json<ClusterList>();
      const known = clusters.map(({ name, worker, withoutWorkerSince }) => [name, worker, withoutWorkerSince]);
      expect(known).toEqual([
        ['local', 'True', undefined],
        ['prod-eu', 'False', since.toISOString()],
      ]);
    }, 10_000);
    const withoutWorker = [{ cluster: 'prod-eu', since: since.toISOString() }];
    const network = await server.as('viewer', { url: '/v1/networks/apart' });
    expect(network.json()).toMatchObject({ status: { withoutWorker } });
    const list = await server.as('viewer', { url: '/v1/networks' });
    expect(list.json<{ networks: unknown[] }>().networks[0]).toMatchObject({ status: { withoutWorker } });
    expect((await server.as('viewer', { url: server.run })).json()).toMatchObject({ withoutWorker });
  });

  it('is told to nobody who may not look at a network on it', async () => {
    const server = await start();
    const network = { cluster: 'local', name: 'another' };
    const { secret } = await createToken(server.database, { name: 'theirs', role: 'viewer', network, ...by });
    const headers = { authorization: `Bearer ${secret}` };
    const answer = await server.api.inject({ url: '/v1/clusters', headers });
    expect(answer.json()).toEqual({ clusters: [] });
  });
});
