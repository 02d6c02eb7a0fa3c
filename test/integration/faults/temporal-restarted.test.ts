import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Temporal } from '../../../src/client/index.ts';
import type { Cluster } from '../../../src/kubernetes/index.ts';
import { eventually } from '../../support/eventually.ts';
import { startWorker, testCluster, type TestWorker } from '../../support/weft.ts';
import { documentOf } from '../network/described-network.ts';
import { faultyNetwork, SMALLEST_IDENTITIES, type FaultyNetwork } from './faulty-network.ts';
import { connectTo, temporalServer, type TemporalServer } from './temporal-server.ts';
import { expectWhole } from './whole.ts';

/*
 * A Temporal server that goes away in the middle of a bring-up and comes back with its file: the run is in the file.
 */

const NAME = 'it-temporal-restarted';

let cluster: Cluster;
let server: TemporalServer;
let temporal: Temporal;
let worker: TestWorker;
let network: FaultyNetwork;

beforeAll(async () => {
  cluster = testCluster();
  server = await temporalServer();
  await server.start();
  temporal = await connectTo(server.address);
  const variables = { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'default' };
  worker = await startWorker(variables);
  network = faultyNetwork(NAME, { cluster, temporal }, variables);
});

afterAll(async () => {
  await worker.kill();
  await temporal.close();
  await server.remove();
  await network.remove();
  await cluster.close();
});

/** Between two words of `weft up` about the server, or two finished steps; the rest is for a busy machine. */
const NEWS_MS = 90_000;

/** Long enough for the worker's polls to fail, and to be tried again. */
const DOWN_MS = 3_000;

test(
  'Temporal is stopped, later killed, and started again on its file: the same `weft up` says so, and ends ready',
  { timeout: 300_000 },
  async () => {
    const up = network.up('-o', 'json');
    let run: { readonly runId: string } | undefined;
    for (const [steps, signal, outages] of [
      // Of 18 steps: while the CAs start, and while the nodes are launched.
      [5, 'SIGTERM', 1],
      [12, 'SIGKILL', 2],
    ] as const) {
      await finished(steps);
      run ??= await network.latestRun();
      await server.end(signal);
      await up.said(
        times(outages, `trouble +"temporal unreachable" msg="no Temporal server answers at ${server.address}`),
        NEWS_MS,
      );
      await wait(DOWN_MS);
      await server.start();
      const begun = performance.now();
      await up.said(times(outages, 'recovered +"temporal unreachable"'), NEWS_MS);
      await finished(steps + 1);
      console.info(
        `${signal}: carried on ${((performance.now() - begun) / 1000).toFixed(1)} s after the server answered`,
      );
    }

    const ended = await up.ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expect(ended.stderr).toContain('the run goes on as soon as it is back');
    expect(documentOf(ended).steps.map(({ outcome }) => outcome)).not.toContain('running');
    expect(await network.latestRun()).toEqual({ ...run, status: 'completed' });
    await expectWhole(cluster, network, SMALLEST_IDENTITIES);
  },
);

/** In milliseconds: when supervisors kill what they have told to end, unless they are told otherwise. */
const KILLED_AFTER_MS = 30_000;

test('a worker that is told to end while Temporal does not answer ends before its supervisor would kill it', async () => {
  server.freeze();
  const begun = performance.now();
  // Not by the worker's own `stop`, which kills after five seconds.
  process.kill(worker.pid, 'SIGTERM');
  await expect.poll(() => existsSync(`/proc/${worker.pid}`), { timeout: KILLED_AFTER_MS, interval: 100 }).toBe(false);
  console.info(`ended after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  expect(worker.log()).toContain('it ends now, and steps that it has not handed in are tried again');
});

async function finished(steps: number): Promise<void> {
  await eventually(async () => {
    const count = (await network.finishedSteps()).length;
    if (count < steps) throw new Error(`Only ${count} of ${steps} steps are finished.`);
  }, NEWS_MS);
}

/** Something said so often. */
function times(count: number, pattern: string): RegExp {
  return new RegExp(`(?:${pattern}[^]*?){${count}}`);
}
