import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';

import { PlatformError } from '../failure.ts';
import { filesOf } from '../files.ts';
import type { Instance } from '../instance.ts';
import type { Addresses } from './addresses.ts';
import { ports } from './cluster-network.ts';

/** A Kubernetes object as it is sent. */
export interface AppliedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/**
 * The few requests that the platform itself sends to its node. Node's own https, not @kubernetes/client-node: that takes
 * a second to load, which is all that a start has that finds everything running.
 */
export interface ApiClient {
  /** @returns the answer's body, or undefined when there is no such object */
  get(path: string): Promise<unknown>;
  /** @returns whether the path answers 200; a server that does not answer is a no */
  isAnswering(path: string, port?: number): Promise<boolean>;
  /** Sends an object by server-side apply. @param collection - its path, as `/api/v1/namespaces/x/services`. */
  apply(collection: string, object: AppliedObject): Promise<void>;
  close(): void;
}

const timeoutMs = 5_000;

/** Connects as the node's administrator, with the keys in the instance's folder. */
export function connectApi(instance: Instance, addresses: Addresses): ApiClient {
  const { pki } = filesOf(instance.directory);
  const agent = new Agent({
    keepAlive: true,
    ca: readFileSync(join(pki, 'ca.crt')),
    cert: readFileSync(join(pki, 'admin.crt')),
    key: readFileSync(join(pki, 'admin.key')),
  });
  const call = (method: string, path: string, content: Content = {}): Promise<Answer> =>
    send({ agent, method, url: `https://${addresses.node}:${content.port ?? ports.apiServer}${path}`, ...content });
  return {
    get: async (path) => {
      const answer = await call('GET', path);
      if (answer.status === 404) return undefined;
      const body: unknown = JSON.parse(bodyOf(answer, `GET ${path}`));
      return body;
    },
    isAnswering: async (path, port) => {
      try {
        return (await call('GET', path, port === undefined ? {} : { port })).status === 200;
      } catch {
        return false;
      }
    },
    apply: async (collection, object) => {
      const path = `${collection}/${object.metadata.name}`;
      // JSON is YAML; only this type makes it a server-side apply.
      const content = { type: 'application/apply-patch+yaml', body: JSON.stringify(object) };
      bodyOf(await call('PATCH', `${path}?fieldManager=weft-local&force=true`, content), `PATCH ${path}`);
    },
    close: () => {
      agent.destroy();
    },
  };
}

interface Content {
  readonly type?: string;
  readonly body?: string;
  readonly port?: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function send(call: Content & { agent: Agent; method: string; url: string }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { agent, method, url, type, body } = call;
    const sent = request(url, {
      agent,
      method,
      timeout: timeoutMs,
      headers: type === undefined ? {} : { 'content-type': type },
    });
    sent.once('timeout', () =>
      sent.destroy(new PlatformError(`${url} does not answer within ${timeoutMs / 1_000} s.`)),
    );
    sent.once('error', reject);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.end(body);
  });
}

function bodyOf({ status, body }: Answer, what: string): string {
  if (status >= 200 && status < 300) return body;
  throw new PlatformError(`The embedded API server answered ${status} to ${what}: ${body.slice(0, 500)}`);
}
