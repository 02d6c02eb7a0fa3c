import { HttpMethod, RequestContext, type KubeConfig } from '@kubernetes/client-node';
import { request as httpRequest } from 'undici';
import type { Dispatcher } from 'undici';
import type { ClientOptions as WebSocketOptions } from 'ws';

import { repeated } from '../../calls/index.ts';
import { connectionError } from '../errors/transport.ts';
import { KubernetesError, passingRequest } from '../errors/errors.ts';
import { loadKubeConfig } from './kubeconfig.ts';
import type { ClusterLocation } from './kubeconfig.ts';
import type { Cancellable } from './objects.ts';
import { responseError } from '../errors/transport.ts';

/**
 * A Kubernetes cluster that Weft may talk to.
 *
 * Requests are sent here and not by the `KubernetesObjectApi` of @kubernetes/client-node (2.0), which gives the kubeconfig
 * and its credentials. Its server-side apply cannot ask for `fieldValidation`, so that a misspelt field would be dropped
 * in silence; it reads objects into typed models, which lose the fields that they do not know; a signal cannot be given
 * to a single call; and the message of its errors repeats the body, which for a Secret is the secret.
 */
export interface Cluster {
  /** Name of the kubeconfig's context; `in-cluster` for the cluster that this process runs in. */
  readonly name: string;
  /** URL of the API server. */
  readonly server: string;
  /**
   * Sends a request and returns the parsed JSON answer. One that changes nothing is sent again where it fails in passing; after a
   * write without an answer the caller looks first.
   *
   * @throws {KubernetesError}
   */
  request(request: ClusterRequest): Promise<unknown>;
  /** Like {@link request}, with the answer as text, e.g. a container's log. @throws {KubernetesError} */
  requestText(request: ClusterRequest): Promise<string>;
  /** What a WebSocket to a path of the API server needs. @throws {KubernetesError} when there are no usable credentials */
  webSocket(path: string): Promise<{ readonly url: string; readonly options: WebSocketOptions }>;
  /** How far this process's clock was ahead of the API server's at the last answer, in milliseconds to about a second; undefined before the first. */
  clockLead(): number | undefined;
  /** Ends the connections that are kept open. The cluster can be used again afterwards. */
  close(): Promise<void>;
}

export interface ClusterRequest extends Cancellable {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** e.g. `/api/v1/namespaces/test-network/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Media type of the body, `application/json` unless told. */
  readonly contentType?: string;
  /** What this is for, to complete "Cannot …": `apply Deployment org1-peer1 in namespace test-network`. */
  readonly purpose: string;
  /** The body holds secrets, so nothing that the API server says about it may be repeated. */
  readonly confidential?: boolean;
  /** It asks a question, although it is a POST. What is read, and what is only tried (`dryRun`), is known for a question by itself. */
  readonly isQuestion?: boolean;
  readonly timeoutMilliseconds?: number;
}

/** A healthy API server answers within a second; its own limit for a request is 60 s. What is a write may still be done when nobody waits any more. */
const WRITE_TIMEOUT_MILLISECONDS = 30_000;

/** A question that takes longer is better asked again, on another connection: the patience with one (src/calls) has room for two. */
const QUESTION_TIMEOUT_MILLISECONDS = 10_000;

/**
 * Gives access to exactly the cluster that is named. Nothing is sent yet.
 *
 * @param location `{ kubeconfig }`: that file's current context; `{ context }`: that context of the user's kubeconfig
 *   (`KUBECONFIG` or `~/.kube/config`); both: that context of that file; `'in-cluster'`: the pod's service account
 * @throws {KubernetesError} of kind `misconfigured` when the kubeconfig cannot be read or has no such context
 */
export function connectCluster(location: ClusterLocation): Cluster {
  const first = openSession(loadKubeConfig(location));
  let session: Session | undefined = first;
  let clockLead: number | undefined;

  function currentSession(): Session {
    session ??= openSession(loadKubeConfig(location));
    return session;
  }

  /** The next request starts from what the kubeconfig says then: tokens and certificates are renewed on disk. */
  async function endSession(ended: Session): Promise<void> {
    if (session !== ended) return;
    session = undefined;
    await ended.dispatcher?.close();
  }

  async function sendOnce(request: ClusterRequest): Promise<string> {
    const current = currentSession();
    const answer = await exchange(current, request);
    clockLead = answer.clockLead ?? clockLead;
    if (answer.statusCode < 300) return answer.body;
    // Not awaited: its connections close when the other requests on them are done.
    if (answer.statusCode === 401) void endSession(current);
    throw responseError(request.purpose, { ...answer, confidential: request.confidential ?? false });
  }

  /** @param read makes something of the answer; one that was cut short is asked for again, too */
  function send<Result>(request: ClusterRequest, read: (body: string) => Result): Promise<Result> {
    const attempt = async (): Promise<Result> => read(await sendOnce(request));
    return isQuestion(request) ? repeated(attempt, { passing: passingRequest, signal: request.signal }) : attempt();
  }

  return {
    name: first.name,
    server: first.server,
    request: (request) => send(request, (body) => parseAnswer(body, request.purpose)),
    requestText: (request) => send(request, (body) => body),
    webSocket: async (path) => webSocketTo(currentSession(), path),
    clockLead: () => clockLead,
    close: async () => {
      if (session !== undefined) await endSession(session);
    },
  };
}

function isQuestion({ method, query, isQuestion: isMeant = false }: ClusterRequest): boolean {
  return method === 'GET' || query?.['dryRun'] !== undefined || isMeant;
}

/** Credentials as they were loaded, and the connections that were made with them. */
interface Session {
  readonly name: string;
  readonly server: string;
  readonly kubeConfig: KubeConfig;
  /** Keeps connections open between requests. Made with the first of them. */
  dispatcher?: Dispatcher | undefined;
}

function openSession(kubeConfig: KubeConfig): Session {
  const name = kubeConfig.getCurrentContext();
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new KubernetesError(
      'misconfigured',
      `The context ${name} of the kubeconfig names a cluster that is not in it.`,
    );
  }
  return { name, server: server.replace(/\/$/, ''), kubeConfig };
}

interface Answer {
  readonly statusCode: number;
  readonly retryAfter: string | undefined;
  /** In milliseconds; undefined if the server does not say what time it is (RFC 9110, Date). */
  readonly clockLead: number | undefined;
  readonly body: string;
}

async function exchange(session: Session, request: ClusterRequest): Promise<Answer> {
  const usual = isQuestion(request) ? QUESTION_TIMEOUT_MILLISECONDS : WRITE_TIMEOUT_MILLISECONDS;
  const milliseconds = request.timeoutMilliseconds ?? usual;
  const timeout = AbortSignal.timeout(milliseconds);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
  signal.throwIfAborted();
  const url = requestUrl(session.server, request);
  const { headers, dispatcher } = await authenticate(session, url);
  try {
    const response = await httpRequest(url, {
      method: request.method,
      headers: { accept: 'application/json, */*', ...headers, ...contentHeaders(request) },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal,
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    const { date, 'retry-after': retryAfter } = response.headers;
    const clockLead = typeof date === 'string' ? Date.now() - Date.parse(date) : Number.NaN;
    return {
      statusCode: response.statusCode,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      clockLead: Number.isNaN(clockLead) ? undefined : clockLead,
      body: await response.body.text(),
    };
  } catch (error) {
    request.signal?.throwIfAborted();
    throw connectionError(session, timeout.aborted ? milliseconds : error);
  }
}

function requestUrl(server: string, { path, query = {} }: ClusterRequest): string {
  const parameters = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return parameters.length === 0 ? server + path : `${server}${path}?${new URLSearchParams(parameters).toString()}`;
}

function contentHeaders({ body, contentType }: ClusterRequest): Record<string, string> {
  return body === undefined ? {} : { 'content-type': contentType ?? 'application/json' };
}

/** Headers for one request. The client makes a dispatcher on every call; the first one is kept, for its connections. */
async function authenticate(
  session: Session,
  url: string,
): Promise<{ headers: Record<string, string>; dispatcher: Dispatcher | undefined }> {
  const context = new RequestContext(url, HttpMethod.GET);
  try {
    await session.kubeConfig.applySecurityAuthentication(context);
  } catch (error) {
    throw credentialsError(session, error);
  }
  session.dispatcher ??= context.getDispatcher();
  return { headers: context.getHeaders(), dispatcher: session.dispatcher };
}

async function webSocketTo(session: Session, path: string): Promise<{ url: string; options: WebSocketOptions }> {
  const options: WebSocketOptions = {};
  try {
    await session.kubeConfig.applyToHTTPSOptions(options);
  } catch (error) {
    throw credentialsError(session, error);
  }
  return { url: session.server.replace(/^http/, 'ws') + path, options };
}

function credentialsError({ name }: Session, error: unknown): KubernetesError {
  if (error instanceof KubernetesError) return error;
  const fact = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
  return new KubernetesError('misconfigured', `The credentials of the context ${name} cannot be used: ${fact}`, {
    cause: error,
  });
}

function parseAnswer(body: string, purpose: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new KubernetesError(
      'unavailable',
      `Cannot ${purpose}: the answer was cut short or is no Kubernetes answer.`,
      {
        cause: error,
      },
    );
  }
}
