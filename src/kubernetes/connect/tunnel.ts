import type { Socket } from 'node:net';

import { WebSocket, type RawData } from 'ws';

import type { Cluster } from '../client/cluster.ts';
import type { PodPort } from './service-pod.ts';
import { openWebSocket } from './web-socket.ts';

/*
 * The protocol of `kubectl port-forward` over a WebSocket. @kubernetes/client-node (2.0) has a `PortForward`, which does not
 * serve here: a handshake that the API server refuses is an error without its status and reason, nothing ends it while it
 * waits, an error of the node leaves the connection open, and neither direction waits for the other to read, so that a
 * block of 100 MB is kept in memory.
 */

/** Each frame begins with its channel: 0 carries data, 1 an error of the node. Understood by every kubelet since 1.7. */
const PROTOCOL = 'v4.channel.k8s.io';

const DATA_CHANNEL = 0;

/** The first frame of each channel repeats the port number in two bytes. */
const PORT_BYTES = 2;

/** Beyond this, what is read faster than the other side takes it waits where it comes from. */
const MOST_BUFFERED_BYTES = 1024 * 1024;

/**
 * Opens a tunnel through the API server to a port of a pod. It is paused until {@link carry} takes it over.
 *
 * @throws {KubernetesError} when the API server refuses or cannot be reached
 */
export async function dialPod(
  cluster: Cluster,
  { namespace, pod, port }: PodPort,
  signal: AbortSignal,
): Promise<WebSocket> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${String(port)}`;
  const purpose = `forward port ${String(port)} of pod ${pod} in namespace ${namespace}`;
  return openWebSocket(cluster, { path, protocol: PROTOCOL, purpose }, signal);
}

/** Carries a TCP connection through a tunnel. When either side ends, so does the other. */
export function carry(socket: Socket, tunnel: WebSocket): void {
  const greeted = new Set<number>();
  tunnel.on('message', (frame: RawData) => {
    if (!Buffer.isBuffer(frame) || frame.length === 0) return;
    const channel = frame.readUInt8(0);
    const payload = frame.subarray(greeted.has(channel) ? 1 : 1 + PORT_BYTES);
    greeted.add(channel);
    if (payload.length === 0) return;
    // The node could not connect to the port, or lost the connection.
    if (channel !== DATA_CHANNEL) socket.resetAndDestroy();
    else if (!socket.write(payload)) tunnel.pause();
  });
  socket.on('drain', () => {
    tunnel.resume();
  });
  socket.on('data', (data) => {
    if (tunnel.readyState !== WebSocket.OPEN) return;
    tunnel.send(Buffer.concat([Buffer.of(DATA_CHANNEL), data]), () => socket.resume());
    if (tunnel.bufferedAmount > MOST_BUFFERED_BYTES) socket.pause();
  });
  socket.once('close', () => {
    tunnel.terminate();
  });
  tunnel.once('close', () => {
    socket.destroySoon();
  });
  tunnel.resume();
  if (socket.destroyed) tunnel.terminate();
}
