import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import services from '@hyperledger/fabric-protos/lib/orderer/ab_grpc_pb.js';

import { channelOfEnvelope } from '../channel/block.ts';
import { meaningOfStatus } from '../grpc/answers.ts';
import { NodeConnection, type CallLimits, type NodeEndpoint } from '../grpc/connection.ts';
import { fetchBlock, type BlockSource, type BlockSpecifier } from '../grpc/deliver.ts';
import { signerOf, type SigningIdentity } from '../msp/signing-identity.ts';

/**
 * One orderer, asked in one name (orderer/ab.proto). Questions are asked again where they fail in passing. Every call throws `FabricError`, or the signal's reason when it is
 * aborted; they may run at the same time.
 */
export interface Orderer {
  /**
   * Fetches a block of a channel.
   *
   * @returns undefined if the orderer says that it has no such channel or block
   */
  fetchBlock(channel: string, which: BlockSpecifier): Promise<Uint8Array | undefined>;
  /**
   * Sends a transaction to be ordered. Returns when the orderer has accepted it; the block comes later.
   *
   * @param envelope a signed common.Envelope
   */
  broadcast(envelope: Uint8Array): Promise<void>;
  /** Closes the connection. */
  close(): void;
}

/** Opens a client of an orderer. Nothing is sent before the first call. */
export function connectOrderer(endpoint: NodeEndpoint, identity: SigningIdentity, limits: CallLimits): Orderer {
  const { broadcast, deliver } = services.AtomicBroadcastService;
  const connection = new NodeConnection(endpoint, limits);
  const source: BlockSource = {
    signer: signerOf(identity),
    seek: (task, envelope) => connection.repeated(() => connection.firstAnswer(task, deliver, envelope)),
    failure: (task, meaning) => connection.failure(task, meaning),
  };
  return {
    fetchBlock: (channel, which) => fetchBlock(source, channel, which),

    async broadcast(envelope) {
      const task = `Submitting a transaction to ${channelOfEnvelope(envelope)}`;
      const message = common.Envelope.deserializeBinary(envelope);
      const response = await connection.firstAnswer(task, broadcast, message);
      const status = response.getStatus();
      if (status !== common.Status.SUCCESS) {
        throw connection.failure(task, meaningOfStatus(status, response.getInfo()));
      }
    },

    close: () => {
      connection.close();
    },
  };
}
