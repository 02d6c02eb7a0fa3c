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
export type { Page, PageRequest } from './page.ts';
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
