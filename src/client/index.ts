export { grpcCode } from './calls.ts';
export { requestOf, type RunRequest } from './request.ts';
export { connectTemporal, temporalSettings, type TemporalSettings } from './connect.ts';
export { loadDataConverter, type PayloadEncoding } from './data-converter.ts';
export { openRun, startOrJoin, type OpenRun, type StartResult } from './start.ts';
export {
  AlreadyRunning,
  NoAnswer,
  RetryUnsupported,
  RunUnreadable,
  SearchAttributesRefused,
  TemporalForbidden,
  TemporalMisconfigured,
  TemporalTlsFailed,
  TemporalUnreachable,
  UpdateRefused,
  type PendingActivity,
  type Poller,
  type RunDescription,
  type RegisteredSearchAttributes,
  type RunEnding,
  type RunFailure,
  type RunFilter,
  type RunLabels,
  type RunReference,
  type RunStatus,
  type RunSummary,
  type ScheduledRun,
  type ScheduleDescription,
  type ScheduleRequest,
  type StartRequest,
  type TlsFault,
  type Temporal,
} from './temporal.ts';
export { retryWaitingSteps, type RetriedStep } from './retry.ts';
export {
  EMPTY_VIEW,
  type RunView,
  type UnsignedUpdate,
  type StepAttempt,
  type StepView,
  type StepWaiting,
  type RunCondition,
} from './view.ts';
export { isRunResult, watchRun } from './watch.ts';
export { clusterWorkers, POLLER_LIFETIME_MS, queuesWithoutWorker, type QueueWorkers } from './workers.ts';
