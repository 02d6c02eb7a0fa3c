import { isMapping } from '../client/objects.ts';
import { admissionRefusal } from './admission.ts';
import type { KubernetesErrorKind } from './errors.ts';

/** Names what an answer of the API server means. */
export function classify(statusCode: number, status: ApiStatus): KubernetesErrorKind {
  for (const rule of RULES) {
    const kind = rule(statusCode, status);
    if (kind !== undefined) return kind;
  }
  return statusCode >= 500 ? 'unavailable' : 'other';
}

type Rule = (statusCode: number, status: ApiStatus) => KubernetesErrorKind | undefined;

/** From the most telling sign to the least; the first rule that knows the answer names it. */
const RULES: readonly Rule[] = [
  absenceRule,
  terminatingRule,
  conflictRule,
  quotaRule,
  admissionRule,
  immutableRule,
  schemaRule,
  statusCodeRule,
];

/** A 404 without the API's own word for it comes from a wrong address or a proxy, and proves nothing. */
function absenceRule(statusCode: number, { reason }: ApiStatus): KubernetesErrorKind | undefined {
  return statusCode === 404 && reason === 'NotFound' ? 'notFound' : undefined;
}

function terminatingRule(statusCode: number, { causes, message }: ApiStatus): KubernetesErrorKind | undefined {
  if (statusCode !== 403) return undefined;
  const terminating =
    causes.some(({ reason }) => reason === 'NamespaceTerminating') || message?.includes('is being terminated') === true;
  return terminating ? 'namespaceTerminating' : undefined;
}

function conflictRule(statusCode: number, { reason, causes, message }: ApiStatus): KubernetesErrorKind | undefined {
  if (statusCode !== 409) return undefined;
  if (causes.some((cause) => cause.reason === 'FieldManagerConflict')) return 'fieldManagerConflict';
  // The API says this of an object that is being deleted when one of the same name is created.
  if (message?.includes('object is being deleted') === true) return 'objectTerminating';
  return reason === 'AlreadyExists' ? 'alreadyExists' : 'conflict';
}

function quotaRule(statusCode: number, { message }: ApiStatus): KubernetesErrorKind | undefined {
  return statusCode === 403 && message?.includes('exceeded quota') === true ? 'quotaExceeded' : undefined;
}

function admissionRule(statusCode: number, { message = '' }: ApiStatus): KubernetesErrorKind | undefined {
  if (statusCode < 400 || statusCode >= 500) return undefined;
  return admissionRefusal(message) === undefined ? undefined : 'denied';
}

/** The API has no reason of its own for this; these are the phrases of its validation and of its admission of claims. */
const IMMUTABLE =
  /is immutable|may not change once set|may not be changed|updates to .* are forbidden|can not be less than|must support resize/;

function immutableRule(statusCode: number, { causes, message }: ApiStatus): KubernetesErrorKind | undefined {
  if (statusCode !== 422 && statusCode !== 403) return undefined;
  const phrases = [message, ...causes.map((cause) => cause.message)];
  return phrases.some((phrase) => phrase !== undefined && IMMUTABLE.test(phrase)) ? 'immutable' : undefined;
}

/** Server-side apply reports a manifest that does not fit the schema as if the server had failed. */
const SCHEMA_MISMATCH = /^failed to (create typed patch object|convert new object)/;

function schemaRule(statusCode: number, { message }: ApiStatus): KubernetesErrorKind | undefined {
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

/** The parts of `meta/v1` Status that say what went wrong. */
export interface ApiStatus {
  readonly message: string | undefined;
  readonly reason: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly causes: readonly StatusCause[];
}

export interface StatusCause {
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly field: string | undefined;
}

/** Reads the body of an answer; what is no Status, such as a proxy's page, says nothing. */
export function parseStatus(body: string): ApiStatus {
  const status = parseMapping(body);
  const details = isMapping(status['details']) ? status['details'] : {};
  const causes = Array.isArray(details['causes']) ? details['causes'].filter(isMapping) : [];
  return {
    message: text(status['message']),
    reason: text(status['reason']),
    retryAfterMs: typeof details['retryAfterSeconds'] === 'number' ? details['retryAfterSeconds'] * 1000 : undefined,
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
