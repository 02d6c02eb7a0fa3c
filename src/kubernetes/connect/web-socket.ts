import { WebSocket } from 'ws';

import type { Cluster } from '../client/cluster.ts';
import { connectionError, responseError } from '../errors/transport.ts';

/** The API server answers at once or not at all; it then has to dial the node. */
const HANDSHAKE_MILLISECONDS = 10_000;

/** A path of the API server that is spoken to by a WebSocket. */
export interface WebSocketTarget {
  /** With its query. */
  readonly path: string;
  /** Name of the subprotocol. */
  readonly protocol: string;
  /** What this is for, to complete "Cannot …". */
  readonly purpose: string;
}

/**
 * Opens a WebSocket through the API server to a pod. It is paused: no frame is lost before somebody listens.
 *
 * @throws {KubernetesError} when the API server refuses or cannot be reached
 */
export async function openWebSocket(
  cluster: Cluster,
  { path, protocol, purpose }: WebSocketTarget,
  signal: AbortSignal,
): Promise<WebSocket> {
  signal.throwIfAborted();
  const { url, options } = await cluster.webSocket(path);
  const socket = new WebSocket(url, [protocol], {
    ...options,
    handshakeTimeout: HANDSHAKE_MILLISECONDS,
    perMessageDeflate: false,
  });
  const abort = (): void => {
    socket.terminate();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await opened(socket, cluster, purpose);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return socket;
}

function opened(socket: WebSocket, cluster: Cluster, purpose: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      // Here and not later: the first frame may have come with the answer, and nobody listens to frames yet.
      socket.pause();
      resolve();
    });
    // It stays for the life of the socket: an error without a listener would end the process.
    socket.on('error', (error) => {
      reject(connectionError(cluster, error));
    });
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('close', () => {
        const statusCode = response.statusCode ?? 0;
        const body = Buffer.concat(chunks).toString('utf8');
        reject(
          responseError(purpose, {
            statusCode,
            retryAfter: response.headers['retry-after'],
            body,
            confidential: false,
          }),
        );
        socket.terminate();
      });
    });
  });
}
