/* What is the same for every HTTP client of a Fabric service: how a call ends early, why a connection failed, what its span tells. */
import type { Dispatcher } from 'undici';

import { retryAfterMs } from '../../calls/index.ts';
import type { SpanFacts } from '../../tracing/index.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The origin of a URL, e.g. `https://[::1]:9443`. */
export function originOf(scheme: 'http' | 'https', { host, port }: Address): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number;
  /** How long it asks to wait, in milliseconds; undefined if it does not ask. */
  readonly retryAfter: number | undefined;
  readonly text: string;
}

/** Reads an answer to its end. */
export async function readAnswer({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<HttpAnswer> {
  return { status: statusCode, retryAfter: retryAfterMs(headers['retry-after']), text: await body.text() };
}

/** What the span of a call tells (https://opentelemetry.io/docs/specs/semconv/http/http-spans); no query, and nothing of the body. */
export function httpSpan({
  method,
  path,
  host,
  port,
}: Address & { readonly method: string; readonly path: string }): SpanFacts {
  const [pathname = ''] = path.split('?');
  const attributes = {
    'http.request.method': method,
    'url.path': pathname,
    'server.address': host,
    'server.port': port,
  };
  return { kind: 'client', attributes };
}

/** Ends the wait when the signal does: undici itself notices a signal only once it is connected. */
export function abortable<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      // The reason of a signal is what the one who aborted it gave: an Error, unless that was a bug.
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}

export interface ConnectionFailure {
  readonly kind: 'unreachable' | 'untrusted' | 'timeout' | 'notAuthorized';
  /** In words that follow a colon. */
  readonly reason: string;
}

/**
 * Why there was no answer.
 *
 * @param error what the client threw
 * @param endpoint.servername name that the server's TLS certificate must carry; absent without TLS
 */
export function connectionFailure(
  error: unknown,
  endpoint: Address & { readonly servername?: string; readonly timeoutMs: number },
): ConnectionFailure {
  const code = errorCode(error);
  const address = `${endpoint.host}:${endpoint.port}`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || isTimeout(error))
    return { kind: 'timeout', reason: `${address} did not answer within ${endpoint.timeoutMs} ms` };
  if (isRefusalOfCertificate(error))
    return { kind: 'notAuthorized', reason: `${address} does not accept the TLS certificate of the one who asks` };
  const isUntrusted = code !== undefined && TLS_TRUST.test(code);
  return { kind: isUntrusted ? 'untrusted' : 'unreachable', reason: whyUnreachable(error, code, endpoint) };
}

/** Whether a connection ended because the server does not accept the client's certificate, or misses one. */
export function isRefusalOfCertificate(error: unknown): boolean {
  return REFUSED_BY_SERVER.test(errorCode(error) ?? '');
}

function whyUnreachable(
  error: unknown,
  code: string | undefined,
  { host, port, servername }: Address & { readonly servername?: string },
): string {
  const address = `${host}:${port}`;
  if (code === 'ECONNREFUSED') return `nothing listens at ${address}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${host} cannot be resolved`;
  const text = error instanceof Error ? error.message : String(error);
  if (code !== undefined && TLS_TRUST.test(code))
    return `the TLS certificate of ${servername ?? host} at ${address} is not trusted: ${text}`;
  return `the connection to ${address} broke: ${text}`;
}

// Codes of OpenSSL's certificate verification as Node.js gives them.
const TLS_TRUST = /CERT|SIGNED|ISSUER|LEAF_SIGNATURE/;

// Alerts about the client's certificate (RFC 8446, section 6.2) as OpenSSL names them.
const REFUSED_BY_SERVER = /ALERT_(?:BAD_CERTIFICATE|CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'BodyTimeoutError');
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
