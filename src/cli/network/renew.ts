import { countsOf, planRenewal, renew, runDocument, type RenewInput } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { renewThroughApi } from '../api/renew.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { follow } from '../progress/follow.ts';
import { secondsBetween } from '../render/duration.ts';
import { renderPlan } from '../render/plan.ts';
import { renderCounts } from '../render/ready.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { doneOrThrow, leftResult } from './ending.ts';
import { whichNetwork } from './which.ts';

export interface RenewFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  /** Whose certificates are renewed, e.g. `org1/peer1`. */
  readonly target?: readonly string[];
  /** Only those that are due. */
  readonly due?: boolean;
  /** New keys, instead of new certificates for those that are there. */
  readonly newKey?: boolean;
  readonly dryRun?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** `weft renew`: renews certificates now, with the same keys unless new ones are wanted. */
export async function weftRenew(name: string | undefined, flags: RenewFlags, session: Session): Promise<CommandResult> {
  const selector = await whichNetwork(session, name, flags.file);
  const { network } = selector;
  const api = await serviceFor(session, flags);
  if (api !== undefined) return renewThroughApi(api, network, flags, session);
  const destination = await findDestination(session, flags);
  const { cluster } = destination;
  const input: RenewInput = {
    selector,
    targets: flags.target ?? (flags.due === true ? undefined : 'all'),
    newKey: flags.newKey === true,
  };
  if (input.newKey && flags.target === undefined) throw nobodyNamed();
  return withContext(session, destination, async (context) => {
    const started = session.now();
    const isPlan = flags.dryRun === true;
    const title = isPlan ? `Looking at certificates of ${network} on ${cluster}` : `Renewing ${network} on ${cluster}`;
    const followed = await follow(session, { title, destination, timeoutMs: flags.timeout }, (signal) =>
      (isPlan ? planRenewal : renew)(context, input, signal),
    );
    if (followed.kind === 'left') return leftResult(session, followed, network);
    const { result } = doneOrThrow(followed.end, { network, again: `weft renew ${network}` });
    for (const { owner, notAfter } of result.endingWithCa ?? []) {
      session.note(
        `${session.palette.attention('!')} ${owner} ends with its CA at ${notAfter}: the root of the CA is not renewed\n`,
      );
    }
    const { updated } = countsOf(result.steps);
    const document = runDocument(network, result.steps);
    if (updated === 0) return { exitCode: EXIT.done, text: `Nothing of ${network} is to be renewed.`, document };
    if (isPlan) return { exitCode: EXIT.done, text: renderPlan(result.steps, session.palette), document };
    const counts = renderCounts(result.steps, secondsBetween(started, session.now()));
    return { exitCode: EXIT.done, text: `Certificates of ${network} are renewed: ${counts}.`, document };
  });
}

function nobodyNamed(): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: 'whose keys are replaced has to be named. Nothing was touched.',
    hints: ['For example: weft renew test-network --new-key --target org0/orderer1'],
  });
}
