import { Metadata, Server, ServerCredentials, status, type sendUnaryData, type ServiceError } from '@grpc/grpc-js';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import services from '@hyperledger/fabric-protos/lib/gateway/gateway_grpc_pb.js';
import gateways from '@hyperledger/fabric-protos/lib/gateway/gateway_pb.js';
import chaincodes from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js';
import responses from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js';
import proposals from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js';
import transactions from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js';
import { Writer } from 'protobufjs';

import { selfSignedServerCertificate, type NodeEndpoint, type SigningIdentity } from '../../../../src/fabric/index.ts';
import type { NodeAnswer } from '../../../../src/fabric/gateway/error.ts';

/** What a gateway is asked to have done. */
export interface Proposed {
  readonly channel: string;
  readonly chaincode: string;
  readonly args: readonly string[];
  readonly isInit: boolean;
  readonly transient: Readonly<Record<string, string>>;
  readonly organizations: readonly string[];
}

/** How a gateway fails. */
export interface Refusal {
  readonly code: keyof typeof status;
  readonly message: string;
  readonly answers?: readonly NodeAnswer[];
}

/** What the gateway does at each stage; without it all goes well. */
export interface Behaviour {
  readonly evaluate?: Refusal | 'never answers';
  readonly endorse?: Refusal | 'never answers';
  readonly submit?: Refusal | 'never answers';
  readonly commitStatus?: Refusal | 'never answers';
  /** What the committed transaction is marked with. */
  readonly validation?: transactions.TxValidationCodeMap[keyof transactions.TxValidationCodeMap];
}

export interface FakeGateway extends AsyncDisposable {
  readonly endpoint: NodeEndpoint;
  readonly identity: SigningIdentity;
  /** What it was asked, in that order. */
  readonly proposed: Proposed[];
  /** Function and arguments of the same, as bytes. */
  readonly invocations: (readonly Uint8Array[])[];
  /** When it has to have answered each call of a submission, in milliseconds since 1970. */
  readonly deadlines: number[];
  /** Is told of every call of a submission, after it was decided what is answered. */
  onCall: (method: 'endorse' | 'submit' | 'commitStatus') => void;
  behaviour: Behaviour;
  stop(): void;
}

/** The gateway of a peer that answers `answer to <function>` and commits everything in block 7. */
export async function startFakeGateway(): Promise<FakeGateway> {
  const { certificate, key } = await selfSignedServerCertificate({
    commonName: 'org1-peer1',
    hosts: ['org1-peer1'],
    lifetimeHours: 1,
  });
  const server = new Server();
  const self: Omit<FakeGateway, 'endpoint'> = {
    identity: { mspId: 'Org1MSP', certificate, key },
    proposed: [],
    invocations: [],
    deadlines: [],
    behaviour: {},
    onCall: () => undefined,
    stop: () => {
      server.forceShutdown();
    },
    [Symbol.asyncDispose]: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
  server.addService(services.GatewayService, {
    evaluate: ({ request }: Called<gateways.EvaluateRequest>, reply: sendUnaryData<gateways.EvaluateResponse>) => {
      const proposed = read(request.getProposedTransaction(), request.getTargetOrganizationsList());
      self.proposed.push(proposed);
      const response = new gateways.EvaluateResponse();
      response.setResult(answer(proposed));
      behave(self.behaviour.evaluate, response, reply);
    },
    endorse: (call: Called<gateways.EndorseRequest>, reply: sendUnaryData<gateways.EndorseResponse>) => {
      const { request } = call;
      const proposed = read(request.getProposedTransaction(), request.getEndorsingOrganizationsList());
      self.proposed.push(proposed);
      self.invocations.push(argumentsOf(request.getProposedTransaction()));
      const response = new gateways.EndorseResponse();
      response.setPreparedTransaction(preparedTransaction(proposed));
      answerCall('endorse', call, response, reply);
    },
    submit: (call: Called<gateways.SubmitRequest>, reply: sendUnaryData<gateways.SubmitResponse>) => {
      answerCall('submit', call, new gateways.SubmitResponse(), reply);
    },
    commitStatus: (
      call: Called<gateways.SignedCommitStatusRequest>,
      reply: sendUnaryData<gateways.CommitStatusResponse>,
    ) => {
      const response = new gateways.CommitStatusResponse();
      response.setBlockNumber(7);
      response.setResult(self.behaviour.validation ?? transactions.TxValidationCode.VALID);
      answerCall('commitStatus', call, response, reply);
    },
  });

  /** Answers a call of a submission. */
  function answerCall<Response>(
    method: 'endorse' | 'submit' | 'commitStatus',
    call: Called<unknown>,
    good: Response,
    reply: sendUnaryData<Response>,
  ): void {
    self.deadlines.push(Number(call.getDeadline()));
    const how = self.behaviour[method];
    self.onCall(method);
    behave(how, good, reply);
  }

  const port = await listen(server, certificate, key);
  const endpoint = { name: 'org1-peer1', servername: 'org1-peer1', host: '127.0.0.1', port, tlsRoots: certificate };
  return Object.assign(self, { endpoint });
}

interface Called<Request> {
  readonly request: Request;
  getDeadline(): Date | number;
}

function behave<Response>(
  how: Refusal | 'never answers' | undefined,
  good: Response,
  reply: sendUnaryData<Response>,
): void {
  if (how === 'never answers') return;
  if (how === undefined) reply(null, good);
  else reply(refusal(how));
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

function read(signed: proposals.SignedProposal | undefined, organizations: readonly string[]): Proposed {
  const proposal = proposals.Proposal.deserializeBinary(signed?.getProposalBytes_asU8() ?? new Uint8Array());
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const payload = proposals.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const spec = chaincodes.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec();
  const input = spec?.getInput();
  const { transientmapMap: transient } = payload.toObject();
  return {
    channel: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()).getChannelId(),
    chaincode: spec?.getChaincodeId()?.getName() ?? '',
    args: (input?.getArgsList_asU8() ?? []).map(text),
    isInit: input?.getIsInit() ?? false,
    transient: Object.fromEntries(transient.map(([name, value]) => [name, text(value)])),
    organizations,
  };
}

function argumentsOf(signed: proposals.SignedProposal | undefined): readonly Uint8Array[] {
  const proposal = proposals.Proposal.deserializeBinary(signed?.getProposalBytes_asU8() ?? new Uint8Array());
  const payload = proposals.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const spec = chaincodes.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec();
  return spec?.getInput()?.getArgsList_asU8() ?? [];
}

function text(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');
}

function answer({ args }: Proposed): responses.Response {
  const response = new responses.Response();
  response.setStatus(200);
  response.setPayload(Buffer.from(`answer to ${args[0] ?? ''}`));
  return response;
}

/** A transaction, as much of it as a client reads. */
function preparedTransaction(proposed: Proposed): common.Envelope {
  const action = new proposals.ChaincodeAction();
  action.setResponse(answer(proposed));
  const endorsed = new responses.ProposalResponsePayload();
  endorsed.setExtension$(action.serializeBinary());
  const endorsement = new transactions.ChaincodeEndorsedAction();
  endorsement.setProposalResponsePayload(endorsed.serializeBinary());
  const actionPayload = new transactions.ChaincodeActionPayload();
  actionPayload.setAction(endorsement);
  const transactionAction = new transactions.TransactionAction();
  transactionAction.setPayload(actionPayload.serializeBinary());
  const transaction = new transactions.Transaction();
  transaction.setActionsList([transactionAction]);
  const channelHeader = new common.ChannelHeader();
  channelHeader.setChannelId(proposed.channel);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  return envelope;
}

/** An error of gRPC with what nodes said, which is in its metadata as a google.rpc.Status. */
function refusal({ code, message, answers = [] }: Refusal): ServiceError {
  const full = Writer.create()
    .uint32(fieldTag(1, VARINT))
    .int32(status[code])
    .uint32(fieldTag(2, BYTES))
    .string(message);
  for (const { address, mspId, message: said } of answers) {
    const detail = new gateways.ErrorDetail();
    detail.setAddress(address);
    detail.setMspId(mspId);
    detail.setMessage(said);
    full.uint32(fieldTag(3, BYTES)).fork();
    full.uint32(fieldTag(1, BYTES)).string('type.googleapis.com/gateway.ErrorDetail');
    full.uint32(fieldTag(2, BYTES)).bytes(detail.serializeBinary()).ldelim();
  }
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(full.finish()));
  return Object.assign(new Error(message), { code: status[code], details: message, metadata });
}

// How protobuf writes a value: as a number, or as bytes with their length before them.
const VARINT = 0;
const BYTES = 2;

function fieldTag(field: number, type: number): number {
  return (field << 3) | type;
}
