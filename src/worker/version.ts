import type { WorkerDeploymentVersion } from '@temporalio/common';

import { readBuild } from './build.ts';
import { keyOfSources } from './sources.ts';

/** The code of a worker, as Temporal's worker deployments know it. */
export interface WorkerVersion extends WorkerDeploymentVersion {
  /** Whether somebody else decides which version takes new runs; else the workers do. */
  readonly isControlled: boolean;
  /** Whether it takes new runs when it starts even from a newer version: whoever started it wants that. */
  readonly isChosen: boolean;
}

/** What a worker's code is made of, besides the packages that the lock file pins. */
export const WORKER_SOURCES = [
  'src/activities',
  'src/calls',
  'src/client',
  'src/codec',
  'src/fabric',
  'src/kubernetes',
  'src/spec',
  'src/templates',
  'src/tracing',
  'src/worker',
  'src/workflows',
  'kube',
];

/**
 * The version of this process. `TEMPORAL_DEPLOYMENT_NAME` and `TEMPORAL_WORKER_BUILD_ID` say it where a controller starts
 * workers, and decides which version is current (https://github.com/temporalio/temporal-worker-controller); else the build
 * is known by its sources. `WEFT_TAKE_NEW_RUNS` chooses it for new runs also where it is not the newest.
 */
export async function workerVersion(env: Readonly<Record<string, string | undefined>>): Promise<WorkerVersion> {
  const { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId } = env;
  if (deploymentName && buildId) return { deploymentName, buildId, isControlled: true, isChosen: false };
  const isChosen = Boolean(env['WEFT_TAKE_NEW_RUNS']);
  return { deploymentName: DEPLOYMENT, buildId: await ownBuildId(), isControlled: false, isChosen };
}

/** The name of what this worker's code does: a compiled one and the checkout that it was compiled from have the same. */
export async function ownBuildId(): Promise<string> {
  return (await readBuild())?.buildId ?? keyOfSources(WORKER_SOURCES);
}

/** Workers of all clusters are one deployment: a run's activities stay on the build of its workflow. */
const DEPLOYMENT = 'weft';

/** A worker deployment as the server describes it. */
export interface WorkerDeployment {
  /** Build id of the version that takes new runs; undefined if there is none. */
  readonly current: string | undefined;
  /** Versions that ever had a worker. */
  readonly versions: readonly KnownVersion[];
  /** Build ids whose workers ask for work on the queue of workflows. */
  readonly polled: ReadonlySet<string>;
  /** Whether polls of the own version have arrived on every queue that its worker polls. */
  readonly isComplete: boolean;
}

export interface KnownVersion {
  readonly buildId: string;
  /** When its first worker came. */
  readonly createdAt: Date;
  /** Whether runs that began on it may still be open while another version takes new ones. */
  readonly isDraining: boolean;
}

/**
 * What a worker does about which version takes new runs:
 *
 * - `wait`: its own version is not known to the server on each of its queues yet, since its first polls have not arrived. To
 *   become current now would be refused, and runs that begin meanwhile would stay with another version.
 * - `take new runs`: it is newer than the current one, or the first.
 * - `take over`: it is chosen, or no worker of the current version is left: queues that only others poll are not spared.
 * - `stay`: its version is current, or older than one that is alive; then it ends the runs that began on it.
 */
export type VersionMove = 'wait' | 'take new runs' | 'take over' | 'stay';

/** @param isStarting - whether the worker has not acted yet since it started. */
export function nextMove(
  own: WorkerVersion,
  { current, versions, polled, isComplete }: WorkerDeployment,
  isStarting: boolean,
): VersionMove {
  const createdAt = (buildId: string): number | undefined =>
    versions.find((version) => version.buildId === buildId)?.createdAt.getTime();
  const ownCreatedAt = createdAt(own.buildId);
  if (ownCreatedAt === undefined || !isComplete) return 'wait';
  if (current === own.buildId || own.isControlled) return 'stay';
  if (current === undefined) return 'take new runs';
  if (!polled.has(current) || (own.isChosen && isStarting)) return 'take over';
  return ownCreatedAt > (createdAt(current) ?? 0) ? 'take new runs' : 'stay';
}

/**
 * Versions whose runs nobody works on: another version is current, and no worker of theirs is left. The current version
 * takes such runs over; they would wait for ever.
 */
export function abandonedVersions({ buildId: own }: WorkerVersion, deployment: WorkerDeployment): readonly string[] {
  if (deployment.current !== own) return [];
  return deployment.versions
    .filter(({ buildId, isDraining }) => buildId !== own && isDraining && !deployment.polled.has(buildId))
    .map(({ buildId }) => buildId);
}
