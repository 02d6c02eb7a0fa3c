import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyBaseLogger } from 'fastify';

import type { StepView } from '../../client/index.ts';
import {
  findRun,
  finishRun,
  keepConditions,
  keepSteps,
  markRemoved,
  openRuns,
  tryToObserve,
  type StoredRun,
} from '../../database/index.ts';
import { followKnownRun, type ForgottenRun, type RunEnd } from '../../operations/index.ts';
import type { StepRecord } from '../../workflows/messages.ts';
import { contextFor, type ApiServices } from '../services.ts';
import { finishOf, FORGOTTEN } from './resource.ts';
import { changedSteps, storedStep, withWaiting } from './steps.ts';

/**
 * Follows runs to their ends and keeps what they do, so that it is in the database whether or not Temporal and its workers answer, and after they have
 * forgotten it. Of several processes one does so for each run.
 */
export interface RunObserver {
  observe(run: StoredRun): void;
  /** Observes every run whose end nobody has seen. */
  resume(): Promise<void>;
  /** Leaves all runs alone. */
  close(): Promise<void>;
}

/** In milliseconds. Another process follows the run, or Temporal or the database is away: nobody waits for this. */
const RETRY_MS = 10_000;

export function runObserver(services: ApiServices, log: FastifyBaseLogger): RunObserver {
  const closing = new AbortController();
  const { signal } = closing;
  const followed = new Map<string, Promise<void>>();

  const follow = async (run: StoredRun): Promise<void> => {
    for (let isKept = false; !isKept && !signal.aborted;) {
      isKept = await followAlone(services, run, signal).catch((error: unknown) => {
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
      for (const run of await openRuns(services.database)) observe(run);
    },
    close: async () => {
      closing.abort();
      await Promise.all(followed.values());
    },
  };
}

/** Follows a run unless somebody else does. @returns whether its end is kept */
async function followAlone(services: ApiServices, run: StoredRun, signal: AbortSignal): Promise<boolean> {
  const { database } = services;
  const lock = await tryToObserve(database, run.id);
  if (lock === undefined) return isEnded(services, run);
  try {
    // Whoever had the lock before may have kept the end.
    if (await isEnded(services, run)) return true;
    const end = await followToEnd(services, run, AbortSignal.any([signal, lock.lost]));
    await keepEnd(services, run, end);
    return true;
  } finally {
    await lock.release();
  }
}

async function isEnded({ database }: ApiServices, { id }: StoredRun): Promise<boolean> {
  return (await findRun(database, id))?.state !== 'running';
}

/** Keeps the steps of a run as they are seen, until it ends. */
async function followToEnd(
  services: ApiServices,
  { id, network, workflowId, temporalRunId, requestedBy }: StoredRun,
  signal: AbortSignal,
): Promise<RunEnd | ForgottenRun> {
  const { database, now } = services;
  const known = { network: network.name, run: { workflowId, runId: temporalRunId } };
  const operation = followKnownRun(contextFor(services, requestedBy), known, signal);
  let seen: readonly StepRecord[] = [];
  const keep = async (views: readonly StepView[]): Promise<void> => {
    const steps = views.map(withWaiting);
    const changed = changedSteps(seen, steps);
    await keepSteps(
      database,
      id,
      changed.map((step) => storedStep(step, now())),
    );
    seen = steps;
  };
  for (;;) {
    const next = await operation.next();
    if (next.done !== true) {
      if (next.value.kind === 'view') await keep(next.value.view.steps);
      continue;
    }
    if (next.value.kind !== 'forgotten') await keep(next.value.view.steps);
    return next.value;
  }
}

/** Keeps how a run ended, and what is known of its network since then. */
async function keepEnd({ database, now }: ApiServices, run: StoredRun, end: RunEnd | ForgottenRun): Promise<void> {
  const at = now();
  if (end.kind === 'done') {
    const { conditions } = end.result;
    const revision = run.revision === undefined ? {} : { revision: run.revision };
    if (conditions !== undefined) {
      await keepConditions(database, run.networkId, { conditions, seenAt: at, ...revision });
    }
    if (run.kind === 'down') await markRemoved(database, run.networkId, at);
  }
  // Last: if the process ends before, the run is followed anew, and all of this is done again.
  await finishRun(database, run.id, { ...(end.kind === 'forgotten' ? FORGOTTEN : finishOf(end)), at });
}
