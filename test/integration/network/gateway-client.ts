import { createPrivateKey } from 'node:crypto';

import { Client, credentials } from '@grpc/grpc-js';
import { connect, signers, type Contract, type Gateway, type Network } from '@hyperledger/fabric-gateway';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import ledger from '@hyperledger/fabric-protos/lib/common/ledger_pb.js';
import definitions from '@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb.js';
import transactions from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js';

import { portForward, type Cluster } from '../../../src/kubernetes/index.ts';
import { dataOf, entry } from './objects.ts';

/** A peer's gateway, asked by Fabric's own client: in the name of the Admin of the peer's organization, unless told. */
export interface PeerClient {
  readonly gateway: Gateway;
  readonly channel: (name: string) => Network;
  readonly contract: (channel: string, chaincode: string) => Contract;
  /** Number of blocks that the peer has. */
  readonly height: (channel: string) => Promise<number>;
  /** A chaincode's definition as the channel has it. */
  readonly definition: (channel: string, chaincode: string) => Promise<CommittedDefinition>;
  readonly close: () => Promise<void>;
}

export type CommittedDefinition = InstanceType<typeof definitions.QueryChaincodeDefinitionResult>;

// A block is cut within half a second; the rest is for a machine that is busy with other tests.
const TIMEOUT_MS = 60_000;

/**
 * @param organization e.g. `org1`, of the MSP ID `Org1MSP`
 * @param timeoutMs for how long each call may take
 * @param secret with whose identity
 */
export async function connectPeer(
  cluster: Cluster,
  namespace: string,
  organization: string,
  peer = 'peer1',
  timeoutMs = TIMEOUT_MS,
  secret = `${organization}-admin-msp`,
): Promise<PeerClient> {
  const mspId = `O${organization.slice(1)}MSP`;
  const [identity, roots, way] = await Promise.all([
    dataOf(cluster, 'Secret', namespace, secret),
    dataOf(cluster, 'ConfigMap', namespace, `${organization}-ca-certificates`),
    portForward(cluster).connect(
      { namespace, service: `${organization}-${peer}`, port: 7051 },
      AbortSignal.timeout(TIMEOUT_MS),
    ),
  ]);
  const client = new Client(`${way.host}:${way.port}`, credentials.createSsl(Buffer.from(entry(roots, 'tlsca.pem'))), {
    'grpc.ssl_target_name_override': `${organization}-${peer}`,
  });
  const deadline = (): { deadline: number } => ({ deadline: Date.now() + timeoutMs });
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(entry(identity, 'cert.pem')) },
    signer: signers.newPrivateKeySigner(createPrivateKey(entry(identity, 'key.pem'))),
    evaluateOptions: deadline,
    endorseOptions: deadline,
    submitOptions: deadline,
    commitStatusOptions: deadline,
  });
  /** Of this peer, and of no other that the gateway knows. */
  const ask = (channel: string, chaincode: string, fn: string, argument: string | Uint8Array): Promise<Uint8Array> =>
    gateway
      .getNetwork(channel)
      .getContract(chaincode)
      .evaluate(fn, { arguments: [argument], endorsingOrganizations: [mspId] });

  return {
    gateway,
    channel: (name) => gateway.getNetwork(name),
    contract: (channel, chaincode) => gateway.getNetwork(channel).getContract(chaincode),
    height: async (channel) =>
      ledger.BlockchainInfo.deserializeBinary(await ask(channel, 'qscc', 'GetChainInfo', channel)).getHeight(),
    definition: async (channel, chaincode) => {
      const question = new definitions.QueryChaincodeDefinitionArgs();
      question.setName(chaincode);
      return definitions.QueryChaincodeDefinitionResult.deserializeBinary(
        await ask(channel, '_lifecycle', 'QueryChaincodeDefinition', question.serializeBinary()),
      );
    },
    close: async () => {
      gateway.close();
      client.close();
      await way.close();
    },
  };
}

/** What a peer tells of a block when asked for its events. */
export interface BlockEvent {
  readonly number: number;
  /** Transaction IDs with the codes of their validation, 0 for a valid one. */
  readonly transactions: Readonly<Record<string, number>>;
}

/** The event of the block that has a transaction. Awaits it. */
export async function blockOf(network: Network, transactionId: string, startBlock: number): Promise<BlockEvent> {
  const blocks = await network.getBlockEvents({ startBlock: BigInt(startBlock) });
  try {
    for await (const block of blocks) {
      const event = eventOf(block);
      if (transactionId in event.transactions) return event;
    }
    throw new Error(`The events ended without transaction ${transactionId}.`);
  } finally {
    blocks.close();
  }
}

function eventOf(block: InstanceType<typeof common.Block>): BlockEvent {
  const metadata = block.getMetadata()?.getMetadataList_asU8() ?? [];
  const codes = metadata[common.BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array();
  const ids = (block.getData()?.getDataList_asU8() ?? []).map((bytes) => {
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
    const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
    return common.ChannelHeader.deserializeBinary(header).getTxId();
  });
  return {
    number: block.getHeader()?.getNumber() ?? -1,
    transactions: Object.fromEntries(ids.map((id, index) => [id, codes[index] ?? -1])),
  };
}

/** How peers judge a transaction that not enough organizations endorsed. */
export const ENDORSEMENT_POLICY_FAILURE = transactions.TxValidationCode.ENDORSEMENT_POLICY_FAILURE;
