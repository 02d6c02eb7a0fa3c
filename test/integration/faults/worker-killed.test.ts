import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Activities } from '../../../src/activities/index.ts';
import type { Temporal } from '../../../src/client/index.ts';
import type { Cluster } from '../../../src/kubernetes/index.ts';
import { eventually } from '../../support/eventually.ts';
import { startWorker, testCluster, weft, type TestWorker } from '../../support/weft.ts';
import { marksIn, pointName, recoveryOf, startsIn } from '../../faults/support/points.ts';
import { startMortalWorkers } from '../../faults/support/workers.ts';
import { documentOf } from '../network/described-network.ts';
import { faultyNetwork, SMALLEST_IDENTITIES, testTemporal, type FaultyNetwork } from './faulty-network.ts';
import { terminate } from './by-hand.ts';
import { newSeed, randomOf } from './chance.ts';
import { forbidNew, type Hindrance } from './hindrances.ts';
import { expectWhole } from './whole.ts';

/*
 * Whatever dies in the middle of a bring-up, the bring-up itself does not: it is kept by Temporal.
 */

let cluster: Cluster;
let temporal: Temporal;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
});

afterAll(async () => {
  await temporal.close();
  await cluster.close();
});

const left: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const remove of left.splice(0)) await remove();
});

function networkOf(name: string): FaultyNetwork {
  const network = faultyNetwork(name, { cluster, temporal });
  left.push(network.remove);
  return network;
}

/** A whole bring-up of three pods takes some five seconds, and each dead worker is noticed after twelve. */
const UP_MS = 120_000;

/** What a worker does while it brings the smallest network up, and writes. */
const WRITING = [
  'applyNamespace',
  'recordBegun',
  'startCertificateAuthority',
  'enrollRegistrar',
  'publishCaCertificates',
  'applyOrganizationConfig',
  'claimVolumes',
  'enrollIdentity',
  'publishTlsRoots',
  'applyDeployment',
  'recordNetwork',
] as const satisfies readonly (keyof Activities)[];

/** Each takes as long as a death stays unnoticed: all points of all steps are those of `make test-faults`. */
const POINTS = 3;

describe('a worker that is killed', { timeout: 240_000 }, () => {
  test('at points of its steps that chance chooses: the same `weft up` ends ready, and nothing was done twice', async () => {
    const network = networkOf('it-killed-by-chance');
    const seed = newSeed();
    const points = chosen(seed);
    console.info(`seed ${seed} (WEFT_TEST_SEED): the worker is killed at ${points.join(', ')}`);
    const workers = await startMortalWorkers(points);
    try {
      const ended = await network.up('-o', 'json').ended;
      expect(ended, `${ended.stderr}\n${workers.log()}`).toMatchObject({ exitCode: 0 });
      expect(documentOf(ended).steps.map(({ outcome }) => outcome)).not.toContain('running');
      const [marks, starts] = await Promise.all([marksIn(workers.folder), startsIn(workers.folder)]);
      expect([...marks.keys()].sort()).toEqual([...points].sort());
      for (const [point, mark] of marks) {
        const seconds = recoveryOf(mark, starts) ?? Number.POSITIVE_INFINITY;
        console.info(`${point}: carried on after ${seconds.toFixed(1)} s`);
        expect(seconds, point).toBeLessThan(CARRIED_ON_SECONDS);
      }
      await expectWhole(cluster, network, SMALLEST_IDENTITIES);
    } finally {
      await workers.stop();
    }
  });
});

describe('a command line that goes away', { timeout: 240_000 }, () => {
  withWorker();

  test('killed: the run goes on, and a second `weft up` joins it and ends ready', async () => {
    const network = networkOf('it-cli-killed');
    const held = await hold(network);
    const first = network.up();
    await first.said(/waiting .*QuotaExceeded/, UP_MS);
    const before = await network.latestRun();
    first.kill('SIGKILL');
    expect(await first.ended).toMatchObject({ exitCode: -1 });

    const second = network.up('-o', 'json');
    await second.said(/The same run is under way since/, UP_MS);
    expect(await network.latestRun()).toEqual({ ...before, status: 'running' });
    await held.lift();
    const ended = await second.ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expect(await network.latestRun()).toEqual({ ...before, status: 'completed' });
    await expectWhole(cluster, network, SMALLEST_IDENTITIES);
  });

  test('interrupted: it exits with 130, says how to come back, and the run goes on; cancelled, the run stops; the next `weft up` completes', async () => {
    const network = networkOf('it-cli-interrupted');
    const held = await hold(network);
    const first = network.up();
    await first.said(/waiting .*QuotaExceeded/, UP_MS);
    const before = await network.latestRun();
    first.kill('SIGINT');
    const left = await first.ended;
    expect(left).toMatchObject({ exitCode: 130 });
    expect(left.stderr).toContain(
      'The run goes on. Watch: weft watch it-cli-interrupted. Stop it: weft cancel it-cli-interrupted',
    );
    expect(await network.latestRun()).toEqual({ ...before, status: 'running' });

    const second = network.up('-o', 'json');
    await second.said(/The same run is under way since/, UP_MS);
    const begun = performance.now();
    const cancelled = await weft('cancel', network.name);
    const seconds = (performance.now() - begun) / 1000;
    console.info(`weft cancel: ${seconds.toFixed(1)} s`);
    expect(cancelled).toMatchObject({ exitCode: 0 });
    expect(cancelled.stdout).toMatch(/^The run of it-cli-interrupted \(`up`, since [\d:]+\) has stopped\.$/);
    expect(seconds).toBeLessThan(CANCELLED_SECONDS);
    expect(await network.latestRun()).toEqual({ ...before, status: 'cancelled' });
    const joined = await second.ended;
    expect(joined).toMatchObject({ exitCode: 8 });
    expect(documentOf(joined)).toMatchObject({ outcome: 'cancelled' });
    expect(joined.stderr).toMatch(
      /✖ the run of it-cli-interrupted was cancelled\. \d+ of \d+ steps are done and stay\./,
    );

    await held.lift();
    const ended = await network.up().ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    await expectWhole(cluster, network, SMALLEST_IDENTITIES);
  });
});

describe('a run that is terminated in Temporal', { timeout: 240_000 }, () => {
  withWorker();

  test('is carried on by the next `weft up`, which waits for the parts of the old one to stop', async () => {
    const network = networkOf('it-terminated');
    const first = network.up('-o', 'json');
    await finished(network, 8, UP_MS);
    await terminate(network.workflowId);
    const second = network.up('-o', 'json');
    const terminated = await first.ended;
    expect(terminated).toMatchObject({ exitCode: 8 });
    expect(terminated.stderr).toMatch(/✖ the run of it-terminated was terminated in Temporal/);

    const ended = await second.ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    await expectWhole(cluster, network, SMALLEST_IDENTITIES);
  });
});

/** An activity learns of a cancellation by its heartbeat, every three seconds; the command line itself starts in one. */
const CANCELLED_SECONDS = 15;

/** A death is noticed after twelve seconds; the rest is for a busy machine, and another death before the next attempt. */
const CARRIED_ON_SECONDS = 60;

/** Points of steps that write, each of another one. */
function chosen(seed: number): string[] {
  const random = randomOf(seed);
  const activities = WRITING.map((activity, at) => ({ activity, weight: random(at) }))
    .sort((one, other) => one.weight - other.weight)
    .slice(0, POINTS);
  return activities.map(({ activity }, at) =>
    pointName(activity, MOMENTS[Math.floor(random(-at - 1) * MOMENTS.length)] ?? 'middle'),
  );
}

const MOMENTS = ['before', 'middle', 'after'] as const;

/** Tests that need a worker that lives. */
function withWorker(): void {
  let worker: TestWorker;
  beforeAll(async () => {
    worker = await startWorker();
  });
  afterAll(() => worker.kill());
}

async function finished(network: FaultyNetwork, steps: number, withinMs: number): Promise<void> {
  await eventually(async () => {
    const count = (await network.finishedSteps()).length;
    if (count < steps) throw new Error(`Only ${count} of ${steps} steps are finished.`);
  }, withinMs);
}

/** Has the run of a network wait for as long as the test wants. */
function hold(network: FaultyNetwork): Promise<Hindrance> {
  return forbidNew(cluster, network.name, 'persistentvolumeclaims');
}
