import { createHash, verify, X509Certificate } from 'node:crypto';

import { Server, ServerCredentials, status, type sendUnaryData, type ServerDuplexStream } from '@grpc/grpc-js';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import discoveryServices from '@hyperledger/fabric-protos/lib/discovery/protocol_grpc_pb.js';
import discoveries from '@hyperledger/fabric-protos/lib/discovery/protocol_pb.js';
import identities from '@hyperledger/fabric-protos/lib/msp/identities_pb.js';
import ordererServices from '@hyperledger/fabric-protos/lib/orderer/ab_grpc_pb.js';
import orderers from '@hyperledger/fabric-protos/lib/orderer/ab_pb.js';
import chaincodes from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js';
import deliveryServices from '@hyperledger/fabric-protos/lib/peer/events_grpc_pb.js';
import deliveries from '@hyperledger/fabric-protos/lib/peer/events_pb.js';
import endorserServices from '@hyperledger/fabric-protos/lib/peer/peer_grpc_pb.js';
import proposals from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js';
import responses from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js';

import { selfSignedServerCertificate, type NodeEndpoint, type SigningIdentity } from '../../../../src/fabric/index.ts';

/** A call of a chaincode that a peer is asked to simulate. */
export interface Invocation {
  readonly channel: string;
  readonly chaincode: string;
  readonly args: readonly Uint8Array[];
}

export interface ResponseOfChaincode {
  readonly status?: number;
  readonly message?: string;
  readonly payload?: Uint8Array;
}

/** What a node does with what it is asked. A promise that never settles is a node that does not answer. */
export interface NodeBehaviour {
  readonly endorse: (invocation: Invocation) => ResponseOfChaincode | Promise<ResponseOfChaincode>;
  /** A block, a status, or nothing, which ends the stream without an answer. */
  readonly deliver: (seek: orderers.SeekInfo, channel: string) => common.Block | number | undefined;
  /** Why there are no endorsers; nothing where there are. */
  readonly discover: (channel: string, chaincode: string) => string | undefined;
  readonly broadcast: (envelope: common.Envelope) => { readonly status: number; readonly info: string };
}

export interface FakeNode extends AsyncDisposable {
  readonly endpoint: NodeEndpoint;
  /** What the node was sent, in that order: who signed it, and what the header says. */
  readonly headers: SignedHeader[];
  behaviour: Partial<NodeBehaviour>;
  /** Breaks all connections. */
  readonly crash: () => void;
}

export interface SignedHeader {
  readonly type: number;
  readonly channel: string;
  readonly mspId: string;
  readonly certificate: string;
  readonly transactionId: string;
  readonly timestamp: Date | undefined;
}

/** A peer and an orderer in one. It takes only what is signed as Fabric wants it. */
export async function startFakeNode(): Promise<FakeNode> {
  const { certificate, key } = await selfSignedServerCertificate({
    commonName: 'org1-peer1',
    hosts: ['org1-peer1'],
    lifetimeHours: 1,
  });
  const server = new Server();
  const headers: SignedHeader[] = [];
  const node = { behaviour: {} as Partial<NodeBehaviour> };

  server.addService(endorserServices.EndorserService, {
    processProposal: (
      { request }: { request: proposals.SignedProposal },
      reply: sendUnaryData<responses.ProposalResponse>,
    ) => {
      const bytes = request.getProposalBytes_asU8();
      const proposal = proposals.Proposal.deserializeBinary(bytes);
      const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
      headers.push(accept(header, bytes, request.getSignature_asU8()));
      void Promise.resolve(node.behaviour.endorse?.(invocationOf(header, proposal)) ?? {}).then(
        ({ status: code = 200, message = '', payload = new Uint8Array() }) => {
          const response = new responses.Response();
          response.setStatus(code);
          response.setMessage(message);
          response.setPayload(payload);
          const answer = new responses.ProposalResponse();
          answer.setResponse(response);
          reply(null, answer);
        },
        (error: unknown) => {
          reply({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
        },
      );
    },
  });
  server.addService(deliveryServices.DeliverService, {
    deliver: deliver(() => new deliveries.DeliverResponse()),
    deliverFiltered: () => undefined,
    deliverWithPrivateData: () => undefined,
  });
  server.addService(ordererServices.AtomicBroadcastService, {
    deliver: deliver(() => new orderers.DeliverResponse()),
    broadcast: (stream: ServerDuplexStream<common.Envelope, orderers.BroadcastResponse>) => {
      stream.on('data', (envelope: common.Envelope) => {
        headers.push(acceptEnvelope(envelope).header);
        const answer = node.behaviour.broadcast?.(envelope) ?? { status: 200, info: '' };
        const response = new orderers.BroadcastResponse();
        response.setStatus(answer.status as common.StatusMap[keyof common.StatusMap]);
        response.setInfo(answer.info);
        stream.write(response);
      });
    },
  });

  server.addService(discoveryServices.DiscoveryService, {
    discover: ({ request }: { request: discoveries.SignedRequest }, reply: sendUnaryData<discoveries.Response>) => {
      const asked = discoveries.Request.deserializeBinary(request.getPayload_asU8());
      const authentication = asked.getAuthentication();
      const creator = identities.SerializedIdentity.deserializeBinary(
        authentication?.getClientIdentity_asU8() ?? new Uint8Array(),
      );
      const certificate = new X509Certificate(Buffer.from(creator.getIdBytes_asU8()));
      const hash = createHash('sha256').update(certificate.raw).digest('hex');
      const isShown = Buffer.from(authentication?.getClientTlsCertHash_asU8() ?? []).toString('hex') === hash;
      const isSigned = verify('sha256', request.getPayload_asU8(), certificate.publicKey, request.getSignature_asU8());
      if (!isShown || !isSigned) {
        reply({ code: status.UNKNOWN, details: 'access denied' });
        return;
      }
      const response = new discoveries.Response();
      response.setResultsList(asked.getQueriesList().map((query) => endorsersOf(query)));
      reply(null, response);
    },
  });

  function endorsersOf(query: discoveries.Query): discoveries.QueryResult {
    const chaincode = query.getCcQuery()?.getInterestsList()[0]?.getChaincodesList()[0]?.getName() ?? '';
    const refusal = node.behaviour.discover?.(query.getChannel(), chaincode);
    const result = new discoveries.QueryResult();
    if (refusal === undefined) {
      result.setCcQueryRes(new discoveries.ChaincodeQueryResult());
    } else {
      const error = new discoveries.Error();
      error.setContent(refusal);
      result.setError(error);
    }
    return result;
  }

  interface DeliverAnswer {
    setBlock(block: common.Block): void;
    setStatus(status: common.StatusMap[keyof common.StatusMap]): void;
  }

  function deliver<Answer extends DeliverAnswer>(
    newAnswer: () => Answer,
  ): (stream: ServerDuplexStream<common.Envelope, Answer>) => void {
    return (stream) => {
      stream.on('data', (envelope: common.Envelope) => {
        const { header, data } = acceptEnvelope(envelope);
        headers.push(header);
        const found = node.behaviour.deliver?.(orderers.SeekInfo.deserializeBinary(data), header.channel) ?? undefined;
        if (found === undefined) {
          stream.end();
          return;
        }
        const answer = newAnswer();
        if (typeof found === 'number') answer.setStatus(found as common.StatusMap[keyof common.StatusMap]);
        else answer.setBlock(found);
        stream.write(answer);
      });
    };
  }

  const port = await listen(server, certificate, key);
  return Object.assign(node, {
    headers,
    endpoint: { name: 'org1-peer1', servername: 'org1-peer1', host: '127.0.0.1', port, tlsRoots: certificate },
    crash: () => {
      server.forceShutdown();
    },
    [Symbol.asyncDispose]: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  });
}

/** Somebody in whose name nodes are asked. */
export async function newIdentity(mspId: string): Promise<SigningIdentity> {
  return { mspId, ...(await selfSignedServerCertificate({ commonName: 'admin', hosts: [], lifetimeHours: 1 })) };
}

function acceptEnvelope(envelope: common.Envelope): { readonly header: SignedHeader; readonly data: Uint8Array } {
  const bytes = envelope.getPayload_asU8();
  const payload = common.Payload.deserializeBinary(bytes);
  const header = payload.getHeader();
  if (header === undefined) throw new Error('the envelope has no header');
  return { header: accept(header, bytes, envelope.getSignature_asU8()), data: payload.getData_asU8() };
}

/** @throws Error if the signature is none that Fabric takes */
function accept(header: common.Header, message: Uint8Array, signature: Uint8Array): SignedHeader {
  const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  const { mspId, certificate } = requireSignature(signatureHeader, message, signature);
  const { type, channel, transactionId } = {
    type: channelHeader.getType(),
    channel: channelHeader.getChannelId(),
    transactionId: channelHeader.getTxId(),
  };
  // protoutil.ComputeTxID
  const expected = createHash('sha256')
    .update(signatureHeader.getNonce_asU8())
    .update(signatureHeader.getCreator_asU8())
    .digest('hex');
  if (transactionId !== '' && transactionId !== expected)
    throw new Error('the transaction ID is not that of the header');
  return { type, channel, mspId, certificate, transactionId, timestamp: channelHeader.getTimestamp()?.toDate() };
}

/** Checks a signature by the one whom a header names. @throws Error if Fabric would not take it */
export function requireSignature(
  header: common.SignatureHeader,
  message: Uint8Array,
  signature: Uint8Array,
): { readonly mspId: string; readonly certificate: string } {
  if (header.getNonce_asU8().length !== 24) throw new Error('the nonce is not of 24 bytes');
  const creator = identities.SerializedIdentity.deserializeBinary(header.getCreator_asU8());
  const certificate = Buffer.from(creator.getIdBytes_asU8()).toString();
  if (!verify('sha256', message, new X509Certificate(certificate).publicKey, signature)) {
    throw new Error('the signature is not of the one whom the header names');
  }
  if (sOf(signature) > HALF_ORDER) throw new Error('the signature has the larger S');
  return { mspId: creator.getMspid(), certificate };
}

/** Half of the order of P-256. */
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

/** The second number of an ECDSA signature in DER. */
function sOf(signature: Uint8Array): bigint {
  const bytes = Buffer.from(signature);
  const start = 4 + bytes.readUInt8(3) + 2;
  return BigInt(`0x${bytes.subarray(start).toString('hex')}`);
}

function invocationOf(header: common.Header, proposal: proposals.Proposal): Invocation {
  const payload = proposals.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const spec = chaincodes.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec();
  return {
    channel: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()).getChannelId(),
    chaincode: spec?.getChaincodeId()?.getName() ?? '',
    args: spec?.getInput()?.getArgsList_asU8() ?? [],
  };
}

function listen(server: Server, certificate: string, key: string): Promise<number> {
  const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) };
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createSsl(null, [pair]), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}
