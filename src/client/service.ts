import { status } from '@grpc/grpc-js';
import {
  isGrpcCancelledError,
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type Connection,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  ApplicationFailure,
  NamespaceNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
} from '@temporalio/common';

import { progressQuery, WORKFLOW_TASK_QUEUE, type RunUpdates } from '../workflows/messages.ts';
import { callTemporal, grpcCode } from './calls.ts';
import { schedules } from './schedules.ts';
import { describeRun, timeOf } from './description.ts';
import { endingOf } from './failure.ts';
import { heartbeatsOn } from './heartbeats.ts';
import { completedQuery, listQuery, summaryOf } from './list.ts';
import { payloadReader, type PayloadReader } from './payloads.ts';
import {
  addSearchAttributes,
  searchAttributeInWords,
  isRefusal,
  missingSearchAttributes,
  SEARCH_ATTRIBUTES,
  searchAttributesOf,
} from './search-attributes.ts';
import {
  AlreadyRunning,
  NoAnswer,
  RetryUnsupported,
  RunUnreadable,
  SearchAttributesRefused,
  TemporalForbidden,
  TemporalUnreachable,
  UpdateRefused,
  type QueueKind,
  type RunReference,
  type Temporal,
} from './temporal.ts';

/** A worker that is alive answers a query in milliseconds; one that replays a long history first, within this time. */
const QUERY_PATIENCE_MS = 3_000;

/** In milliseconds. A check of a signature asks an orderer; what takes longer has no worker. */
const UPDATE_PATIENCE_MS = 20_000;

/** What the server is told of who pauses an activity for a moment. */
const RETRYING = 'weft: tried again at once';

/** Numbers of Temporal's API for the two kinds of task queues (temporal.api.enums.v1.TaskQueueType). */
const QUEUE_TYPE: Readonly<Record<QueueKind, number>> = { workflow: 1, activity: 2 };

/** `Temporal` on the Temporal SDK's client. */
export function temporalService(connection: Connection, { workflow, schedule, options }: Client): Temporal {
  const { namespace, loadedDataConverter } = options;
  const call = <T>(work: () => Promise<T>): Promise<T> => callTemporal(connection, work);
  const handleOf = ({ workflowId, runId }: RunReference): WorkflowHandle => workflow.getHandle(workflowId, runId);
  const readerOf = ({ workflowId }: RunReference): PayloadReader =>
    payloadReader(loadedDataConverter, { type: 'workflow', namespace, workflowId });

  // Asked once for all runs that this client starts: an unknown attribute would make the start fail.
  let isSearchable: Promise<boolean> | undefined;
  const hasSearchAttributes = (): Promise<boolean> => {
    isSearchable ??= call(() => missingSearchAttributes(connection, namespace)).then(
      (missing) => missing.length === 0,
      () => false,
    );
    return isSearchable;
  };

  return {
    start: async ({ type, workflowId, args, summary, memo, labels }) => {
      const isLabelled = labels !== undefined && (await hasSearchAttributes());
      try {
        const handle = await call(() =>
          workflow.start(type, {
            workflowId,
            taskQueue: WORKFLOW_TASK_QUEUE,
            args: [...args],
            memo,
            staticSummary: summary,
            ...(isLabelled ? { typedSearchAttributes: searchAttributesOf(labels) } : {}),
            workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
          }),
        );
        return { workflowId, runId: handle.firstExecutionRunId };
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) throw new AlreadyRunning(error.message);
        throw error;
      }
    },

    describe: async (run) => {
      try {
        return await describeRun(await call(() => handleOf(run).describe()), readerOf(run));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw unreadable(`the run ${run.workflowId}`, error);
      }
    },

    async *list(filter) {
      const { network } = filter;
      const found = workflow.list({ query: listQuery(filter) });
      const runs = found[Symbol.asyncIterator]();
      for (;;) {
        // Each step may fetch a page.
        const next = await call(() => runs.next()).catch((error: unknown) => {
          throw unreadable('one of the runs', error);
        });
        if (next.done === true) return;
        const summary = summaryOf(next.value);
        if (summary !== undefined && (network === undefined || summary.network === network)) yield summary;
      }
    },

    lastResult: async (idPrefix) => {
      const runs = workflow.list({ query: completedQuery(idPrefix) })[Symbol.asyncIterator]();
      const newest = await call(() => runs.next());
      if (newest.done === true) return undefined;
      const { workflowId, runId } = newest.value;
      try {
        return await call((): Promise<unknown> => handleOf({ workflowId, runId }).result());
      } catch (error) {
        throw unreadable(`the run ${workflowId}`, error);
      }
    },

    args: async (run) => {
      const { history } = await call(() =>
        connection.workflowService.getWorkflowExecutionHistory({
          namespace,
          execution: { workflowId: run.workflowId, runId: run.runId ?? '' },
          // The first event is the start.
          maximumPageSize: 1,
        }),
      );
      const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
      try {
        return await readerOf(run)(started?.input?.payloads);
      } catch (error) {
        throw unreadable(`the run ${run.workflowId}`, error);
      }
    },

    progress: async (run, since) => {
      try {
        return await connection.withDeadline(Date.now() + QUERY_PATIENCE_MS, () =>
          handleOf(run).query(progressQuery, since),
        );
      } catch (error) {
        // A query needs a worker: whatever keeps it from answering, the question is only whether the server is there,
        // and `describe` answers that.
        throw new NoAnswer(error instanceof Error ? error.message : String(error), { cause: error });
      }
    },

    result: async (run, signal) => {
      try {
        return { kind: 'completed', value: await connection.withAbortSignal(signal, () => handleOf(run).result()) };
      } catch (error) {
        if (isGrpcCancelledError(error)) signal.throwIfAborted();
        if (error instanceof WorkflowFailedError) return endingOf(error);
        throw unreadable(`the run ${run.workflowId}`, error);
      }
    },

    cancel: async (run) => {
      await call(() => handleOf(run).cancel());
    },

    update: async (run, name, argument) => {
      const deadline = Date.now() + UPDATE_PATIENCE_MS;
      try {
        return await connection.withDeadline(deadline, () =>
          handleOf(run).executeUpdate<RunUpdates[typeof name]['answer'], [typeof argument]>(name, { args: [argument] }),
        );
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
          throw new NoAnswer(`no worker has answered for the run ${run.workflowId}`, { cause: error });
        }
        if (!(error instanceof WorkflowUpdateFailedError)) throw unreadable(`the run ${run.workflowId}`, error);
        const { cause } = error;
        throw new UpdateRefused((cause instanceof ApplicationFailure && cause.type) || 'Unknown', cause ?? error);
      }
    },

    retryActivity: async (run, id) => {
      const activity = {
        ...{ namespace, identity: RETRYING, id },
        execution: { workflowId: run.workflowId, runId: run.runId ?? '' },
      };
      try {
        // What the server calls a reset begins to count attempts anew. A pause that ends makes the next attempt due now.
        await call(() => connection.workflowService.pauseActivity({ ...activity, reason: RETRYING }));
        await call(() => connection.workflowService.unpauseActivity(activity));
        return true;
      } catch (error) {
        const code = grpcCode(error);
        if (code === status.UNIMPLEMENTED) throw new RetryUnsupported(error);
        // Also what has begun its attempt between the two is tried, which was asked for.
        if (code === status.NOT_FOUND) return false;
        throw error;
      }
    },

    pollers: async (queue, kind) => {
      const { pollers } = await call(() =>
        connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: queue },
          // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum is in a package that only the SDK depends on
          taskQueueType: QUEUE_TYPE[kind],
        }),
      );
      if (pollers.length === 0) return [];
      const heartbeats = await heartbeatsOn(connection, namespace, queue);
      return pollers.flatMap(({ identity, lastAccessTime }) => {
        const lastAccess = timeOf(lastAccessTime);
        const heartbeat = heartbeats.get(identity ?? '');
        return lastAccess === undefined ? [] : [{ lastAccess, ...(heartbeat && { heartbeat }) }];
      });
    },

    ...schedules(schedule, call),

    registerSearchAttributes: async () => {
      try {
        const missing = await call(() => missingSearchAttributes(connection, namespace));
        if (missing.length > 0) await call(() => addSearchAttributes(connection, namespace, missing));
        isSearchable = undefined;
        const added = missing.map(({ name }) => name);
        return { added, known: SEARCH_ATTRIBUTES.map(({ name }) => name).filter((name) => !added.includes(name)) };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        throw new SearchAttributesRefused(SEARCH_ATTRIBUTES.map(searchAttributeInWords), error);
      }
    },

    close: () => connection.close(),
  };
}

/** Errors of the server and of the way to it. Of what reads a run only decoding is left to fail in another way. */
const OF_THE_SERVER = [
  ServiceError,
  WorkflowNotFoundError,
  NamespaceNotFoundError,
  TemporalForbidden,
  TemporalUnreachable,
];

function unreadable(what: string, error: unknown): unknown {
  return OF_THE_SERVER.some((type) => error instanceof type) ? error : new RunUnreadable(what, error);
}
