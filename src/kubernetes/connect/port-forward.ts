import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import type { WebSocket } from 'ws';

import { repeated } from '../../calls/index.ts';
import type { Cluster } from '../client/cluster.ts';
import { passingRequest } from '../errors/errors.ts';
import type { Connection, ServiceConnector, ServiceTarget } from './connector.ts';
import { findPod, type PodPort } from './service-pod.ts';
import { carry, dialPod } from './tunnel.ts';

/**
 * Connects to Services from outside the cluster: through the API server to a ready pod. Every TCP connection gets a
 * tunnel of its own, so that one that breaks takes no other with it. What a tunnel cannot carry ends as a reset
 * connection on this side.
 */
export function portForward(cluster: Cluster, { localPort = ANY_PORT }: PortForwardOptions = {}): ServiceConnector {
  return { connect: (target, signal) => openForward(cluster, target, localPort, signal) };
}

export interface PortForwardOptions {
  /** The port on this machine; a free one unless told. */
  readonly localPort?: number;
}

/** Has the operating system choose. */
const ANY_PORT = 0;

/** Servers hang up on a connection that stays silent: gRPC's in Fabric's nodes after five seconds. */
const SPARE_MILLISECONDS = 2_000;

async function openForward(
  cluster: Cluster,
  target: ServiceTarget,
  localPort: number,
  signal: AbortSignal,
): Promise<Connection> {
  const closing = new AbortController();
  const pods = podsOf(cluster, target);
  // The first tunnel is dialled before anybody asks for it: what is wrong shows here, with a reason, and not as a reset.
  let spare: WebSocket | undefined = await pods.dial(AbortSignal.any([signal, closing.signal]));
  const discardSpare = (): void => {
    spare?.terminate();
    spare = undefined;
  };
  const spareEnds = setTimeout(discardSpare, SPARE_MILLISECONDS).unref();
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    const tunnel = spare ?? pods.dial(closing.signal);
    spare = undefined;
    void serve(socket, tunnel);
  });
  const close = async (): Promise<void> => {
    closing.abort();
    clearTimeout(spareEnds);
    discardSpare();
    for (const socket of open) socket.destroy();
    await stop(server);
  };
  try {
    return { host: 'localhost', port: await listen(server, localPort), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serve(socket: Socket, tunnel: WebSocket | Promise<WebSocket>): Promise<void> {
  try {
    carry(socket, await tunnel);
  } catch {
    socket.resetAndDestroy();
  }
}

interface Pods {
  dial(signal: AbortSignal): Promise<WebSocket>;
}

/** Remembers the pod that serves a Service until it cannot be dialled any more: then another may have taken its place. */
function podsOf(cluster: Cluster, target: ServiceTarget): Pods {
  let known: PodPort | undefined;
  return {
    async dial(signal) {
      if (known !== undefined) {
        const tunnel = await dialPod(cluster, known, signal).catch(() => undefined);
        if (tunnel !== undefined) return tunnel;
      }
      const found = await findPod(cluster, target, { signal });
      known = found;
      // Nothing has gone through a tunnel that was not opened.
      return repeated(() => dialPod(cluster, found, signal), { passing: passingRequest, signal });
    },
  };
}

/** Listens for this machine only. */
async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
