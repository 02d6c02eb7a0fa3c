import { Client } from 'undici';

import type { CertifiedKey } from '../../src/fabric/index.ts';

// What answers does so within milliseconds.
const TIMEOUT_MS = 30_000;

/** The operations endpoint of a node, and by what it is known. */
export interface AskedOperations {
  readonly host: string;
  readonly port: number;
  /** Name that its TLS certificate must carry. */
  readonly servername: string;
  /** The only certificates that are trusted, PEM. */
  readonly tlsRoots: string;
  /** TLS certificate and key of who asks; absent means nobody in particular, as the kubelet is. */
  readonly client?: CertifiedKey;
}

export interface OperationsAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks the operations endpoint of a node.
 *
 * @param path e.g. `/healthz`
 * @param body of a PUT; absent means a GET
 */
export async function askOperations(
  { host, port, servername, tlsRoots, client: caller }: AskedOperations,
  path: string,
  body?: object,
): Promise<OperationsAnswer> {
  const shown = caller === undefined ? {} : { cert: caller.certificate, key: caller.key };
  const client = new Client(`https://${host}:${port}`, { connect: { ca: tlsRoots, servername, ...shown } });
  try {
    const { statusCode, body: answer } = await client.request({
      path,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? { method: 'GET' } : { method: 'PUT', body: JSON.stringify(body) }),
    });
    return { status: statusCode, text: await answer.text() };
  } finally {
    await client.destroy();
  }
}

/** @throws Error if an answer is another one than that all is well */
export function requireOk({ status, text }: OperationsAnswer): void {
  if (status !== 200) throw new Error(`it answers ${status}: ${text}`);
}
