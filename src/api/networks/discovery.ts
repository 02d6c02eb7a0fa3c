import { isDeepStrictEqual } from 'node:util';

import type { RunSummary } from '../../client/index.ts';
import {
  ensureNetwork,
  findNetwork,
  findRevision,
  keepSteps,
  recordRun,
  saveRevision,
  unknownRuns,
  type RunKind,
  type StoredNetwork,
  type StoredRun,
} from '../../database/index.ts';
import { describedBy, endOfKnownRun } from '../../operations/index.ts';
import { descriptionText } from '../../description/text.ts';
import type { Network } from '../../spec/index.ts';
import type { ApiMetrics } from '../metrics/metrics.ts';
import { keepEnd } from '../runs/end.ts';
import type { RunObserver } from '../runs/observer.ts';
import { changesOf } from '../runs/seen.ts';
import { contextFor, type ApiServices } from '../services.ts';

/*
 * Networks and runs that the service has not been asked for: those of the command line, of schedules, of `temporal workflow start`. Temporal has them all; its lists are a
 * moment behind, and are not asked while somebody waits.
 */

/** Who is told of the runs that are found. */
export interface RunFollowers {
  readonly observer: Pick<RunObserver, 'observe'>;
  readonly metrics: Pick<ApiMetrics, 'since' | 'runEnded' | 'stepsChanged'>;
}

/** So many are compared with the database at once. */
const BATCH = 100;

/**
 * Makes runs known that Temporal has and the service does not, with their networks.
 *
 * @param signal ends it between two runs
 */
export async function discoverRuns(services: ApiServices, followers: RunFollowers, signal: AbortSignal): Promise<void> {
  // In the order in which they began: a network is brought up before it is removed.
  for (const run of (await newRuns(services)).toReversed()) {
    if (signal.aborted) return;
    await discover(services, followers, run);
  }
}

/** A run in a list of Temporal's, by its ids as the database has them. */
interface ListedRun {
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly summary: RunSummary;
}

/** The newest first. Where all of a batch are known, those before them are, too: they were found in their order. */
async function newRuns({ database, temporal, cluster }: ApiServices): Promise<readonly ListedRun[]> {
  const found: ListedRun[] = [];
  let batch: ListedRun[] = [];
  for await (const summary of temporal.list({ cluster })) {
    const { workflowId, runId } = summary.run;
    if (runId === undefined || kindOf(summary) === undefined) continue;
    batch.push({ workflowId, temporalRunId: runId, summary });
    if (batch.length < BATCH) continue;
    const unknown = await unknownRuns(database, batch);
    if (unknown.length === 0) return found;
    found.push(...unknown);
    batch = [];
  }
  return [...found, ...(await unknownRuns(database, batch))];
}

/** What runs are called, by the first word of what they do; by their workflow where no command has started them. */
const KINDS: Readonly<Record<string, RunKind>> = {
  ...{ up: 'up', down: 'down', renew: 'renew' },
  ...{ applyNetwork: 'up', removeNetwork: 'down', renewNetwork: 'renew' },
};

/** Undefined of a run that the service does not know of: one that changes an identity of an application. */
function kindOf({ operation }: RunSummary): RunKind | undefined {
  return KINDS[operation.split(' ')[0] ?? ''];
}

async function discover(
  services: ApiServices,
  { observer, metrics }: RunFollowers,
  { workflowId, temporalRunId, summary }: ListedRun,
): Promise<void> {
  const { database, cluster, now } = services;
  const { network: name, requestedBy, startedAt, endedAt = now(), status } = summary;
  const kind = kindOf(summary);
  if (kind === undefined) return;
  const by = requestedBy === '' ? 'Temporal' : requestedBy;
  const network = await ensureNetwork(database, { cluster, name }, { by, at: startedAt });
  // Of an earlier network of the same name that nobody knew: it says nothing of the one that is there.
  const isEarlier = startedAt < network.createdAt;
  const described = kind === 'up' ? await describedBy(contextFor(services, by), summary.run) : undefined;
  const revision =
    described && !isEarlier ? await revisionOf(services, network, described, { by, at: startedAt }) : undefined;
  const run = await recordRun(database, {
    ...{ networkId: network.id, workflowId, temporalRunId, kind, startedAt, requestedBy },
    ...(revision === undefined ? {} : { revision }),
  });
  if (status === 'running') observer.observe(run);
  else await keepWhatItDid(services, metrics, run, { at: endedAt, isEarlier });
}

/** Keeps how a run has ended that nobody has followed. */
async function keepWhatItDid(
  services: ApiServices,
  metrics: RunFollowers['metrics'],
  run: StoredRun,
  { at, isEarlier }: { readonly at: Date; readonly isEarlier: boolean },
): Promise<void> {
  const { database } = services;
  const { network, workflowId, temporalRunId, requestedBy } = run;
  const known = { network: network.name, run: { workflowId, runId: temporalRunId } };
  const end = await endOfKnownRun(contextFor(services, requestedBy), known);
  if (end.kind === 'done') {
    const steps = end.result.steps.map((step) => ({ ...step, since: run.startedAt }));
    const changes = changesOf(new Map(), steps, at);
    await keepSteps(database, run.id, changes.attempts);
    if (at >= metrics.since) metrics.stepsChanged(changes);
  }
  const state = await keepEnd(database, run, end, at, isEarlier);
  if (state !== undefined && at >= metrics.since) metrics.runEnded(run, state, at);
}

/** The revision that a run carries out: the last one, or a new one if that says something else. */
async function revisionOf(
  { database }: ApiServices,
  network: StoredNetwork,
  described: Network,
  actor: { readonly by: string; readonly at: Date },
): Promise<number | undefined> {
  const { id, name, cluster, revision } = network;
  const last = revision === undefined ? undefined : await findRevision(database, id, revision);
  if (last !== undefined) {
    if (isDeepStrictEqual(last.description, JSON.parse(JSON.stringify(described)))) return last.number;
    // Somebody has asked for something else since.
    if (last.createdAt > actor.at) return undefined;
  }
  const source = descriptionText(described);
  const saved = await saveRevision(database, { network: { cluster, name }, description: described, source, ...actor });
  return saved.kind === 'saved' ? saved.revision.number : (await findNetwork(database, { cluster, name }))?.revision;
}
