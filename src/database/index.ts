export { listAudit, recordAudit, type AuditEntry, type AuditFilter } from './audit.ts';
export { openDatabase, ping, type Database } from './database.ts';
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
export type { Page, PageRequest } from './page.ts';
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
} from './runs.ts';
export type { AuditOutcome, Role, RunKind, RunState } from './tables.ts';
export {
  createToken,
  listTokens,
  revokeToken,
  useToken,
  type IssuedToken,
  type StoredToken,
  type TokenInput,
} from './tokens.ts';
