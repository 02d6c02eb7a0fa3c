import { dirname } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  ccaasPackage,
  channelConfig,
  configUpdate,
  configUpdateTransaction,
  connectOrderer,
  connectPeer,
  definitionDifferences,
  fabricPrograms,
  genesisBlock,
  sameBlock,
  signConfigUpdate,
  type ApplicationPolicy,
  type ChaincodeDefinition,
  type ChaincodePackage,
  type NodeEndpoint,
  type Orderer,
  type Peer,
  type SigningIdentity,
} from '../../src/fabric/index.ts';
import { locateArtifacts } from '../../src/local/artifacts/index.ts';
import { parseSignaturePolicy } from '../../src/spec/index.ts';
import { channelBlueprint, newConsenter, newOrganization, RAFT, type TestOrganization } from '../support/channel.ts';
import { startChaincodeServer } from '../support/chaincode-server.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startOrderer, type TestOrderer } from '../support/orderers.ts';
import { peerProgram } from '../support/peer-program.ts';
import { startPeer, type TestPeer } from '../support/peers.ts';

/*
 * The clients of peers and orderers against an orderer and the peers of two organizations, all of them Fabric's own. The tests
 * follow each other: a channel, a chaincode on it, its next definition, a config update.
 */

const CHANNEL = 'mychannel';
const LEADER_TIMEOUT_MS = 20_000;

/** Peers of two organizations have to hear of each other by gossip before one of them can have the other endorse. */
const GOSSIP_TIMEOUT_MS = 30_000;

const { signal } = new AbortController();
const limits = { signal, timeoutMs: 30_000 };
const programs = fabricPrograms({ folder: dirname(locateArtifacts().path('configtxgen')) });

type Member = 'Org1MSP' | 'Org2MSP';

const MEMBERS = ['Org1MSP', 'Org2MSP'] as const;

const started: AsyncDisposable[] = [];
const clients: { close(): void }[] = [];
let ordering: TestOrganization;
let members: Readonly<Record<Member, TestOrganization>>;
let orderer: TestOrderer;
let nodes: Readonly<Record<Member, TestPeer>>;
let admins: Readonly<Record<Member | 'OrdererMSP', SigningIdentity>>;
/** Each organization's peer, asked by its own Admin. */
let peers: Readonly<Record<Member, Peer>>;
/** The orderer, asked by the Admin of its organization. */
let orderingService: Orderer;
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
  admins = {
    OrdererMSP: await identity(org0, 'admin'),
    Org1MSP: await identity(org1, 'admin'),
    Org2MSP: await identity(org2, 'admin'),
  };
  orderer = keep(await startOrderer(org0, 'org0-orderer1'));
  nodes = {
    Org1MSP: keep(await startPeer(org1, 'org1-peer1', { organization: '127.0.0.1' })),
    Org2MSP: keep(await startPeer(org2, 'org2-peer1', { organization: '127.0.0.1' })),
  };
  peers = { Org1MSP: peerOf('Org1MSP'), Org2MSP: peerOf('Org2MSP') };
  orderingService = use(connectOrderer(ordererEndpoint(), admins.OrdererMSP, limits));
  block = await channelOf(CHANNEL, [orderer.consenter]);
  port = await freePort();
  // Each peer fills in what it has as its organization.
  const connection = { address: `{{.organization}}:${port}`, dialTimeout: '3s' };
  chaincode = await ccaasPackage({ label: 'basic_1.0', connection });
});

afterAll(async () => {
  for (const client of clients) client.close();
  await Promise.all(started.map((node) => node[Symbol.asyncDispose]()));
});

/** Remembers what has to be ended, also when what comes next does not start. */
function keep<Node extends AsyncDisposable>(node: Node): Node {
  started.push(node);
  return node;
}

function use<Client extends { close(): void }>(client: Client): Client {
  clients.push(client);
  return client;
}

const DEFINITION: ChaincodeDefinition = {
  name: 'basic',
  version: '1.0',
  sequence: 1,
  endorsementPolicy: signature("OR('Org1MSP.peer', AND('Org1MSP.member', 'Org2MSP.peer'))"),
  initRequired: false,
  collections: [
    {
      name: 'private',
      policy: signature("OR('Org1MSP.member')"),
      requiredPeerCount: 0,
      maxPeerCount: 1,
      blockToLive: 100,
      memberOnlyRead: true,
      memberOnlyWrite: false,
      endorsementPolicy: undefined,
    },
    {
      name: 'shared',
      policy: signature("OR('Org1MSP.member', 'Org2MSP.member')"),
      requiredPeerCount: 0,
      maxPeerCount: 2,
      blockToLive: 0,
      memberOnlyRead: false,
      memberOnlyWrite: true,
      endorsementPolicy: { kind: 'channel', path: '/Channel/Application/Writers' },
    },
  ],
};

describe('A channel', () => {
  it('is not found at a node that has not joined it', async () => {
    const { Org1MSP: peer } = peers;
    expect(await peer.channels()).toEqual([]);
    for (const node of [peer, orderingService]) {
      expect(await node.fetchBlock(CHANNEL, 'config')).toBeUndefined();
      expect(await node.fetchBlock(CHANNEL, 'oldest')).toBeUndefined();
    }
    await expect(peer.ledger(CHANNEL)).rejects.toMatchObject({
      kind: 'notFound',
      message:
        'Reading the height of mychannel at org1-peer1 failed: Invalid chain ID, mychannel (500 INTERNAL_SERVER_ERROR)',
    });
    await expect(peer.committedDefinition(CHANNEL, 'basic')).rejects.toMatchObject({ kind: 'notFound' });
    await expect(orderingService.broadcast(await update([]))).rejects.toMatchObject({
      kind: 'notFound',
      message: expect.stringMatching(
        /at org0-orderer1 failed: .* \(the orderer has not joined the channel\) \(400 BAD_REQUEST\)$/,
      ) as unknown,
    });
  });

  it('is joined by a peer in the name of its own Admin', async () => {
    await orderer.admin().join(block);
    await Promise.all(MEMBERS.map((member) => peers[member].joinChannel(block)));
    expect(await peers.Org1MSP.channels()).toEqual([CHANNEL]);
    expect(await peers.Org2MSP.ledger(CHANNEL)).toEqual({ height: 1 });
    await expect(peers.Org1MSP.joinChannel(block)).rejects.toMatchObject({ kind: 'alreadyExists' });
  });

  it('is not joined in the name of somebody who is no Admin, or the Admin of another organization', async () => {
    for (const stranger of [await identity(members.Org1MSP, 'client'), admins.Org2MSP]) {
      await expect(peerOf('Org1MSP', stranger).joinChannel(block)).rejects.toMatchObject({ kind: 'notAuthorized' });
    }
  });

  it('gives its blocks, by the orderer and by a peer, and none that is still to come', async () => {
    const config = await eventually(() => orderingService.fetchBlock(CHANNEL, 'config'), LEADER_TIMEOUT_MS);
    const first = await peers.Org1MSP.fetchBlock(CHANNEL, 0);
    for (const copy of [config, first]) expect(sameBlock(copy ?? new Uint8Array(), block)).toBe(true);
    for (const node of [peers.Org1MSP, orderingService]) expect(await node.fetchBlock(CHANNEL, 1)).toBeUndefined();
  });

  it('without a leader takes nothing, and gives no blocks', async () => {
    const absent = await newConsenter(ordering, 'localhost', await freePort());
    const lonely = await channelOf('lonely', [orderer.consenter, absent]);
    await orderer.admin().join(lonely);
    await expect(orderingService.broadcast(await update(MEMBERS, 'lonely'))).rejects.toMatchObject({
      kind: 'noLeader',
      message: expect.stringContaining('no Raft leader (503 SERVICE_UNAVAILABLE)') as unknown,
    });
    await expect(orderingService.fetchBlock('lonely', 'newest')).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'Fetching the newest block of lonely at org0-orderer1 failed: it answers (503 SERVICE_UNAVAILABLE)',
    });
    await peers.Org1MSP.joinChannel(lonely);
    const approval = peers.Org1MSP.approve('lonely', { ...DEFINITION, collections: [] }, undefined);
    await expect(approval).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(
        'the channel may have no leader (no orderers could successfully process transaction)',
      ) as unknown,
    });
  });
});

describe('A chaincode', () => {
  it('is installed under the package ID that was computed for it, once', async () => {
    expect(await peers.Org1MSP.installedChaincodes()).toEqual([]);
    for (const member of ['Org1MSP', 'Org2MSP', 'Org1MSP'] as const) {
      expect(await peers[member].installChaincode(chaincode.bytes)).toBe(chaincode.packageId);
      expect(await peers[member].installedChaincodes()).toEqual([
        { packageId: chaincode.packageId, label: 'basic_1.0' },
      ]);
    }
  });

  it('that cannot be read is refused', async () => {
    await expect(peers.Org1MSP.installChaincode(Buffer.from('x'))).rejects.toMatchObject({ kind: 'refused' });
  });

  it('is approved by each organization, and no approval is repeated', async () => {
    const readiness = (): Promise<unknown> => peers.Org2MSP.commitReadiness(CHANNEL, DEFINITION);
    expect(await readiness()).toEqual({ Org1MSP: false, Org2MSP: false });
    await approve('Org1MSP', DEFINITION);
    await eventually(async () => {
      expect(await readiness()).toEqual({ Org1MSP: true, Org2MSP: false });
    }, LEADER_TIMEOUT_MS);
    expect(await peers.Org1MSP.approvedDefinition(CHANNEL, 'basic', 1)).toEqual({
      version: '1.0',
      sequence: 1,
      packageId: chaincode.packageId,
    });
    await expect(peers.Org2MSP.approvedDefinition(CHANNEL, 'basic', 1)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(approve('Org1MSP', DEFINITION)).rejects.toMatchObject({ kind: 'conflict' });
    await expect(approve('Org1MSP', { ...DEFINITION, sequence: 3 })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('has the same definition for an organization that approves by means of the peer program', async () => {
    await using program = await peerProgram(members.Org2MSP, nodes.Org2MSP.endpoint);
    const collections = await program.write('collections.json', JSON.stringify(PRINTED_COLLECTIONS));
    const definition = [
      ...['--channelID', CHANNEL, '--name', 'basic', '--version', '1.0', '--sequence', '1'],
      ...['--signature-policy', "OR('Org1MSP.peer', AND('Org1MSP.member', 'Org2MSP.peer'))"],
      ...['--collections-config', collections],
    ];
    const { host, port: ordererPort, tlsRoots } = ordererEndpoint();
    const roots = await program.write('orderer-tls.pem', tlsRoots);
    await program.run(
      ...['lifecycle', 'chaincode', 'approveformyorg', ...definition, '--package-id', chaincode.packageId],
      ...['--orderer', `${host}:${ordererPort}`, '--tls', '--cafile', roots],
    );
    await eventually(async () => {
      expect(await peers.Org1MSP.commitReadiness(CHANNEL, DEFINITION)).toEqual({ Org1MSP: true, Org2MSP: true });
    }, LEADER_TIMEOUT_MS);
    const seen = await program.run('lifecycle', 'chaincode', 'checkcommitreadiness', ...definition, '--output', 'json');
    expect(JSON.parse(seen)).toEqual({ approvals: { Org1MSP: true, Org2MSP: true } });
  });

  it('is committed with the endorsement of a majority, and not with less', async () => {
    await expect(peers.Org1MSP.commit(CHANNEL, DEFINITION, ['Org1MSP'])).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        /^The commit of basic on mychannel changed nothing: .* \(10 ENDORSEMENT_POLICY_FAILURE, transaction/,
      ) as unknown,
    });
    expect(await peers.Org1MSP.committedDefinition(CHANNEL, 'basic')).toBeUndefined();

    await eventually(() => peers.Org1MSP.commit(CHANNEL, DEFINITION, MEMBERS), GOSSIP_TIMEOUT_MS);
    const committed = await eventually(async () => {
      const found = await peers.Org2MSP.committedDefinition(CHANNEL, 'basic');
      expect(found).toBeDefined();
      return found;
    }, LEADER_TIMEOUT_MS);
    expect(committed).toEqual({
      ...DEFINITION,
      endorsementPlugin: 'escc',
      validationPlugin: 'vscc',
      approvals: { Org1MSP: true, Org2MSP: true },
    });
    expect(committed && definitionDifferences(committed, DEFINITION)).toEqual([]);
    await expect(peers.Org1MSP.commit(CHANNEL, DEFINITION, MEMBERS)).rejects.toMatchObject({ kind: 'conflict' });
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
      for (const member of MEMBERS) {
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
    await expect(peers.Org1MSP.query(CHANNEL, 'other', ['hello'])).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('has its next definition under the next sequence, and wants its initialization if that says so', async () => {
    const next: ChaincodeDefinition = { ...DEFINITION, version: '1.1', sequence: 2, initRequired: true };
    const committed = await peers.Org1MSP.committedDefinition(CHANNEL, 'basic');
    expect(committed && definitionDifferences(committed, next)).toEqual([
      'version 1.0 -> 1.1',
      'initialization not required -> required',
    ]);
    for (const member of MEMBERS) await approve(member, next);
    await eventually(async () => {
      expect(await peers.Org2MSP.commitReadiness(CHANNEL, next)).toEqual({ Org1MSP: true, Org2MSP: true });
    }, LEADER_TIMEOUT_MS);
    await peers.Org2MSP.commit(CHANNEL, next, MEMBERS);
    await expect(query('Org2MSP', 'hello')).rejects.toMatchObject({ kind: 'notInitialized' });
  });
});

describe('A config update', () => {
  it('needs the signatures of a majority of Admins, and is made once', async () => {
    await expect(orderingService.broadcast(await update(['Org1MSP']))).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/requires 2 of the 'Admins' sub-policies .* \(400 BAD_REQUEST\)$/) as unknown,
    });
    const signed = await update(MEMBERS);
    const { height } = await peers.Org2MSP.ledger(CHANNEL);
    await orderingService.broadcast(signed);
    await eventually(async () => {
      expect(await peers.Org2MSP.ledger(CHANNEL)).toEqual({ height: height + 1 });
    }, LEADER_TIMEOUT_MS);
    await expect(orderingService.broadcast(signed)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('is what the newest configuration holds, at the orderer and at a peer', async () => {
    for (const node of [orderingService, peers.Org1MSP]) {
      const newest = await node.fetchBlock(CHANNEL, 'config');
      const { channel_group: group } = await channelConfig(programs, newest ?? new Uint8Array(), signal);
      expect(group.groups['Application']?.values['Capabilities']).toBeUndefined();
    }
  });
});

describe('A node that does not answer', () => {
  it('is named, and so is the reason', async () => {
    const listing = (other: Partial<NodeEndpoint>): Promise<unknown> =>
      use(connectPeer({ ...nodes.Org1MSP.endpoint, ...other }, admins.Org1MSP, limits)).channels();
    const closed = await freePort();
    await expect(listing({ port: closed })).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(
        /^Listing channels at org1-peer1 failed: it cannot be reached at .*ECONNREFUSED.* \(14 UNAVAILABLE\)$/,
      ) as unknown,
    });
    await expect(listing({ tlsRoots: members.Org1MSP.roots.ca })).rejects.toMatchObject({
      kind: 'untrusted',
      message: expect.stringContaining('shows a TLS certificate') as unknown,
    });
  });

  it('is the orderer that is down', async () => {
    await orderer.kill();
    await expect(orderingService.fetchBlock(CHANNEL, 'newest')).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

async function identity(organization: TestOrganization, role: 'admin' | 'client'): Promise<SigningIdentity> {
  const { name, mspId } = organization;
  return { mspId, ...(await organization.identity(`${name}-${role}`, role)) };
}

function signature(text: string): ApplicationPolicy {
  return { kind: 'signature', policy: parseSignaturePolicy(text) };
}

/** The collections of the definition in the form that the peer program reads. */
const PRINTED_COLLECTIONS = [
  {
    name: 'private',
    policy: "OR('Org1MSP.member')",
    requiredPeerCount: 0,
    maxPeerCount: 1,
    blockToLive: 100,
    memberOnlyRead: true,
    memberOnlyWrite: false,
  },
  {
    name: 'shared',
    policy: "OR('Org1MSP.member', 'Org2MSP.member')",
    requiredPeerCount: 0,
    maxPeerCount: 2,
    blockToLive: 0,
    memberOnlyRead: false,
    memberOnlyWrite: true,
    endorsementPolicy: { channelConfigPolicy: '/Channel/Application/Writers' },
  },
];

function channelOf(name: string, consenters: readonly TestOrderer['consenter'][]): Promise<Uint8Array> {
  const blueprint = channelBlueprint(ordering, consenters, [members.Org1MSP, members.Org2MSP]);
  return genesisBlock(
    programs,
    {
      ...blueprint,
      name,
      consensus: { ...RAFT, tickInterval: '100ms' },
      batch: { ...blueprint.batch, timeout: '200ms' },
      members: MEMBERS.map((member) => ({ ...members[member], anchorPeers: [nodes[member].endpoint] })),
    },
    signal,
  );
}

/** The removal of the application's capabilities, signed by these organizations and sent by the one that orders. */
async function update(signers: readonly Member[], channel = CHANNEL): Promise<Uint8Array> {
  const current = await channelConfig(programs, block, signal);
  const wanted = structuredClone(current);
  delete wanted.channel_group.groups['Application']?.values['Capabilities'];
  const change = await configUpdate(programs, { channel, current, wanted }, signal);
  if (change === undefined) throw new Error('there is no difference');
  const signatures = await Promise.all(signers.map((member) => signConfigUpdate(change, admins[member])));
  return configUpdateTransaction({ channel, configUpdate: change, signatures, sender: admins.OrdererMSP });
}

function peerOf(member: Member, admin: SigningIdentity = admins[member]): Peer {
  return use(connectPeer(nodes[member].endpoint, admin, limits));
}

function ordererEndpoint(): NodeEndpoint {
  const { host, port: ordererPort } = orderer.consenter;
  return { name: 'org0-orderer1', host, port: ordererPort, tlsRoots: ordering.roots.tlsca };
}

/** Approves, as soon as the channel has a leader. */
async function approve(member: Member, definition: ChaincodeDefinition): Promise<void> {
  const outcome = await eventually(async () => {
    try {
      await peers[member].approve(CHANNEL, definition, chaincode.packageId);
      return undefined;
    } catch (error) {
      if (error instanceof Error && 'kind' in error && error.kind === 'unavailable') throw error;
      return error;
    }
  }, LEADER_TIMEOUT_MS);
  if (outcome !== undefined) throw outcome as Error;
}

function query(member: Member, ...args: readonly string[]): Promise<string> {
  return peers[member].query(CHANNEL, 'basic', args);
}
