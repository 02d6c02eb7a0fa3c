import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from '@temporalio/worker';

import { POLLER_LIFETIME_MS } from '../client/index.ts';
import type { DeploymentClient } from './deployment.ts';
import { abandonedVersions, nextMove, type WorkerVersion } from './version.ts';

/** Intervals in milliseconds; tests have shorter ones. */
export interface VersioningIntervals {
  /** Between two looks until the server knows the version: its first poll arrives within a fraction of a second. */
  readonly starting: number;
  /** Between two looks afterwards, which find a version that has lost its workers. */
  readonly watching: number;
  /** Between two looks at the runs that are left: longer than the server's list of runs is behind. */
  readonly draining: number;
  /** For how long a worker that has asked for work counts as alive. */
  readonly pollerLifetime: number;
}

export const INTERVALS: VersioningIntervals = {
  starting: 250,
  watching: 20_000,
  draining: 3_000,
  pollerLifetime: POLLER_LIFETIME_MS,
};

export interface VersioningContext {
  readonly version: WorkerVersion;
  readonly deployment: DeploymentClient;
  readonly logger: Logger;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly intervals: VersioningIntervals;
}

/**
 * Sees to it, as long as the worker runs, that the newest version takes new runs, and that runs of versions whose
 * workers are gone are carried on. An outage of the server only makes it try again.
 *
 * @param ready - called once it is settled which version takes new runs.
 */
export async function keepVersion(context: VersioningContext, ready: () => void): Promise<void> {
  const { signal, logger, intervals } = context;
  const settle = settling(context);
  let isSettled = false;
  while (!signal.aborted) {
    try {
      const known = await settle();
      if (known && !isSettled) ready();
      isSettled ||= known;
    } catch (error) {
      logger.warn('The server does not say which build takes new runs; it is asked again', { error });
    }
    await pause(isSettled ? intervals.watching : intervals.starting, signal);
  }
}

/**
 * Asks whether the server knows worker versions until it answers: one that has just started, or is busy, says neither.
 *
 * @returns why it does not; undefined if it does, or if the worker is told to end before it answers
 */
export async function findUnsupported({
  deployment,
  logger,
  signal,
  intervals,
}: Omit<VersioningContext, 'version' | 'deployment'> & {
  readonly deployment: Pick<DeploymentClient, 'unsupported'>;
}): Promise<string | undefined> {
  let isTold = false;
  while (!signal.aborted) {
    try {
      return await deployment.unsupported();
    } catch (error) {
      if (!isTold)
        logger.warn('The server does not say yet whether it knows worker versions; it is asked again', { error });
      isTold = true;
    }
    await pause(intervals.starting, signal);
  }
  return undefined;
}

/** Looks once and acts. @returns whether the server knows the version yet */
function settling({ version, deployment, logger }: VersioningContext): () => Promise<boolean> {
  const { buildId } = version;
  let lastRefusal: string | undefined;
  let current: string | undefined;
  let isStarting = true;
  return async () => {
    const found = await deployment.read();
    const move = nextMove(version, found, isStarting);
    if (move === 'wait') return false;
    if (move === 'stay' && found.current !== buildId && found.current !== current) {
      logger.info(`Build ${found.current ?? 'of others'} takes new runs; build ${buildId} ends those that began on it`);
    }
    current = found.current;
    if (move === 'take new runs' || move === 'take over') {
      const refusal = await deployment.becomeCurrent({ evenIfQueuesAreMissing: move === 'take over' });
      if (refusal === undefined) {
        logger.info(`Build ${buildId} takes new runs`);
      } else if (refusal !== lastRefusal) {
        logger.warn(`Build ${buildId} does not take new runs yet, and is tried again: ${refusal}`);
      }
      lastRefusal = refusal;
    }
    isStarting = false;
    for (const abandoned of abandonedVersions(version, found)) {
      const runs = await deployment.openRuns(abandoned);
      if (runs === 0) continue;
      logger.warn(`No worker of build ${abandoned} is left: build ${buildId} carries on its ${runs} open runs`);
      await deployment.takeRunsOf(abandoned);
    }
    return true;
  };
}

/**
 * Waits until the runs have ended that began on a version which takes no new ones any more. Of the version that does,
 * it waits for nothing: then the workers that are left, or the next ones, carry on.
 */
export async function awaitDrained(context: VersioningContext): Promise<void> {
  const { version, deployment, logger, signal, intervals } = context;
  const { buildId } = version;
  // The server's list of runs is a moment behind: none are left when that is so twice.
  let empty = 0;
  let told = 0;
  if (signal.aborted) return;
  try {
    const { current } = await deployment.read();
    if (current === undefined || current === buildId) return;
    for (;;) {
      const runs = await deployment.openRuns(buildId);
      if (runs > 0 && runs !== told) logger.info(`Build ${buildId} ends when its ${runs} open runs have ended`);
      told = runs;
      empty = runs === 0 ? empty + 1 : 0;
      if (empty === 2) return;
      await pause(intervals.draining, signal);
      if (isAborted(signal)) return;
    }
  } catch (error) {
    logger.warn(`Whether build ${buildId} has open runs cannot be known: it ends now`, { error });
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Asked anew each time; the compiler takes a signal that was not aborted for one that never is. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
