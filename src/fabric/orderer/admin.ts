/*
 * The channel participation API of an orderer (https://hyperledger-fabric.readthedocs.io, swagger/swagger-fabric.json and
 * orderer/common/channelparticipation/restapi.go). Why not the osnadmin program: it ends well whatever the orderer answers,
 * and it wants key files.
 */
import { File } from 'node:buffer';

import { FormData } from 'undici';
import { z } from 'zod';

import { repeated, repeatedWrite } from '../../calls/index.ts';
import { inSpan } from '../../tracing/index.ts';
import { abortable, connectionFailure, httpSpan, readAnswer, type HttpAnswer } from '../tools/http.ts';
import { knownCaller, type KnownCaller, type KnownCallerEndpoint } from '../tools/known-caller.ts';
import { describeBlock } from '../channel/block.ts';
import { FabricError, passingNodeCall, type FabricErrorKind } from '../error.ts';

/** Where the admin endpoint of an orderer answers, what is trusted there, and who asks. */
export interface OrdererAdminEndpoint extends KnownCallerEndpoint {
  /** How long one call may take, connecting included. */
  readonly timeoutMs: number;
  /** Ends calls under way with its reason. */
  readonly signal?: AbortSignal;
}

export interface OrdererChannel {
  /** How far the orderer is with the channel's blocks: `active` when it follows them. */
  readonly status: 'active' | 'onboarding' | 'inactive' | 'failed';
  /** Its part in consensus: a `consenter` takes part, a `follower` only receives. */
  readonly consensusRelation: 'consenter' | 'follower' | 'config-tracker' | 'other';
  /** Number of blocks that it has. */
  readonly height: number;
}

/**
 * One orderer. Every call throws `FabricError`, or the signal's reason when it is aborted. Questions are asked again where they fail in
 * passing; after an answer that was lost, the orderer is asked whether it has joined or left.
 */
export interface OrdererAdmin {
  /** Names of the channels that the orderer is in. */
  channels(): Promise<readonly string[]>;
  /** The orderer's part in a channel, or undefined if it answers that it is not in it. */
  channel(name: string): Promise<OrdererChannel | undefined>;
  /**
   * Has the orderer join the channel of a configuration block.
   *
   * @throws FabricError `alreadyExists` if it is in a channel of this name, whatever that one's first block is
   */
  join(configBlock: Uint8Array): Promise<OrdererChannel>;
  /** Has the orderer leave a channel and delete its blocks; `notFound` if it is not in it. */
  remove(name: string): Promise<void>;
  /** Closes the connection; calls under way fail. */
  close(): Promise<void>;
}

/** Opens a client of an orderer's channel participation API. Nothing is sent before the first call. */
export function connectOrdererAdmin(endpoint: OrdererAdminEndpoint): OrdererAdmin {
  const transport = new Transport(endpoint);
  const channelPath = (name: string): string => `${CHANNELS}/${encodeURIComponent(name)}`;
  const repetition = { passing: passingNodeCall, signal: endpoint.signal };

  const admin: OrdererAdmin = {
    async channels() {
      const answer = await transport.call(ChannelList, { task: 'list its channels', method: 'GET', path: CHANNELS });
      return (answer.channels ?? []).map(({ name }) => name);
    },

    async channel(name) {
      try {
        return await transport.call(ChannelInfo, {
          task: `look up channel ${name}`,
          method: 'GET',
          path: channelPath(name),
        });
      } catch (error) {
        if (error instanceof FabricError && error.kind === 'notFound') return undefined;
        throw error;
      }
    },

    join(configBlock) {
      const look = (): Promise<OrdererChannel | undefined> => admin.channel(describeBlock(configBlock).channel);
      return repeatedWrite(() => join(configBlock), look, repetition);
    },

    async remove(name) {
      const send = async (): Promise<'left'> => {
        await transport.call(Nothing, { task: `leave channel ${name}`, method: 'DELETE', path: channelPath(name) });
        return 'left';
      };
      const look = async (): Promise<'left' | undefined> =>
        (await admin.channel(name)) === undefined ? 'left' : undefined;
      await repeatedWrite(send, look, repetition);
    },

    close: () => transport.close(),
  };
  return admin;

  function join(configBlock: Uint8Array): Promise<OrdererChannel> {
    const body = new FormData();
    // The name of the part is part of the API; that of the file only makes it one.
    body.append('config-block', new File([configBlock], 'config.block'));
    return transport.call(ChannelInfo, { task: 'join the channel', method: 'POST', path: CHANNELS, body });
  }
}

const CHANNELS = '/participation/v1/channels';

interface Call {
  /** What the orderer is asked to do, for error messages. */
  readonly task: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: FormData;
}

class Transport {
  readonly #endpoint: OrdererAdminEndpoint;
  readonly #caller: KnownCaller;

  constructor(endpoint: OrdererAdminEndpoint) {
    this.#endpoint = endpoint;
    this.#caller = knownCaller(endpoint);
  }

  call<Result>(result: z.ZodType<Result>, call: Call): Promise<Result> {
    const attempt = (): Promise<Result> => this.#callOnce(result, call);
    if (call.method !== 'GET') return attempt();
    return repeated(attempt, { passing: passingNodeCall, signal: this.#endpoint.signal });
  }

  async #callOnce<Result>(result: z.ZodType<Result>, call: Call): Promise<Result> {
    const { status, text, retryAfter } = await this.#send(call);
    const content = parseJson(text);
    if (status >= 200 && status < 300) {
      const parsed = result.safeParse(content);
      if (parsed.success) return parsed.data;
      throw this.#error(call, 'unexpected', 'it answered with something that is not of the channel participation API');
    }
    const refusal = Refusal.safeParse(content);
    if (refusal.success)
      throw this.#error(call, kindOf(status, refusal.data.error), refusal.data.error, { retryAfter });
    const kind = isBusy(status) ? 'unavailable' : 'unexpected';
    throw this.#error(call, kind, `it answered with HTTP status ${status}`, { retryAfter });
  }

  /** Closes the connection at once; idle sockets would keep a process alive. */
  async close(): Promise<void> {
    await this.#caller.client.destroy();
  }

  async #send(call: Call): Promise<HttpAnswer> {
    const { signal, timeoutMs } = this.#endpoint;
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    signal?.throwIfAborted();
    try {
      return await abortable(either, this.#exchange(call, either));
    } catch (error) {
      signal?.throwIfAborted();
      const { kind, reason } = connectionFailure(this.#caller.refusal() ?? error, this.#endpoint);
      throw this.#error(call, kind, reason, { cause: error });
    }
  }

  #exchange(call: Call, signal: AbortSignal): Promise<HttpAnswer> {
    const { host, port, servername } = this.#endpoint;
    return inSpan(`${call.method} ${servername}`, httpSpan({ ...call, host, port }), () => this.#request(call, signal));
  }

  async #request({ method, path, body }: Call, signal: AbortSignal): Promise<HttpAnswer> {
    const response = await this.#caller.client.request({ method, path, body: body ?? null, signal });
    return readAnswer(response);
  }

  #error(
    { task }: Call,
    kind: FabricErrorKind,
    reason: string,
    { retryAfter, cause }: { readonly retryAfter?: number | undefined; readonly cause?: unknown } = {},
  ): FabricError {
    const message = `Orderer ${this.#endpoint.servername} could not ${task}: ${reason}`;
    return new FabricError(kind, message, { cause, retryAfterMs: retryAfter });
  }
}

/** Whether a status says that the same may be answered later; 429 comes from what stands before the orderer. */
function isBusy(status: number): boolean {
  return status === 429 || status >= 500;
}

/** The kind of an answer that the API itself gave (restapi.go, sendJoinError and serveRemove). */
function kindOf(status: number, error: string): FabricErrorKind {
  if (status === 404) return 'notFound';
  if (status === 405 && error.includes('channel already exists')) return 'alreadyExists';
  // A removal under way comes to its end.
  if (status === 409 || isBusy(status)) return 'unavailable';
  return 'refused';
}

// Member names as in orderer/common/types/channelinfo.go and errors.go.
const ChannelList = z.object({ channels: z.array(z.object({ name: z.string() })).nullable() });
const ChannelInfo = z.object({
  status: z.enum(['active', 'onboarding', 'inactive', 'failed']),
  consensusRelation: z.enum(['consenter', 'follower', 'config-tracker', 'other']),
  height: z.number(),
});
const Refusal = z.object({ error: z.string() });
const Nothing = z.undefined();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
