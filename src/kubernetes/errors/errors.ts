import type { PassingFailure } from '../../calls/index.ts';

/** Every way in which a request to a cluster can fail. */
export type KubernetesErrorKind =
  /** The object does not exist, or, when something is created, its namespace. */
  | 'notFound'
  | 'alreadyExists'
  /** The object changed between reading and writing. */
  | 'conflict'
  /** Another field manager owns a field. Weft forces its own fields, so this is rare. */
  | 'fieldManagerConflict'
  /** The credentials lack the right. */
  | 'forbidden'
  | 'unauthorized'
  /** An admission controller refuses the object as it is: a LimitRange, a quota that wants limits, a policy, a webhook. */
  | 'denied'
  /** The API refuses the object as it is. */
  | 'invalid'
  /** A field that cannot change on an existing object. */
  | 'immutable'
  /** The object exists, but Weft did not make it for this network. */
  | 'notOurs'
  | 'quotaExceeded'
  | 'tooManyRequests'
  /** The API server answers, but cannot serve: starting, overloaded, a webhook that fails. */
  | 'unavailable'
  /** No pod behind a Service is ready. */
  | 'noReadyPod'
  /** No answer: refused, unknown host, connection lost, too slow. */
  | 'unreachable'
  /** The API server's certificate does not fit the kubeconfig. */
  | 'untrusted'
  /** The kubeconfig cannot be used. */
  | 'misconfigured'
  | 'namespaceTerminating'
  /** The object is on its way out; writing to it would be lost. */
  | 'objectTerminating'
  | 'other';

/** A request to a cluster that failed. The message is for people; it never holds a body, headers or Secret contents. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  readonly kind: KubernetesErrorKind;
  /** HTTP status, where there was an answer. */
  readonly statusCode: number | undefined;
  /** How long the API server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Fields that the API refuses, e.g. `spec.selector`. */
  readonly fields: readonly string[];

  constructor(kind: KubernetesErrorKind, message: string, details: KubernetesErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.statusCode = details.statusCode;
    this.retryAfterMs = details.retryAfterMs;
    this.fields = details.fields ?? [];
  }
}

export interface KubernetesErrorDetails {
  readonly statusCode?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly fields?: readonly string[];
  readonly cause?: unknown;
}

/** Failures of a request that pass within seconds: the same request may be answered then. */
const PASSING: ReadonlySet<KubernetesErrorKind> = new Set(['tooManyRequests', 'unavailable', 'unreachable']);

/** What a failed request says of its repetition; undefined if the same would fail again. */
export function passingRequest(error: unknown): PassingFailure | undefined {
  if (!(error instanceof KubernetesError) || !PASSING.has(error.kind)) return undefined;
  return { afterMs: error.retryAfterMs };
}

/** Whether the cluster does not allow what was asked. */
export function isForbidden(error: unknown): error is KubernetesError {
  return error instanceof KubernetesError && error.kind === 'forbidden';
}

/** Whether an error says for certain that an object does not exist. "Could not read" is never that. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.kind === 'notFound';
}
