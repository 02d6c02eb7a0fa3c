import { setTimeout as sleep } from 'node:timers/promises';

import { clusterOfQueue, WORKFLOW_TASK_QUEUE, type Progress, type RunResult } from '../workflows/messages.ts';
import { isOutage } from './calls.ts';
import type { Observation, RunView, RunCondition } from './view.ts';
import { EMPTY_VIEW, keyOf, mergeObservations, withFinalSteps } from './view.ts';
import type { PendingActivity, RunDescription, RunEnding, RunReference, Temporal } from './temporal.ts';
import { workersOf, type QueueWorkers } from './workers.ts';

export interface WatchOptions {
  /** Ends the watching, not the run: `watchRun` then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called with every new view. */
  readonly onView: (view: RunView) => void;
  /** Time between two looks, in milliseconds. */
  readonly intervalMs?: number;
  /** False for workflows that do not answer the progress query. */
  readonly progress?: boolean;
}

/**
 * Quick enough to look alive. Not quicker: each look asks the worker about the run and about every child of it, and on a
 * laptop the worker is busy with the very work that is watched. The end of a run is not polled for; it is told at once.
 */
const INTERVAL_MS = 1_000;

/** Work that no worker took for so long is worth a word; a worker that is alive takes it in milliseconds. */
const UNCLAIMED_MS = 5_000;

/** Time between two looks at the workers of the queues in which steps wait, in milliseconds: each asks the server twice for each queue. */
const WORKERS_LOOK_MS = 10_000;

/**
 * Watches a run to its end, through restarts of the worker and of the Temporal server.
 *
 * @returns how the run ended and the last view of it.
 * @throws the signal's reason if it is aborted before that.
 */
export async function watchRun(
  temporal: Temporal,
  run: RunReference,
  options: WatchOptions,
): Promise<{ readonly ending: RunEnding; readonly view: RunView }> {
  const stop = new AbortController();
  const watcher = watcherOf(temporal, run, { ...options, signal: AbortSignal.any([options.signal, stop.signal]) });
  const ending = awaitEnding(temporal, run, AbortSignal.any([options.signal, stop.signal]));
  try {
    // The looks go on until they are stopped, so they can only win this race by failing.
    const result = await Promise.race([ending, watcher.untilStopped().then(() => ending)]);
    if (result.kind === 'completed') return { ending: result, view: finalView(watcher.view(), result.value) };
    // What failed is in the last answers of the run and of the children that failed with it.
    await watcher.look();
    return { ending: result, view: watcher.view() };
  } finally {
    stop.abort();
  }
}

/** Waits for the end of a run; an outage of the server only makes it wait longer. */
async function awaitEnding(temporal: Temporal, run: RunReference, signal: AbortSignal): Promise<RunEnding> {
  for (;;) {
    try {
      signal.throwIfAborted();
      return await temporal.result(run, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isOutage(error)) throw error;
    }
    await sleep(INTERVAL_MS * 2);
  }
}

interface Watcher {
  readonly view: () => RunView;
  readonly look: () => Promise<void>;
  readonly untilStopped: () => Promise<void>;
}

function watcherOf(temporal: Temporal, run: RunReference, options: WatchOptions): Watcher {
  const { onView, signal, intervalMs = INTERVAL_MS, progress = true } = options;
  let view = EMPTY_VIEW;
  let silentSince: Date | undefined;

  const show = (next: RunView): void => {
    if (signal.aborted) return;
    view = next;
    onView(view);
  };

  const known = new Map<string, Progress>();
  /** A workflow's progress so far; it tells only what has changed. Undefined if no worker answers. */
  const askProgress = async (asked: RunReference): Promise<Progress | undefined> => {
    if (!progress) return undefined;
    const before = known.get(asked.workflowId);
    try {
      const answer = withEarlierSteps(before, await temporal.progress(asked, before?.version));
      known.set(asked.workflowId, answer);
      return answer;
    } catch {
      // Whether the server is there is what `describe` finds out.
      return undefined;
    }
  };

  const observe = async (seen: RunReference): Promise<Observation | undefined> => {
    const description = await temporal.describe(seen);
    return description === undefined ? undefined : { description, progress: await askProgress(seen) };
  };

  const lookAll = async (): Promise<Observation[]> => {
    const parent = await observe(run);
    if (parent === undefined) return [];
    const children = (parent.progress?.children ?? view.children).map((workflowId) => ({ workflowId }));
    const observed = await Promise.all(children.map(observe));
    return [parent, ...observed.filter((observation) => observation !== undefined)];
  };

  const workersNow = queueWatcher(temporal);
  const look = async (): Promise<void> => {
    const begun = new Date();
    try {
      const observations = await lookAll();
      const silent = progress && observations[0]?.progress === undefined;
      silentSince = silent ? (silentSince ?? begun) : undefined;
      const activities = observations.flatMap(({ description }) => description.activities);
      const missing = await workersNow(activities, begun);
      const condition = conditionOf(observations, { silentSince, missing, now: new Date() });
      show({ ...mergeObservations(view, observations, begun), ...(condition ? { condition } : {}) });
    } catch (error) {
      if (!isOutage(error)) throw error;
      const since = view.condition?.kind === 'temporal unreachable' ? view.condition.since : new Date();
      const message = `${messageOf(error)}; the run goes on as soon as it is back`;
      show({ ...view, condition: { kind: 'temporal unreachable', message, since } });
    }
  };

  return {
    view: () => view,
    look,
    untilStopped: async () => {
      while (!signal.aborted) {
        await look();
        await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** Adds the steps that have changed to those that were told before, in the order in which they began. */
export function withEarlierSteps(before: Progress | undefined, answer: Progress): Progress {
  if (before === undefined || answer.since === 0) return answer;
  const steps = new Map([...before.steps, ...answer.steps].map((step) => [keyOf(step), step]));
  return { ...answer, since: 0, steps: [...steps.values()] };
}

/** What the run waits for that no worker does, and since when. */
type MissingWorker = Pick<RunCondition, 'since' | 'message' | 'cluster'>;

/**
 * Looks, from time to time, at the workers of the queues that the steps under way belong to. Of one that has just gone the steps are its own, for the
 * server, until their heartbeats have been missing for long enough; or they wait for their next attempt.
 *
 * @returns is given the activities that are under way, and names the workers that are missing for them
 */
function queueWatcher(
  temporal: Temporal,
): (activities: readonly PendingActivity[], now: Date) => Promise<readonly MissingWorker[]> {
  let looks: readonly (QueueWorkers & { readonly lookedAt: Date })[] = [];
  return async (activities, now) => {
    const queues = [...new Set(activities.flatMap(({ queue }) => queue ?? []))];
    looks = await Promise.all(
      queues.map(async (queue) => {
        const known = looks.find((look) => look.queue === queue);
        if (known !== undefined && now.getTime() - known.lookedAt.getTime() < WORKERS_LOOK_MS) return known;
        return { ...(await workersOf(temporal, queue, 'activity', now)), lookedAt: now };
      }),
    );
    return looks
      .filter(({ isPolled }) => !isPolled)
      .map(({ queue, seenAt, lookedAt }) => ({
        since: seenAt ?? oldestOf(activities.filter((activity) => activity.queue === queue)) ?? lookedAt,
        message: `${noWorkerFor(queue)} polls task queue ${queue}`,
        ...clusterField(queue),
      }));
  };
}

/** Since when the longest of some activities has waited for a worker. */
function oldestOf(activities: readonly PendingActivity[]): Date | undefined {
  const times = activities.flatMap(({ unclaimedSince }) => unclaimedSince?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

function noWorkerFor(queue: string): string {
  const cluster = clusterOfQueue(queue);
  return cluster === undefined ? 'no worker' : `no worker for ${cluster}`;
}

function clusterField(queue: string | undefined): Pick<RunCondition, 'cluster'> {
  const cluster = queue === undefined ? undefined : clusterOfQueue(queue);
  return cluster === undefined ? {} : { cluster };
}

/** Says that no worker takes the run's work, once that has lasted. */
function conditionOf(
  observations: readonly Observation[],
  {
    silentSince,
    missing,
    now,
  }: { readonly silentSince: Date | undefined; readonly missing: readonly MissingWorker[]; readonly now: Date },
): RunCondition | undefined {
  const unclaimed = observations.flatMap(({ description }) => unclaimedWork(description));
  const silent = silentSince
    ? [{ since: silentSince, message: `no worker answers on task queue ${WORKFLOW_TASK_QUEUE}` }]
    : [];
  const [oldest] = [...missing, ...unclaimed, ...silent].sort((a, b) => a.since.getTime() - b.since.getTime());
  if (oldest === undefined || now.getTime() - oldest.since.getTime() < UNCLAIMED_MS) return undefined;
  return { kind: 'no worker', ...oldest };
}

function unclaimedWork({ unclaimedSince, activities, build }: RunDescription): readonly MissingWorker[] {
  const worker = build === undefined ? '' : ` of build ${build}`;
  const tasks = unclaimedSince
    ? [
        {
          since: unclaimedSince,
          message: `no worker${worker} takes the run's work from task queue ${WORKFLOW_TASK_QUEUE}`,
        },
      ]
    : [];
  const waiting = activities.flatMap(({ type, queue, unclaimedSince: since }) => {
    if (since === undefined) return [];
    const from = queue === undefined ? "the cluster's task queue" : `task queue ${queue}`;
    const message = `${noWorkerFor(queue ?? '')}${worker} takes ${type} from ${from}`;
    return [{ since, message, ...clusterField(queue) }];
  });
  return [...tasks, ...waiting];
}

function finalView(view: RunView, value: unknown): RunView {
  return isRunResult(value) ? withFinalSteps(view, value.steps) : view;
}

/** Whether a workflow's result is that of `applyNetwork` or `removeNetwork`. */
export function isRunResult(value: unknown): value is RunResult {
  return (
    typeof value === 'object' &&
    value !== null &&
    'network' in value &&
    'steps' in value &&
    Array.isArray(value.steps) &&
    'endpoints' in value &&
    Array.isArray(value.endpoints)
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
