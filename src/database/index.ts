export { listAudit, recordAudit, type AuditEntry, type AuditFilter } from './audit.ts';
export { openDatabase, ping, type Database } from './database.ts';
export { appendEvents, eventRange, listEvents, type EventRange, type StoredEvent } from './events.ts';
export { DatabaseInUse, DatabaseUnfit, DatabaseUnreachable, PageTokenInvalid, TokenNameTaken } from './failure.ts';
export {
  claimKey,
  freeKey,
  keepAnswer,
  type IdempotencyClaim,
  type RepeatableRequest,
  type StoredAnswer,
} from './idempotency.ts';
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
export { tryToObserve } from './observers.ts';
export type { Page, PageRequest } from './page.ts';
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
  findRun,
  findTemporalRun,
  finishRun,
  listRuns,
  openRuns,
  recordRun,
  type RunFinish,
  type RunInput,
  type StoredRun,
  type StoredRunFilter,
  type StoredRunSummary,
} from './runs.ts';
export {
  createSession,
  createSignInLink,
  endSession,
  findSession,
  useSignInLink,
  type Grant,
  type SessionInput,
  type SignInLink,
  type StoredSession,
} from './sessions.ts';
export type { HeldLock } from './session-locks.ts';
export { addSignature, listSignatures, type StoredSignature } from './signatures.ts';
export { keepSteps, listSteps, type StoredStep, type StoredStepFilter } from './steps.ts';
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
} from './tokens.ts';
