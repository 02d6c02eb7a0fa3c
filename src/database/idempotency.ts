import type { Database } from './database.ts';
import { json } from './json.ts';

/** A request that its sender may repeat, because its answer may have been lost. */
export interface RepeatableRequest {
  /** Whose key it is: two callers with one key do not meet. */
  readonly who: string;
  /** The value of `Idempotency-Key`. */
  readonly key: string;
  /** A hash of method, path and body: the same key with another request is a mistake of its sender. */
  readonly requestHash: string;
}

/** An answer as it was sent. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is to be done with a request. */
export type IdempotencyClaim =
  /** It is the first of its key: it is carried out, and then its answer kept or its key freed. */
  | { readonly kind: 'first' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** The first one is being carried out. */
  | { readonly kind: 'under way'; readonly since: Date }
  /** The key was used for another request. */
  | { readonly kind: 'different' };

/**
 * How long a request keeps its key without an answer. No request takes so long: the process that had it is gone, and the next may try. What it does anew finds
 * what the first has done.
 */
const CLAIM_MS = 60_000;

/** As rivals and payment services have it; whoever repeats a request for longer looks at what it has done. */
const ANSWER_MS = 24 * 3_600_000;

/** Asks what is to be done with a request, and takes its key if it is the first. */
export async function claimKey(
  { query }: Database,
  { who, key, requestHash }: RepeatableRequest,
  at: Date,
): Promise<IdempotencyClaim> {
  const claim = {
    requestHash,
    status: null,
    headers: null,
    body: null,
    claimedAt: at,
    until: new Date(at.getTime() + CLAIM_MS),
  };
  // A row may end between the refused insertion and the look at it: then it is tried again.
  for (;;) {
    const taken = await query
      .insertInto('idempotency')
      .values({ who, key, ...claim })
      .onConflict((conflict) =>
        conflict.columns(['who', 'key']).doUpdateSet(claim).where('idempotency.until', '<=', at),
      )
      .returning('key')
      .executeTakeFirst();
    if (taken !== undefined) return { kind: 'first' };
    const row = await query
      .selectFrom('idempotency')
      .select(['requestHash', 'status', 'headers', 'body', 'claimedAt'])
      .where('who', '=', who)
      .where('key', '=', key)
      .executeTakeFirst();
    if (row === undefined) continue;
    if (row.requestHash !== requestHash) return { kind: 'different' };
    const { status, headers, body } = row;
    if (status === null || headers === null || body === null) return { kind: 'under way', since: row.claimedAt };
    return { kind: 'answered', answer: { status, headers, body } };
  }
}

/** Keeps the answer to the first request of a key, for those that repeat it. */
export async function keepAnswer(
  { query }: Database,
  { who, key, requestHash }: RepeatableRequest,
  { status, headers, body }: StoredAnswer,
  at: Date,
): Promise<void> {
  await query
    .updateTable('idempotency')
    .set({ status, headers: json(headers), body, until: new Date(at.getTime() + ANSWER_MS) })
    .where('who', '=', who)
    .where('key', '=', key)
    .where('requestHash', '=', requestHash)
    // Of two that were slow the first answer holds: somebody may have seen it.
    .where('status', 'is', null)
    .execute();
}

/** Frees the key of a request that changed nothing, such as one that was refused: the next of its key is the first again. */
export async function freeKey({ query }: Database, { who, key, requestHash }: RepeatableRequest): Promise<void> {
  await query
    .deleteFrom('idempotency')
    .where('who', '=', who)
    .where('key', '=', key)
    .where('requestHash', '=', requestHash)
    .where('status', 'is', null)
    .execute();
}
