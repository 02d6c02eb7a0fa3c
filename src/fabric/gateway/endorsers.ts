import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import gateway from '@hyperledger/fabric-protos/lib/gateway/gateway_pb.js';
import msp from '@hyperledger/fabric-protos/lib/msp/identities_pb.js';
import peer from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js';

/**
 * Whose peers have endorsed a transaction.
 *
 * @param transaction a gateway's PreparedTransaction (gateway/gateway.proto)
 * @returns their MSP IDs, each once
 */
export function endorsersOf(transaction: Uint8Array): readonly string[] {
  const envelope = gateway.PreparedTransaction.deserializeBinary(transaction).getEnvelope();
  const payload = common.Payload.deserializeBinary(envelope?.getPayload_asU8() ?? new Uint8Array());
  const actions = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const endorsements = actions.flatMap(
    (action) =>
      peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction()?.getEndorsementsList() ?? [],
  );
  const mspIds = endorsements.map((endorsement) =>
    msp.SerializedIdentity.deserializeBinary(endorsement.getEndorser_asU8()).getMspid(),
  );
  return [...new Set(mspIds)];
}
