import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Cluster } from '../../../src/kubernetes/index.ts';
import type { NetworkStatus } from '../../../src/workflows/messages.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { startWeft, startWorker, testCluster, weft, type Ended, type TestWorker } from '../../support/weft.ts';
import { describedNetwork, expectDone, type DescribedNetwork } from './described-network.ts';
import { blockOf, connectPeer, type PeerClient } from './gateway-client.ts';
import { dataOf, entry } from './objects.ts';

/*
 * The commands that are clients of a network, and the example client, against peers of both organizations. What they
 * say is held against what Fabric's own client says.
 */

const NAME = 'it-client';
const CHANNEL = 'trade';

const NODE = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
const CLIENT = fileURLToPath(new URL('../../../examples/client/client.ts', import.meta.url));

/** Every peer, with its organization. */
const PEERS = [
  ['org1', 'peer1'],
  ['org1', 'peer2'],
  ['org2', 'peer1'],
] as const;

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;
let folder: string;
const peers = new Map<string, PeerClient>();

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  folder = await mkdtemp(join(tmpdir(), 'weft-it-client-'));
  const image = await exampleChaincode();
  testNetwork = await describedNetwork(NAME, {
    organizations: [
      { name: 'org0', orderers: 1 },
      { name: 'org1', peers: 2 },
      { name: 'org2', peers: 1 },
    ],
    channels: [{ name: CHANNEL, peers: ['org1', 'org2'], batch: { timeout: '500ms' } }],
    chaincodes: [
      { name: 'basic', channel: CHANNEL, version: '1.0', image },
      { name: 'guarded', channel: CHANNEL, version: '1.0', image, initRequired: true },
    ],
  });
  await expectDone(testNetwork.weft('up'));
  for (const [organization, peer] of PEERS) {
    peers.set(`${organization}/${peer}`, await connectPeer(cluster, NAME, organization, peer));
  }
});

afterAll(async () => {
  for (const peer of peers.values()) await peer.close();
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

describe('weft chaincode invoke', () => {
  it('submits a transaction, returns when it is committed, and has the result alone on stdout', async () => {
    const start = await height('org1/peer1');
    const { stdout, stderr } = await expectDone(invoke('basic', 'CreateAsset', 'car', 'blue', '5', 'Ana', '400'));
    expect(stdout).toBe('');
    const [, block, transactionId = ''] = /committed in block (\d+): transaction (\S+)/.exec(stderr) ?? [];
    // The peer that was asked has it when the command returns, the others soon.
    expect(await height('org1/peer1')).toBe(start + 1);
    for (const [organization, peer] of PEERS) {
      expect(await blockOf(client(`${organization}/${peer}`).channel(CHANNEL), transactionId, start)).toEqual({
        number: Number(block),
        transactions: { [transactionId]: 0 },
      });
    }
    const { channels } = JSON.parse(
      (await expectDone(testNetwork.weft('status', '-o', 'json'))).stdout,
    ) as NetworkStatus;
    expect(channels[0]?.peers.map((peer) => peer.height)).toEqual(PEERS.map(() => start + 1));
  });

  it('submits through the other organization, and prints what happened as JSON', async () => {
    const { stdout } = await expectDone(invoke('basic', 'TransferAsset', 'car', 'Ben', '--org', 'org2', '-o', 'json'));
    const document = JSON.parse(stdout) as { readonly transactionId: string; readonly block: number };
    expect(document).toMatchObject({ status: 'VALID', result: 'Ana' });
    expect(await blockOf(client('org2/peer1').channel(CHANNEL), document.transactionId, document.block)).toEqual({
      number: document.block,
      transactions: { [document.transactionId]: 0 },
    });
  });

  it('says what the chaincode refuses, and adds no block', async () => {
    const start = await height('org1/peer1');
    const { exitCode, stdout, stderr } = await invoke('basic', 'TransferAsset', 'nothing', 'Ben', '-q');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(
      `✖ TransferAsset of basic on ${CHANNEL} was not endorsed, and nothing was submitted: ` +
        'the chaincode answered: asset nothing does not exist (org1-peer',
    );
    expect(await height('org1/peer1')).toBe(start);
  });

  it('says that a transaction changed nothing which one organization alone endorsed', async () => {
    const { exitCode, stdout, stderr } = await invoke(
      ...['basic', 'TransferAsset', 'car', 'Mallory', '--endorsers', 'org1', '-q', '-o', 'json'],
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed', status: 'ENDORSEMENT_POLICY_FAILURE' });
    expect(stderr).toContain('changed nothing: its endorsements do not satisfy the endorsement policy');
    expect(await owner('org1', 'peer1')).toBe('Ben');
  });

  it('initializes a chaincode that wants it first', async () => {
    const refused = await invoke('guarded', 'CreateAsset', 'cup', 'red', '1', 'Ana', '4');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('must call as init first');
    expect(refused.stderr).toContain('Initialize it: weft chaincode invoke NAME FUNCTION [ARGS...] --init');
    await expectDone(invoke('guarded', 'InitLedger', '--init'));
    await expectDone(invoke('guarded', 'CreateAsset', 'cup', 'red', '1', 'Ana', '4'));
  });
});

describe('weft chaincode query', () => {
  it.each(PEERS)('has the answer of %s/%s as it is', async (organization, peer) => {
    await expect.poll(() => owner(organization, peer), { timeout: 30_000 }).toBe('Ben');
  });

  it('finds the network by its description as well', async () => {
    const { stdout } = await expectDone(
      weft(...['chaincode', 'query', 'basic', 'AssetExists', 'car', '-f', testNetwork.file, '-q']),
    );
    expect(stdout).toBe('true');
  });

  it('says what the chaincode answers, and adds no block', async () => {
    const start = await height('org1/peer1');
    const { exitCode, stderr } = await query('basic', 'ReadAsset', 'nothing', '-q');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `ReadAsset of basic on ${CHANNEL} failed: the chaincode answered: asset nothing does not exist (`,
    );
    expect(await height('org1/peer1')).toBe(start);
  });

  it('says that nobody has a chaincode', async () => {
    const { exitCode, stderr } = await query('nobodys', 'Read', '--channel', CHANNEL, '-q');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no peer that the gateway knows has this chaincode installed and committed');
  });
});

describe('weft connection', () => {
  it('leads the example client to a peer for as long as it runs', async () => {
    const out = join(folder, 'org2');
    const command = startWeft(['connection', '--admin', '--network', NAME, '--org', 'org2', '--out', out, '--forward']);
    await expect.poll(() => command.stderr(), { timeout: 60_000 }).toContain(' leads to org2-peer1 ');

    const profile = join(out, 'connection.json');
    expect(JSON.parse(await readFile(profile, 'utf8'))).toMatchObject({ mspId: 'Org2MSP', channels: [CHANNEL] });
    const { mode } = await stat(join(out, 'key.pem'));
    expect((mode & 0o777).toString(8)).toBe('600');
    const admin = await dataOf(cluster, 'Secret', NAME, 'org2-admin-msp');
    expect(await readFile(join(out, 'key.pem'), 'utf8')).toBe(entry(admin, 'key.pem'));

    const run = (): Promise<{ readonly exitCode?: number | undefined; readonly stdout: string }> =>
      execa(NODE, [CLIENT, profile], { reject: false, timeout: 120_000 });
    const { exitCode, stdout } = await run();
    expect(exitCode, stdout).toBe(0);
    expect(stdout.split('\n').filter((line) => /^block \d+ is committed$/.test(line))).toHaveLength(2);
    expect(stdout).toMatch(/^transferred asset-\d+ from Ana to Ben$/m);
    expect(stdout).toMatch(/^the ledger has \{.*"Owner":"Ben".*\}$/m);

    command.kill('SIGINT');
    expect((await command.ended).exitCode).toBe(0);
    expect((await run()).exitCode).toBe(1);
  });

  it('has no private key on stdout', async () => {
    const { stdout, stderr } = await expectDone(weft('connection', '--admin', '--network', NAME, '--org', 'org1'));
    expect(JSON.parse(stdout)).toMatchObject({
      peers: [{ endpoint: `org1-peer1.${NAME}.svc.cluster.local:7051` }, { name: 'org1-peer2' }],
      identity: { secret: { namespace: NAME, name: 'org1-admin-msp' } },
    });
    expect(stdout + stderr).not.toContain('PRIVATE KEY');
  });
});

function invoke(...words: readonly string[]): Promise<Ended> {
  return weft('chaincode', 'invoke', '--network', NAME, ...words);
}

function query(...words: readonly string[]): Promise<Ended> {
  return weft('chaincode', 'query', '--network', NAME, ...words);
}

async function owner(organization: string, peer: string): Promise<unknown> {
  const { stdout } = await expectDone(query('basic', 'ReadAsset', 'car', '--org', organization, '--peer', peer));
  return (JSON.parse(stdout) as { readonly Owner: unknown }).Owner;
}

function client(peer: string): PeerClient {
  const found = peers.get(peer);
  if (found === undefined) throw new Error(`The test is connected to ${[...peers.keys()].join(', ')}, not to ${peer}.`);
  return found;
}

function height(peer: string): Promise<number> {
  return client(peer).height(CHANNEL);
}
