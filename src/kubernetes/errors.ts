import { isMapping } from './objects.ts';

/** Every way in which a request to a cluster can fail; `RETRY` says which of them pass by themselves. */
export type KubernetesErrorKind =
  /** The object does not exist, or, when something is created, its namespace. */
  | 'notFound'
  | 'alreadyExists'
  /** The object changed between reading and writing. */
  | 'conflict'
  /** Another field manager owns a field. Weft forces its own fields, so this is rare. */
  | 'fieldManagerConflict'
  | 'forbidden'
  | 'unauthorized'
  /** The API refuses the object as it is. */
  | 'invalid'
  /** A field that cannot change on an existing object. */
  | 'immutable'
  /** The object exists, but Weft did not make it for this network. */
  | 'notOurs'
  | 'quotaExceeded'
  | 'tooManyRequests'
  /** The API server answers, but cannot serve: starting, overloaded, a webhook that fails, no ready pod behind a Service. */
  | 'unavailable'
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

/**
 * `never`: the same request fails again. `few`: worth a handful of attempts within seconds. `patiently`: passes by
 * itself or by a hand from outside, so wait as long as the run may wait.
 */
export type Retry = 'never' | 'few' | 'patiently';

/** A request to a cluster that failed. The message is for people; it never holds a body, headers or Secret contents. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  readonly kind: KubernetesErrorKind;
  readonly retry: Retry;
  /** HTTP status, where there was an answer. */
  readonly statusCode: number | undefined;
  /** How long the API server asks to wait. */
  readonly retryAfterSeconds: number | undefined;
  /** Fields that the API refuses, e.g. `spec.selector`. */
  readonly fields: readonly string[];

  constructor(kind: KubernetesErrorKind, message: string, details: KubernetesErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.retry = details.retry ?? RETRY[kind];
    this.statusCode = details.statusCode;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.fields = details.fields ?? [];
  }
}

export interface KubernetesErrorDetails {
  readonly statusCode?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly fields?: readonly string[];
  /** Replaces what `RETRY` says for the kind. */
  readonly retry?: Retry;
  readonly cause?: unknown;
}

/** The practice of Kubernetes' own controllers. */
export const RETRY: Readonly<Record<KubernetesErrorKind, Retry>> = {
  notFound: 'never',
  // Read what is there and compare, instead of creating again.
  alreadyExists: 'never',
  conflict: 'few',
  fieldManagerConflict: 'never',
  forbidden: 'never',
  // A token may be renewed in between.
  unauthorized: 'few',
  invalid: 'never',
  immutable: 'never',
  notOurs: 'never',
  quotaExceeded: 'patiently',
  tooManyRequests: 'patiently',
  unavailable: 'patiently',
  unreachable: 'patiently',
  untrusted: 'never',
  misconfigured: 'never',
  namespaceTerminating: 'patiently',
  objectTerminating: 'patiently',
  other: 'never',
};

/** Whether an error says for certain that an object does not exist. "Could not read" is never that. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.kind === 'notFound';
}

/** An answer with a status that is no success. */
export interface FailedResponse {
  readonly statusCode: number;
  /** Value of the `Retry-After` header. */
  readonly retryAfter: string | undefined;
  readonly body: string;
  /** The request held secrets, which the API's explanation could repeat: only fields and reasons may be told. */
  readonly confidential: boolean;
}

/**
 * Turns the API server's answer into an error that a person can read.
 *
 * @param purpose what was to be done, e.g. `apply Deployment org1-peer1 in namespace test`
 */
export function responseError(purpose: string, response: FailedResponse): KubernetesError {
  const status = parseStatus(response.body);
  const kind = classify(response.statusCode, status);
  return new KubernetesError(kind, `Cannot ${purpose}: ${factOf(kind, response, status)}`, {
    statusCode: response.statusCode,
    retryAfterSeconds: retryAfterSeconds(response.retryAfter) ?? status.retryAfterSeconds,
    fields: status.causes.flatMap(({ field }) => (field === undefined ? [] : [field])),
    ...(lacksNamespace(kind, status) ? { retry: 'few' } : {}),
  });
}

/** The parts of `meta/v1` Status that say what went wrong. */
interface Status {
  readonly message: string | undefined;
  readonly reason: string | undefined;
  readonly detailsKind: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly causes: readonly StatusCause[];
}

interface StatusCause {
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly field: string | undefined;
}

function parseStatus(body: string): Status {
  const status = parseMapping(body);
  const details = isMapping(status['details']) ? status['details'] : {};
  const causes = Array.isArray(details['causes']) ? details['causes'].filter(isMapping) : [];
  return {
    message: text(status['message']),
    reason: text(status['reason']),
    detailsKind: text(details['kind']),
    retryAfterSeconds: typeof details['retryAfterSeconds'] === 'number' ? details['retryAfterSeconds'] : undefined,
    causes: causes.map((cause) => ({
      reason: text(cause['reason']),
      message: text(cause['message']),
      field: text(cause['field']),
    })),
  };
}

function parseMapping(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return isMapping(parsed) ? parsed : {};
  } catch {
    return {}; // A proxy's page, or nothing: the status code has to do.
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

type Rule = (statusCode: number, status: Status) => KubernetesErrorKind | undefined;

/** From the most telling sign to the least; the first rule that knows the answer names it. */
const RULES: readonly Rule[] = [
  absenceRule,
  terminatingRule,
  conflictRule,
  quotaRule,
  immutableRule,
  schemaRule,
  statusCodeRule,
];

function classify(statusCode: number, status: Status): KubernetesErrorKind {
  for (const rule of RULES) {
    const kind = rule(statusCode, status);
    if (kind !== undefined) return kind;
  }
  return statusCode >= 500 ? 'unavailable' : 'other';
}

/** A 404 without the API's own word for it comes from a wrong address or a proxy, and proves nothing. */
function absenceRule(statusCode: number, { reason }: Status): KubernetesErrorKind | undefined {
  return statusCode === 404 && reason === 'NotFound' ? 'notFound' : undefined;
}

function terminatingRule(statusCode: number, { causes, message }: Status): KubernetesErrorKind | undefined {
  if (statusCode !== 403) return undefined;
  const terminating =
    causes.some(({ reason }) => reason === 'NamespaceTerminating') || message?.includes('is being terminated') === true;
  return terminating ? 'namespaceTerminating' : undefined;
}

function conflictRule(statusCode: number, { reason, causes, message }: Status): KubernetesErrorKind | undefined {
  if (statusCode !== 409) return undefined;
  if (causes.some((cause) => cause.reason === 'FieldManagerConflict')) return 'fieldManagerConflict';
  // The API says this of an object that is being deleted when one of the same name is created.
  if (message?.includes('object is being deleted') === true) return 'objectTerminating';
  return reason === 'AlreadyExists' ? 'alreadyExists' : 'conflict';
}

function quotaRule(statusCode: number, { message }: Status): KubernetesErrorKind | undefined {
  return statusCode === 403 && message?.includes('exceeded quota') === true ? 'quotaExceeded' : undefined;
}

/** The API has no reason of its own for this; these are the phrases of its validation and of its admission of claims. */
const IMMUTABLE =
  /is immutable|may not change once set|may not be changed|updates to .* are forbidden|can not be less than|must support resize/;

function immutableRule(statusCode: number, { causes, message }: Status): KubernetesErrorKind | undefined {
  if (statusCode !== 422 && statusCode !== 403) return undefined;
  const phrases = [message, ...causes.map((cause) => cause.message)];
  return phrases.some((phrase) => phrase !== undefined && IMMUTABLE.test(phrase)) ? 'immutable' : undefined;
}

/** Server-side apply reports a manifest that does not fit the schema as if the server had failed. */
const SCHEMA_MISMATCH = /^failed to (create typed patch object|convert new object)/;

function schemaRule(statusCode: number, { message }: Status): KubernetesErrorKind | undefined {
  return statusCode === 500 && message !== undefined && SCHEMA_MISMATCH.test(message) ? 'invalid' : undefined;
}

const KIND_OF_STATUS_CODE: Readonly<Record<number, KubernetesErrorKind>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  405: 'invalid',
  406: 'invalid',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
  429: 'tooManyRequests',
};

function statusCodeRule(statusCode: number): KubernetesErrorKind | undefined {
  return KIND_OF_STATUS_CODE[statusCode];
}

function lacksNamespace(kind: KubernetesErrorKind, status: Status): boolean {
  return kind === 'notFound' && status.detailsKind === 'namespaces';
}

function factOf(kind: KubernetesErrorKind, response: FailedResponse, status: Status): string {
  if (kind === 'unauthorized') return 'the cluster does not accept the credentials (HTTP status 401).';
  const causes = causesOf(status, response.confidential);
  if (causes.length > 0) return sentence(causes.join('; '));
  if (response.confidential && !HARMLESS.has(kind)) {
    const reason = status.reason ?? `HTTP status ${String(response.statusCode)}`;
    return `the API server refuses it (${reason}); what it says is withheld, because that can repeat secrets.`;
  }
  return sentence(status.message ?? `the API server answered with HTTP status ${String(response.statusCode)}`);
}

/** About who asks, where and when, not about what was sent. */
const HARMLESS: ReadonlySet<KubernetesErrorKind> = new Set([
  'notFound',
  'alreadyExists',
  'conflict',
  'forbidden',
  'quotaExceeded',
  'tooManyRequests',
  'namespaceTerminating',
  'objectTerminating',
]);

function causesOf({ causes }: Status, confidential: boolean): string[] {
  return causes.flatMap(({ field, message, reason }) => {
    if (field === undefined) return [];
    const fact = confidential ? reason : firstLine(message ?? reason);
    return [fact === undefined ? field : `${field}: ${fact}`];
  });
}

/** The API appends whole object diffs to some messages. */
function firstLine(message: string | undefined): string | undefined {
  return message?.split('\n', 1)[0];
}

function sentence(fact: string): string {
  const line = fact.split('\n', 1)[0]?.trim() ?? '';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/** Seconds from a `Retry-After` header, which holds seconds or an HTTP date (RFC 9110 section 10.2.3). */
function retryAfterSeconds(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
