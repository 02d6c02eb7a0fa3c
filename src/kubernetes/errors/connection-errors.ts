import { KubernetesError } from './errors.ts';

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
