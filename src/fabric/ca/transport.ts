import { Client } from 'undici';
import { z } from 'zod';

import { repeated } from '../../calls/index.ts';
import type { SignedRequest } from './authorization.ts';
import { CertificateAuthorityError, kindOfAnswer, passingCaCall } from './error.ts';
import { inSpan } from '../../tracing/index.ts';
import { abortable, connectionFailure, httpSpan, originOf, readAnswer, type HttpAnswer } from '../tools/http.ts';

/** Where a CA answers, and what is trusted there. */
export interface CertificateAuthorityEndpoint {
  /** Host name or address to connect to. */
  readonly host: string;
  readonly port: number;
  /** Name that the server's TLS certificate must carry, for when `host` is the near end of a port-forward. */
  readonly servername: string;
  /** The only certificates that are trusted, PEM. */
  readonly tlsRoots: string;
  /** Name of the CA within the server, e.g. `org1-ca`. */
  readonly caName: string;
  /** Ends calls under way with its reason. */
  readonly signal?: AbortSignal;
  /** How long one call may take, connecting included. */
  readonly timeoutMs: number;
}

export interface Call {
  /** What the CA is asked to do, for error messages: `register org1-peer1`. */
  readonly task: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: object;
  readonly authorization?: (request: SignedRequest) => string | Promise<string>;
  /** What must not appear in an error message: Fabric CA quotes a body that it cannot read. */
  readonly secrets?: readonly string[];
  /** Made a second time it does the same, although it is no GET. */
  readonly isRepeatable?: boolean;
}

/** Sends calls to one CA, one after the other over one connection, and turns every failure into an error with a kind. */
export class CertificateAuthorityTransport {
  readonly #endpoint: CertificateAuthorityEndpoint;
  readonly #client: Client;

  constructor(endpoint: CertificateAuthorityEndpoint) {
    this.#endpoint = endpoint;
    const { host, port, servername, tlsRoots, timeoutMs } = endpoint;
    this.#client = new Client(originOf('https', { host, port }), {
      connect: { ca: tlsRoots, servername, timeout: timeoutMs },
    });
  }

  /**
   * Sends one call and returns its result. What can be repeated is sent again where it fails in passing.
   *
   * @param result shape of the `result` member of Fabric CA's answer
   * @throws CertificateAuthorityError, or the signal's reason when it is aborted
   */
  call<Result>(result: z.ZodType<Result>, call: Call): Promise<Result> {
    const attempt = (): Promise<Result> => this.#callOnce(result, call);
    if (call.method !== 'GET' && call.isRepeatable !== true) return attempt();
    return repeated(attempt, { passing: passingCaCall, signal: this.#endpoint.signal });
  }

  async #callOnce<Result>(result: z.ZodType<Result>, call: Call): Promise<Result> {
    const { status, text, retryAfter } = await this.#send(call);
    const answer = Answer.safeParse(parseJson(text));
    if (!answer.success) {
      throw this.#error(call, kindOfAnswer(Math.max(status, 500), undefined), {
        reason: `it answered with HTTP status ${status} and something that is not Fabric CA's`,
        retryAfter,
      });
    }
    const [error] = answer.data.errors;
    if (!answer.data.success || error !== undefined) {
      const reason = hide(error?.message ?? `it answered with HTTP status ${status}`, call.secrets ?? []);
      throw this.#error(call, kindOfAnswer(status, error?.code), { reason, code: error?.code, retryAfter });
    }
    const parsed = result.safeParse(answer.data.result);
    if (parsed.success) return parsed.data;
    throw this.#error(call, 'rejected', {
      reason: `its answer lacks ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`,
    });
  }

  /** Closes the connection at once; idle sockets would keep a process alive. */
  async close(): Promise<void> {
    await this.#client.destroy();
  }

  async #send(call: Call): Promise<HttpAnswer> {
    const { signal, timeoutMs } = this.#endpoint;
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    const body = call.body === undefined ? '' : JSON.stringify(call.body);
    signal?.throwIfAborted();
    const authorization = await call.authorization?.({ method: call.method, path: call.path, body });
    try {
      return await abortable(either, this.#exchange(call, { body, authorization, signal: either }));
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#error(call, 'unreachable', { reason: connectionFailure(error, this.#endpoint).reason, cause: error });
    }
  }

  #exchange(call: Call, outgoing: Outgoing): Promise<HttpAnswer> {
    const { host, port, caName } = this.#endpoint;
    return inSpan(`${call.method} ${caName}`, httpSpan({ ...call, host, port }), () => this.#request(call, outgoing));
  }

  async #request({ method, path }: Call, { body, authorization, signal }: Outgoing): Promise<HttpAnswer> {
    const response = await this.#client.request({
      method,
      path,
      headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
      ...(body === '' ? {} : { body }),
      signal,
    });
    return readAnswer(response);
  }

  #error(
    { task }: Call,
    kind: CertificateAuthorityError['kind'],
    {
      reason,
      code,
      retryAfter,
      cause,
    }: { reason: string; code?: number | undefined; retryAfter?: number | undefined; cause?: unknown },
  ): CertificateAuthorityError {
    const authority = this.#endpoint.caName;
    return new CertificateAuthorityError({
      kind,
      authority,
      task,
      reason,
      ...(code === undefined ? {} : { code }),
      retryAfterMs: retryAfter,
      cause,
    });
  }
}

interface Outgoing {
  readonly body: string;
  readonly authorization: string | undefined;
  readonly signal: AbortSignal;
}

// The envelope of every answer (lib/serverendpoint.go).
const Answer = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })),
  result: z.unknown(),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hide(message: string, secrets: readonly string[]): string {
  return secrets.reduce((hidden, secret) => (secret === '' ? hidden : hidden.replaceAll(secret, '(hidden)')), message);
}
