import type { PassingFailure } from '../../calls/index.ts';

/**
 * What went wrong at a CA, in the terms of what can be done about it:
 * - `alreadyRegistered`: the identity is there; look it up instead.
 * - `authenticationFailed`: the secret or certificate is not accepted. Trying again locks the identity.
 * - `notAuthorized`: the registrar may not do this.
 * - `notFound`: the CA has no identity of this name.
 * - `unreachable`: no answer: name, network, TLS trust or time. What was asked for may have been done.
 * - `unavailable`: the CA answered that it cannot answer now.
 * - `rejected`: the CA refuses the request itself.
 */
export type CertificateAuthorityErrorKind =
  | 'alreadyRegistered'
  | 'authenticationFailed'
  | 'notAuthorized'
  | 'notFound'
  | 'unreachable'
  | 'unavailable'
  | 'rejected';

export interface CertificateAuthorityErrorOptions {
  readonly kind: CertificateAuthorityErrorKind;
  /** Name of the CA. */
  readonly authority: string;
  /** What it was asked to do, e.g. `register org1-peer1`. */
  readonly task: string;
  /** Fabric CA's own words, or what happened on the way there. */
  readonly reason: string;
  /** Fabric CA's error code (lib/caerrors/servererror.go), if it gave one. */
  readonly code?: number;
  /** How long it asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A call to a CA that failed; see {@link CertificateAuthorityErrorKind}. Neither message nor cause holds a secret. */
export class CertificateAuthorityError extends Error {
  override readonly name = 'CertificateAuthorityError';
  readonly kind: CertificateAuthorityErrorKind;
  readonly authority: string;
  readonly code: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor({ kind, authority, task, reason, code, retryAfterMs, cause }: CertificateAuthorityErrorOptions) {
    const origin = code === undefined ? '' : ` (Fabric CA error code ${code})`;
    super(`CA ${authority} could not ${task}: ${reason}${origin}`, { cause });
    this.kind = kind;
    this.authority = authority;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Which kind of error an answer of Fabric CA is.
 *
 * @param status HTTP status
 * @param code error code of the answer's body, undefined if it had none
 */
export function kindOfAnswer(status: number, code: number | undefined): CertificateAuthorityErrorKind {
  const kind = code === undefined ? undefined : KIND_OF_CODE.get(code);
  if (kind !== undefined) return kind;
  if (status === 401) return 'authenticationFailed';
  return status >= 500 || status === TOO_MANY_REQUESTS ? 'unavailable' : 'rejected';
}

/** Fabric CA has no such answer, but what stands before it may. */
const TOO_MANY_REQUESTS = 429;

/** What a failed call of a CA says of its repetition; undefined if the same would fail again. */
export function passingCaCall(error: unknown): PassingFailure | undefined {
  if (!(error instanceof CertificateAuthorityError)) return undefined;
  if (error.kind !== 'unreachable' && error.kind !== 'unavailable') return undefined;
  return { afterMs: error.retryAfterMs };
}

// Names as in lib/caerrors/servererror.go.
const KIND_OF_CODE: ReadonlyMap<number, CertificateAuthorityErrorKind> = new Map([
  [10, 'notFound'], // ErrRevokeIDNotFound
  [20, 'authenticationFailed'], // ErrAuthenticationFailure: what a client sees of every failed login
  [63, 'notFound'], // ErrDBGet: no such row
  [71, 'notAuthorized'], // ErrAuthorizationFailure: what a client sees of every missing right
  [73, 'authenticationFailed'], // ErrPasswordAttempts: locked after too many wrong secrets
  [74, 'alreadyRegistered'], // ErrDupIdentityReg
]);
