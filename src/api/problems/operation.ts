import { OperationFailure, queueNames, type OperationProblem } from '../../operations/index.ts';
import { ApiProblem, type ProblemFacts, type Reason } from './problem.ts';

/** @returns a use case's failure as a problem; undefined if the error is none */
export function operationProblem(error: unknown): ApiProblem | undefined {
  if (!(error instanceof OperationFailure)) return undefined;
  const { problem, message } = error;
  const reason = REASONS[problem.code];
  // Problems of use cases that no route offers: that one comes up here all the same is a defect.
  if (reason === undefined) return undefined;
  return new ApiProblem(reason, { detail: message, ...factsOf(problem) }, { cause: error });
}

const REASONS: Readonly<Partial<Record<OperationProblem['code'], Reason>>> = {
  NoWorker: 'NO_WORKER',
  NetworkBusy: 'RUN_IN_PROGRESS',
  RunSilent: 'NO_WORKER',
  RunRefuses: 'RUN_REFUSES',
  EnvelopeInvalid: 'INVALID_ENVELOPE',
  NetworkNotFound: 'NETWORK_NOT_FOUND',
};

/** A worker that is just being replaced is back within seconds. */
const WORKER_RETRY_S = '10';

function factsOf(problem: OperationProblem): Partial<ProblemFacts> {
  if (problem.code === 'NoWorker') {
    return {
      metadata: { taskQueues: problem.queues },
      remedies: [`Start a worker for ${queueNames(problem.queues)}: weft worker.`],
      headers: { 'retry-after': WORKER_RETRY_S },
    };
  }
  if (problem.code === 'RunSilent') return { headers: { 'retry-after': WORKER_RETRY_S } };
  if (problem.code === 'NetworkBusy') {
    const { operation, since, requestedBy, run } = problem.holder;
    const who = requestedBy === '' ? '' : `, for ${requestedBy}`;
    return {
      detail: `another run holds ${problem.network}: ${operation}${who}, since ${since.toISOString()}.`,
      metadata: { operation, startedBy: requestedBy, startedAt: since.toISOString(), workflow: run },
      remedies: ['Wait for its end, or cancel it.'],
    };
  }
  return {};
}
