import { findTemporalRun, recordRun, type RunKind, type StoredNetwork, type StoredRun } from '../../database/index.ts';
import { OperationFailure, type Operation, type RunProgress } from '../../operations/index.ts';
import { operationProblem } from '../problems/operation.ts';
import { ApiProblem } from '../problems/problem.ts';
import { begin } from '../runs/begin.ts';
import type { RunObserver } from '../runs/observer.ts';
import { runPath } from '../runs/paths.ts';
import type { ApiServices } from '../services.ts';

/** A run that somebody asks for. */
export interface RequestedRun {
  readonly network: StoredNetwork;
  readonly kind: RunKind;
  /** The revision that it carries out; absent means none. */
  readonly revision?: number;
  readonly requestedBy: string;
  readonly requestId: string;
}

/** Begins a run, or joins the one that does the same, and makes it known. @throws as the use case; see {@link linkingHolder} */
export async function beginRun(
  { database, now }: ApiServices,
  observer: RunObserver,
  { network, ...request }: RequestedRun,
  operation: Operation<RunProgress, unknown>,
): Promise<StoredRun> {
  const { workflowId, runId } = await begin(operation);
  const run = await recordRun(database, {
    ...request,
    networkId: network.id,
    workflowId,
    temporalRunId: runId,
    startedAt: now(),
  });
  observer.observe(run);
  return run;
}

/** Carries out work that another run may be in the way of: then the problem says where that one is found. */
export async function linkingHolder<Result>({ database }: ApiServices, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const problem = operationProblem(error);
    if (problem === undefined || !(error instanceof OperationFailure) || error.problem.code !== 'NetworkBusy')
      throw error;
    const { workflowId, runId } = error.problem.holder.run;
    const holder = runId && (await findTemporalRun(database, { workflowId, temporalRunId: runId }));
    if (!holder) throw problem;
    throw new ApiProblem(problem.reason, { ...problem.facts, links: { run: runPath(holder.id) } }, { cause: error });
  }
}
