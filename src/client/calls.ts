import { setTimeout as sleep } from 'node:timers/promises';

import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, type ConnectionLike } from '@temporalio/client';

import { TemporalForbidden, TemporalUnreachable } from './temporal.ts';

/** How long a server may take to answer before it counts as unreachable: what a person waits without a word. */
const PATIENCE_MS = 5_000;

const RETRY_INTERVAL_MS = 250;

const TRANSIENT: ReadonlySet<status> = new Set([status.RESOURCE_EXHAUSTED, status.ABORTED, status.UNAVAILABLE]);
const FORBIDDEN: ReadonlySet<status> = new Set([status.PERMISSION_DENIED, status.UNAUTHENTICATED]);

/*
 * The SDK can retry by itself (`makeGrpcRetryInterceptor`), but it counts attempts and not time: at an address that
 * swallows packets each of them takes as long as TCP's patience, and a deadline over them all ends with "deadline
 * exceeded" where "connection refused" was the reason. Nor does it hear of an abort between two attempts.
 */

/** The part of a connection that calls need. */
export type CallingConnection = Pick<ConnectionLike, 'withDeadline'> & {
  readonly options: { readonly address: string };
};

/**
 * Calls Temporal; what may pass by itself is tried again for five seconds.
 *
 * @param lookCloser is asked after the first attempt that has failed so, and may know why no further one will do better
 * @throws TemporalUnreachable, TemporalForbidden, or whatever else the call throws.
 */
export async function callTemporal<T>(
  connection: CallingConnection,
  call: () => Promise<T>,
  lookCloser?: () => Promise<Error | undefined>,
): Promise<T> {
  const { address } = connection.options;
  const deadline = Date.now() + PATIENCE_MS;
  let cause = new Error('it took longer than 5 s');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connection.withDeadline(deadline, call);
    } catch (error) {
      const code = grpcCode(error);
      if (code !== undefined && FORBIDDEN.has(code)) throw new TemporalForbidden(address, grpcCause(error));
      // The time may be up in the middle of the last attempt: then why those before it failed is the reason.
      if (code === status.DEADLINE_EXCEEDED) throw new TemporalUnreachable(address, cause);
      if (code === undefined || !TRANSIENT.has(code)) throw error;
      cause = grpcCause(error);
      if (Date.now() + RETRY_INTERVAL_MS > deadline) throw new TemporalUnreachable(address, cause);
    }
    const why = attempt === 1 ? await lookCloser?.() : undefined;
    if (why !== undefined) throw why;
    await sleep(RETRY_INTERVAL_MS);
  }
}

/** The gRPC status code of an error or of its cause; undefined if it did not come from gRPC. */
export function grpcCode(error: unknown): status | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause.code : undefined;
}

/** Whether the error means that the server went away, so that the same call may work later. */
export function isOutage(error: unknown): boolean {
  const code = grpcCode(error);
  return (
    error instanceof TemporalUnreachable ||
    (code !== undefined && (TRANSIENT.has(code) || code === status.DEADLINE_EXCEEDED))
  );
}

/** gRPC's own sentence without its code and without the list of every address that was tried. */
function grpcCause(error: unknown): Error {
  const grpc = isGrpcServiceError(error) ? error : error instanceof Error ? error.cause : undefined;
  const sentence = isGrpcServiceError(grpc) ? grpc.details : String(error);
  const refused = /connect (?<code>E[A-Z]+)/.exec(sentence)?.groups?.['code'];
  if (refused === 'ECONNREFUSED') return new Error('connection refused');
  return new Error(sentence.split(' Resolution note:')[0] ?? sentence);
}
