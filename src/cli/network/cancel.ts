import { openRun, type OpenRun } from '../../client/index.ts';
import { networkWorkflowId } from '../../workflows/messages.ts';
import { EXIT } from '../exit-codes.ts';
import { followRun } from '../progress/follow.ts';
import { clockTime } from '../render/duration.ts';
import type { CommandResult, Session } from '../session.ts';
import { resolveTarget, type TargetFlags } from '../target.ts';
import { leftResult } from './ending.ts';
import { whichNetwork } from './which.ts';

export interface CancelFlags extends TargetFlags {
  readonly file?: string;
  readonly wait?: boolean;
}

/** `weft cancel`: stops the run that holds a network. What its steps have done stays. */
export async function cancel(name: string | undefined, flags: CancelFlags, session: Session): Promise<CommandResult> {
  const { network } = await whichNetwork(session, name, flags.file);
  const target = await resolveTarget(session, flags, false);
  const temporal = await session.connect(target.temporal);
  try {
    const open = await openRun(temporal, networkWorkflowId(target.cluster, network));
    if (open === undefined) {
      return {
        exitCode: EXIT.done,
        text: `No run of ${network} is under way on ${target.cluster}.`,
        document: { network, outcome: 'unchanged' },
      };
    }
    await temporal.cancel(open.run);
    if (flags.wait === false) return cancelled(network, open, 'will stop');
    const followed = await followRun(session, temporal, open.run, {
      title: `Stopping the run of ${network} on ${target.cluster}`,
      workerCommand: target.workerCommand,
    });
    if (followed.kind === 'left') return leftResult(session, followed, network);
    return cancelled(network, open, followed.ending.kind === 'completed' ? 'had already done its work' : 'has stopped');
  } finally {
    await temporal.close();
  }
}

function cancelled(network: string, { operation, since }: OpenRun, what: string): CommandResult {
  return {
    exitCode: EXIT.done,
    text: `The run of ${network} (\`${operation}\`, since ${clockTime(since)}) ${what}.`,
    document: { network, outcome: 'cancelled' },
  };
}
