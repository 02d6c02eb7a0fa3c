import { randomUUID } from 'node:crypto';

import { status } from '@grpc/grpc-js';
import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';

import { grpcCode } from '../client/index.ts';
import { WORKFLOW_TASK_QUEUE } from '../workflows/messages.ts';
import type { WorkerDeployment, WorkerVersion } from './version.ts';

/** Values of enums of Temporal's API: the package that has them is the SDK's own. */
const WORKFLOW_QUEUE = 1;
const PINNED_OVERRIDE = 1;
const DRAINING = 1;

/** How long the server may take to answer one question. */
const ANSWER_MS = 5_000;

/** A worker deployment on the server, for one of its versions. */
export interface DeploymentClient {
  /** @returns why the server does not know worker versions; undefined if it does. */
  readonly unsupported: () => Promise<string | undefined>;
  /** @returns the deployment, empty before its first worker has polled. */
  readonly read: () => Promise<WorkerDeployment>;
  /**
   * Lets this version take all new runs.
   *
   * @param options.evenIfQueuesAreMissing - whether task queues may be left without a version that only others poll.
   * @returns why the server refuses: a queue that is in use is polled by others only; undefined if it does not.
   */
  readonly becomeCurrent: (options: { readonly evenIfQueuesAreMissing: boolean }) => Promise<string | undefined>;
  /** Number of open runs on a version, as the server's list of runs has it: about a second old. */
  readonly openRuns: (buildId: string) => Promise<number>;
  /** Moves all open runs of another version to this one. */
  readonly takeRunsOf: (buildId: string) => Promise<void>;
}

export interface DeploymentSettings {
  /** Temporal namespace. */
  readonly namespace: string;
  readonly version: WorkerVersion;
  /** Names of the task queues that a worker of this version polls. */
  readonly queues: readonly string[];
  /** How long ago a worker may have asked for work that counts as alive. */
  readonly pollerLifetimeMs: number;
}

export function deploymentClient(
  connection: NativeConnection,
  { namespace, version: { deploymentName, buildId: own }, queues, pollerLifetimeMs }: DeploymentSettings,
): DeploymentClient {
  const { workflowService } = connection;
  const call = <T>(work: () => Promise<T>): Promise<T> => connection.withDeadline(Date.now() + ANSWER_MS, work);
  const describe = (): ReturnType<typeof workflowService.describeWorkerDeployment> =>
    call(() => workflowService.describeWorkerDeployment({ namespace, deploymentName }));
  const describeOwn = (): ReturnType<typeof workflowService.describeWorkerDeploymentVersion> =>
    call(() =>
      workflowService.describeWorkerDeploymentVersion({
        namespace,
        deploymentVersion: { deploymentName, buildId: own },
      }),
    );

  return {
    unsupported: async () => {
      try {
        await describe();
        return undefined;
      } catch (error) {
        if (grpcCode(error) === status.NOT_FOUND) return undefined;
        if (grpcCode(error) === status.UNIMPLEMENTED)
          return 'the server is older than worker deployments (Temporal 1.28)';
        if (grpcCode(error) === status.PERMISSION_DENIED) return detailsOf(error);
        throw error;
      }
    },

    read: async () => {
      const [described, ownVersion, queue] = await Promise.all([
        describe().catch(ifNotFound),
        describeOwn().catch(ifNotFound),
        call(() =>
          workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name: WORKFLOW_TASK_QUEUE },
            // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- see above
            taskQueueType: WORKFLOW_QUEUE,
          }),
        ),
      ]);
      const { routingConfig, versionSummaries } = described?.workerDeploymentInfo ?? {};
      const since = Date.now() - pollerLifetimeMs;
      const polling = queue.pollers.filter(({ lastAccessTime }) => millisecondsOf(lastAccessTime) >= since);
      const polledByOwn = new Set([
        ...(ownVersion?.versionTaskQueues ?? []).map(({ name }) => name),
        // Where servers before 1.29 tell it.
        ...(ownVersion?.workerDeploymentVersionInfo?.taskQueueInfos ?? []).map(({ name }) => name),
      ]);
      return {
        isComplete: queues.every((name) => polledByOwn.has(name)),
        // An empty version means workers without one.
        current: routingConfig?.currentDeploymentVersion?.buildId || undefined,
        versions: (versionSummaries ?? []).map(({ deploymentVersion, createTime, drainageInfo }) => ({
          buildId: deploymentVersion?.buildId ?? '',
          createdAt: new Date(millisecondsOf(createTime)),
          isDraining: isDraining(drainageInfo?.status),
        })),
        polled: new Set(
          polling
            .filter(({ deploymentOptions }) => deploymentOptions?.deploymentName === deploymentName)
            .map(({ deploymentOptions }) => deploymentOptions?.buildId ?? ''),
        ),
      };
    },

    becomeCurrent: async ({ evenIfQueuesAreMissing }) => {
      try {
        await call(() =>
          workflowService.setWorkerDeploymentCurrentVersion({
            namespace,
            deploymentName,
            buildId: own,
            identity: `weft worker ${own}`,
            ignoreMissingTaskQueues: evenIfQueuesAreMissing,
          }),
        );
        return undefined;
      } catch (error) {
        if (grpcCode(error) === status.FAILED_PRECONDITION) return detailsOf(error);
        throw error;
      }
    },

    openRuns: async (buildId) => {
      const { count } = await call(() =>
        workflowService.countWorkflowExecutions({ namespace, query: openRunsOf(deploymentName, buildId) }),
      );
      return Number(count);
    },

    takeRunsOf: async (buildId) => {
      await call(() =>
        workflowService.startBatchOperation({
          namespace,
          jobId: randomUUID(),
          visibilityQuery: openRunsOf(deploymentName, buildId),
          reason: `no worker of build ${buildId} is left`,
          updateWorkflowOptionsOperation: {
            identity: `weft worker ${own}`,
            workflowExecutionOptions: {
              versioningOverride: {
                // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- see above
                pinned: { behavior: PINNED_OVERRIDE, version: { deploymentName, buildId: own } },
              },
            },
            updateMask: { paths: ['versioning_override'] },
          },
        }),
      );
    },
  };
}

/** Search attributes that the server itself keeps of pinned runs (https://docs.temporal.io/search-attribute). */
function openRunsOf(deploymentName: string, buildId: string): string {
  return `TemporalWorkerDeploymentVersion = '${deploymentName}:${buildId}' AND ExecutionStatus = 'Running'`;
}

/** @param status - a VersionDrainageStatus of Temporal's API. */
function isDraining(status: number | null | undefined): boolean {
  return status === DRAINING;
}

type Timestamp = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;

/** Since 1970; 0 if it is not set. */
function millisecondsOf(timestamp: Timestamp): number {
  return Number(timestamp?.seconds ?? 0) * 1_000 + Math.floor((timestamp?.nanos ?? 0) / 1_000_000);
}

function ifNotFound(error: unknown): undefined {
  if (grpcCode(error) !== status.NOT_FOUND) throw error;
}

function detailsOf(error: unknown): string {
  return isGrpcServiceError(error) && error.details !== '' ? error.details : String(error);
}
