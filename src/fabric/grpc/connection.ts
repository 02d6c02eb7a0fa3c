/* A connection to one peer or orderer, on which its gRPC services are called. */
import {
  Client,
  credentials,
  InterceptingCall,
  status,
  type Interceptor,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';

import { repeated } from '../../calls/index.ts';
import { beginSpan, endSpan } from '../../tracing/index.ts';
import { FabricError, passingNodeCall } from '../error.ts';
import { meaningOfRpcError, type Meaning } from './answers.ts';

/** Where a peer or an orderer answers, and what is trusted there. */
export interface NodeEndpoint {
  /** How people know the node, for messages, e.g. `org1-peer1`; absent means by its address. */
  readonly name?: string;
  /** Host name or address to connect to. */
  readonly host: string;
  readonly port: number;
  /** Name that the node's TLS certificate must carry, for when `host` is the near end of a port-forward; absent means `host`. */
  readonly servername?: string;
  /** The only certificates that are trusted, PEM. */
  readonly tlsRoots: string;
}

/** What ends a call early. */
export interface CallLimits {
  /** Ends calls under way with its reason. */
  readonly signal: AbortSignal;
  /** How long one call may take, connecting included. */
  readonly timeoutMs: number;
}

export function endpointAddress({ host, port }: NodeEndpoint): string {
  return `${host}:${port}`;
}

export function endpointName(node: NodeEndpoint): string {
  return node.name ?? endpointAddress(node);
}

/** What a client shows of itself when TLS is agreed on. Nodes look at it where they are set up to; discovery wants one. */
export interface ClientCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** What a channel to a node has besides where it leads to. */
export interface GrpcClientOptions {
  readonly interceptors?: readonly Interceptor[];
  readonly client?: ClientCertificate | undefined;
}

/** Opens a channel to a node. Nothing is sent before the first call. */
export function newGrpcClient(endpoint: NodeEndpoint, { interceptors = [], client }: GrpcClientOptions = {}): Client {
  const { servername, tlsRoots } = endpoint;
  const own = client === undefined ? [] : ([Buffer.from(client.key), Buffer.from(client.certificate)] as const);
  return new Client(endpointAddress(endpoint), credentials.createSsl(Buffer.from(tlsRoots), ...own), {
    ...(servername === undefined ? {} : { 'grpc.ssl_target_name_override': servername }),
    'grpc.max_receive_message_length': LARGEST_MESSAGE_BYTES,
    'grpc.max_send_message_length': LARGEST_MESSAGE_BYTES,
    // A node is reached directly or by a port-forward, never by the proxy that a machine has for the web.
    'grpc.enable_http_proxy': 0,
    // By default a lost connection is not made anew for a second, in which every call fails.
    'grpc.initial_reconnect_backoff_ms': RECONNECT_MS,
    interceptors: [tracedCalls(endpoint), ...interceptors],
  });
}

/** Makes a span of each call: a stream's lasts as long as the stream. */
function tracedCalls({ host, port }: NodeEndpoint): Interceptor {
  return (options, nextCall) => {
    const [, service = '', method = ''] = options.method_definition.path.split('/');
    const attributes = {
      ...{ 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method },
      ...{ 'server.address': host, 'server.port': port },
    };
    const span = beginSpan(`${service}/${method}`, { kind: 'client', attributes });
    return new InterceptingCall(nextCall(options), {
      start: (metadata, _listener, next) => {
        next(metadata, {
          onReceiveStatus: (received, pass) => {
            endSpan(span, received.code === status.OK ? undefined : status[received.code]);
            pass(received);
          },
        });
      },
    });
  };
}

/** Calls that are made again are made in this rhythm (src/calls). */
const RECONNECT_MS = 100;

/** What Fabric's nodes take and give, unless configured otherwise (DefaultMaxRecvMsgSize in internal/pkg/comm/config.go). */
const LARGEST_MESSAGE_BYTES = 100 * 1024 * 1024;

export class NodeConnection {
  readonly client: Client;
  readonly endpoint: NodeEndpoint;
  readonly limits: CallLimits;

  constructor(endpoint: NodeEndpoint, limits: CallLimits, client?: ClientCertificate) {
    this.endpoint = endpoint;
    this.limits = limits;
    this.client = newGrpcClient(endpoint, { interceptors: [limitedBy(limits)], client });
  }

  /**
   * Calls a method that takes one message and answers with one.
   *
   * @param task what the node is to do, for messages, e.g. `Joining mychannel`
   * @throws FabricError, or the signal's reason when it is aborted
   */
  call<Request, Response>(
    task: string,
    method: MethodDefinition<Request, Response>,
    request: Request,
  ): Promise<Response> {
    return this.#answer(task, (settle) => {
      const { path, requestSerialize, responseDeserialize } = method;
      this.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, response) => {
        settle(response ?? error ?? new Error(NO_ANSWER));
      });
    });
  }

  /** Calls a method that takes and gives a stream of messages, for the first answer to one. See {@link call}. */
  firstAnswer<Request, Response>(
    task: string,
    method: MethodDefinition<Request, Response>,
    request: Request,
  ): Promise<Response> {
    return this.#answer(task, (settle) => {
      const { path, requestSerialize, responseDeserialize } = method;
      const stream = this.client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
      stream.once('data', (response: Response) => {
        settle(response);
        stream.cancel();
      });
      // Stays for the error by which the stream ends when it is cancelled.
      stream.on('error', settle);
      stream.once('end', () => {
        settle(new Error(NO_ANSWER));
      });
      stream.end(request);
    });
  }

  /**
   * Asks until there is an answer: what fails in passing is asked again.
   *
   * @param ask changes nothing at the node
   */
  repeated<Result>(ask: () => Promise<Result>): Promise<Result> {
    return repeated(ask, { passing: passingNodeCall, signal: this.limits.signal });
  }

  /** A failure of a task at this node. */
  failure(task: string, { kind, reason }: Meaning, cause?: unknown): FabricError {
    return new FabricError(kind, `${task} at ${endpointName(this.endpoint)} failed: ${reason}`, { cause });
  }

  close(): void {
    this.client.close();
  }

  #meaningOf(error: Error): Meaning {
    if (!isServiceError(error)) return { kind: 'unavailable', reason: error.message };
    const { timeoutMs } = this.limits;
    return meaningOfRpcError(error, { subject: 'it', address: endpointAddress(this.endpoint), timeoutMs });
  }

  async #answer<Response>(
    task: string,
    begin: (settle: (outcome: Response | Error) => void) => void,
  ): Promise<Response> {
    const { signal } = this.limits;
    signal.throwIfAborted();
    const outcome = await new Promise<Response | Error>((resolve) => {
      begin(resolve);
    });
    if (!(outcome instanceof Error)) return outcome;
    signal.throwIfAborted();
    throw this.failure(task, this.#meaningOf(outcome), outcome);
  }
}

function isServiceError(error: Error): error is ServiceError {
  return 'code' in error && typeof error.code === 'number' && 'details' in error;
}

const NO_ANSWER = 'it ended the call without an answer';

/** Gives every call of a client its deadline, and cancels those under way when the signal is aborted. */
function limitedBy({ signal, timeoutMs }: CallLimits): Interceptor {
  return (options, nextCall) => {
    const limited = nextCall({ ...options, deadline: options.deadline ?? Date.now() + timeoutMs });
    const cancel = (): void => {
      limited.cancelWithStatus(status.CANCELLED, 'the caller has gone');
    };
    return new InterceptingCall(limited, {
      start: (metadata, _listener, next) => {
        signal.addEventListener('abort', cancel, { once: true });
        next(metadata, {
          onReceiveStatus: (received, pass) => {
            signal.removeEventListener('abort', cancel);
            pass(received);
          },
        });
      },
    });
  };
}
