import {
  appendEvents,
  askForLook,
  atomically,
  finishRun,
  markRemoved,
  type Database,
  type RunState,
  type StoredRun,
} from '../../database/index.ts';
import type { ForgottenRun, RunEnd } from '../../operations/index.ts';
import { eventInput } from '../events/draft.ts';
import { noteConditions } from '../networks/conditions.ts';
import { finishOf, FORGOTTEN, keptErrorOf } from './resource.ts';

/**
 * Keeps how a run has ended, and what is known of its network since then.
 *
 * @param at when it has ended
 * @param isPast it is of an earlier network of the same name, and says nothing of the one that is there
 * @returns how it has ended; undefined if somebody has kept that before
 */
export async function keepEnd(
  database: Database,
  run: StoredRun,
  end: RunEnd | ForgottenRun,
  at: Date,
  isPast = false,
): Promise<Exclude<RunState, 'running'> | undefined> {
  const { id: runId, networkId, kind, revision, startedAt } = run;
  const finish = end.kind === 'forgotten' ? FORGOTTEN : finishOf(end);
  return atomically(database, async (atomic) => {
    if (!(await finishRun(atomic, runId, { ...finish, at }))) return undefined;
    if (end.kind === 'done' && end.result.conditions !== undefined && !isPast) {
      const { conditions } = end.result;
      const about = revision === undefined ? {} : { revision };
      await noteConditions(atomic, { networkId, runId }, { conditions, seenAt: at, ...about });
    }
    if (end.kind === 'done' && kind === 'down' && !isPast)
      await markRemoved(atomic, networkId, { begun: startedAt, at });
    await askForLook(atomic, networkId);
    const error = keptErrorOf(finish.error);
    const why = error === undefined ? {} : { reason: error.type, message: error.message };
    await appendEvents(atomic, { networkId, runId }, [
      eventInput({ type: 'run.finished', state: finish.state, ...why }, at),
    ]);
    return finish.state;
  });
}
