import { pauseOrResume } from '../../operations/index.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { pauseOrResumeThroughApi } from '../api/pause.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { clockTime } from '../render/duration.ts';
import { pauseInWords } from '../render/pause.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { whichNetwork } from './which.ts';

export interface PauseFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  /** For whoever looks at the run. */
  readonly reason?: string;
}

/** `weft pause`: the run that holds a network begins no new step. */
export function weftPause(name: string | undefined, flags: PauseFlags, session: Session): Promise<CommandResult> {
  return askRun('pause', name, flags, session);
}

/** `weft resume`: a paused run goes on. */
export function weftResume(name: string | undefined, flags: PauseFlags, session: Session): Promise<CommandResult> {
  return askRun('resume', name, flags, session);
}

async function askRun(
  what: 'pause' | 'resume',
  name: string | undefined,
  flags: PauseFlags,
  session: Session,
): Promise<CommandResult> {
  const { network } = await whichNetwork(session, name, flags.file);
  const api = await serviceFor(session, flags);
  if (api !== undefined) return pauseOrResumeThroughApi(api, network, { what, reason: flags.reason ?? '' }, session);
  const destination = await findDestination(session, flags);
  return withContext(session, destination, async (context) => {
    const asked = await pauseOrResume(context, network, what, flags.reason ?? '');
    if (asked.kind === 'no run') {
      const text = `No run of ${network} is under way on ${context.cluster}.`;
      return { exitCode: EXIT.done, text, document: { network, outcome: 'unchanged' } };
    }
    const { open, answer } = asked;
    const run = `The run of ${network} (\`${open.operation}\`, since ${clockTime(open.since)})`;
    const document = {
      network,
      outcome: answer.changed ? `${what}d` : 'unchanged',
      ...(answer.pause && { pause: answer.pause }),
    };
    if (what === 'resume') {
      return { exitCode: EXIT.done, text: `${run} ${answer.changed ? 'goes on' : 'is not paused'}.`, document };
    }
    if (answer.changed) session.note(`Steps that are under way end. Go on: weft resume ${network}\n`);
    const already = answer.pause && `is already ${pauseInWords(answer.pause, session.now())}`;
    return {
      exitCode: EXIT.done,
      text: `${run} ${answer.changed ? 'is paused' : (already ?? 'is paused')}.`,
      document,
    };
  });
}
