import type { z } from 'zod';

import { findPlan, savePlan, type StoredNetwork, type StoredPlan } from '../../database/index.ts';
import type { OperationContext } from '../../operations/index.ts';
import { readStoredDescription, type Network } from '../../spec/index.ts';
import { networkWorkflowId } from '../../workflows/messages.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { ApiServices } from '../services.ts';
import { planFor, planResultSchema, type keptPlanSchema, type PlanResult } from './plan.ts';

type KeptPlan = z.infer<typeof keptPlanSchema>;

/** In milliseconds: somebody shows it to somebody else, and meanwhile the network is left alone. */
const PLAN_MS = 3_600_000;

/** In place of an etag: the network is not known. */
const ABSENT = 'absent';

export interface PlannedChange {
  readonly network: Network;
  /** The description as it was written. */
  readonly source: string;
  readonly pruneData: boolean;
  /** The network as it was when the plan was asked for; undefined if it was not known. */
  readonly known: StoredNetwork | undefined;
}

/** Finds out what would be done, and keeps it. @throws as {@link planFor} */
export async function makePlan(
  services: ApiServices,
  context: OperationContext,
  { network, source, pruneData, known }: PlannedChange,
  signal: AbortSignal,
): Promise<KeptPlan> {
  // Before the look at the network: what changes it meanwhile is then found when the plan is to be carried out.
  const lastRun = await lastRunOf(services, network.name);
  const result = await planFor(context, { network, pruneData }, signal);
  const createdAt = services.now();
  const plan = await savePlan(services.database, {
    ...{ cluster: services.cluster, network: network.name, description: network, source, pruneData, result },
    ...{ expected: known?.etag ?? ABSENT, lastRun },
    ...{ createdAt, createdBy: context.requestedBy, expiresAt: new Date(createdAt.getTime() + PLAN_MS) },
  });
  return planResource(plan);
}

/** @throws ApiProblem if the network has no such plan, or its time is over */
export async function requirePlan(
  { database, cluster, now }: ApiServices,
  name: string,
  id: string,
): Promise<StoredPlan> {
  const plan = await findPlan(database, { cluster, name }, id, now());
  if (plan !== undefined) return plan;
  throw new ApiProblem('PLAN_NOT_FOUND', {
    detail: `there is no plan ${id} of ${name}, or its time is over.`,
    remedies: ['Plan the change again.'],
  });
}

export function planResource({ id, result, createdAt, createdBy, expiresAt }: StoredPlan): KeptPlan {
  return {
    id,
    ...planResultSchema.parse(result),
    createdAt: createdAt.toISOString(),
    createdBy,
    expiresAt: expiresAt.toISOString(),
  };
}

/**
 * The description that a plan is about, if what the plan says is what would be done now.
 *
 * @param sent a description that came with the request; empty if none did
 * @throws ApiProblem if network, description or what would be done is another; as {@link planFor}
 */
export async function requireCurrent(
  services: ApiServices,
  context: OperationContext,
  plan: StoredPlan,
  {
    sent,
    known,
    signal,
  }: { readonly sent: string; readonly known: StoredNetwork | undefined; readonly signal: AbortSignal },
): Promise<Network> {
  if (sent !== '' && sent !== plan.source) throw stale(plan, 'the description is not the one that was planned');
  if ((known?.etag ?? ABSENT) !== plan.expected) throw stale(plan, 'something else was asked of the network since');
  if ((await lastRunOf(services, plan.network)) !== plan.lastRun)
    throw stale(plan, 'a run has worked on the network since');
  const read = readStoredDescription(plan.description);
  if (!read.ok) throw stale(plan, 'this version of Weft reads the description otherwise');
  const { network } = read;
  // What stands is not as it was if the same description would change something else.
  const now = await planFor(context, { network, pruneData: plan.pruneData }, signal);
  const moved = movedSteps(planResultSchema.parse(plan.result), now);
  if (moved.length > 0) throw stale(plan, 'what stands has changed, and something else would be done now', { moved });
  return network;
}

/** The steps that only one of two plans has. */
export function movedSteps(before: PlanResult, now: PlanResult): readonly string[] {
  const then = before.steps.map(stepInWords);
  const today = now.steps.map(stepInWords);
  return [...then.filter((step) => !today.includes(step)), ...today.filter((step) => !then.includes(step))].sort();
}

/** Without its reason, which may tell times. */
function stepInWords({ step, target, outcome }: PlanResult['steps'][number]): string {
  return `${step} ${target} ${outcome}`;
}

/** All that changes a network, and its record, does so under one workflow id: that is the lock. */
async function lastRunOf({ temporal, cluster }: ApiServices, name: string): Promise<string> {
  const last = await temporal.describe({ workflowId: networkWorkflowId(cluster, name) });
  return last === undefined ? '' : `${last.run.runId ?? ''} ${last.status}`;
}

function stale({ id }: StoredPlan, why: string, metadata: Readonly<Record<string, unknown>> = {}): ApiProblem {
  return new ApiProblem('PLAN_STALE', {
    detail: `the plan ${id} is not what would be done now: ${why}. Nothing was started.`,
    metadata: { plan: id, ...metadata },
    remedies: ['Plan the change again, and look at what it says now.'],
  });
}
