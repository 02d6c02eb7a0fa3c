import { openRun } from '../../client/index.ts';
import { networkWorkflowId } from '../../workflows/messages.ts';
import { EXIT } from '../exit-codes.ts';
import { followRun } from '../progress/follow.ts';
import { runDocument } from '../render/document.ts';
import { secondsBetween } from '../render/duration.ts';
import { renderCounts } from '../render/ready.ts';
import type { CommandResult, Session } from '../session.ts';
import { resolveTarget, type TargetFlags } from '../target.ts';
import { leftResult, resultOf } from './ending.ts';
import { whichNetwork } from './which.ts';

export interface WatchFlags extends TargetFlags {
  readonly file?: string;
}

/** `weft watch`: shows the run that holds a network until it ends. */
export async function watch(name: string | undefined, flags: WatchFlags, session: Session): Promise<CommandResult> {
  const { network } = await whichNetwork(session, name, flags.file);
  const target = await resolveTarget(session, flags, false);
  const temporal = await session.connect(target.temporal);
  try {
    const open = await openRun(temporal, networkWorkflowId(target.cluster, network));
    if (open === undefined)
      return { exitCode: EXIT.done, text: `No run of ${network} is under way on ${target.cluster}.` };
    const followed = await followRun(session, temporal, open.run, {
      title: `${open.operation} ${network} on ${target.cluster}`,
      workerCommand: target.workerCommand,
    });
    if (followed.kind === 'left') return leftResult(session, followed, network);
    const { steps } = resultOf(followed.ending, followed.view, { network, again: `weft ${open.operation}` });
    return {
      exitCode: EXIT.done,
      text: `The run of ${network} is done: ${renderCounts(steps, secondsBetween(open.since, session.now()))}.`,
      document: runDocument(network, steps),
    };
  } finally {
    await temporal.close();
  }
}
