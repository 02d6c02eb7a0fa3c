import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import type { Dependencies } from '../../../src/activities/cluster/manifests.ts';
import {
  configSequence,
  describeBlock,
  FabricError,
  type ApprovedDefinition,
  type Approvals,
  type BlockSpecifier,
  type ChaincodeDefinition,
  type CommittedDefinition,
  type ConsensusMetrics,
  type FabricNodes,
  type FabricPrograms,
  type Orderer,
  type OrdererAdmin,
  type Peer,
} from '../../../src/fabric/index.ts';
import { KubernetesError, type ServiceConnector } from '../../../src/kubernetes/index.ts';
import { newBlock, newConfigBlock } from '../fabric/channel/blocks.ts';
import type { ObjectStore } from './object-store.ts';

/** A node's blocks of each channel that it is in, by the channel's name. */
export type Ledgers = Map<string, Uint8Array[]>;

export interface FakeOrderer {
  readonly channels: Ledgers;
  /** What its operations endpoint says, by the channel's name. */
  readonly metrics: Map<string, ConsensusMetrics>;
}

export interface FakePeer {
  readonly channels: Ledgers;
  /** Package IDs. */
  readonly installed: Set<string>;
  /** Names of chaincodes for which it knows too few peers. */
  readonly withoutEndorsers: Set<string>;
  /** What its chaincodes answer; what it throws is their error. */
  answer: () => string;
}

interface Approval {
  readonly channel: string;
  readonly definition: ChaincodeDefinition;
  readonly mspId: string;
  readonly packageId: string | undefined;
}

/** Who was asked, in whose name, and what was trusted there. */
export interface Asked {
  readonly node: string;
  /** MSP ID of an identity, or a TLS certificate. */
  readonly as: string;
  readonly trusts: string;
}

/** Orderers and peers in memory that answer as Fabric's do. A node is there as soon as it is named. */
export interface FakeFabric {
  readonly peer: (name: string) => FakePeer;
  readonly orderer: (name: string) => FakeOrderer;
  /** What organizations have approved, of every channel. */
  readonly approvals: Approval[];
  /** The definitions that channels have, by `<channel>/<chaincode>`. */
  readonly definitions: Map<string, CommittedDefinition>;
  /** MSP IDs of the members of all channels. */
  members: readonly string[];
  /** Peers that have come into their channels anew, and lack the private data of before. */
  readonly withoutPrivateData: Set<string>;
  /** Services without a ready pod. */
  readonly down: Set<string>;
  /** What nodes were asked to change, in order, e.g. `org1-peer1 joinChannel mychannel`. */
  readonly changes: string[];
  readonly asked: Asked[];
  /** Connections and clients that nobody has closed. */
  readonly open: string[];
  /** Called with each call before it is carried out, e.g. `org1-peer1 ledger mychannel`; what it throws is the answer. */
  before: (call: string) => void | Promise<void>;
  /** The same after it was carried out: an answer that gets lost. */
  after: (call: string) => void | Promise<void>;
  readonly dependencies: (store: ObjectStore, programs?: FabricPrograms) => Dependencies;
}

/** Makes a network without channels. */
export function fakeFabric(): FakeFabric {
  const peers = new Map<string, FakePeer>();
  const orderers = new Map<string, FakeOrderer>();

  /** Carries a call out as a node would. */
  const call = async <Result>(name: string, act: () => Result): Promise<Result> => {
    await fabric.before(name);
    const result = act();
    await fabric.after(name);
    return result;
  };
  const change = <Result>(name: string, act: () => Result): Promise<Result> =>
    call(name, () => {
      const result = act();
      fabric.changes.push(name);
      return result;
    });
  const opened = (what: string): (() => void) => {
    fabric.open.push(what);
    return () => {
      const at = fabric.open.indexOf(what);
      if (at === -1) throw new Error(`${what} is closed twice`);
      fabric.open.splice(at, 1);
    };
  };
  /** What was ordered reaches every node that is in the channel. */
  const order = (channel: string, blockOf: (number: number) => Uint8Array): void => {
    for (const { channels } of [...peers.values(), ...orderers.values()]) {
      const blocks = channels.get(channel);
      blocks?.push(blockOf(blocks.length));
    }
  };
  const orderTransaction = (channel: string): void => {
    order(channel, (number) => newBlock({ channel, number }).serializeBinary());
  };
  const approvalsOf = (channel: string, definition: ChaincodeDefinition): Approvals =>
    Object.fromEntries(
      fabric.members.map((mspId) => [
        mspId,
        fabric.approvals.some(
          (approval) =>
            approval.channel === channel &&
            approval.mspId === mspId &&
            isDeepStrictEqual(approval.definition, definition),
        ),
      ]),
    );

  const connectPeer: FabricNodes['connectPeer'] = ({ name = '', tlsRoots }, { mspId }) => {
    const peer = fabric.peer(name);
    fabric.asked.push({ node: name, as: mspId, trusts: tlsRoots });
    const client: Peer = {
      channels: () => call(`${name} channels`, () => [...peer.channels.keys()]),
      ledger: (channel) =>
        call(`${name} ledger ${channel}`, () => ({ height: blocksOf(name, peer.channels, channel).length })),
      joinChannel: (block) => {
        const { channel } = describeBlock(block);
        return change(`${name} joinChannel ${channel}`, () => {
          if (peer.channels.has(channel)) throw new FabricError('alreadyExists', `${name} is in ${channel}`);
          peer.channels.set(channel, [new Uint8Array(block)]);
        });
      },
      fetchBlock: (channel, which) =>
        call(`${name} fetchBlock ${channel} ${which}`, () => blockAt(peer.channels.get(channel), which)),
      chaincodesWithoutEndorsers: (channel, chaincodes) =>
        call(`${name} chaincodesWithoutEndorsers ${channel}`, () =>
          chaincodes.filter((chaincode) => peer.withoutEndorsers.has(chaincode)),
        ),
      query: (channel, chaincode) => call(`${name} query ${channel} ${chaincode}`, () => peer.answer()),
      installedChaincodes: () =>
        call(`${name} installedChaincodes`, () =>
          [...peer.installed].map((packageId) => ({ packageId, label: packageId.split(':')[0] ?? '' })),
        ),
      installChaincode: (bytes) =>
        change(`${name} installChaincode`, () => {
          const packageId = packageIdOf(bytes);
          peer.installed.add(packageId);
          return packageId;
        }),
      committedDefinition: (channel, chaincode) =>
        call(`${name} committedDefinition ${channel} ${chaincode}`, () => {
          const committed = fabric.definitions.get(`${channel}/${chaincode}`);
          return committed && { ...committed, approvals: approvalsOf(channel, uncommitted(committed)) };
        }),
      commitReadiness: (channel, definition) =>
        call(`${name} commitReadiness ${channel} ${definition.name}`, () => {
          const next = (fabric.definitions.get(`${channel}/${definition.name}`)?.sequence ?? 0) + 1;
          if (definition.sequence !== next) throw new FabricError('refused', `the next sequence is ${next}`);
          return approvalsOf(channel, definition);
        }),
      approvedDefinition: (channel, chaincode, sequence) =>
        call(`${name} approvedDefinition ${channel} ${chaincode} ${sequence}`, (): ApprovedDefinition | undefined => {
          if (fabric.withoutPrivateData.has(name)) return undefined;
          const approval = fabric.approvals.findLast(
            (one) =>
              one.channel === channel &&
              one.mspId === mspId &&
              one.definition.name === chaincode &&
              one.definition.sequence === sequence,
          );
          if (approval === undefined) throw new FabricError('notFound', `${mspId} has not approved ${chaincode}`);
          return { version: approval.definition.version, sequence, packageId: approval.packageId };
        }),
      approve: (channel, definition, packageId) =>
        change(`${name} approve ${channel} ${definition.name} ${definition.sequence}`, () => {
          fabric.approvals.push({ channel, definition, mspId, packageId });
          orderTransaction(channel);
        }),
      commit: (channel, definition, organizations) =>
        change(
          `${name} commit ${channel} ${definition.name} ${definition.sequence} by ${organizations.join(' and ')}`,
          () => {
            const plugins = { endorsementPlugin: 'escc', validationPlugin: 'vscc' };
            fabric.definitions.set(`${channel}/${definition.name}`, { ...definition, ...plugins });
            orderTransaction(channel);
          },
        ),
      close: opened(`peer ${name}`),
    };
    return client;
  };

  const connectOrderer: FabricNodes['connectOrderer'] = ({ name = '', tlsRoots }, { mspId }) => {
    const { channels } = fabric.orderer(name);
    fabric.asked.push({ node: name, as: mspId, trusts: tlsRoots });
    const client: Orderer = {
      fetchBlock: (channel, which) =>
        call(`${name} fetchBlock ${channel} ${which}`, () => blockAt(channels.get(channel), which)),
      broadcast: (envelope) =>
        change(`${name} broadcast`, () => {
          const [channel = ''] = [...channels.keys()].filter((known) => Buffer.from(envelope).includes(known));
          const sequence = sequenceOf(blocksOf(name, channels, channel)) + 1;
          order(channel, (number) => newConfigBlock({ channel, number, sequence }));
        }),
      close: opened(`orderer ${name}`),
    };
    return client;
  };

  const connectOrdererAdmin: FabricNodes['connectOrdererAdmin'] = ({ servername: name, certificate, tlsRoots }) => {
    const { channels } = fabric.orderer(name);
    fabric.asked.push({ node: name, as: certificate, trusts: tlsRoots });
    const partIn = (channel: string): Awaited<ReturnType<OrdererAdmin['join']>> | undefined => {
      const blocks = channels.get(channel);
      return blocks && { status: 'active', consensusRelation: 'consenter', height: blocks.length };
    };
    const close = opened(`admin ${name}`);
    return {
      channels: () => call(`${name} channels`, () => [...channels.keys()]),
      channel: (channel) => call(`${name} channel ${channel}`, () => partIn(channel)),
      join: (block) => {
        const { channel } = describeBlock(block);
        return change(`${name} join ${channel}`, () => {
          if (channels.has(channel)) throw new FabricError('alreadyExists', `${name} is in ${channel}`);
          channels.set(channel, [new Uint8Array(block)]);
          return { status: 'onboarding', consensusRelation: 'consenter', height: 1 };
        });
      },
      remove: (channel) =>
        change(`${name} remove ${channel}`, () => {
          if (!channels.delete(channel)) throw new FabricError('notFound', `${name} is not in ${channel}`);
        }),
      close: async () => {
        await Promise.resolve();
        close();
      },
    };
  };

  const connector: ServiceConnector = {
    connect: async ({ service, port }) => {
      await Promise.resolve();
      if (fabric.down.has(service)) throw new KubernetesError('noReadyPod', `${service} has no ready pod.`);
      const close = opened(`way to ${service}`);
      return {
        host: service,
        port,
        close: async () => {
          await Promise.resolve();
          close();
        },
      };
    },
  };

  const fabric: FakeFabric = {
    peer: (name) =>
      one(peers, name, () => ({
        channels: new Map(),
        installed: new Set(),
        withoutEndorsers: new Set(),
        answer: () => '{}',
      })),
    orderer: (name) => one(orderers, name, () => ({ channels: new Map(), metrics: new Map() })),
    approvals: [],
    definitions: new Map(),
    members: ['Org1MSP', 'Org2MSP'],
    withoutPrivateData: new Set(),
    down: new Set(),
    changes: [],
    asked: [],
    open: [],
    before: () => undefined,
    after: () => undefined,
    dependencies: ({ cluster }, programs = NO_PROGRAMS) => ({
      cluster,
      connector,
      nodes: {
        connectPeer,
        connectOrderer,
        connectOrdererAdmin,
        consensusMetrics: ({ host }) => call(`${host} metrics`, () => fabric.orderer(host).metrics),
      },
      programs,
    }),
  };
  return fabric;
}

/** As Fabric computes it (`PackageID` in core/chaincode/persistence); the label stands in the package as it is. */
function packageIdOf(bytes: Uint8Array): string {
  const label = /"label":"([^"]+)"/.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? '';
  return `${label}:${createHash('sha256').update(bytes).digest('hex')}`;
}

const NO_PROGRAMS: FabricPrograms = { run: () => Promise.reject(new Error('no program runs here')) };

function one<Node>(nodes: Map<string, Node>, name: string, make: () => Node): Node {
  const node = nodes.get(name) ?? make();
  nodes.set(name, node);
  return node;
}

function blocksOf(node: string, channels: Ledgers, channel: string): Uint8Array[] {
  const blocks = channels.get(channel);
  if (blocks === undefined) throw new FabricError('notFound', `${node} is not in ${channel}`);
  return blocks;
}

function blockAt(blocks: readonly Uint8Array[] = [], which: BlockSpecifier): Uint8Array | undefined {
  switch (which) {
    case 'oldest':
      return blocks[0];
    case 'newest':
      return blocks.at(-1);
    case 'config':
      return blocks.findLast((block) => isConfig(block));
    default:
      return blocks[which];
  }
}

function isConfig(block: Uint8Array): boolean {
  try {
    return configSequence(block) >= 0;
  } catch {
    return false;
  }
}

function sequenceOf(blocks: readonly Uint8Array[]): number {
  const newest = blocks.findLast((block) => isConfig(block));
  return newest === undefined ? -1 : configSequence(newest);
}

/** What organizations approve: a definition without what peers fill in when it is committed. */
function uncommitted(committed: CommittedDefinition): ChaincodeDefinition {
  const { name, version, sequence, endorsementPolicy, initRequired, collections } = committed;
  return { name, version, sequence, endorsementPolicy, initRequired, collections };
}
