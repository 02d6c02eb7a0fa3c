import { readFile } from 'node:fs/promises';
import { Agent, createServer, request as httpsRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { KubeConfig } from '@kubernetes/client-node';

import { selfSignedServerCertificate } from '../../src/fabric/index.ts';

/** In which way a call fails. `lost`: it is done, and its answer does not arrive. */
export type CallFault = 'reset' | 'tooMany' | 'error' | 'unavailable' | 'lost';

/** An API server that fails some of its calls: it stands before a real one. */
export interface FaultyFront {
  readonly url: string;
  /** PEM; whoever talks to it trusts this. */
  readonly certificate: string;
  /** Part of the calls that fails, from 0 to 1. Can be set at any time. */
  share: number;
  /** How many calls there were, and how many failed in each way. */
  readonly counts: Readonly<Record<CallFault | 'calls', number>>;
  close(): Promise<void>;
}

export interface FaultyFrontOptions {
  /** The kubeconfig and its context whose API server is behind; all calls are made as its user. */
  readonly kubeconfig: string;
  readonly context: string;
  /** From 0 to 1, exclusive, for the call of a number. */
  readonly random: (call: number) => number;
}

/**
 * Starts it. Watches, and connections that change their protocol (`exec`, `portforward`), go through unharmed: what breaks there is not
 * the API server's to say.
 */
export async function startFaultyFront({ kubeconfig, context, random }: FaultyFrontOptions): Promise<FaultyFront> {
  const target = await targetOf(kubeconfig, context);
  const lifetimeHours = 24;
  const { certificate, key } = await selfSignedServerCertificate({
    ...{ commonName: 'faulty-front', hosts: ['localhost', '127.0.0.1'], lifetimeHours },
  });
  const counts = { calls: 0, reset: 0, tooMany: 0, error: 0, unavailable: 0, lost: 0 };
  const server = createServer({ cert: certificate, key }, (request, response) => {
    counts.calls += 1;
    const fault = chooseFault(request, random(counts.calls), front.share);
    if (fault !== undefined) counts[fault] += 1;
    answer(target, request, response, fault);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    tunnel(target, request, socket, head);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const front: FaultyFront = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate,
    share: 0,
    counts,
    close: async () => {
      server.closeAllConnections();
      target.agent.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
  return front;
}

/** The API server behind, and as whom it is asked. */
interface Target extends Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'hostname' | 'port'> {
  readonly agent: Agent;
}

async function targetOf(kubeconfig: string, context: string): Promise<Target> {
  const config = new KubeConfig();
  config.loadFromString(await readFile(kubeconfig, 'utf8'));
  config.setCurrentContext(context);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { hostname, port } = new URL(config.getCurrentCluster()?.server ?? '');
  const { ca, cert, key } = options;
  if (cert === undefined || key === undefined) throw new Error(`The user of ${context} has no certificate.`);
  return { ca, cert, key, hostname, port, agent: new Agent({ keepAlive: true }) };
}

const OF_READS: readonly CallFault[] = ['reset', 'tooMany', 'error', 'unavailable'];
/** Of those that fail, half are done all the same. */
const OF_WRITES: readonly CallFault[] = [...OF_READS, ...OF_READS.map((): CallFault => 'lost')];

function chooseFault({ method, url = '' }: IncomingMessage, chance: number, share: number): CallFault | undefined {
  if (chance >= share || /[?&](watch|follow)=(true|1)/.test(url)) return undefined;
  const faults = method === 'GET' ? OF_READS : OF_WRITES;
  return faults[Math.floor((chance / share) * faults.length)];
}

function answer(
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
  fault: CallFault | undefined,
): void {
  if (fault === 'reset') {
    request.socket.destroy();
    return;
  }
  const refusal = fault === undefined ? undefined : REFUSALS[fault];
  if (refusal !== undefined) {
    request.resume();
    response.writeHead(refusal.status, { 'content-type': 'application/json', ...refusal.headers });
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code: refusal.status, reason: refusal.reason }));
    return;
  }
  const outgoing = httpsRequest(
    { ...target, method: request.method, path: request.url, headers: withoutCredentials(request) },
    (incoming) => {
      if (fault === 'lost') {
        incoming.resume();
        incoming.once('end', () => request.socket.destroy());
        return;
      }
      response.writeHead(incoming.statusCode ?? 502, incoming.headers);
      incoming.pipe(response);
    },
  );
  outgoing.once('error', () => request.socket.destroy());
  response.once('close', () => {
    if (!response.writableFinished) outgoing.destroy();
  });
  request.pipe(outgoing);
}

/** As a Kubernetes API server words them. One that limits its requests asks for a second. */
const REFUSALS: Partial<
  Readonly<
    Record<
      CallFault,
      { readonly status: number; readonly reason: string; readonly headers?: Readonly<Record<string, string>> }
    >
  >
> = {
  tooMany: { status: 429, reason: 'TooManyRequests', headers: { 'retry-after': '1' } },
  error: { status: 500, reason: 'InternalError' },
  unavailable: { status: 503, reason: 'ServiceUnavailable' },
};

/** The front itself is known by its certificate. */
function withoutCredentials({ headers }: IncomingMessage): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization' && name !== 'host'));
}

function tunnel(target: Target, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { ca, cert, key, hostname, port } = target;
  const outgoing = httpsRequest({
    ...{ ca, cert, key, hostname, port },
    method: request.method,
    path: request.url,
    headers: withoutCredentials(request),
  });
  const end = (): void => {
    outgoing.destroy();
    socket.destroy();
  };
  socket.once('error', end);
  outgoing.once('error', end);
  outgoing.once('response', (refused) => {
    socket.write(headOf(refused));
    refused.pipe(socket);
  });
  outgoing.once('upgrade', (accepted, upstream, first) => {
    socket.write(headOf(accepted));
    socket.write(first);
    upstream.write(head);
    upstream.once('error', end);
    upstream.once('close', end);
    socket.once('close', () => upstream.destroy());
    upstream.pipe(socket).pipe(upstream);
  });
  outgoing.end();
}

function headOf({ statusCode = 502, statusMessage = '', rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1] ?? ''}`] : []));
  return [`HTTP/1.1 ${statusCode} ${statusMessage}`, ...lines, '', ''].join('\r\n');
}
