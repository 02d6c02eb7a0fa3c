import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { storable } from './storable.ts';
import { pageOf, timePositionOf, type Page, type PageRequest } from './page.ts';
import type { AuditTable } from './tables.ts';

/** An entry is kept as it is told. */
export type AuditEntry = AuditTable;

export interface AuditFilter {
  readonly who?: string;
  readonly resource?: string;
  /** Entries since then. */
  readonly from?: Date;
  /** Entries before then. */
  readonly to?: Date;
}

/** Writes an entry. Entries are never changed. */
export async function recordAudit({ query }: Database, entry: Omit<AuditEntry, 'id'>): Promise<void> {
  const { who, method, resource, reason } = entry;
  // A request that could not be written down would be one that nobody sees.
  const texts = {
    who: storable(who),
    method: storable(method),
    resource: storable(resource),
    reason: storable(reason),
  };
  await query
    .insertInto('audit')
    .values({ ...entry, ...texts, requestId: storable(entry.requestId), id: newId('audit') })
    .execute();
}

/**
 * The entries, newest first.
 *
 * @throws PageTokenInvalid
 */
export async function listAudit(
  { query }: Database,
  { who, resource, from, to }: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEntry>> {
  let select = query.selectFrom('audit').selectAll();
  if (who !== undefined) select = select.where('who', '=', who);
  if (resource !== undefined) select = select.where('resource', '=', resource);
  if (from !== undefined) select = select.where('at', '>=', from);
  if (to !== undefined) select = select.where('at', '<', to);
  if (page.token !== undefined) {
    const { time, id } = timePositionOf(page.token);
    select = select.where((eb) => eb(eb.refTuple('at', 'id'), '<', eb.tuple(time, id)));
  }
  const rows = await select
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.size + 1)
    .execute();
  return pageOf(rows, page, ({ at, id }) => [at, id]);
}
