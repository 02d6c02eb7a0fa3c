import { dirname } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  ccaasPackage,
  channelConfig,
  configUpdateEnvelope,
  definitionDifferences,
  FabricError,
  fabricPrograms,
  genesisBlock,
  sameBlock,
  withPeerCommands,
  type AdminIdentity,
  type ChaincodeDefinition,
  type ChaincodePackage,
  type PeerCommands,
  type PeerSession,
  type SignaturePolicy,
} from '../../src/fabric/index.ts';
import { locateParts } from '../../src/local/parts/index.ts';
import { channelBlueprint, newConsenter, newOrganization, RAFT, type TestOrganization } from '../support/channel.ts';
import { startChaincodeServer } from '../support/chaincode-server.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startOrderer, type TestOrderer } from '../support/orderers.ts';
import { startPeer, type TestPeer } from '../support/peers.ts';

/*
 * The commands of the peer program against an orderer and the peers of two organizations, all of them Fabric's own. The tests
 * follow each other: a channel, a chaincode on it, its next definition, a config update.
 */

const CHANNEL = 'mychannel';
const LEADER_TIMEOUT_MS = 20_000;

const { signal } = new AbortController();
const programs = fabricPrograms({ folder: dirname(locateParts().path('peer')) });

type Member = 'Org1MSP' | 'Org2MSP';

const started: AsyncDisposable[] = [];
let ordering: TestOrganization;
let members: Readonly<Record<Member, TestOrganization>>;
let orderer: TestOrderer;
let peers: Readonly<Record<Member, TestPeer>>;
let admins: Readonly<Record<Member, AdminIdentity>>;
let block: Uint8Array;
let port: number;
let chaincode: ChaincodePackage;

beforeAll(async () => {
  const [org0, org1, org2] = await Promise.all([
    newOrganization('org0', 'OrdererMSP'),
    newOrganization('org1', 'Org1MSP'),
    newOrganization('org2', 'Org2MSP'),
  ]);
  [ordering, members] = [org0, { Org1MSP: org1, Org2MSP: org2 }];
  admins = { Org1MSP: await identity(org1, 'admin'), Org2MSP: await identity(org2, 'admin') };
  orderer = keep(await startOrderer(org0, 'org0-orderer1'));
  peers = {
    Org1MSP: keep(await startPeer(org1, 'org1-peer1', { organization: '127.0.0.1' })),
    Org2MSP: keep(await startPeer(org2, 'org2-peer1', { organization: '127.0.0.1' })),
  };
  block = await channelOf(CHANNEL, [orderer.consenter]);
  port = await freePort();
  // Each peer fills in what it has as its organization.
  const connection = { address: `{{.organization}}:${port}`, dialTimeout: '3s', tlsRequired: false };
  chaincode = await ccaasPackage({ label: 'basic_1.0', connection });
});

afterAll(async () => {
  await Promise.all(started.map((node) => node[Symbol.asyncDispose]()));
});

/** Remembers what has to be ended, also when what comes next does not start. */
function keep<Node extends AsyncDisposable>(node: Node): Node {
  started.push(node);
  return node;
}

const DEFINITION: ChaincodeDefinition = {
  name: 'basic',
  version: '1.0',
  sequence: 1,
  endorsementPolicy: "OR('Org1MSP.peer','Org2MSP.peer')",
  initRequired: false,
  collections: [
    {
      name: 'private',
      policy: "OR('Org1MSP.member')",
      requiredPeerCount: 0,
      maxPeerCount: 1,
      blockToLive: 100,
      memberOnlyRead: true,
      memberOnlyWrite: false,
    },
  ],
};

describe('a channel', () => {
  it('is not there before anybody has joined', async () => {
    expect(await as('Org1MSP', (peer) => peer.channels())).toEqual([]);
    expect(await as('Org1MSP', (peer) => peer.fetchBlock(CHANNEL, 'config'))).toBeUndefined();
    expect(await as('Org1MSP', (peer) => peer.fetchBlock(CHANNEL, 'config'), 'without orderer')).toBeUndefined();
    await expect(as('Org1MSP', (peer) => peer.ledger(CHANNEL))).rejects.toMatchObject({ kind: 'notFound' });
    await expect(as('Org1MSP', (peer) => peer.committedDefinitions(CHANNEL))).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  it('is joined by a peer in the name of its own Admin', async () => {
    await orderer.admin().join(block);
    await as('Org1MSP', (peer) => peer.joinChannel(block));
    await as('Org2MSP', (peer) => peer.joinChannel(block));
    expect(await as('Org1MSP', (peer) => peer.channels())).toEqual([CHANNEL]);
    expect(await as('Org2MSP', (peer) => peer.ledger(CHANNEL))).toMatchObject({ height: 1 });
    await expect(as('Org1MSP', (peer) => peer.joinChannel(block))).rejects.toMatchObject({ kind: 'alreadyExists' });
  });

  it('is not joined in the name of somebody who is no Admin, or the Admin of another organization', async () => {
    for (const admin of [await identity(members.Org1MSP, 'client'), admins.Org2MSP]) {
      const joining = withPeerCommands(programs, { ...session('Org1MSP'), admin }, (peer) => peer.joinChannel(block));
      await expect(joining).rejects.toMatchObject({ kind: 'notAuthorized' });
    }
  });

  it('may have no leader, which is told apart from every other trouble', async () => {
    const absent = await newConsenter(ordering, 'localhost', await freePort());
    const lonely = await channelOf('lonely', [orderer.consenter, absent]);
    await orderer.admin().join(lonely);
    await as('Org1MSP', (peer) => peer.joinChannel(lonely));
    const approval = as('Org1MSP', (peer) => peer.approve('lonely', DEFINITION, undefined));
    await expect(approval).rejects.toMatchObject({ kind: 'noLeader' });
    await expect(approval).rejects.toThrow('no Raft leader');
  });

  it('gives its blocks, by the orderer and by a peer, and none that is still to come', async () => {
    const config = await eventually(
      () => as('Org1MSP', (peer) => peer.fetchBlock(CHANNEL, 'config')),
      LEADER_TIMEOUT_MS,
    );
    const first = await as('Org1MSP', (peer) => peer.fetchBlock(CHANNEL, 0), 'without orderer');
    for (const copy of [config, first]) expect(sameBlock(copy ?? new Uint8Array(), block)).toBe(true);
    expect(await as('Org1MSP', (peer) => peer.fetchBlock(CHANNEL, 1))).toBeUndefined();
  });
});

describe('a chaincode', () => {
  it('is installed under the package ID that was computed for it, once', async () => {
    expect(await as('Org1MSP', (peer) => peer.installedChaincodes())).toEqual([]);
    for (const member of ['Org1MSP', 'Org2MSP', 'Org1MSP'] as const) {
      expect(await as(member, (peer) => peer.installChaincode(chaincode.bytes))).toBe(chaincode.packageId);
      expect(await as(member, (peer) => peer.installedChaincodes())).toEqual([
        { packageId: chaincode.packageId, label: 'basic_1.0' },
      ]);
    }
  });

  it('is approved by each organization, which the others see', async () => {
    const readiness = (): Promise<unknown> => as('Org2MSP', (peer) => peer.commitReadiness(CHANNEL, DEFINITION));
    expect(await readiness()).toEqual({ Org1MSP: false, Org2MSP: false });
    await approve('Org1MSP', DEFINITION);
    await eventually(async () => {
      expect(await readiness()).toEqual({ Org1MSP: true, Org2MSP: false });
    }, LEADER_TIMEOUT_MS);
    await approve('Org2MSP', DEFINITION);
    expect(await readiness()).toEqual({ Org1MSP: true, Org2MSP: true });
    expect(await as('Org1MSP', (peer) => peer.approvedDefinition(CHANNEL, 'basic', 1))).toEqual({
      version: '1.0',
      sequence: 1,
      packageId: chaincode.packageId,
    });
    await expect(approve('Org1MSP', DEFINITION)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('is committed with the endorsement of a majority, and not with less', async () => {
    const [peer1, peer2] = [peers.Org1MSP.endpoint, peers.Org2MSP.endpoint];
    await expect(as('Org1MSP', (peer) => peer.commit(CHANNEL, DEFINITION, [peer1]))).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('ENDORSEMENT_POLICY_FAILURE') as unknown,
    });
    expect(await as('Org1MSP', (peer) => peer.committedDefinitions(CHANNEL))).toEqual([]);
    expect(await as('Org1MSP', (peer) => peer.committedDefinition(CHANNEL, 'basic'))).toBeUndefined();

    await as('Org1MSP', (peer) => peer.commit(CHANNEL, DEFINITION, [peer1, peer2]));
    const committed = await as('Org2MSP', (peer) => peer.committedDefinition(CHANNEL, 'basic'));
    expect(committed).toMatchObject({ sequence: 1, approvals: { Org1MSP: true, Org2MSP: true } });
    expect(committed && definitionDifferences(committed, DEFINITION, parsePolicy)).toEqual([]);
    await expect(as('Org1MSP', (peer) => peer.commit(CHANNEL, DEFINITION, [peer1, peer2]))).rejects.toMatchObject({
      kind: 'conflict',
    });
  });

  it('that a peer cannot reach is reported with its address', async () => {
    await expect(query('Org1MSP', 'hello')).rejects.toMatchObject({
      kind: 'chaincodeUnreachable',
      message: expect.stringContaining(
        `Asking basic on mychannel at org1-peer1 failed: the peer cannot reach the server of basic_1.0 at 127.0.0.1:${port}`,
      ) as unknown,
    });
  });

  it('answers both peers once its server runs, and an error of its own is an answer', async () => {
    const server = await startChaincodeServer(port, chaincode.packageId, ([name = '', ...args]) => {
      if (name === 'fail') throw new Error('the asset "x" does not exist');
      return `${name}(${args.join()})\n`;
    });
    try {
      for (const member of ['Org1MSP', 'Org2MSP'] as const) {
        expect(await query(member, 'read', 'a b', '"c"')).toBe('read(a b,"c")\n');
        await expect(query(member, 'fail')).rejects.toMatchObject({
          kind: 'chaincodeAnswered',
          message: expect.stringContaining('the chaincode answered: the asset "x" does not exist') as unknown,
        });
      }
    } finally {
      server.stop();
    }
  });

  it('that is not defined is not found', async () => {
    const asking = as('Org1MSP', (peer) => peer.query(CHANNEL, 'other', ['hello']));
    await expect(asking).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('has its next definition under the next sequence, and wants its initialization if that says so', async () => {
    const next: ChaincodeDefinition = { ...DEFINITION, version: '1.1', sequence: 2, initRequired: true };
    const committed = await as('Org1MSP', (peer) => peer.committedDefinition(CHANNEL, 'basic'));
    expect(committed && definitionDifferences(committed, next, parsePolicy)).toEqual([
      'version 1.0 -> 1.1',
      'initialization not required -> required',
    ]);
    await expect(approve('Org1MSP', { ...next, sequence: 3 })).rejects.toMatchObject({ kind: 'conflict' });
    await approve('Org1MSP', next);
    await approve('Org2MSP', next);
    await as('Org2MSP', (peer) => peer.commit(CHANNEL, next, [peers.Org1MSP.endpoint, peers.Org2MSP.endpoint]));
    await expect(query('Org1MSP', 'hello')).rejects.toMatchObject({ kind: 'notInitialized' });
  });
});

describe('a config update', () => {
  it('needs the signatures of a majority of Admins, and is made once', async () => {
    const current = await channelConfig(programs, block, signal);
    const wanted = structuredClone(current);
    delete wanted.channel_group.groups['Application']?.values['Capabilities'];
    const update = await configUpdateEnvelope(programs, { channel: CHANNEL, current, wanted }, signal);
    if (update === undefined) throw new Error('there is no difference');

    // Who sends an update signs it, too.
    await expect(as('Org1MSP', (peer) => peer.updateChannel(CHANNEL, update))).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/requires 2 of the 'Admins' sub-policies/) as unknown,
    });
    const signed = await as('Org1MSP', (peer) => peer.signConfigUpdate(update));
    const { height } = await as('Org2MSP', (peer) => peer.ledger(CHANNEL));
    await as('Org2MSP', (peer) => peer.updateChannel(CHANNEL, signed));
    await eventually(async () => {
      expect(await as('Org2MSP', (peer) => peer.ledger(CHANNEL))).toMatchObject({ height: height + 1 });
    }, LEADER_TIMEOUT_MS);
    await expect(as('Org2MSP', (peer) => peer.updateChannel(CHANNEL, signed))).rejects.toMatchObject({
      kind: 'conflict',
    });
  });
});

describe('a node that does not answer', () => {
  it('is named, and so is a name or a certificate as the reason', async () => {
    const peer = peers.Org1MSP.endpoint;
    const { caChain } = admins.Org1MSP;
    const listing = (other: Partial<typeof peer>): Promise<unknown> =>
      withPeerCommands(programs, { ...session('Org1MSP'), peer: { ...peer, ...other } }, (commands) =>
        commands.channels(),
      );
    const closed = await freePort();
    await expect(listing({ port: closed })).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/^Listing channels at org1-peer1 failed: .*connection refused"$/) as unknown,
    });
    await expect(listing({ tlsRoots: caChain })).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('certificate signed by unknown authority') as unknown,
    });
  });

  it('is the orderer that is down', async () => {
    await orderer.kill();
    const update = as('Org1MSP', (peer) => peer.fetchBlock(CHANNEL, 'newest'));
    await expect(update).rejects.toBeInstanceOf(FabricError);
    await expect(update).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

/** An identity of an organization, as it stands in an Admin's place. */
async function identity(organization: TestOrganization, role: 'admin' | 'client'): Promise<AdminIdentity> {
  const { name, mspId, roots } = organization;
  const own = await organization.identity(`${name}-${role}`, role);
  return { mspId, organization: name, ...own, caChain: roots.ca, tlsCaChain: roots.tlsca };
}

function channelOf(name: string, consenters: readonly TestOrderer['consenter'][]): Promise<Uint8Array> {
  const blueprint = {
    ...channelBlueprint(ordering, consenters, [members.Org1MSP, members.Org2MSP]),
    name,
    consensus: { ...RAFT, tickInterval: '100ms' },
  };
  return genesisBlock(programs, { ...blueprint, batch: { ...blueprint.batch, timeout: '200ms' } }, signal);
}

/** An organization's Admin at the organization's own peer. */
function session(member: Member): PeerSession {
  const { host, port: ordererPort } = orderer.consenter;
  return {
    admin: admins[member],
    peer: peers[member].endpoint,
    orderer: { name: 'org0-orderer1', host, port: ordererPort, tlsRoots: ordering.roots.tlsca },
    signal,
    timeoutMs: 30_000,
  };
}

function as<Result>(
  member: Member,
  act: (peer: PeerCommands) => Promise<Result>,
  asked: 'with orderer' | 'without orderer' = 'with orderer',
): Promise<Result> {
  const { orderer: known, ...others } = session(member);
  const chosen = { ...others, ...(asked === 'with orderer' && known !== undefined ? { orderer: known } : {}) };
  return withPeerCommands(programs, chosen, act);
}

/** Approves, as soon as the channel has a leader. */
async function approve(member: Member, definition: ChaincodeDefinition): Promise<void> {
  const outcome = await eventually(async () => {
    try {
      await as(member, (peer) => peer.approve(CHANNEL, definition, chaincode.packageId));
      return undefined;
    } catch (error) {
      if (error instanceof FabricError && error.kind === 'noLeader') throw error;
      return error;
    }
  }, LEADER_TIMEOUT_MS);
  if (outcome !== undefined) throw outcome as Error;
}

function query(member: Member, ...args: readonly string[]): Promise<string> {
  return as(member, (peer) => peer.query(CHANNEL, 'basic', args));
}

/** The two policies of these tests; the parser itself is not a part of src/fabric. */
function parsePolicy(text: string): SignaturePolicy {
  const [, roles = ''] = /^OR\((.*)\)$/.exec(text) ?? [];
  const of = [...roles.matchAll(/'(\w+)\.(member|peer)'/g)].map(([, mspId = '', role]): SignaturePolicy => ({
    kind: 'role',
    mspId,
    role: role === 'peer' ? 'peer' : 'member',
  }));
  return { kind: 'outOf', n: 1, of };
}
