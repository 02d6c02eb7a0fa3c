import { createHash } from 'node:crypto';
import { dirname } from 'node:path';

import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';

import { withOrderer, withPeer, type AskedNodes } from '../../../src/activities/peers/sessions.ts';
import {
  describeBlock,
  fabricNodes,
  fabricPrograms,
  type BlockSpecifier,
  type Peer,
} from '../../../src/fabric/index.ts';
import { portForward, type Cluster } from '../../../src/kubernetes/index.ts';
import { locateArtifacts } from '../../../src/local/artifacts/index.ts';
import type { Network } from '../../../src/spec/index.ts';
import { membersOf, orderingOf, referenceTo, type Participant } from '../../../src/workflows/inputs.ts';

/** A channel as every node has it, asked one by one. */
export interface Ledgers {
  /** Number of blocks of each orderer and each peer. */
  readonly heights: Readonly<Record<string, number>>;
  /** Hash of the first block's data of each orderer and each peer. */
  readonly firstBlocks: Readonly<Record<string, string>>;
  /** Hash of each peer's newest block, and with it of all blocks before. */
  readonly newestHashes: readonly string[];
  /** Types of the transactions in all blocks, in their order. */
  readonly transactions: readonly Transaction[];
  /** What is installed on each peer, as labels, sorted. */
  readonly installed: Readonly<Record<string, readonly string[]>>;
}

/** Something that was ordered twice is `void` the second time. */
export type Transaction = 'configuration' | 'endorsed' | 'void';

/** A peer answers in a tenth of a second, and a machine that is busy with other tests takes its time. */
const TIMEOUT_MS = 120_000;

export async function viewLedgers(cluster: Cluster, network: Network, channelName: string): Promise<Ledgers> {
  const channel = network.channels.find(({ name }) => name === channelName);
  if (channel === undefined) throw new Error(`There is no channel ${channelName} in the description.`);
  const dependencies = {
    cluster,
    connector: portForward(cluster),
    nodes: fabricNodes,
    programs: fabricPrograms({ folder: dirname(locateArtifacts().path('configtxgen')) }),
  };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const askedOf = ({ organization, nodes }: Participant): AskedNodes[] =>
    nodes.map((node) => ({ organization: referenceTo(cluster.name, organization), nodes: [node] }));
  const peers = membersOf(network, channel).flatMap(askedOf);
  const ask = <Result>(peer: AskedNodes, question: (client: Peer) => Promise<Result>): Promise<Result> =>
    withPeer(dependencies, peer, signal, question);

  const views: NodeView[] = [];
  const peerViews: PeerView[] = [];
  for (const orderer of orderingOf(network, channel).flatMap(askedOf)) {
    views.push(
      await withOrderer(dependencies, orderer, signal, (client) => viewNode(orderer.nodes.join(), client, channelName)),
    );
  }
  for (const peer of peers) {
    const view = await ask(peer, async (client) => ({
      ...(await viewNode(peer.nodes.join(), client, channelName)),
      // A peer gives them in no order.
      installed: (await client.installedChaincodes()).map(({ label }) => label).sort(),
    }));
    peerViews.push(view);
  }
  const [first] = peers;
  const [home] = peerViews;
  if (first === undefined || home === undefined) throw new Error(`${channelName} has no peers.`);
  const transactions = await ask(first, (client) => transactionsOf(client, channelName, home.height));
  const all = [...views, ...peerViews];
  return {
    heights: Object.fromEntries(all.map(({ name, height }) => [name, height])),
    firstBlocks: Object.fromEntries(all.map(({ name, firstBlock }) => [name, firstBlock])),
    newestHashes: peerViews.map(({ newestHash }) => newestHash),
    transactions,
    installed: Object.fromEntries(peerViews.map(({ name, installed }) => [name, installed])),
  };
}

interface NodeView {
  readonly name: string;
  readonly height: number;
  readonly firstBlock: string;
  readonly newestHash: string;
}

interface PeerView extends NodeView {
  readonly installed: readonly string[];
}

/** What peers and orderers give blocks by. */
interface BlockGiver {
  fetchBlock(channel: string, which: BlockSpecifier): Promise<Uint8Array | undefined>;
}

async function viewNode(name: string, node: BlockGiver, channel: string): Promise<NodeView> {
  const [oldest, newest] = [await node.fetchBlock(channel, 'oldest'), await node.fetchBlock(channel, 'newest')];
  if (oldest === undefined || newest === undefined) throw new Error(`${name} is not in ${channel}.`);
  const header = common.Block.deserializeBinary(newest).getHeader();
  return {
    name,
    height: describeBlock(newest).number + 1,
    firstBlock: describeBlock(oldest).dataHash,
    newestHash: createHash('sha256')
      .update(header?.serializeBinary() ?? '')
      .digest('hex'),
  };
}

async function transactionsOf(node: BlockGiver, channel: string, height: number): Promise<Transaction[]> {
  const transactions: Transaction[] = [];
  for (let number = 0; number < height; number += 1) {
    const block = await node.fetchBlock(channel, number);
    if (block === undefined) throw new Error(`There is no block ${number} of ${channel}.`);
    const { envelopes, isValid } = contentOf(common.Block.deserializeBinary(block));
    transactions.push(...envelopes.map((envelope, index) => (isValid(index) ? typeOf(envelope) : 'void')));
  }
  return transactions;
}

/** @param block as a peer has it, which has judged every transaction */
function contentOf(block: common.Block): { envelopes: Uint8Array[]; isValid: (index: number) => boolean } {
  const judgements = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
  return {
    envelopes: block.getData()?.getDataList_asU8() ?? [],
    // peer.TxValidationCode.VALID; the genesis block has no judgement.
    isValid: (index) => (judgements?.[index] ?? 0) === 0,
  };
}

function typeOf(envelope: Uint8Array): Transaction {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
  const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
  const type = common.ChannelHeader.deserializeBinary(header).getType();
  if (type === common.HeaderType.CONFIG) return 'configuration';
  if (type === common.HeaderType.ENDORSER_TRANSACTION) return 'endorsed';
  throw new Error(`A transaction of type ${type} was not expected.`);
}
