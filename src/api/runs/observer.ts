import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyBaseLogger } from 'fastify';

import { finishRun, keepConditions, markRemoved, openRuns, type StoredRun } from '../../database/index.ts';
import { carryOut, followKnownRun, type ForgottenRun, type RunEnd } from '../../operations/index.ts';
import type { StepRecord } from '../../workflows/messages.ts';
import { contextFor, type ApiServices } from '../services.ts';
import { finishOf, FORGOTTEN } from './resource.ts';

/** Follows runs to their ends, so that what became of them is in the database after Temporal has forgotten them. */
export interface RunObserver {
  observe(run: StoredRun): void;
  /** The steps of a run as they were seen last; none if this process does not follow it. */
  steps(id: string): readonly StepRecord[];
  /** Observes every run whose end nobody has seen. */
  resume(): Promise<void>;
  /** Leaves all runs alone. */
  close(): Promise<void>;
}

/** In milliseconds. Temporal or the database is away, which lasts; nobody waits for this. */
const RETRY_MS = 10_000;

export function runObserver(services: ApiServices, log: FastifyBaseLogger): RunObserver {
  const closing = new AbortController();
  const followed = new Map<string, { readonly ended: Promise<void>; steps: readonly StepRecord[] }>();
  const { signal } = closing;

  const followOnce = async (run: StoredRun): Promise<void> => {
    const known = {
      network: run.network.name,
      run: { workflowId: run.workflowId, runId: run.temporalRunId },
    };
    const end = await carryOut(followKnownRun(contextFor(services, run.requestedBy), known, signal), (progress) => {
      const seen = followed.get(run.id);
      if (progress.kind === 'view' && seen !== undefined) seen.steps = progress.view.steps;
    });
    await keepEnd(services, run, end);
  };

  const follow = async (run: StoredRun): Promise<void> => {
    for (let isKept = false; !isKept && !signal.aborted;) {
      isKept = await followOnce(run).then(
        () => true,
        (error: unknown) => {
          if (!signal.aborted) log.warn({ err: error, run: run.id }, 'a run could not be followed, and is tried again');
          return false;
        },
      );
      if (!isKept) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    followed.delete(run.id);
  };

  const observe = (run: StoredRun): void => {
    if (run.state !== 'running' || followed.has(run.id)) return;
    // Begun only when it is noted, so that its first view finds its place.
    const ended = Promise.resolve().then(() => follow(run));
    followed.set(run.id, { ended, steps: [] });
  };

  return {
    observe,
    steps: (id) => followed.get(id)?.steps ?? [],
    resume: async () => {
      for (const run of await openRuns(services.database)) observe(run);
    },
    close: async () => {
      closing.abort();
      await Promise.all([...followed.values()].map(({ ended }) => ended));
    },
  };
}

/** Keeps how a run ended, and what is known of its network since then. */
async function keepEnd({ database, now }: ApiServices, run: StoredRun, end: RunEnd | ForgottenRun): Promise<void> {
  const at = now();
  if (end.kind === 'done') {
    const { conditions } = end.result;
    const revision = run.revision === undefined ? {} : { revision: run.revision };
    if (conditions !== undefined)
      await keepConditions(database, run.networkId, { conditions, seenAt: at, ...revision });
    if (run.kind === 'down') await markRemoved(database, run.networkId, at);
  }
  // Last: if the process ends before, the run is followed anew, and all of this is done again.
  await finishRun(database, run.id, { ...(end.kind === 'forgotten' ? FORGOTTEN : finishOf(end)), at });
}
