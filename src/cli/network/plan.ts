import type { ApplyOptions } from '../../workflows/messages.ts';
import { readDescription } from '../description/source.ts';
import { EXIT } from '../exit-codes.ts';
import { followRun } from '../progress/follow.ts';
import { countsOf, runDocument } from '../render/document.ts';
import { renderPlan } from '../render/plan.ts';
import type { CommandResult, Session } from '../session.ts';
import { resolveTarget, type TargetFlags } from '../target.ts';
import { leftResult, resultOf } from './ending.ts';
import { passingWorkflowId, startOperation, withTemporal } from './operation.ts';

export interface PlanFlags extends TargetFlags {
  readonly file?: string;
  /** Answer with exit code 5 if there is something to do. */
  readonly exitCode?: boolean;
  /** Show the steps that would change nothing too. */
  readonly all?: boolean;
  readonly pruneData?: boolean;
}

/** `weft plan`: the same run as `weft up`, but every step stops when it knows what it would do. */
export async function plan(flags: PlanFlags, session: Session): Promise<CommandResult> {
  const { network, source } = await readDescription(session, flags.file);
  const target = await resolveTarget(session, flags, false);
  const options: ApplyOptions = {
    dryRun: true,
    approveRemoval: true,
    removeChannels: true,
    pruneData: flags.pruneData === true,
  };
  const title = `Planning ${network.name} on ${target.cluster}`;
  return withTemporal(session, target, async (temporal) => {
    const run = await startOperation(session, temporal, {
      network: network.name,
      type: 'applyNetwork',
      workflowId: passingWorkflowId('plan', target.cluster, network.name),
      args: [network, options],
      title,
    });
    const followed = await followRun(session, temporal, run, { title, workerCommand: target.workerCommand });
    if (followed.kind === 'left') return leftResult(session, followed, network.name);
    const again = `weft plan -f ${source}`;
    const { steps } = resultOf(followed.ending, followed.view, { network: network.name, again });
    const { created, updated, removed } = countsOf(steps);
    const differs = created + updated + removed > 0;
    return {
      exitCode: differs && flags.exitCode === true ? EXIT.differences : EXIT.done,
      text: renderPlan(steps, session.palette, flags.all),
      document: runDocument(network.name, steps),
    };
  });
}
