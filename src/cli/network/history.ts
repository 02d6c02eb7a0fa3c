import { history } from '../../operations/index.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { historyThroughApi } from '../api/history.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { renderHistory } from '../render/history.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { whichNetwork } from './which.ts';

export interface HistoryFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  readonly limit: number;
}

/** `weft history`: the runs of a network, newest first. */
export async function weftHistory(
  name: string | undefined,
  flags: HistoryFlags,
  session: Session,
): Promise<CommandResult> {
  const { network } = await whichNetwork(session, name, flags.file);
  const api = await serviceFor(session, flags);
  if (api !== undefined) return historyThroughApi(api, network, flags.limit, session);
  const destination = await findDestination(session, flags);
  return withContext(session, destination, async (context) => {
    const runs = await history(context, network, flags.limit, new AbortController().signal);
    const { palette, output } = session;
    const none = `Temporal keeps no run of ${network} on ${destination.cluster}.`;
    return {
      exitCode: EXIT.done,
      text: runs.length === 0 ? none : renderHistory(runs, { palette, now: session.now(), wide: output === 'wide' }),
      document: { network, runs },
    };
  });
}
