import gateways from '@hyperledger/fabric-protos/lib/gateway/gateway_pb.js';
import chaincodes from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js';
import proposals from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js';

/**
 * Turns a proposal into that of a chaincode's initialization: fabric-gateway makes none, but takes one that is made
 * elsewhere. The transaction's ID stays: it depends on who asks and on a random number alone.
 *
 * @param proposed gateway.ProposedTransaction (fabric-protos, gateway/gateway.proto), not signed yet
 */
export function asInitialization(proposed: Uint8Array): Uint8Array {
  const transaction = gateways.ProposedTransaction.deserializeBinary(proposed);
  const signed = present(transaction.getProposal(), 'signed proposal');
  const proposal = proposals.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
  const payload = proposals.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const invocation = chaincodes.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8());
  present(invocation.getChaincodeSpec()?.getInput(), 'input').setIsInit(true);
  payload.setInput(invocation.serializeBinary());
  proposal.setPayload(payload.serializeBinary());
  signed.setProposalBytes(proposal.serializeBinary());
  return transaction.serializeBinary();
}

function present<Part>(part: Part | undefined, name: string): Part {
  if (part === undefined) throw new TypeError(`the proposal has no ${name}`);
  return part;
}
