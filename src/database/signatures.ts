import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { json } from './json.ts';
import type { StoredAwaitedSignatures } from './tables.ts';

/** An organization's signature of a channel's change, for a run that waits for it. */
export interface StoredSignature {
  readonly channel: string;
  readonly mspId: string;
  /** The signed envelope, a `common.Envelope` of Fabric. */
  readonly envelope: Uint8Array;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** Keeps a signature. The same one a second time changes nothing; one of another envelope is kept beside it, since the channel may have moved on. */
export async function addSignature({ query }: Database, runId: string, signature: StoredSignature): Promise<void> {
  const { channel, mspId, envelope, createdAt, createdBy } = signature;
  await query
    .insertInto('signatures')
    .values({ id: newId('signature'), runId, channel, mspId, envelope: Buffer.from(envelope), createdAt, createdBy })
    // The index has an expression, which a conflict on columns cannot name.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The signatures of a run, in the order in which they came: as many as there are signers. */
export async function listSignatures({ query }: Database, runId: string): Promise<readonly StoredSignature[]> {
  const rows = await query
    .selectFrom('signatures')
    .select(['channel', 'mspId', 'envelope', 'createdAt', 'createdBy'])
    .where('runId', '=', runId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  // One driver reads a Buffer, the other a plain array of bytes.
  return rows.map((row) => ({ ...row, envelope: Uint8Array.from(row.envelope) }));
}

/** Keeps for which signatures a run waits; an empty list says that it waits for none. A run that has ended stays as it is. */
export async function keepAwaitedSignatures(
  { query }: Database,
  runId: string,
  awaited: readonly StoredAwaitedSignatures[],
): Promise<void> {
  await query
    .updateTable('runs')
    .set({ awaitedSignatures: awaited.length === 0 ? null : json(awaited) })
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .execute();
}

/** For which signatures a run waits, as that was seen last; none of a run that has ended. */
export async function listAwaitedSignatures(
  { query }: Database,
  runId: string,
): Promise<readonly StoredAwaitedSignatures[]> {
  const row = await query.selectFrom('runs').select('awaitedSignatures').where('id', '=', runId).executeTakeFirst();
  return row?.awaitedSignatures ?? [];
}
