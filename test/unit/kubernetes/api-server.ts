import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach } from 'vitest';

import { connectCluster, type Cluster } from '../../../src/kubernetes/index.ts';

/** What a fake API server was asked. */
export interface Received {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** Sent as it is if it is a text, as JSON otherwise. */
  readonly body?: unknown;
}

/** `hang up` cuts the connection, `never` leaves the request without an answer. */
export type Behaviour = (request: Received, count: number) => Reply | 'hang up' | 'never';

/** An API server that behaves as a test wants it to. */
export interface FakeApiServer {
  readonly cluster: Cluster;
  readonly http: Server;
  readonly url: string;
  readonly kubeconfig: string;
  readonly received: Received[];
  close(): Promise<void>;
}

/**
 * Starts API servers for the tests of a file, and closes each when its test has ended. To be called once, beside the tests.
 *
 * @returns starts one
 */
export function apiServers(): (behave: Behaviour) => Promise<FakeApiServer> {
  const servers: FakeApiServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return async (behave) => {
    const server = await startApiServer(behave);
    servers.push(server);
    return server;
  };
}

export async function startApiServer(behave: Behaviour): Promise<FakeApiServer> {
  const received: Received[] = [];
  const http = createServer((request, response) => {
    void readBody(request).then((body) => {
      received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      answer(response, behave(received[received.length - 1] as Received, received.length));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;
  const folder = await mkdtemp(join(tmpdir(), 'weft-fake-api-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeKubeConfig(kubeconfig, url);
  const cluster = connectCluster({ kubeconfig });
  return {
    cluster,
    http,
    url,
    kubeconfig,
    received,
    close: async () => {
      await cluster.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

export async function writeKubeConfig(path: string, server: string, token = 'token-1'): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'fake', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'tester', user: { token } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'tester' } }],
    'current-context': 'fake',
  };
  await writeFile(path, JSON.stringify(config));
}

/** An answer of the API server that says what went wrong. */
export function failure(code: number, reason: string, message: string, details: object = {}): Reply {
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, reply: Reply | 'hang up' | 'never'): void {
  if (reply === 'never') return;
  if (reply === 'hang up') {
    response.destroy();
    return;
  }
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {}));
}
