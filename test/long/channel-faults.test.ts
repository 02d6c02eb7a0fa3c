import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Temporal } from '../../src/client/index.ts';
import { list, type Cluster } from '../../src/kubernetes/index.ts';
import type { Description } from '../../src/spec/index.ts';
import type { Degradation, NetworkStatus, StepRecord } from '../../src/workflows/messages.ts';
import { eventually } from '../support/eventually.ts';
import { exampleChaincode } from '../support/example-chaincode.ts';
import { startWorker, testCluster, weft, type Ended, type TestWorker } from '../support/weft.ts';
import { changesIn, documentOf } from '../integration/network/described-network.ts';
import { newSeed, randomOf } from '../integration/faults/chance.ts';
import { faultyNetwork, testTemporal, type FaultyNetwork } from '../integration/faults/faulty-network.ts';
import { keepDown, type Hindrance } from '../integration/faults/hindrances.ts';
import { viewLedgers, type Ledgers } from '../integration/faults/ledgers.ts';

/*
 * Trouble with channels and chaincodes: workers that die within their steps, orderers that are down, a chaincode that nobody
 * serves, a worker without Fabric's programs.
 */

const NAME = 'it-channel-faults';
const CHANNEL = 'mychannel';

let cluster: Cluster;
let temporal: Temporal;
let worker: TestWorker;
let network: FaultyNetwork;
let image: string;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
  image = await exampleChaincode();
  worker = await startWorker();
  network = faultyNetwork(NAME, { cluster, temporal });
});

const hindrances: Hindrance[] = [];

afterEach(async () => {
  for (const hindrance of hindrances.splice(0)) await hindrance.lift();
});

afterAll(async () => {
  await network.remove();
  await worker.kill();
  await temporal.close();
  await cluster.close();
});

interface Varied {
  readonly batchTimeout?: string;
  readonly version?: string;
  /** One more, of the first member alone. */
  readonly second?: boolean;
  /** Where somebody else is said to serve one more chaincode. */
  readonly address?: string;
}

function described({
  batchTimeout = '500ms',
  version = '1.0',
  second = false,
  address,
}: Varied): Omit<Description, 'name'> {
  return {
    organizations: [
      { name: 'org0', mspId: 'OrdererMSP', orderers: 3 },
      { name: 'org1', peers: 1 },
      { name: 'org2', peers: 1 },
    ],
    channels: [
      { name: CHANNEL, orderers: ['org0'], peers: ['org1', 'org2'], batch: { timeout: batchTimeout } },
      ...(second ? [{ name: 'second', orderers: ['org0'], peers: ['org1'] }] : []),
    ],
    chaincodes: [
      { name: 'basic', channel: CHANNEL, version, image },
      ...(address === undefined ? [] : [{ name: 'attached', channel: CHANNEL, version: '1.0', address }]),
    ],
  };
}

/** Each dead worker is noticed after twelve seconds, and the next one takes some to start. */
const UP_MS = 240_000;

// Each test goes on with the network as the one before left it.
describe('a worker that is killed within the steps of a channel and a chaincode', { timeout: 2 * UP_MS }, () => {
  test('leaves one channel and one definition, as if it had lived', async () => {
    const random = chance();
    network.describe(described({}));
    const up = network.up('-o', 'json');
    const killed = [
      await killWithin(['createGenesisBlock', 'joinOrderer'], random),
      await killWithin(['installChaincode', 'joinPeer'], random),
      await killWithin(['approveChaincode', 'startChaincodeServer', 'commitChaincode'], random),
    ];
    console.info(killed.join('\n'));
    const ended = await up.ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expectDoneOnce(documentOf(ended).steps);

    const ledgers = await oneChain();
    // The genesis block, an approval of each organization, the commit.
    expect(ledgers.transactions).toEqual(['configuration', 'endorsed', 'endorsed', 'endorsed']);
    expect(ledgers.installed).toEqual({ 'org1-peer1': ['basic_1.0'], 'org2-peer1': ['basic_1.0'] });
    await expectDefinition({ version: '1.0', sequence: 1 });
    await expectServers();
    await expectUnchanged(ledgers);
  });

  test('leaves one change of each when a channel and a chaincode are changed', async () => {
    const random = chance();
    const before = await viewLedgers(cluster, network.network(), CHANNEL);
    network.describe(described({ batchTimeout: '400ms', version: '1.1' }));
    const up = network.up('-o', 'json');
    const killed = [
      await killWithin(['planConfigUpdate', 'signConfigUpdate', 'submitConfigUpdate', 'awaitConfigSequence'], random),
      await killWithin(['approveChaincode', 'commitChaincode'], random),
    ];
    console.info(killed.join('\n'));
    const ended = await up.ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expectDoneOnce(documentOf(ended).steps);

    const ledgers = await oneChain();
    expect(ledgers.firstBlocks).toEqual(before.firstBlocks);
    expect(ledgers.transactions).toEqual([
      ...before.transactions,
      ...['configuration', 'endorsed', 'endorsed', 'endorsed'],
    ]);
    for (const labels of Object.values(ledgers.installed))
      expect([...labels].sort()).toEqual(['basic_1.0', 'basic_1.1']);
    await expectDefinition({ version: '1.1', sequence: 2 });
    await expectServers();
    await expectUnchanged(ledgers);
  });
});

describe('orderers that are down', { timeout: 2 * UP_MS }, () => {
  let before: Ledgers;

  test('one of three: `weft up` does its work, says what is not ready, and is not green', async () => {
    before = await viewLedgers(cluster, network.network(), CHANNEL);
    const leader = (await channelStatus()).orderers.find((orderer) => orderer.leader)?.name ?? '';
    hindrances.push(await keepDown(cluster, NAME, leader));
    const target = leader.replace('-', '/');

    const ended = await network.up('-o', 'json').ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: NOT_READY });
    expect(degradedIn(ended)).toEqual([{ target, reason: expect.stringContaining(leader) as unknown }]);
    expect(ended.stderr).toMatch(
      new RegExp(`^! ${target} is not ready, and the network works without it: ${leader}`, 'm'),
    );
    // It has joined long ago, but that is not known while it does not answer; nobody waits for its answer.
    const { steps } = documentOf(ended);
    expect(steps.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
    expect(steps.map(({ step, target: what }) => `${step} ${what}`)).not.toContain(`joinOrderer ${CHANNEL}@${leader}`);

    const { orderers, height } = await channelStatus();
    expect(height).toBe(before.heights['org1-peer1']);
    expect(orderers.find(({ name }) => name === leader)).toMatchObject({ status: 'unreachable', leader: false });
    expect(orderers.filter(({ status }) => status === 'active')).toHaveLength(2);
    expect(orderers.filter((orderer) => orderer.leader)).toHaveLength(1);
  });

  test('two of three: the run waits and says that there is no leader, and goes on when one returns', async () => {
    const [first, second] = [
      await keepDown(cluster, NAME, 'org0-orderer2'),
      await keepDown(cluster, NAME, 'org0-orderer3'),
    ];
    hindrances.push(first, second);
    network.describe(described({ batchTimeout: '400ms', version: '1.2' }));
    const up = network.up('-o', 'json');
    await up.said(
      /waiting +awaitLeader target=mychannel .*reason=NoRaftLeader msg="no Raft leader for mychannel: 1 of 3 orderers answer, 2 are needed\./,
      UP_MS,
    );
    const run = await network.latestRun();
    expect(run).toMatchObject({ status: 'running' });
    expect(await waitingFor('awaitLeader')).toMatchObject({
      reason: 'NoRaftLeader',
      message: expect.stringMatching(/org0-orderer2: .*org0-orderer3: /) as unknown,
    });

    await first.lift();
    const ended = await up.ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: NOT_READY });
    expect(await network.latestRun()).toEqual({ ...run, status: 'completed' });
    expect(degradedIn(ended).map(({ target }) => target)).toEqual(['org0/orderer3']);

    await second.lift();
    await eventually(async () => {
      const { exitCode, stdout } = await network.weft('status', '--exit-code');
      if (exitCode !== 0) throw new Error(stdout);
    }, UP_MS);
    const ledgers = await oneChain();
    // What orderers without a leader were given may be ordered late, and void beside what was submitted in its place.
    const valid = ledgers.transactions.filter((transaction) => transaction !== 'void');
    expect(valid).toEqual([...before.transactions, 'endorsed', 'endorsed', 'endorsed']);
    await expectDefinition({ version: '1.2', sequence: 3 });
  });
});

describe("a worker without Fabric's programs", { timeout: UP_MS }, () => {
  test('fails with what to install; with the programs there the same `weft up` carries on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-it-'));
    try {
      await replaceWorker({ WEFT_FABRIC_BIN: folder });
      network.describe(described({ batchTimeout: '400ms', version: '1.2', second: true }));
      const ended = await network.up('-o', 'json').ended;
      expect(ended).toMatchObject({ exitCode: 1 });
      expect(JSON.parse(ended.stdout)).toMatchObject({ outcome: 'failed', failure: { type: 'FabricProgramMissing' } });
      expect(ended.stderr).toContain(
        `✖ second: There is no program configtxgen in ${folder}. Install Fabric's programs of the network's version`,
      );
    } finally {
      await replaceWorker();
      await rm(folder, { recursive: true });
    }
    const ended = await network.up('-o', 'json').ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expect(changesIn(documentOf(ended)).filter((change) => !change.startsWith('recordNetwork'))).toEqual([
      'createGenesisBlock second',
      ...[1, 2, 3].map((number) => `joinOrderer second@org0-orderer${number}`),
      'joinPeer second@org1-peer1',
      'keepGenesisBlock second@org0',
    ]);
  });
});

describe('a chaincode that nobody serves', { timeout: UP_MS }, () => {
  test('is awaited with the peer that does not reach it and the address; `weft cancel` ends the wait', async () => {
    network.describe(described({ batchTimeout: '400ms', version: '1.2', second: true, address: '127.0.0.1:9' }));
    const up = network.up('-o', 'json');
    await up.said(
      /waiting +queryChaincode target=attached@org1-peer1 .*reason=ChaincodeUnreachable msg="org1-peer1 does not reach attached: .*127\.0\.0\.1:9/,
      UP_MS,
    );
    expect(await waitingFor('queryChaincode')).toMatchObject({
      reason: 'ChaincodeUnreachable',
      message: expect.stringMatching(/^org[12]-peer1 does not reach attached: .*127\.0\.0\.1:9/) as unknown,
    });
    expect(await weft('cancel', NAME)).toMatchObject({ exitCode: 0 });
    const ended = await up.ended;
    expect(ended).toMatchObject({ exitCode: 8 });
    expect(documentOf(ended)).toMatchObject({ outcome: 'cancelled' });
    expect(await network.latestRun()).toMatchObject({ status: 'cancelled' });
  });
});

function chance(): (salt: number) => number {
  const seed = newSeed();
  console.info(`seed ${seed} (WEFT_TEST_SEED)`);
  return randomOf(seed);
}

/** Attempts of workers that are dead: for Temporal they are under way until their heartbeat is missed. */
const dead = new Set<string>();

/** Most of these steps take some hundred milliseconds. */
const LATEST_KILL_MS = 400;

/**
 * Kills the worker at a random moment after one of these steps has begun, and starts another one.
 *
 * @returns where it was killed, for people
 */
async function killWithin(steps: readonly string[], random: (salt: number) => number): Promise<string> {
  const salt = dead.size + 1;
  const step = steps[Math.floor(random(salt) * steps.length)] ?? '';
  const pauseMs = Math.floor(random(-salt) * LATEST_KILL_MS);
  await eventually(async () => {
    const activities = await network.activities();
    if (activities.some(({ type, key }) => type === step && !dead.has(key))) return;
    if ((await network.latestRun())?.status !== 'running') throw new Error('The run has not begun.');
    // An earlier kill may have come while it was under way.
    const finished = await network.finishedSteps();
    if (!finished.some((record) => record.step === step)) throw new Error(`${step} has not begun.`);
  }, UP_MS);
  await wait(pauseMs);
  await worker.kill();
  const interrupted = (await network.activities()).filter(({ nextAttemptAt }) => nextAttemptAt === undefined);
  for (const { key } of interrupted) dead.add(key);
  worker = await startWorker();
  const under = interrupted.map(({ type }) => type).join(', ');
  return `killed ${pauseMs} ms after the beginning of ${step}, within: ${under === '' ? 'nothing' : under}`;
}

async function replaceWorker(variables: Readonly<Record<string, string>> = {}): Promise<void> {
  await worker.stop();
  worker = await startWorker(variables);
}

/** Every step stands in the account once, and is done. */
function expectDoneOnce(steps: readonly StepRecord[]): void {
  const names = steps.map(({ step, target }) => `${step} ${target}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { outcome } of steps) expect(outcome).toMatch(/^(created|updated|unchanged)$/);
}

/** The channel, once all nodes have the same blocks: one that comes back or follows has them a moment later. */
function oneChain(): Promise<Ledgers> {
  return eventually(async () => {
    const ledgers = await viewLedgers(cluster, network.network(), CHANNEL);
    expectOneChain(ledgers);
    return ledgers;
  }, ONE_CHAIN_MS);
}

const ONE_CHAIN_MS = 60_000;

function expectOneChain({ heights, firstBlocks, newestHashes }: Ledgers): void {
  const nodes = ['org0-orderer1', 'org0-orderer2', 'org0-orderer3', 'org1-peer1', 'org2-peer1'];
  expect(Object.keys(heights)).toEqual(nodes);
  expect(new Set(Object.values(heights)).size, JSON.stringify(heights)).toBe(1);
  expect(new Set(Object.values(firstBlocks)).size).toBe(1);
  expect(new Set(newestHashes).size).toBe(1);
}

async function statusNow(): Promise<NetworkStatus> {
  const { stdout } = await network.weft('status', '-o', 'json');
  return JSON.parse(stdout) as NetworkStatus;
}

async function channelStatus(): Promise<NetworkStatus['channels'][number]> {
  const { channels } = await statusNow();
  const channel = channels.find(({ name }) => name === CHANNEL);
  if (channel === undefined) throw new Error(`Status has no channel ${CHANNEL}.`);
  return channel;
}

async function expectDefinition(definition: { readonly version: string; readonly sequence: number }): Promise<void> {
  const { ready, chaincodes } = await statusNow();
  expect(chaincodes).toMatchObject([{ name: 'basic', channel: CHANNEL, ready: true, ...definition }]);
  expect(ready).toBe(true);
}

/** One for each organization. */
async function expectServers(): Promise<void> {
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace: NAME });
  const nodes = pods.map(({ metadata }) => metadata.labels?.['weft.dev/node'] ?? '').sort();
  expect(nodes.filter((node) => node.includes('basic'))).toHaveLength(2);
  expect(nodes).toHaveLength(3 + 3 + 2 + 2);
}

/** Another `weft up` has nothing to do, and orders nothing. */
async function expectUnchanged({ heights }: Ledgers): Promise<void> {
  const ended = await network.up('-o', 'json').ended;
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
  const { steps } = documentOf(ended);
  expect(steps.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
  const again = await viewLedgers(cluster, network.network(), CHANNEL);
  expect(again.heights).toEqual(heights);
}

/** Exit code of a run that did its work, and at whose end the network is not ready. */
const NOT_READY = 6;

function degradedIn({ stdout }: Ended): readonly Degradation[] {
  return (JSON.parse(stdout) as { readonly degraded?: readonly Degradation[] }).degraded ?? [];
}

/** What an activity that is under way says it waits for. */
async function waitingFor(type: string): Promise<unknown> {
  return (await network.activities()).find((activity) => activity.type === type)?.waiting;
}
