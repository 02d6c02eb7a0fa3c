import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApi } from '../../../src/api/index.ts';
import type { Temporal } from '../../../src/client/index.ts';
import type { Cluster } from '../../../src/kubernetes/index.ts';
import { openTestDatabase, type TestDatabase } from '../../unit/database/test-database.ts';
import { eventually } from '../../support/eventually.ts';
import { startWeft, startWorker, testCluster, type RunningWeft, type TestWorker } from '../../support/weft.ts';
import { removeNamespace, testTemporal } from '../faults/faulty-network.ts';
import { writeKubeconfig, type Kubeconfig } from '../faults/kubeconfigs.ts';

/*
 * One service, one Temporal and two clusters with a worker each: two names of the tests' one API server. Each network is on one of them.
 */

const [EU, US] = ['it-eu', 'it-us'];

/** Networks by the cluster that they are on. */
const NETWORKS = { [EU]: 'it-in-eu', [US]: 'it-in-us' };

let admin: Cluster;
let temporal: Temporal;
let tables: TestDatabase;
let api: FastifyInstance;
const contexts = new Map<string, Kubeconfig>();
const workers = new Map<string, TestWorker>();
let watching: RunningWeft | undefined;

beforeAll(async () => {
  admin = testCluster();
  [temporal, tables] = await Promise.all([testTemporal(), openTestDatabase()]);
  for (const name of [EU, US]) contexts.set(name, await writeKubeconfig(name, {}));
  await Promise.all([EU, US].map(start));
  api = await createApi(
    { database: tables.database, temporal, cluster: EU, now: () => new Date() },
    {
      ...{ allowAnonymous: true, version: 'test', logger: false },
      background: {
        ...{ lookEveryMs: 3_600_000, discoverEveryMs: 3_600_000 },
        retention: { runDays: 1, eventDays: 1, auditDays: 1 },
      },
    },
  );
});

afterAll(async () => {
  watching?.kill('SIGKILL');
  for (const worker of workers.values()) await worker.stop();
  await api.close();
  await Promise.all(Object.values(NETWORKS).map((name) => removeNamespace(admin, name)));
  for (const context of contexts.values()) await context.remove();
  await Promise.all([tables.remove(), temporal.close(), admin.close()]);
});

/** Starts the worker of a cluster. */
async function start(cluster: string): Promise<void> {
  workers.set(cluster, await startWorker(contexts.get(cluster)?.forWorkers));
}

interface RunAnswer {
  readonly id: string;
  readonly state: string;
  readonly steps: readonly { readonly step: string; readonly target: string; readonly outcome: string }[];
  readonly withoutWorker: readonly { readonly cluster: string; readonly since: string }[];
}

/** Asks for a network on a cluster. @returns the id of its run */
async function bringUp(cluster: string): Promise<string> {
  const description = { organizations: [{ name: 'org1', cluster, orderers: 1, peers: 1 }] };
  const answer = await api.inject({
    ...{ method: 'PUT', url: `/v1/networks/${NETWORKS[cluster] ?? ''}` },
    headers: { host: '127.0.0.1' },
    payload: { name: NETWORKS[cluster], ...description },
  });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<RunAnswer>().id;
}

async function runOf(id: string): Promise<RunAnswer> {
  return (await api.inject({ url: `/v1/runs/${id}`, headers: { host: '127.0.0.1' } })).json<RunAnswer>();
}

/** What clusters and networks tell of the workers. */
async function missingWorkers(): Promise<unknown> {
  const get = (url: string) => api.inject({ url, headers: { host: '127.0.0.1' } });
  const { clusters } = (await get('/v1/clusters')).json<{ clusters: { name: string; worker: string }[] }>();
  const { networks } = (await get('/v1/networks')).json<{
    networks: { metadata: { name: string }; status: { withoutWorker: { cluster: string }[] } }[];
  }>();
  return {
    clusters: Object.fromEntries(clusters.map(({ name, worker }) => [name, worker])),
    networks: Object.fromEntries(
      networks.map(({ metadata, status }) => [metadata.name, status.withoutWorker.map(({ cluster }) => cluster)]),
    ),
  };
}

/** Within which a worker's absence is told. */
const MINUTE_MS = 60_000;

/** A bit longer than the time between two signs of life of a worker. */
const SIGN_OF_LIFE_MS = 6_000;

describe('a service for two clusters', () => {
  it('takes each network to the cluster of its description, and has only those wait whose worker is missing', async () => {
    const [inEu, inUs] = [await bringUp(EU), await bringUp(US)];
    await eventually(async () => {
      const { steps } = await runOf(inUs);
      expect(steps.filter(({ outcome }) => outcome === 'created').length).toBeGreaterThan(2);
    }, MINUTE_MS);
    // By then it has given a sign of life.
    await sleep(SIGN_OF_LIFE_MS);
    await workers.get(US)?.kill();
    const killedAt = Date.now();
    watching = startWeft(['watch', NETWORKS[US] ?? ''], { variables: contexts.get(EU)?.forCommands ?? {} });

    await eventually(async () => {
      expect(await runOf(inUs)).toMatchObject({ state: 'running', withoutWorker: [{ cluster: US }] });
      expect(watching?.stderr() ?? '').toContain(`no worker for ${US}`);
    }, MINUTE_MS);
    expect(Date.now() - killedAt).toBeLessThan(MINUTE_MS);
    expect(await missingWorkers()).toEqual({
      clusters: { [EU]: 'True', [US]: 'False' },
      networks: { [NETWORKS[EU] ?? '']: [], [NETWORKS[US] ?? '']: [US] },
    });
    const [seen] = (await runOf(inUs)).withoutWorker;
    expect(Math.abs(Date.parse(seen?.since ?? '') - killedAt)).toBeLessThan(15_000);
    await eventually(async () => {
      expect(await runOf(inEu)).toMatchObject({ state: 'done', withoutWorker: [] });
    }, MINUTE_MS);

    await start(US);
    await eventually(async () => {
      expect(await runOf(inUs)).toMatchObject({ state: 'done', withoutWorker: [] });
    }, MINUTE_MS);
    expect((await watching.ended).exitCode).toBe(0);
    await eventually(async () => {
      expect(await missingWorkers()).toMatchObject({ clusters: { [US]: 'True' } });
    }, MINUTE_MS);
  });
});
