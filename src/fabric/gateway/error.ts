import { GatewayError, StatusCode } from '@hyperledger/fabric-gateway';

import { FabricError, type FabricErrorKind } from '../error.ts';
import { meaningOf, meaningOfRpcError, rpcStatusText, type Meaning } from '../grpc/answers.ts';
import { endpointAddress, endpointName, type NodeEndpoint } from '../grpc/connection.ts';

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
  /** What was to be done, e.g. `TransferAsset of basic`. */
  readonly what: string;
  readonly channel: string;
  readonly endpoint: NodeEndpoint;
  readonly timeoutMs: number;
  readonly transactionId?: string | undefined;
  /** What the chaincode's own error means; absent means that it is the answer of an application. */
  readonly meaningOfAnswer?: ((answer: string) => Meaning) | undefined;
}

/** @returns undefined if the error is none that a gateway, or the way to it, is at fault for */
export function gatewayFailure(error: unknown, context: GatewayCallContext): TransactionError | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  const { stage, channel, transactionId } = context;
  const answers = distinct(error.details);
  const { kind, reason } = explained(error, answers, context);
  return new TransactionError(kind, `${whatFailed(context)} ${reason}`, {
    channel,
    stage,
    transactionId,
    answers,
    cause: error,
  });
}

/** A transaction that has its place in a block, but changes nothing. */
export function invalidTransaction(
  code: number,
  transaction: Pick<GatewayCallContext, 'what' | 'channel'> & {
    readonly transactionId: string;
    readonly block: number;
    /** MSP IDs of the organizations whose peers have endorsed it. */
    readonly endorsers: readonly string[];
  },
): TransactionError {
  const { what, channel, transactionId, block, endorsers } = transaction;
  const status = Object.entries(StatusCode).find(([, value]) => value === code)?.[0] ?? String(code);
  const { kind, meaning } = INVALID[status] ?? { kind: 'refused', meaning: 'the peers do not take it as valid' };
  const message = `${what} on ${channel} changed nothing: ${status === 'ENDORSEMENT_POLICY_FAILURE' ? `${meaning}: it was endorsed by ${endorsers.join(' and ')}` : meaning} (${code} ${status}, transaction ${transactionId} in block ${block})`;
  return new TransactionError(kind, message, { channel, stage: 'commit', transactionId, status, block });
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

function whatFailed({ stage, what, channel, transactionId = '' }: GatewayCallContext): string {
  switch (stage) {
    case 'evaluate':
      return `${what} on ${channel} failed:`;
    case 'endorse':
      return `${what} on ${channel} was not endorsed, and nothing was submitted:`;
    case 'order':
      return `${what} on ${channel} was endorsed, but no orderer is known to have taken it:`;
    case 'commit':
      return `${what} on ${channel} was ordered, and may or may not be committed (transaction ${transactionId}):`;
  }
}

function explained(
  { code, cause }: GatewayError,
  answers: readonly NodeAnswer[],
  { endpoint, timeoutMs, meaningOfAnswer = applicationAnswer }: GatewayCallContext,
): Meaning {
  const known = SENTENCES.find(({ says }) => says.test(cause.details));
  const nodes = answers.length === 0 ? undefined : ofNodes(answers, meaningOfAnswer);
  if (known !== undefined) {
    const reason = `${known.meaning} (${cause.details}) ${rpcStatusText(code)}`;
    return { kind: known.kind, reason: nodes === undefined ? reason : `${reason}: ${nodes.reason}` };
  }
  if (nodes !== undefined) return nodes;
  const node = { subject: endpointName(endpoint), address: endpointAddress(endpoint), timeoutMs };
  return meaningOfRpcError({ code, details: cause.details }, node);
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
  { kind: 'refused', says: /unknown service gateway\.Gateway/, meaning: 'the gateway of the peer is switched off' },
];

/** One sentence if all nodes say the same, else a line for each. */
function ofNodes(answers: readonly NodeAnswer[], meaningOfAnswer: (answer: string) => Meaning): Meaning {
  const meanings = answers.map(({ message }) => ofNode(message, meaningOfAnswer));
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

function applicationAnswer(answer: string): Meaning {
  return { kind: 'chaincodeAnswered', reason: `the chaincode answered: ${answer}` };
}

function ofNode(message: string, meaningOfAnswer: (answer: string) => Meaning): Meaning {
  const [, answer] = CHAINCODE_RESPONSE.exec(message) ?? [];
  if (answer !== undefined) return meaningOfAnswer(answer);
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
