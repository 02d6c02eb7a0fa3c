export { askedOf, type Asked } from './asked.ts';
export { connectTemporal, temporalSettings, type TemporalSettings } from './connect.ts';
export { sentencesOf } from './failure.ts';
export { openRun, startOrJoin, type OpenRun, type Start } from './start.ts';
export {
  AlreadyRunning,
  NoAnswer,
  TemporalForbidden,
  TemporalMisconfigured,
  TemporalUnreachable,
  type PendingActivity,
  type RunDescription,
  type RunEnding,
  type RunFailure,
  type RunReference,
  type StartRequest,
  type Temporal,
} from './temporal.ts';
export { EMPTY_VIEW, type RunView, type StepView, type StepWaiting, type Trouble } from './view.ts';
export { isRunResult, watchRun } from './watch.ts';
export { queuesWithoutWorker } from './workers.ts';
