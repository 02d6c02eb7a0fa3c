import { EXIT } from '../exit-codes.ts';
import { leftResult } from '../network/ending.ts';
import { follow } from '../progress/follow.ts';
import type { CommandResult, Session } from '../session.ts';
import type { ApiConnection } from './connection.ts';
import { countsOfServed, noteServed, servedDocument, servedDoneOrThrow } from './ending.ts';
import { followServed } from './follow.ts';
import { noRunThere, openRunOf } from './runs.ts';

/** `weft watch` by a service: shows the run that works on a network until it ends. */
export async function watchThroughApi(api: ApiConnection, network: string, session: Session): Promise<CommandResult> {
  const open = await openRunOf(api, network);
  if (open === undefined) return noRunThere(api, network);
  const title = `${open.kind} ${network} on ${open.cluster}`;
  const followed = await follow(session, { title }, (signal) => followServed(api, open, signal));
  if (followed.kind === 'left') return leftResult(session, followed, network);
  const done = servedDoneOrThrow(followed.end, `weft ${open.kind}`);
  const isReady = noteServed(done, session);
  return {
    exitCode: isReady ? EXIT.done : EXIT.notReady,
    text: `The run of ${network} is done: ${countsOfServed(done, session)}.`,
    document: servedDocument(done),
  };
}
