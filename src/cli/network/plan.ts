import { countsOf, plan, runDocument } from '../../operations/index.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { planThroughApi } from '../api/plan.ts';
import { readDescription } from '../description/source.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { follow } from '../progress/follow.ts';
import { renderPlan, renderSignatures } from '../render/plan.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { doneOrThrow, leftResult, noteNotices } from './ending.ts';

export interface PlanFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  /** Answer with exit code 5 if there is something to do. */
  readonly exitCode?: boolean;
  /** Show the steps that would change nothing too. */
  readonly all?: boolean;
  readonly pruneData?: boolean;
}

/** `weft plan`: what `weft up` would do. */
export async function weftPlan(flags: PlanFlags, session: Session): Promise<CommandResult> {
  const api = await serviceFor(session, flags);
  const described = await readDescription(session, flags.file);
  if (api !== undefined) return planThroughApi(api, described, flags, session);
  const { network, source } = described;
  const destination = await findDestination(session, flags);
  const { cluster } = destination;
  return withContext(session, destination, async (context) => {
    const title = `Planning ${network.name} on ${cluster}`;
    const followed = await follow(session, { title, destination }, (signal) =>
      plan(context, { network, pruneData: flags.pruneData === true }, signal),
    );
    if (followed.kind === 'left') return leftResult(session, followed, network.name);
    const { result } = doneOrThrow(followed.end, { network: network.name, again: `weft plan -f ${source}` });
    noteNotices(session, result);
    const { created, updated, removed } = countsOf(result.steps);
    const differs = created + updated + removed > 0;
    return {
      exitCode: differs && flags.exitCode === true ? EXIT.differences : EXIT.done,
      text: [
        ...(result.signatures ?? []).map((needed) => renderSignatures(needed, session.palette)),
        renderPlan(result.steps, session.palette, flags.all),
      ].join('\n'),
      document: {
        ...runDocument(network.name, result.steps),
        ...(result.signatures === undefined ? {} : { signatures: result.signatures }),
        ...(result.notices === undefined ? {} : { notices: result.notices }),
      },
    };
  });
}
