import { runDocument, watch, type RunProgress } from '../../operations/index.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { watchThroughApi } from '../api/watch.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { follow } from '../progress/follow.ts';
import { secondsBetween } from '../render/duration.ts';
import { renderCounts } from '../render/ready.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { isReady } from '../../workflows/messages.ts';
import { doneOrThrow, leftResult, notReadyText } from './ending.ts';
import { whichNetwork } from './which.ts';

export interface WatchFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
}

/** `weft watch`: shows the run that holds a network until it ends. */
export async function weftWatch(name: string | undefined, flags: WatchFlags, session: Session): Promise<CommandResult> {
  const { network } = await whichNetwork(session, name, flags.file);
  const api = await serviceFor(session, flags);
  if (api !== undefined) return watchThroughApi(api, network, session);
  const destination = await findDestination(session, flags);
  const { cluster } = destination;
  return withContext(session, destination, async (context) => {
    const title = (progress: RunProgress): string =>
      `${progress.kind === 'found' ? progress.open.operation : 'run of'} ${network} on ${cluster}`;
    const followed = await follow(session, { title, destination }, (signal) => watch(context, network, signal));
    if (followed.kind === 'left') return leftResult(session, followed, network);
    const watched = followed.end;
    if (watched.kind === 'no run') {
      return { exitCode: EXIT.done, text: `No run of ${network} is under way on ${cluster}.` };
    }
    const { open, end } = watched;
    const { result } = doneOrThrow(end, { network, again: `weft ${open.operation}` });
    const counts = renderCounts(result.steps, secondsBetween(open.since, session.now()));
    const { conditions = [] } = result;
    const ready = isReady(conditions);
    if (!ready) session.terminal.err(notReadyText(network, result, { palette: session.palette, counts }));
    return {
      exitCode: ready ? EXIT.done : EXIT.notReady,
      text: `The run of ${network} is done: ${counts}.`,
      document: { ...runDocument(network, result.steps), ...(ready ? {} : { ready, conditions }) },
    };
  });
}
