import { parseStatus, type ApiStatus } from './api-status.ts';
import { classify } from './classify.ts';
import { KubernetesError, type KubernetesErrorKind } from './errors.ts';

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

function lacksNamespace(kind: KubernetesErrorKind, status: ApiStatus): boolean {
  return kind === 'notFound' && status.detailsKind === 'namespaces';
}

function factOf(kind: KubernetesErrorKind, response: FailedResponse, status: ApiStatus): string {
  if (kind === 'unauthorized') return 'the cluster does not accept the credentials (HTTP status 401).';
  const causes = causesOf(status, response.confidential);
  if (causes.length > 0) return sentence(causes.join('; '));
  if (response.confidential && !isHarmless(kind, status)) {
    const reason = status.reason ?? `HTTP status ${String(response.statusCode)}`;
    return `the API server refuses it (${reason}); what it says is withheld, because that can repeat secrets.`;
  }
  return sentence(status.message ?? `the API server answered with HTTP status ${String(response.statusCode)}`);
}

/** Whether the API speaks about who asks, where and when, and not about what was sent. */
function isHarmless(kind: KubernetesErrorKind, { message }: ApiStatus): boolean {
  // A webhook of somebody else's may say anything.
  return HARMLESS.has(kind) && message?.includes('admission webhook') !== true;
}

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

function causesOf({ causes }: ApiStatus, confidential: boolean): string[] {
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
