import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { json } from './json.ts';
import type { NetworkKey } from './networks.ts';

/** What a description would change, as it was found out once, and what that was about. */
export interface StoredPlan {
  readonly id: string;
  readonly cluster: string;
  readonly network: string;
  /** The etag of the network then, or `absent` if it was not known. */
  readonly expected: string;
  /** The run that had changed the network last, and how it was; empty if there was none. */
  readonly lastRun: string;
  readonly pruneData: boolean;
  /** The completed description. */
  readonly description: unknown;
  /** Its text as it was written. */
  readonly source: string;
  /** What would be done. */
  readonly result: unknown;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
}

/** Keeps a plan, so that it can be carried out as it was seen. */
export async function savePlan({ query }: Database, plan: Omit<StoredPlan, 'id'>): Promise<StoredPlan> {
  return await query
    .insertInto('plans')
    .values({ ...plan, id: newId('plan'), description: json(plan.description), result: json(plan.result) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The plan of this id; undefined if the network has none, or its time is over. */
export async function findPlan(
  { query }: Database,
  { cluster, name }: NetworkKey,
  id: string,
  at: Date,
): Promise<StoredPlan | undefined> {
  return await query
    .selectFrom('plans')
    .selectAll()
    .where('id', '=', id)
    .where('cluster', '=', cluster)
    .where('network', '=', name)
    .where('expiresAt', '>', at)
    .executeTakeFirst();
}
