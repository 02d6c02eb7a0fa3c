import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import type { FastifyBaseLogger } from 'fastify';

import type { RunView } from '../../client/index.ts';
import {
  appendEvents,
  atomically,
  findRun,
  keepSteps,
  keepAwaitedSignatures,
  keepPause,
  lastEvent,
  listAwaitedSignatures,
  openRuns,
  tryToObserve,
  type EventInput,
  type StoredRun,
} from '../../database/index.ts';
import { awaitedInView, followKnownRun, type ForgottenRun, type RunEnd } from '../../operations/index.ts';
import { eventInput, type EventDraft } from '../events/draft.ts';
import type { EventFeed } from '../events/feed.ts';
import { masked } from '../events/mask.ts';
import type { ApiMetrics } from '../metrics/metrics.ts';
import type { RunPause } from '../../workflows/messages.ts';
import { contextFor, type ApiServices } from '../services.ts';
import { keepEnd } from './end.ts';
import { changesOf, runEvents, stepKey, withAttempts, type KnownSteps, type SeenRun } from './seen.ts';
import { awaitedSignaturesResource } from './signatures.ts';
import { allLatestAttempts } from './steps.ts';

/**
 * Follows runs to their ends and keeps what they do, so that it is in the database whether or not Temporal and its workers answer, and after they have
 * forgotten it. Of several processes one does so for each run.
 */
export interface RunObserver {
  observe(run: StoredRun): void;
  /** Observes every run of the cluster whose end nobody has seen: those of another are in a Temporal of their own. */
  resume(): Promise<void>;
  /** Leaves all runs alone. */
  close(): Promise<void>;
}

/** In milliseconds. Another process follows the run, or Temporal or the database is away: nobody waits for this. */
const RETRY_MS = 10_000;

/** What becomes of what is seen, beside the database. */
export interface RunListeners {
  readonly feed: Pick<EventFeed, 'wake'>;
  readonly metrics: Pick<ApiMetrics, 'runEnded' | 'stepsChanged'>;
}

export function runObserver(services: ApiServices, listeners: RunListeners, log: FastifyBaseLogger): RunObserver {
  const closing = new AbortController();
  const { signal } = closing;
  const followed = new Map<string, Promise<void>>();

  const follow = async (run: StoredRun): Promise<void> => {
    for (let isKept = false; !isKept && !signal.aborted;) {
      isKept = await followAlone(services, listeners, run, signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error, run: run.id }, 'a run could not be followed, and is tried again');
        return false;
      });
      if (!isKept) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    followed.delete(run.id);
  };

  const observe = (run: StoredRun): void => {
    if (run.state === 'running' && !followed.has(run.id)) followed.set(run.id, follow(run));
  };

  return {
    observe,
    resume: async () => {
      for (const run of await openRuns(services.database, services.cluster)) observe(run);
    },
    close: async () => {
      closing.abort();
      await Promise.all(followed.values());
    },
  };
}

/** Follows a run unless somebody else does. @returns whether its end is kept */
async function followAlone(
  services: ApiServices,
  listeners: RunListeners,
  run: StoredRun,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, now } = services;
  const lock = await tryToObserve(database, run.id);
  if (lock === undefined) return isEnded(services, run);
  try {
    // Whoever had the lock before may have kept the end.
    if (await isEnded(services, run)) return true;
    const end = await followToEnd(services, listeners, run, AbortSignal.any([signal, lock.lost]));
    const at = now();
    const state = await keepEnd(database, run, end, at);
    if (state !== undefined) listeners.metrics.runEnded(run, state, at);
    listeners.feed.wake();
    return true;
  } finally {
    await lock.release();
  }
}

async function isEnded({ database }: ApiServices, { id }: StoredRun): Promise<boolean> {
  return (await findRun(database, id))?.state !== 'running';
}

/** Keeps the steps of a run as they are seen, with what happens, until it ends. */
async function followToEnd(
  services: ApiServices,
  { feed, metrics }: RunListeners,
  run: StoredRun,
  signal: AbortSignal,
): Promise<RunEnd | ForgottenRun> {
  const { network, workflowId, temporalRunId, requestedBy } = run;
  const known = { network: network.name, run: { workflowId, runId: temporalRunId } };
  const operation = followKnownRun(contextFor(services, requestedBy), known, signal);
  const keep = await keeper(services, metrics, run);
  for (;;) {
    const next = await operation.next();
    if (next.done !== true) {
      if (next.value.kind === 'view' && (await keep(next.value.view))) feed.wake();
      continue;
    }
    if (next.value.kind !== 'forgotten') await keep(next.value.view);
    return next.value;
  }
}

/**
 * Keeps what each look at a run tells that was not known before; it goes on where whoever followed the run before has left off.
 *
 * @returns keeps a look, and says whether there was anything new in it
 */
async function keeper(
  { database, now }: ApiServices,
  metrics: RunListeners['metrics'],
  { id, networkId, startedAt, requestedBy }: StoredRun,
): Promise<(view: RunView) => Promise<boolean>> {
  const owner = { networkId, runId: id };
  if ((await lastEvent(database, owner)) === 0) {
    const started: EventDraft = {
      type: 'run.started',
      ...(requestedBy === '' ? {} : { message: `asked for by ${requestedBy}` }),
    };
    await appendEvents(database, owner, [eventInput(started, startedAt)]);
  }
  let steps: KnownSteps = new Map((await allLatestAttempts(database, id)).map((step) => [stepKey(step), step]));
  let seen = await lastSeen(database, id);
  let known = await listAwaitedSignatures(database, id);
  return async (view) => {
    const at = now();
    const changes = changesOf(steps, view.steps, at);
    const { attempts, events } = changes;
    const inputs: readonly EventInput[] = [...runEvents(seen, view), ...events].map((draft) => eventInput(draft, at));
    const awaited = (await awaitedInView(view)).map(awaitedSignaturesResource);
    const isAwaitedNew = !isDeepStrictEqual(awaited, known);
    if (attempts.length > 0 || inputs.length > 0 || isAwaitedNew) {
      // Together: what is kept of a step is never told twice, and never not told.
      await atomically(database, async (atomic) => {
        await keepSteps(atomic, id, attempts);
        if (view.paused?.since !== seen.paused?.since) await keepPause(atomic, id, kept(view.paused));
        if (isAwaitedNew) await keepAwaitedSignatures(atomic, id, awaited);
        await appendEvents(atomic, owner, inputs);
      });
    }
    metrics.stepsChanged(changes);
    steps = withAttempts(steps, attempts);
    seen = view;
    known = awaited;
    return inputs.length > 0;
  };
}

/** What is known of a run as a whole that was followed before. */
async function lastSeen(database: ApiServices['database'], runId: string): Promise<SeenRun> {
  const paused = (await findRun(database, runId))?.paused;
  return paused === undefined ? {} : { paused };
}

/** A pause in the form in which it is kept: nothing in it looks like a secret. */
function kept(pause: RunPause | undefined): RunPause | undefined {
  return pause && { ...pause, reason: masked(pause.reason) };
}
