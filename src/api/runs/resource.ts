import { z } from 'zod';

import { isRunResult } from '../../client/index.ts';
import { missingWorkers, type Database, type StoredRun, type StoredRunSummary } from '../../database/index.ts';
import { countsOf, type RunEnd } from '../../operations/index.ts';
import { remediesOf } from '../../spec/index.ts';
import { isReady } from '../../workflows/messages.ts';
import { conditionResource, conditionSchema } from '../networks/condition.ts';
import { missingWorkersResource, missingWorkersSchema } from '../clusters/resource.ts';
import { remedyInWords } from '../problems/remedy.ts';
import { stepSummarySchema } from './step-resource.ts';
import { latestSteps } from './steps.ts';

const stepSchema = z.object({
  step: z.string().describe('What is done, e.g. enrollIdentity.'),
  target: z.string().describe('What it is done to, e.g. org1/peer1.'),
  outcome: z.enum(['running', 'unchanged', 'created', 'updated', 'removed', 'failed', 'cancelled']),
  attempts: z.int(),
  seconds: z.number(),
  reason: z.string().describe('Why it had something to do, what it waits for, or why it failed.'),
  remedy: stepSummarySchema.shape.remedy,
});

const countsSchema = z.object({ unchanged: z.int(), created: z.int(), updated: z.int(), removed: z.int() });

/** A run that is paused begins no new step. */
export const pauseSchema = z
  .object({ by: z.string(), reason: z.string(), since: z.string() })
  .meta({ title: 'Pause', description: 'A run that is paused begins no new step.' });

/** A run as lists show it. */
export const runSummarySchema = z
  .object({
    id: z.string(),
    network: z.string(),
    cluster: z.string(),
    kind: z.enum(['up', 'down', 'renew', 'plan']),
    state: z
      .enum(['running', 'done', 'not ready', 'failed', 'cancelled', 'terminated', 'timed out'])
      .describe('"not ready": every step was done, and the network was not ready then.'),
    done: z.boolean().describe('The run has ended, in whatever way.'),
    revision: z.int().optional().describe('The revision of the description that it carries out.'),
    startedAt: z.string(),
    finishedAt: z.string().optional(),
    requestedBy: z.string(),
    requestId: z.string().optional(),
    paused: pauseSchema.optional().describe('As it was seen last; absent while the run is not paused.'),
    lastEvent: z.int().describe('What has happened after this place follows: /events?after=.'),
    workflow: z.object({ workflowId: z.string(), runId: z.string() }).describe('What Temporal knows it by.'),
    error: z
      .object({ type: z.string(), message: z.string(), remedies: z.array(z.string()).readonly() })
      .optional()
      .describe('Why it did not end well.'),
  })
  .meta({ title: 'RunSummary' });

/** A run with its steps. */
export const runSchema = runSummarySchema
  .extend({
    steps: z.array(stepSchema).readonly().describe('Its steps as they were seen last.'),
    counts: countsSchema.describe('How many steps had each outcome.'),
    conditions: z.array(conditionSchema).readonly().optional().describe('The network as it was at its end.'),
    notices: z.array(z.string()).readonly().optional(),
    withoutWorker: missingWorkersSchema.describe(
      'Clusters of its network without a worker, whose steps wait for one; empty of a run that has ended.',
    ),
  })
  .meta({ title: 'Run' });

export type ListedRun = z.infer<typeof runSummarySchema>;
export type Run = z.infer<typeof runSchema>;

export function runSummary(run: StoredRunSummary): ListedRun {
  const { id, network, kind, state, revision, startedAt, finishedAt, requestedBy, requestId, paused, error } = run;
  return {
    id,
    network: network.name,
    cluster: network.cluster,
    ...{ kind, state, done: state !== 'running' },
    ...(revision === undefined ? {} : { revision }),
    startedAt: startedAt.toISOString(),
    ...(finishedAt === undefined ? {} : { finishedAt: finishedAt.toISOString() }),
    requestedBy,
    ...(requestId === undefined ? {} : { requestId }),
    ...(paused === undefined ? {} : { paused }),
    lastEvent: run.lastEvent,
    workflow: { workflowId: run.workflowId, runId: run.temporalRunId },
    ...(error === undefined ? {} : { error: errorOf(error) }),
  };
}

/** A run as it is known to the database, which has its steps one by one until it has done its work. */
export async function runResource(database: Database, run: StoredRun): Promise<Run> {
  const { result } = run;
  if (!isRunResult(result)) {
    const steps = await latestSteps(database, run.id);
    const withoutWorker = await missingFor(database, run);
    return { ...runSummary(run), steps, counts: countsOf(steps), withoutWorker };
  }
  const { steps, conditions, notices } = result;
  return {
    ...runSummary(run),
    steps,
    counts: countsOf(steps),
    ...(conditions === undefined ? {} : { conditions: conditions.map(conditionResource) }),
    ...(notices === undefined ? {} : { notices }),
    withoutWorker: [],
  };
}

async function missingFor(
  database: Database,
  { state, network, networkId }: StoredRun,
): Promise<z.infer<typeof missingWorkersSchema>> {
  if (state !== 'running') return [];
  return missingWorkersResource((await missingWorkers(database, network.cluster)).get(networkId) ?? []);
}

/** How a run ended, as it is kept. */
type Finish = Pick<StoredRun, 'result' | 'error'> & { readonly state: Exclude<StoredRun['state'], 'running'> };

/** What is kept of the end of a run. */
export function finishOf(end: RunEnd): Finish {
  switch (end.kind) {
    case 'done':
      return { state: isReady(end.result.conditions ?? []) ? 'done' : 'not ready', result: end.result };
    case 'failed': {
      const { type, message, remedies } = end.failure;
      return { state: 'failed', error: keptError(type, message, remedies) };
    }
    case 'cancelled':
      return { state: 'cancelled' };
    case 'terminated':
      return { state: 'terminated', error: keptError('Terminated', end.reason) };
    case 'timed out':
      return {
        state: 'timed out',
        error: keptError('TimedOut', 'the run reached the time limit that it was started with'),
      };
  }
}

/** What is kept of a run that Temporal has forgotten before anybody saw its end. */
export const FORGOTTEN: Finish = {
  state: 'terminated',
  error: keptError('Forgotten', 'Temporal no longer keeps the run, and how it ended was not seen'),
};

const keptErrorSchema = z.object({ type: z.string(), message: z.string(), details: z.array(z.unknown()) });

/** In the form in which failures carry their remedies, so that they are read as from Temporal. */
function keptError(type: string, message: string, remedies: readonly unknown[] = []): z.infer<typeof keptErrorSchema> {
  return { type, message, details: remedies.map((remedy) => ({ remedy })) };
}

/** What is kept of why a run did not end well; undefined where it did. */
export function keptErrorOf(kept: unknown): { readonly type: string; readonly message: string } | undefined {
  return keptErrorSchema.safeParse(kept).data;
}

function errorOf(kept: unknown): NonNullable<ListedRun['error']> {
  const { success, data } = keptErrorSchema.safeParse(kept);
  if (!success) return { type: 'Unknown', message: 'what is kept of the failure cannot be read', remedies: [] };
  const { type, message, details } = data;
  return { type, message, remedies: remediesOf(details).flatMap((remedy) => remedyInWords(remedy) ?? []) };
}
