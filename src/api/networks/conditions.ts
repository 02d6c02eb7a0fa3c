import { appendEvents, atomically, keepConditions, type Database, type SeenConditions } from '../../database/index.ts';
import type { Condition } from '../../workflows/messages.ts';
import { eventInput } from '../events/draft.ts';
import { conditionResource } from './condition.ts';

/** The conditions that are not as they were. Their messages count blocks and seconds: that those differ is no change. */
export function changedConditions(before: readonly Condition[], after: readonly Condition[]): readonly Condition[] {
  return after.filter(({ type, status, reason }) => {
    const earlier = before.find((condition) => condition.type === type);
    return earlier?.status !== status || earlier.reason !== reason;
  });
}

/**
 * Keeps the conditions of a network that somebody has found, and tells those that have changed.
 *
 * @param runId of the run that has found them at its end; absent means a look
 */
export async function noteConditions(
  database: Database,
  { networkId, runId }: { readonly networkId: string; readonly runId?: string },
  seen: SeenConditions,
): Promise<void> {
  await atomically(database, async (atomic) => {
    const before = await keepConditions(atomic, networkId, seen);
    if (before === undefined) return;
    const changed = changedConditions(before, seen.conditions);
    const events = changed.map((condition) =>
      eventInput({ type: 'condition.changed', condition: conditionResource(condition) }, seen.seenAt),
    );
    await appendEvents(atomic, { networkId, ...(runId === undefined ? {} : { runId }) }, events);
  });
}
