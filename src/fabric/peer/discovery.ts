/*
 * Fabric's discovery service: what a peer knows of the other peers of a channel
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/discovery-overview.html).
 */
import { createHash, X509Certificate } from 'node:crypto';

import discoveries from '@hyperledger/fabric-protos/lib/discovery/protocol_pb.js';
import responses from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js';

import type { Signer } from '../msp/signing-identity.ts';

/**
 * Asks which peers could endorse a call of each chaincode, a query each: the answer to one says nothing about the others.
 *
 * @param by who asks, and the certificate that this client has shown in TLS, PEM: a peer answers nobody else
 */
export async function endorserRequest(
  channel: string,
  chaincodes: readonly string[],
  { signer, certificate }: { readonly signer: Signer; readonly certificate: string },
): Promise<discoveries.SignedRequest> {
  const authentication = new discoveries.AuthInfo();
  authentication.setClientIdentity(signer.creator);
  authentication.setClientTlsCertHash(createHash('sha256').update(new X509Certificate(certificate).raw).digest());
  const request = new discoveries.Request();
  request.setAuthentication(authentication);
  request.setQueriesList(chaincodes.map((chaincode) => endorserQuery(channel, chaincode)));
  const signed = new discoveries.SignedRequest();
  signed.setPayload(request.serializeBinary());
  signed.setSignature(await signer.sign(signed.getPayload_asU8()));
  return signed;
}

function endorserQuery(channel: string, chaincode: string): discoveries.Query {
  const call = new responses.ChaincodeCall();
  call.setName(chaincode);
  const interest = new responses.ChaincodeInterest();
  interest.setChaincodesList([call]);
  const asked = new discoveries.ChaincodeQuery();
  asked.setInterestsList([interest]);
  const query = new discoveries.Query();
  query.setChannel(channel);
  query.setCcQuery(asked);
  return query;
}

/** What a peer answers to a query for endorsers. */
export type EndorserAnswer = 'found' | 'none' | { readonly refusal: string };

/**
 * Reads the answers to an {@link endorserRequest}, in its order. Why there are no endorsers stands in the log of the peer alone
 * (discovery/service.go).
 */
export function endorserAnswers(response: discoveries.Response): readonly EndorserAnswer[] {
  return response.getResultsList().map((result) => {
    if (!result.hasError()) return 'found';
    const refusal = result.getError()?.getContent() ?? '';
    return refusal.startsWith('failed constructing descriptor') ? 'none' : { refusal };
  });
}
