export { listAudit, recordAudit, type AuditEntry, type AuditFilter } from './audit.ts';
export { atomically } from './atomically.ts';
export { openDatabase, ping, type Database } from './database.ts';
export {
  keepWorkers,
  listClusters,
  missingWorkers,
  type MissingWorker,
  type SeenWorkers,
  type StoredCluster,
} from './cluster-workers.ts';
export {
  appendEvents,
  eventsAfter,
  lastEvent,
  lastEvents,
  type EventInput,
  type EventOwner,
  type EventsAfter,
  type StoredEvent,
} from './events.ts';
export { DatabaseInUse, DatabaseUnfit, DatabaseUnreachable, PageTokenInvalid, TokenNameTaken } from './failure.ts';
export {
  claimKey,
  freeKey,
  keepAnswer,
  type IdempotencyClaim,
  type RepeatableRequest,
  type StoredAnswer,
} from './idempotency.ts';
export { askForLook, findLook, keepFailedLook, keepLook, listLookTimes, type StoredLook } from './looks.ts';
export { measureNetworks, type NetworkMeasures } from './measures.ts';
export {
  ensureNetwork,
  findNetwork,
  keepConditions,
  keepUid,
  listStoredNetworks,
  markRemoved,
  type Actor,
  type NetworkKey,
  type SeenConditions,
  type StoredNetwork,
} from './networks.ts';
export { tryToKeepUp, tryToObserve } from './observers.ts';
export type { Page, PageRequest } from './page.ts';
export { findPlan, savePlan, type StoredPlan } from './plans.ts';
export { DEFAULT_RETENTION, prune, type Pruned, type Retention } from './pruning.ts';
export {
  findRevision,
  listRevisions,
  saveRevision,
  type RevisionInput,
  type RevisionSummary,
  type SavedRevision,
  type StoredRevision,
} from './revisions.ts';
export {
  findOpenRun,
  findRun,
  findTemporalRun,
  finishRun,
  keepPause,
  listRuns,
  openRuns,
  recordRun,
  unknownRuns,
  type RunFinish,
  type RunInput,
  type StoredRun,
  type StoredRunFilter,
  type StoredRunSummary,
} from './runs.ts';
export {
  createSession,
  createSignInLink,
  SIGN_IN_LINK_MS,
  endSession,
  findSession,
  useSignInLink,
  type Grant,
  type SessionInput,
  type SignInLink,
  type StoredSession,
} from './sessions.ts';
export type { HeldLock } from './session-locks.ts';
export {
  addSignature,
  keepAwaitedSignatures,
  listAwaitedSignatures,
  listSignatures,
  type StoredSignature,
} from './signatures.ts';
export {
  attemptsOf,
  keepSteps,
  latestAttempts,
  type LatestAttempt,
  type StepFilter,
  type StoredStep,
} from './steps.ts';
export type { AuditOutcome, Role, RunKind, RunState } from './tables.ts';
export {
  createToken,
  isToken,
  listTokens,
  revokeToken,
  useToken,
  type IssuedToken,
  type StoredToken,
  type TokenInput,
  LONGEST_TOKEN_NAME,
  TOKEN_NAME_PATTERN,
} from './tokens.ts';
