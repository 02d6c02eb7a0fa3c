import type { PassingFailure } from '../calls/index.ts';

/**
 * What went wrong at a Fabric node or in one of Fabric's programs, in the terms of what can be done about it:
 * - `programMissing`: a program of Fabric is not on this machine.
 * - `unreachable`: no answer: name or network. What was asked for may have been done.
 * - `untrusted`: the node shows a TLS certificate that has ended, is for other names, or of another CA. What was asked for was not done.
 * - `timeout`: no answer in time. What was asked for may have been done.
 * - `unavailable`: the node answered that it cannot answer now.
 * - `noLeader`: the orderers of the channel have no leader, so nothing can be ordered.
 * - `notAuthorized`: the node does not accept the identity or the TLS certificate that asks.
 * - `alreadyExists`: what should be made is there, perhaps not as it should be made: compare.
 * - `notFound`: the node answered that it has no such thing.
 * - `conflict`: things changed since they were looked at, or what is asked for is so already: look again.
 * - `refused`: the node or the program refuses what it was given. Trying again will not help.
 * - `chaincodeUnreachable`: the peer cannot reach the chaincode's server.
 * - `chaincodeAnswered`: the chaincode itself answered with an error, so it is there and works.
 * - `notInitialized`: the chaincode wants its initialization first.
 * - `unexpected`: an answer or an end that is none of these.
 */
export type FabricErrorKind =
  | 'programMissing'
  | 'unreachable'
  | 'untrusted'
  | 'timeout'
  | 'unavailable'
  | 'noLeader'
  | 'notAuthorized'
  | 'alreadyExists'
  | 'notFound'
  | 'conflict'
  | 'refused'
  | 'chaincodeUnreachable'
  | 'chaincodeAnswered'
  | 'notInitialized'
  | 'unexpected';

/** A failure of a Fabric node or program; see {@link FabricErrorKind}. Neither message nor cause holds a secret. */
export class FabricError extends Error {
  override readonly name: string = 'FabricError';
  readonly kind: FabricErrorKind;
  /** How long the node asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  /**
   * @param message for people: who could not do what, and why
   * @param options.cause the error below, if there is one
   */
  constructor(kind: FabricErrorKind, message: string, options: FabricErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}

interface FabricErrorOptions {
  readonly cause?: unknown;
  readonly retryAfterMs?: number | undefined;
}

/**
 * What a failed call of a node says of its repetition; undefined if the same would fail again, or took so long that the step is
 * better tried again.
 */
export function passingNodeCall(error: unknown): PassingFailure | undefined {
  if (!(error instanceof FabricError) || !PASSING.has(error.kind)) return undefined;
  return { afterMs: error.retryAfterMs };
}

const PASSING: ReadonlySet<FabricErrorKind> = new Set(['unreachable', 'untrusted', 'unavailable']);
