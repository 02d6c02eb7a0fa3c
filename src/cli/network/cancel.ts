import type { OpenRun } from '../../client/index.ts';
import { cancel, type OperationContext } from '../../operations/index.ts';
import { cancelThroughApi } from '../api/cancel.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { follow } from '../progress/follow.ts';
import { clockTime } from '../render/duration.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { leftResult } from './ending.ts';
import { whichNetwork } from './which.ts';

export interface CancelFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  readonly wait?: boolean;
}

/** `weft cancel`: stops the run that holds a network. What its steps have done stays. */
export async function weftCancel(
  name: string | undefined,
  flags: CancelFlags,
  session: Session,
): Promise<CommandResult> {
  const { network } = await whichNetwork(session, name, flags.file);
  const api = await serviceFor(session, flags);
  if (api !== undefined) return cancelThroughApi(api, network, flags, session);
  const destination = await findDestination(session, flags);
  const { cluster } = destination;
  return withContext(session, destination, async (context) => {
    if (flags.wait === false) return requestCancel(context, network);
    const title = `Stopping the run of ${network} on ${cluster}`;
    const followed = await follow(session, { title, destination }, (signal) => cancel(context, network, signal));
    if (followed.kind === 'left') return leftResult(session, followed, network);
    const { end } = followed;
    if (end.kind === 'no run') return noRun(context, network);
    return cancelled(network, end.open, end.hadDoneItsWork ? 'had already done its work' : 'has stopped');
  });
}

/** Tells the run to stop and leaves. */
async function requestCancel(context: OperationContext, network: string): Promise<CommandResult> {
  for await (const progress of cancel(context, network, new AbortController().signal)) {
    if (progress.kind === 'found') return cancelled(network, progress.open, 'will stop');
  }
  return noRun(context, network);
}

function noRun({ cluster }: OperationContext, network: string): CommandResult {
  return {
    exitCode: EXIT.done,
    text: `No run of ${network} is under way on ${cluster}.`,
    document: { network, outcome: 'unchanged' },
  };
}

function cancelled(network: string, { operation, since }: OpenRun, what: string): CommandResult {
  return {
    exitCode: EXIT.done,
    text: `The run of ${network} (\`${operation}\`, since ${clockTime(since)}) ${what}.`,
    document: { network, outcome: 'cancelled' },
  };
}
