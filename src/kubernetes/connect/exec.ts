import { WebSocket, type RawData } from 'ws';

import type { Cluster } from '../client/cluster.ts';
import { isMapping } from '../client/objects.ts';
import { KubernetesError } from '../errors/errors.ts';
import { openWebSocket } from './web-socket.ts';

/*
 * The protocol of `kubectl exec` over a WebSocket, of which each frame begins with its channel. Version 5, which Kubernetes has had
 * since 1.30, is the first that can say that the input has ended.
 */

const PROTOCOL = 'v5.channel.k8s.io';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
/** Carries how the program ended. */
const ENDED = 3;
/** Ends the channel whose number follows. */
const CLOSE = 255;

/** A program in a container that runs. */
export interface PodCommand {
  readonly namespace: string;
  readonly pod: string;
  /** The program with its arguments; no shell is between. */
  readonly command: readonly string[];
}

export interface ExecOptions {
  /** What the program reads; nothing unless told. */
  readonly stdin?: Uint8Array;
  readonly signal: AbortSignal;
}

/**
 * Runs a program in a pod's only container to its end. Unlike what the container itself writes, its output goes into no log.
 *
 * @returns what it wrote to standard output
 * @throws {KubernetesError} `invalid` with the end of what it wrote to standard error if it failed or could not be started; all others
 */
export async function execInPod(
  cluster: Cluster,
  target: PodCommand,
  { stdin, signal }: ExecOptions,
): Promise<Uint8Array> {
  const { namespace, pod, command } = target;
  const purpose = `run ${command[0] ?? ''} in pod ${pod} in namespace ${namespace}`;
  const query = new URLSearchParams({ stdout: 'true', stderr: 'true', ...(stdin && { stdin: 'true' }) });
  for (const word of command) query.append('command', word);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query.toString()}`;
  const socket = await openWebSocket(cluster, { path, protocol: PROTOCOL, purpose }, signal);
  const abort = (): void => {
    socket.terminate();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const [{ stdout, stderr, status }] = await Promise.all([outputOf(socket), stdin && feed(socket, stdin)]);
    signal.throwIfAborted();
    if (status === undefined) {
      throw new KubernetesError('unreachable', `Cannot ${purpose}: the connection was lost before it ended.`);
    }
    const failure = failureOf(status, stderr);
    if (failure !== undefined) throw new KubernetesError('invalid', `Cannot ${purpose}: ${failure}`);
    return stdout;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.terminate();
  }
}

interface Output {
  readonly stdout: Uint8Array;
  readonly stderr: string;
  /** Undefined if the connection ended before the program did. */
  readonly status: string | undefined;
}

/** Collects what the program writes until the connection ends. */
function outputOf(socket: WebSocket): Promise<Output> {
  const chunks = new Map<number, Buffer[]>([STDOUT, STDERR, ENDED].map((channel) => [channel, []]));
  const all = (channel: number): Buffer => Buffer.concat(chunks.get(channel) ?? []);
  return new Promise((resolve) => {
    socket.on('message', (frame: RawData) => {
      if (!Buffer.isBuffer(frame) || frame.length === 0) return;
      chunks.get(frame.readUInt8(0))?.push(frame.subarray(1));
    });
    socket.once('close', () => {
      const status = all(ENDED).toString('utf8');
      resolve({
        stdout: all(STDOUT),
        stderr: all(STDERR).toString('utf8'),
        status: status === '' ? undefined : status,
      });
    });
    socket.resume();
  });
}

/** The API server takes frames of any size, and nodes pass them on in pieces of this one. */
const FRAME_BYTES = 32 * 1024;

async function feed(socket: WebSocket, stdin: Uint8Array): Promise<void> {
  for (let from = 0; from < stdin.length; from += FRAME_BYTES) {
    if (!(await send(socket, STDIN, stdin.subarray(from, from + FRAME_BYTES)))) return;
  }
  await send(socket, CLOSE, Buffer.of(STDIN));
}

/** @returns false if the connection has ended: what it ended of is what its output says */
function send(socket: WebSocket, channel: number, payload: Uint8Array): Promise<boolean> {
  if (socket.readyState !== WebSocket.OPEN) return Promise.resolve(false);
  return new Promise((resolve) => {
    socket.send(Buffer.concat([Buffer.of(channel), payload]), (error) => {
      resolve(!error);
    });
  });
}

/** @returns undefined if the program ended well */
function failureOf(status: string, stderr: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(status);
  } catch {
    return 'the node does not say how it ended.';
  }
  if (isMapping(parsed) && parsed['status'] === 'Success') return undefined;
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const message = isMapping(parsed) && typeof parsed['message'] === 'string' ? parsed['message'] : 'it failed';
  return `${last === '' ? message : last}.`;
}
