import { setTimeout as sleep } from 'node:timers/promises';

import { StatusCode, type Proposal, type SubmittedTransaction } from '@hyperledger/fabric-gateway';

import { repeated, type PassingFailure } from '../../calls/index.ts';
import { passingNodeCall } from '../error.ts';
import { endorsersOf } from './endorsers.ts';
import {
  gatewayFailure,
  invalidTransaction,
  TransactionError,
  type GatewayCallContext,
  type TransactionStage,
} from './error.ts';

/** A transaction that is valid and in a block of the peer that was asked. */
export interface CommittedTransaction {
  readonly transactionId: string;
  readonly block: number;
  /** Fabric's word for it: the others are errors. */
  readonly status: 'VALID';
  /** What the chaincode answered. */
  readonly result: Uint8Array;
}

/** What is submitted, for messages, and how long all of it may take, the wait for its block included. */
export interface Submission extends Omit<GatewayCallContext, 'stage' | 'transactionId'> {
  readonly signal?: AbortSignal;
  /** How long to wait for the gateway to hear of the peers that have to endorse; absent means three rounds of gossip. */
  readonly gossipPatienceMs?: number;
  /** Is told what the transaction waits for now. */
  readonly onStage?: (stage: TransactionStage) => void;
}

/** Carries out one stage of a transaction, so that its failure can say which it was. */
export async function during<Result>(
  stage: TransactionStage,
  submission: Submission & { readonly transactionId?: string },
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    submission.signal?.throwIfAborted();
    throw gatewayFailure(error, { stage, ...submission }) ?? error;
  }
}

/**
 * Has a peer's gateway collect endorsements and send a transaction to the orderers, and waits until the peer has committed
 * it.
 *
 * @throws TransactionError; of kind `timeout` in stage `commit` the transaction may still come to a block
 */
export async function submitProposal(proposal: Proposal, submission: Submission): Promise<CommittedTransaction> {
  const { timeoutMs, signal, onStage = () => undefined } = submission;
  signal?.throwIfAborted();
  const deadline = Date.now() + timeoutMs;
  const transactionId = proposal.getTransactionId();
  const context = { ...submission, transactionId };
  onStage('endorse');
  const endorseOnce = () => during('endorse', context, proposal.endorse({ deadline }));
  const endorse = () => repeated(endorseOnce, { passing: passingConnection, signal });
  const transaction = await untilKnown(endorse, { ...submission, deadline });
  onStage('order');
  const submitted = await during('order', context, transaction.submit({ deadline }));
  onStage('commit');
  const askStatus = (): ReturnType<SubmittedTransaction['getStatus']> =>
    during('commit', context, submitted.getStatus({ deadline }));
  const { code, blockNumber } = await repeated(askStatus, { passing: passingNodeCall, signal });
  const block = Number(blockNumber);
  if (code !== StatusCode.VALID)
    throw invalidTransaction(code, { ...context, block, endorsers: endorsersOf(transaction.getBytes()) });
  return { transactionId, block, status: 'VALID', result: transaction.getResult() };
}

/** That too few endorsers are known is no failure of the call: it is awaited below, longer and in the rhythm of gossip. */
function passingConnection(error: unknown): PassingFailure | undefined {
  return error instanceof TransactionError && error.kind === 'unavailable' ? undefined : passingNodeCall(error);
}

/** Peers tell each other every four seconds what they run (peer.gossip.publishStateInfoInterval): three times of that. */
const GOSSIP_PATIENCE_MS = 12_000;

const GOSSIP_POLL_MS = 500;

/**
 * Just after a peer has joined a channel, or a chaincode was committed, a gateway may not know yet which peers of other
 * organizations are there for it. An endorsement changes nothing, so it can be asked for again.
 */
async function untilKnown<Endorsed>(
  endorse: () => Promise<Endorsed>,
  {
    deadline,
    gossipPatienceMs = GOSSIP_PATIENCE_MS,
    signal,
  }: Pick<Submission, 'gossipPatienceMs' | 'signal'> & { readonly deadline: number },
): Promise<Endorsed> {
  const patience = Math.min(Date.now() + gossipPatienceMs, deadline - GOSSIP_POLL_MS);
  for (;;) {
    try {
      return await endorse();
    } catch (error) {
      if (!(error instanceof TransactionError) || error.kind !== 'unavailable' || Date.now() >= patience) throw error;
    }
    await sleep(GOSSIP_POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}
