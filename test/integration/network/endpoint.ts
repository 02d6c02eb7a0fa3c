import type { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';

import type { CertifiedKey } from '../../../src/fabric/index.ts';
import { portForward, type Cluster, type ServiceTarget } from '../../../src/kubernetes/index.ts';
import { askOperations, type OperationsAnswer } from '../../support/operations.ts';

// Both take milliseconds on a node that is ready.
const TIMEOUT_MS = 30_000;

/**
 * The certificate with which a Service ends a TLS handshake.
 *
 * @param roots what is trusted, PEM
 * @param servername the name by which it is called; the handshake fails if the certificate is not good for it
 */
export async function handshake(
  cluster: Cluster,
  target: ServiceTarget,
  { roots, servername }: { readonly roots: string; readonly servername: string },
): Promise<X509Certificate> {
  return withConnection(cluster, target, (host, port) => {
    return new Promise<X509Certificate>((resolve, reject) => {
      const socket = connect({ host, port, ca: roots, servername, ALPNProtocols: ['h2'], timeout: TIMEOUT_MS }, () => {
        const certificate = socket.getPeerX509Certificate();
        socket.destroy();
        if (certificate === undefined) reject(new Error(`${target.service} shows no certificate`));
        else resolve(certificate);
      });
      socket.once('error', reject).once('timeout', () => {
        socket.destroy(new Error(`${target.service} does not answer the handshake`));
      });
    });
  });
}

/**
 * Opens a connection by TLS to a server of gRPC, and closes it when the server has said its first word.
 *
 * @param client the pair that is shown to the server, PEM; absent means none
 * @throws Error by which the server refuses it: in TLS 1.3 that comes after the client's own end of the handshake
 */
export async function openConnection(
  cluster: Cluster,
  target: ServiceTarget,
  {
    roots: ca,
    servername,
    client,
  }: {
    readonly roots: string;
    readonly servername: string;
    readonly client?: { readonly certificate: string; readonly key: string };
  },
): Promise<void> {
  const pair = client && { cert: client.certificate, key: client.key };
  return withConnection(cluster, target, (host, port) => {
    return new Promise<void>((resolve, reject) => {
      const socket = connect({ host, port, ca, servername, ...pair, ALPNProtocols: ['h2'], timeout: TIMEOUT_MS });
      socket.once('data', () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', reject).once('timeout', () => {
        socket.destroy(new Error(`${target.service} does not answer`));
      });
      socket.once('close', () => {
        reject(new Error(`${target.service} closes the connection`));
      });
    });
  });
}

/** What the operations endpoint of a node is asked. */
export interface OperationsQuestion {
  /** What is trusted, PEM. */
  readonly roots: string;
  /** Who asks; absent means nobody in particular. */
  readonly client?: CertifiedKey;
  /** e.g. `/healthz` */
  readonly path: string;
  /** Of a PUT; absent means a GET. */
  readonly body?: object;
}

/** Asks the operations endpoint of a node, which has the name of its Service. */
export function operations(
  cluster: Cluster,
  target: ServiceTarget,
  { roots: tlsRoots, client, path, body }: OperationsQuestion,
): Promise<OperationsAnswer> {
  const caller = client === undefined ? {} : { client };
  return withConnection(cluster, target, (host, port) =>
    askOperations({ host, port, servername: target.service, tlsRoots, ...caller }, path, body),
  );
}

async function withConnection<T>(
  cluster: Cluster,
  target: ServiceTarget,
  act: (host: string, port: number) => Promise<T>,
): Promise<T> {
  const way = await portForward(cluster).connect(target, AbortSignal.timeout(TIMEOUT_MS));
  try {
    return await act(way.host, way.port);
  } finally {
    await way.close();
  }
}
