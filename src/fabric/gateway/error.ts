import { status } from '@grpc/grpc-js';
import { GatewayError, StatusCode } from '@hyperledger/fabric-gateway';

import { FabricError, type FabricErrorKind } from '../error.ts';
import type { ChaincodeCall, GatewayEndpoint } from './call.ts';
import { meaningOf, type Meaning } from '../peer/error.ts';

/** What a call waits for: a peer's answer; endorsements, an orderer, the block. */
export type TransactionStage = 'evaluate' | 'endorse' | 'order' | 'commit';

/** What one node said that a gateway asked on behalf of its client. */
export interface NodeAnswer {
  readonly address: string;
  readonly mspId: string;
  readonly message: string;
}

export interface TransactionErrorDetails {
  readonly channel: string;
  readonly stage: TransactionStage;
  /** Absent where nothing was to be submitted. */
  readonly transactionId?: string | undefined;
  /** Fabric's word for what is wrong with a transaction that is in a block, e.g. `MVCC_READ_CONFLICT`. */
  readonly status?: string;
  /** The block that holds it all the same. */
  readonly block?: number;
  /** Those of nodes that did not do what they were asked. */
  readonly answers?: readonly NodeAnswer[];
  readonly cause?: unknown;
}

/** A call of a chaincode that did not come to its end, or a transaction that is not valid. */
export class TransactionError extends FabricError {
  override readonly name = 'TransactionError';
  readonly channel: string;
  readonly stage: TransactionStage;
  readonly transactionId: string | undefined;
  readonly status: string | undefined;
  readonly block: number | undefined;
  readonly answers: readonly NodeAnswer[];

  constructor(kind: FabricErrorKind, message: string, details: TransactionErrorDetails) {
    super(kind, message, { cause: details.cause });
    this.channel = details.channel;
    this.stage = details.stage;
    this.transactionId = details.transactionId;
    this.status = details.status;
    this.block = details.block;
    this.answers = details.answers ?? [];
  }
}

export interface GatewayCallContext {
  readonly stage: TransactionStage;
  readonly call: ChaincodeCall;
  readonly endpoint: GatewayEndpoint;
  readonly timeoutMs: number;
  readonly transactionId?: string | undefined;
}

/** @returns undefined if the error is none that a gateway, or the way to it, is at fault for */
export function gatewayFailure(error: unknown, context: GatewayCallContext): TransactionError | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  const { stage, call, transactionId } = context;
  const answers = distinct(error.details);
  const { kind, reason } = explained(error, answers, context);
  return new TransactionError(kind, `${whatFailed(context)} ${reason}`, {
    channel: call.channel,
    stage,
    transactionId,
    answers,
    cause: error,
  });
}

/** A transaction that has its place in a block, but changes nothing. */
export function invalidTransaction(
  code: number,
  {
    call,
    transactionId,
    block,
  }: { readonly call: ChaincodeCall; readonly transactionId: string; readonly block: number },
): TransactionError {
  const status = Object.entries(StatusCode).find(([, value]) => value === code)?.[0] ?? String(code);
  const { kind, meaning } = INVALID[status] ?? { kind: 'refused', meaning: 'the peers do not take it as valid' };
  const message = `${nameOf(call)} changed nothing: ${meaning} (${status}, transaction ${transactionId} in block ${block})`;
  return new TransactionError(kind, message, { channel: call.channel, stage: 'commit', transactionId, status, block });
}

/** Marks that a transaction got for a reason which lies outside of it. */
const INVALID: Readonly<Record<string, { readonly kind: FabricErrorKind; readonly meaning: string }>> = {
  MVCC_READ_CONFLICT: {
    kind: 'conflict',
    meaning: 'another transaction changed what it had read before it was committed; submit it again',
  },
  PHANTOM_READ_CONFLICT: {
    kind: 'conflict',
    meaning: 'another transaction changed the range that it had read before it was committed; submit it again',
  },
  ENDORSEMENT_POLICY_FAILURE: {
    kind: 'refused',
    meaning: 'its endorsements do not satisfy the endorsement policy',
  },
  EXPIRED_CHAINCODE: { kind: 'conflict', meaning: 'the chaincode was upgraded meanwhile; submit it again' },
};

function whatFailed({ stage, call, transactionId = '' }: GatewayCallContext): string {
  switch (stage) {
    case 'evaluate':
      return `${nameOf(call)} failed:`;
    case 'endorse':
      return `${nameOf(call)} was not endorsed, and nothing was submitted:`;
    case 'order':
      return `${nameOf(call)} was endorsed, but no orderer is known to have taken it:`;
    case 'commit':
      return `${nameOf(call)} was ordered, and may or may not be committed (transaction ${transactionId}):`;
  }
}

function nameOf({ function: name, chaincode, channel }: ChaincodeCall): string {
  return `${name} of ${chaincode} on ${channel}`;
}

// Codes of gRPC as errors of the gateway carry them.
const DEADLINE_EXCEEDED: number = status.DEADLINE_EXCEEDED;
const UNAVAILABLE: number = status.UNAVAILABLE;
const PERMISSION_DENIED: number = status.PERMISSION_DENIED;

function explained(
  { code, cause }: GatewayError,
  answers: readonly NodeAnswer[],
  context: GatewayCallContext,
): Meaning {
  if (code === DEADLINE_EXCEEDED) {
    return { kind: 'timeout', reason: `${nodeOf(context)} did not answer within ${context.timeoutMs / 1000} s` };
  }
  if (answers.length > 0) return ofNodes(answers);
  const known = SENTENCES.find(({ says }) => says.test(cause.details));
  if (known !== undefined) return { kind: known.kind, reason: `${known.meaning} (${cause.details})` };
  if (code === UNAVAILABLE) return { kind: 'unreachable', reason: noConnection(cause.details, context) };
  if (code === PERMISSION_DENIED) return { kind: 'notAuthorized', reason: cause.details };
  return meaningOf(cause.details);
}

/** What a gateway says of its own (internal/pkg/gateway of Fabric 2.5), and what that means. */
const SENTENCES: readonly { readonly kind: FabricErrorKind; readonly says: RegExp; readonly meaning: string }[] = [
  { kind: 'notFound', says: /failed to get config for channel/, meaning: 'the peer has not joined the channel' },
  {
    kind: 'notFound',
    says: /no peers available to evaluate chaincode/,
    meaning: 'no peer that the gateway knows has this chaincode installed and committed',
  },
  {
    kind: 'unavailable',
    says: /no combination of peers can be derived|due to unavailability of peers|failed to find any endorsing peers/,
    meaning: 'too few peers that the gateway knows run the chaincode for the organizations that have to endorse',
  },
  {
    kind: 'unavailable',
    says: /no orderer nodes available|no orderers could successfully|insufficient number of orderers/,
    meaning: 'no orderer takes transactions now; the channel may have no leader',
  },
  {
    kind: 'refused',
    says: /to protect transient data/,
    meaning: 'with transient data, the organizations that endorse have to be named',
  },
  { kind: 'unavailable', says: /too many requests|concurrency limit/, meaning: 'the peer has too much to do' },
  { kind: 'refused', says: /unknown service gateway\.Gateway/, meaning: 'the gateway of the peer is switched off' },
];

/** One sentence if all nodes say the same, else a line for each. */
function ofNodes(answers: readonly NodeAnswer[]): Meaning {
  const meanings = answers.map(({ message }) => ofNode(message));
  const [first] = meanings;
  const kinds = new Set(meanings.map(({ kind }) => kind));
  const kind = kinds.size === 1 && first !== undefined ? first.kind : 'refused';
  if (first !== undefined && new Set(meanings.map(({ reason }) => reason)).size === 1) {
    const from = answers.map(({ address, mspId }) => `${address} of ${mspId}`).join(' and ');
    return { kind, reason: `${first.reason} (${from})` };
  }
  const lines = answers.map(({ address, mspId }, at) => `${address} of ${mspId}: ${meanings[at]?.reason ?? ''}`);
  return { kind, reason: ['they say different things', ...lines].join('\n  ') };
}

function ofNode(message: string): Meaning {
  const [, answer] = CHAINCODE_RESPONSE.exec(message) ?? [];
  if (answer !== undefined) return { kind: 'chaincodeAnswered', reason: `the chaincode answered: ${answer}` };
  if (message.includes('ProposalResponsePayloads do not match')) {
    return { kind: 'refused', reason: 'the chaincode came to another result than at the peer that was asked first' };
  }
  return meaningOf(message);
}

// A response of 400 and above that came with the chaincode's read-write set (internal/pkg/gateway/apiutils.go), and what
// a chaincode reports as its failure (core/chaincode/chaincode_support.go).
const CHAINCODE_RESPONSE = /(?:^chaincode response \d+, |transaction returned with failure: )(.*)/s;

/** A gateway that tries a peer again reports it again. */
function distinct(answers: readonly NodeAnswer[]): readonly NodeAnswer[] {
  return answers.filter(
    ({ address, message }, at) =>
      answers.findIndex((other) => other.address === address && other.message === message) === at,
  );
}

function noConnection(details: string, context: GatewayCallContext): string {
  const { host, port } = context.endpoint;
  // What grpc-js says of its own state before and behind the reason helps nobody.
  const [, reason = details] = /Last error: (?:Error: )?(.*?)\.? ?Resolution note:/s.exec(details) ?? [];
  return `${nodeOf(context)} cannot be reached at ${host}:${port}: ${reason}`;
}

function nodeOf({ endpoint }: GatewayCallContext): string {
  return endpoint.name ?? `${endpoint.host}:${endpoint.port}`;
}
