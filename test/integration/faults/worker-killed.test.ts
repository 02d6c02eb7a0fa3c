import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Temporal } from '../../../src/client/index.ts';
import { list, observe, type Cluster } from '../../../src/kubernetes/index.ts';
import { eventually } from '../../support/eventually.ts';
import { startWorker, testCluster, weft, type TestWorker } from '../../support/weft.ts';
import { viewAuthorities, type AuthoritiesView } from '../network/authorities.ts';
import { decoded } from '../network/objects.ts';
import { documentOf } from '../network/described-network.ts';
import { faultyNetwork, SMALLEST_IDENTITIES, testTemporal, type FaultyNetwork } from './faulty-network.ts';
import { terminate } from './by-hand.ts';
import { newSeed, randomOf } from './chance.ts';
import { forbidNew, type Hindrance } from './hindrances.ts';
import { stopAt, type Moment } from './slices.ts';
import { expectWhole } from './whole.ts';

/*
 * Whatever dies in the middle of a bring-up, the bring-up itself does not: it is kept by Temporal.
 */

let cluster: Cluster;
let temporal: Temporal;
let worker: TestWorker;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
  worker = await startWorker();
});

afterAll(async () => {
  await worker.kill();
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

describe('a worker that is killed', { timeout: 300_000 }, () => {
  test('at a random point: the same `weft up` ends ready, and nothing was done twice', async () => {
    const network = networkOf('it-killed-by-chance');
    const seed = newSeed();
    const [steps, pauseMs] = chance(seed);
    console.info(`seed ${seed} (WEFT_TEST_SEED): the worker is killed ${pauseMs} ms after step ${steps}`);

    const up = network.up('-o', 'json');
    await finished(network, steps, UP_MS);
    await wait(pauseMs);
    const seconds = await replaceWorker(network);
    console.info(`carried on ${seconds.toFixed(1)} s after the new worker's start`);

    const ended = await up.ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expect(documentOf(ended).steps.map(({ outcome }) => outcome)).not.toContain('running');
    await expectWhole(cluster, network, SMALLEST_IDENTITIES);
  });

  test('between register and enroll, with a certificate on its way, and during a rollout', async () => {
    const network = networkOf('it-killed');
    const up = network.up('-o', 'json');
    for (const [name, moment] of Object.entries(moments(network.name))) {
      await stopAt(worker, moment);
      const seconds = await replaceWorker(network);
      console.info(`${name}: carried on ${seconds.toFixed(1)} s after the new worker's start`);
    }
    const ended = await up.ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    await expectWhole(cluster, network, SMALLEST_IDENTITIES);
  });
});

describe('a command line that goes away', { timeout: 240_000 }, () => {
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

/** A bring-up of the smallest network has this many steps before its last rollout. */
const MOST_STEPS = 16;

/** How many steps are finished before the worker is killed, and how many milliseconds later that is. */
function chance(seed: number): [steps: number, milliseconds: number] {
  const random = randomOf(seed);
  return [Math.floor(random(1) * MOST_STEPS), Math.floor(random(2) * 200)];
}

async function finished(network: FaultyNetwork, steps: number, withinMs: number): Promise<void> {
  await eventually(async () => {
    const count = (await network.finishedSteps()).length;
    if (count < steps) throw new Error(`Only ${count} of ${steps} steps are finished.`);
  }, withinMs);
}

/** As long as the loss of a worker may stay unnoticed (12 s), with time for a busy machine. */
const CARRIED_ON_MS = 40_000;

/**
 * Kills the worker, starts another one, and waits until the run does something.
 *
 * @returns seconds from the new worker's first poll until another step is finished
 */
async function replaceWorker(network: FaultyNetwork): Promise<number> {
  await worker.kill();
  worker = await startWorker();
  const begun = performance.now();
  // The run is asked first, while nobody answers for it yet.
  const before = await eventually(async () => (await network.finishedSteps()).length, CARRIED_ON_MS);
  await eventually(async () => {
    const run = await network.latestRun();
    if (run?.status !== 'running') return;
    const count = (await network.finishedSteps()).length;
    if (count <= before) throw new Error(`The run does not carry on: ${count} steps are finished, as before.`);
  }, CARRIED_ON_MS);
  return (performance.now() - begun) / 1000;
}

/** Three moments in which a second enrollment or a half-made node would be most likely. */
function moments(namespace: string): Readonly<Record<string, Moment>> {
  let authorities: AuthoritiesView | undefined;
  const view = async (): Promise<AuthoritiesView> => {
    authorities ??= await viewAuthorities(cluster, { name: 'org1', namespace });
    return authorities;
  };
  left.push(async () => authorities?.close());

  return {
    'registered, not enrolled': {
      isNear: async () => (await keysOnly(namespace)).length > 0,
      hasCome: async () => {
        const { enrollmentCa } = await view();
        const issued = await enrollmentCa.issuedTo();
        const identities = (await keysOnly(namespace)).map((name) => name.replace(/-(msp|tls)$/, ''));
        const candidates = identities.filter((id) => !issued.includes(id));
        const registered = await Promise.all(candidates.map((id) => enrollmentCa.identity(id)));
        return registered.some((identity) => identity !== undefined);
      },
    },
    'certificate issued, not stored': {
      isNear: async () => (await keysOnly(namespace)).length > 0,
      hasCome: async () => {
        const { enrollmentCa, tlsCa } = await view();
        const issued = [
          ...(await enrollmentCa.issuedTo()).map((id) => `${id}-msp`),
          ...(await tlsCa.issuedTo()).map((id) => `${id}-tls`),
        ];
        return (await keysOnly(namespace)).some((name) => issued.includes(name));
      },
    },
    'rollout under way': {
      isNear: () => isRollingOut(namespace, 'org1-peer1'),
      hasCome: () => isRollingOut(namespace, 'org1-peer1'),
    },
  };
}

/** Secrets that hold a key, and no certificate yet. */
async function keysOnly(namespace: string): Promise<string[]> {
  const secrets = await list(cluster, { apiVersion: 'v1', kind: 'Secret' }, { namespace });
  return secrets
    .filter((secret) => /-(msp|tls)$/.test(secret.metadata.name) && !('cert.pem' in decoded(secret)))
    .filter((secret) => 'key.pem' in decoded(secret))
    .map(({ metadata }) => metadata.name);
}

async function isRollingOut(namespace: string, name: string): Promise<boolean> {
  const deployment = await observe(cluster, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
  });
  if (deployment === undefined) return false;
  const { availableReplicas = 0 } = (deployment['status'] ?? {}) as { readonly availableReplicas?: number };
  return availableReplicas === 0;
}

/** Has the run of a network wait for as long as the test wants. */
function hold(network: FaultyNetwork): Promise<Hindrance> {
  return forbidNew(cluster, network.name, 'persistentvolumeclaims');
}
