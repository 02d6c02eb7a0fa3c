export { OperationFailure, queueNames, type ObjectName, type OperationProblem } from './failure.ts';
export { carryOut, reporting, type Operation } from './progress.ts';
export type {
  ForwardOptions,
  NetworkAccess,
  NetworkConfigMap,
  OpenNetworkAccess,
  StoredIdentity,
  TextKind,
  Texts,
} from './access/network-access.ts';
export { readCredentials, type SecretReference } from './access/organization.ts';
export { readRecordedNetwork, listNetworks, type NetworkLookup } from './access/recorded-network.ts';
export type { BackupInput, BackupStage, MadeBackup } from './backup/backup.ts';
export type { Restored, RestoreInput, RestoreStage } from './backup/restore.ts';
export type { Key, Lock } from './backup/encryption.ts';
export type { OpenStateAccess, StateAccess } from './backup/state-access.ts';
export { invokeChaincode, queryChaincode, type CallInput, type CallStage, type InvokeInput } from './chaincode/call.ts';
export type { OperationContext } from './context.ts';
export type { CallChoice } from './chaincode/choice.ts';
export {
  connectionOf,
  throughEndpoint,
  type ConnectionInput,
  type ConnectionProfile,
  type OrganizationConnection,
  type ProfileIdentity,
  type ProfilePeer,
} from './connection.ts';
export { down, planDown, type DownInput } from './down.ts';
export { history, type PastOutcome, type PastRun } from './history.ts';
export {
  addIdentity,
  listIdentities,
  revokeIdentity,
  type AddIdentityInput,
  type IdentityView,
  type ListIdentitiesInput,
  type RevokeIdentityInput,
} from './identities.ts';
export { summaries, type NetworkSummary } from './networks.ts';
export { selectorOf } from '../workflows/selection.ts';
export { cancel, watch, type CancelledRun, type NoRun, type WatchedRun } from './open-run.ts';
export { pauseOrResume, pauseOrResumeKnownRun, type PausedOrResumed } from './pause.ts';
export {
  cancelKnownRun,
  describedBy,
  endOfKnownRun,
  followKnownRun,
  type ForgottenRun,
  type KnownRun,
} from './known-run.ts';
export { planRenewal, renew, type RenewInput } from './renew.ts';
export {
  deleteSchedule,
  isKeepReport,
  networkSchedule,
  pauseSchedule,
  resumeSchedule,
  scheduleNetwork,
  LONGEST_SCHEDULE_MS,
  SHORTEST_SCHEDULE_MS,
  type LastRun,
  type NetworkSchedule,
  type ScheduleInput,
} from './schedule.ts';
export { retryKnownRun, retryRun, type RetriedRun } from './retry.ts';
export type { RunDone, RunEnd, RunProgress, RunUndone } from './run.ts';
export {
  countsOf,
  overallOutcome,
  runDocument,
  type Counts,
  type RunDocument,
  type RunOutcome,
} from './run-document.ts';
export {
  addSignatures,
  addSignaturesToKnownRun,
  awaitedInView,
  awaitedSignatures,
  type AddedSignatures,
  signEnvelope,
  type AwaitedSignatures,
} from './signatures.ts';
export { status, type StatusEnd } from './status.ts';
export { plan, requireUp, up, type PlanInput, type UpEnd, type UpInput, type Leavings } from './up.ts';
