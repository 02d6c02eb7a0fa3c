import { answerOf } from '../../api-client/index.ts';
import { EXIT } from '../exit-codes.ts';
import { leftResult } from '../network/ending.ts';
import { follow } from '../progress/follow.ts';
import { clockTime } from '../render/duration.ts';
import type { CommandResult, Session } from '../session.ts';
import { onceOnly, type ApiConnection } from './connection.ts';
import { followServed } from './follow.ts';
import { noRunThere, openRunOf, unlessEnded } from './runs.ts';

/** `weft cancel` by a service: stops the run that works on a network. What its steps have done stays. */
export async function cancelThroughApi(
  api: ApiConnection,
  network: string,
  { wait }: { readonly wait?: boolean },
  session: Session,
): Promise<CommandResult> {
  const open = await openRunOf(api, network);
  if (open === undefined) return noRunThere(api, network);
  const params = { path: { id: open.id }, header: onceOnly() };
  const told = await unlessEnded(answerOf(api.client.POST('/v1/runs/{id}:cancel', { params })));
  if (told === undefined) return noRunThere(api, network);
  const cancelled = (what: string): CommandResult => ({
    exitCode: EXIT.done,
    text: `The run of ${network} (\`${open.kind}\`, since ${clockTime(new Date(open.startedAt))}) ${what}.`,
    document: { network, outcome: 'cancelled' },
  });
  if (wait === false) return cancelled('will stop');
  const title = `Stopping the run of ${network} on ${open.cluster}`;
  const followed = await follow(session, { title }, (signal) => followServed(api, told.data, signal));
  if (followed.kind === 'left') return leftResult(session, followed, network);
  const { state } = followed.end.run;
  return cancelled(state === 'done' || state === 'not ready' ? 'had already done its work' : 'has stopped');
}
