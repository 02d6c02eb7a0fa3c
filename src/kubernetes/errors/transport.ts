import { retryAfterMs } from '../../calls/index.ts';
import { classify, parseStatus, type ApiStatus } from './classify.ts';
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
    retryAfterMs: retryAfterMs(response.retryAfter) ?? status.retryAfterMs,
    fields: status.causes.flatMap(({ field }) => (field === undefined ? [] : [field])),
  });
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

/**
 * Explains why there was no answer at all.
 *
 * @param cluster whose API server was asked
 * @param cause what the connection died of, or the number of milliseconds after which we gave up waiting
 */
export function connectionError(
  cluster: { readonly name: string; readonly server: string },
  cause: unknown,
): KubernetesError {
  const where = `The Kubernetes cluster ${cluster.name} (${cluster.server})`;
  if (typeof cause === 'number') {
    return new KubernetesError('unreachable', `${where} did not answer within ${String(cause / 1000)} s.`);
  }
  const code = codeOf(cause);
  if (UNTRUSTED.test(code)) {
    return new KubernetesError(
      'untrusted',
      `${where} shows a certificate that the kubeconfig does not trust (${code}). Is the kubeconfig older than the cluster?`,
      { cause },
    );
  }
  return new KubernetesError(
    'unreachable',
    `${where} cannot be reached: ${FACTS[code] ?? (code || 'the connection failed')}.`,
    {
      cause,
    },
  );
}

/** OpenSSL's and Node's names for a certificate chain or a server name that does not fit. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/;

const FACTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was lost',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'no route to its host',
  ENETUNREACH: 'no route to its network',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the connection was lost',
};

/** Connecting to a host with several addresses fails with one error per address; all tell the same story. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}
