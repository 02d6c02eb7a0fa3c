import { z } from 'zod';

import {
  carryOut,
  plan,
  runDocument,
  type Operation,
  type OperationContext,
  type PlanInput,
  type RunEnd,
  type RunProgress,
} from '../../operations/index.ts';
import { ApiProblem } from '../problems/problem.ts';
import { remedyInWords } from '../problems/remedy.ts';
import { stepOutline, stepOutlineSchema } from '../runs/step-resource.ts';

/** What would be done. */
export const planResultSchema = z.object({
  network: z.string(),
  outcome: z.string().describe('What it would be to the network as a whole; unchanged means nothing.'),
  counts: z.object({ unchanged: z.int(), created: z.int(), updated: z.int(), removed: z.int() }),
  steps: z.array(stepOutlineSchema).readonly().describe('What would be changed; what would stay as it is is left out.'),
  signatures: z
    .array(
      z.object({
        channel: z.string(),
        signers: z.array(z.string()).readonly(),
        missing: z.array(z.string()).readonly(),
        unmet: z.array(z.string()).readonly(),
      }),
    )
    .readonly()
    .optional()
    .describe('The signatures that changes of channels need, by MSP IDs.'),
  notices: z.array(z.string()).readonly().optional(),
});

/** The same, as it can be carried out. */
export const keptPlanSchema = planResultSchema
  .extend({
    id: z.string().describe('Put the network with ?plan=<id> to have just this done.'),
    createdAt: z.string(),
    createdBy: z.string(),
    expiresAt: z.string().describe('Until when it can be carried out.'),
  })
  .meta({ title: 'Plan' });

/**
 * In milliseconds. A plan takes seconds, on a large network some more; a request that is repeated under its Idempotency-Key takes over after a
 * minute.
 */
const PATIENCE_MS = 50_000;

/**
 * Finds out what a description would change.
 *
 * @param signal ends the waiting
 * @throws as {@link dryRun}
 */
export function planFor(context: OperationContext, input: PlanInput, signal: AbortSignal): Promise<PlanResult> {
  return dryRun(input.network.name, (ends) => plan(context, input, ends), signal);
}

/** What a dry run tells. */
export type PlanResult = z.infer<typeof planResultSchema>;

/**
 * Waits for a run that changes nothing, and tells what it would have changed.
 *
 * @param begin begins the run; its signal ends the waiting
 * @throws ApiProblem if what it stands for would be refused or fail, or it takes too long; what the use case throws; the signal's reason
 */
export async function dryRun(
  name: string,
  begin: (signal: AbortSignal) => Operation<RunProgress, RunEnd>,
  signal: AbortSignal,
): Promise<PlanResult> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const operation = begin(AbortSignal.any([signal, patience]));
  const end = await carryOut(operation, () => undefined).catch((error: unknown) => {
    throw patience.aborted ? unfinished(`it takes longer than ${PATIENCE_MS / 1000} s.`) : error;
  });
  if (end.kind !== 'done') throw notPlanned(end);
  const { network, outcome, counts, steps } = runDocument(name, end.result.steps);
  const { signatures, notices } = end.result;
  return {
    ...{ network, outcome, counts },
    steps: steps.filter((step) => step.outcome !== 'unchanged').map(stepOutline),
    ...(signatures === undefined ? {} : { signatures }),
    ...(notices === undefined ? {} : { notices }),
  };
}

/** Failures of a run that say nothing of the description. */
const OF_THE_CLUSTER = ['ClusterUnreachable', 'ClusterForbidden', 'ClusterMisconfigured'];

function notPlanned(end: Exclude<RunEnd, { kind: 'done' }>): ApiProblem {
  if (end.kind !== 'failed') return unfinished(`it was ${end.kind} in Temporal.`);
  const { type, message, remedies } = end.failure;
  return new ApiProblem(OF_THE_CLUSTER.includes(type) ? 'CLUSTER_UNAVAILABLE' : 'PLAN_FAILED', {
    detail: message,
    remedies: remedies.flatMap((remedy) => remedyInWords(remedy) ?? []),
    metadata: { type },
  });
}

function unfinished(why: string): ApiProblem {
  return new ApiProblem('PLAN_UNFINISHED', { detail: `the plan has not been finished: ${why}` });
}
