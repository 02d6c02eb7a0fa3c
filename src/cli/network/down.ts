import type { Temporal } from '../../client/index.ts';
import {
  networkWorkflowId,
  type NetworkAddress,
  type RemoveOptions,
  type StepRecord,
} from '../../workflows/messages.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { followRun, type Followed } from '../progress/follow.ts';
import { countsOf, runDocument } from '../render/document.ts';
import { secondsBetween } from '../render/duration.ts';
import { renderCounts } from '../render/ready.ts';
import type { CommandResult, Session } from '../session.ts';
import { resolveTarget, type Target, type TargetFlags } from '../target.ts';
import { leftResult, resultOf } from './ending.ts';
import { passingWorkflowId, startOperation, withTemporal, type Operation } from './operation.ts';
import { whichNetwork } from './which.ts';

export interface DownFlags extends TargetFlags {
  readonly file?: string;
  readonly yes?: boolean;
  readonly keepData?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

interface Removal {
  readonly which: NetworkAddress;
  readonly target: Target;
  readonly flags: DownFlags;
}

/** `weft down`: removes everything that Weft made for a network. */
export async function down(name: string | undefined, flags: DownFlags, session: Session): Promise<CommandResult> {
  const which = await whichNetwork(session, name, flags.file);
  const { network } = which;
  if (flags.yes !== true && !session.terminal.stdinIsTerminal) throw needsYes(network);
  const target = await resolveTarget(session, flags, false);
  const removal: Removal = { which, target, flags };
  return withTemporal(session, target, async (temporal) => {
    if (flags.yes !== true) {
      const preview = await carryOut(session, temporal, previewOf(removal), removal);
      if (preview.kind === 'left') return leftResult(session, preview, network);
      const { steps } = resultOf(preview.ending, preview.view, { network, again: `weft down ${network}` });
      if (countsOf(steps).removed === 0) return nothingThere(network, target, steps);
      await confirm(session, removal, steps);
    }
    const started = session.now();
    const followed = await carryOut(session, temporal, operationOf(removal), removal);
    if (followed.kind === 'left') return leftResult(session, followed, network);
    const { steps } = resultOf(followed.ending, followed.view, { network, again: `weft down ${network}` });
    if (countsOf(steps).removed === 0) return nothingThere(network, target, steps);
    const seconds = secondsBetween(started, session.now());
    return {
      exitCode: EXIT.done,
      text: `${network} is removed from ${target.cluster}: ${renderCounts(steps, seconds)}.`,
      document: runDocument(network, steps),
    };
  });
}

function operationOf({ which, target, flags }: Removal): Operation {
  const keepData = flags.keepData === true;
  const options: RemoveOptions = { keepData };
  return {
    network: which.network,
    type: 'removeNetwork',
    workflowId: networkWorkflowId(target.cluster, which.network),
    args: [which, options],
    title: `Removing ${which.network} from ${target.cluster}`,
  };
}

function previewOf(removal: Removal): Operation {
  const { which, target, flags } = removal;
  const options: RemoveOptions = { keepData: flags.keepData === true, dryRun: true };
  return {
    ...operationOf(removal),
    workflowId: passingWorkflowId('plan', target.cluster, which.network),
    args: [which, options],
    title: `Looking at what ${which.network} has on ${target.cluster}`,
  };
}

async function carryOut(
  session: Session,
  temporal: Temporal,
  operation: Operation,
  { target, flags }: Removal,
): Promise<Followed> {
  const run = await startOperation(session, temporal, operation);
  const { title } = operation;
  const { workerCommand } = target;
  const { timeout } = flags;
  return followRun(session, temporal, run, {
    title,
    workerCommand,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  });
}

async function confirm(
  { terminal }: Session,
  { which, target, flags }: Removal,
  steps: readonly StepRecord[],
): Promise<void> {
  const { network } = which;
  terminal.err(`Everything that Weft made for ${network} on ${target.cluster} will be removed:\n`);
  for (const { target: what, reason } of steps) terminal.err(`  - ${what}${reason === '' ? '' : `  ${reason}`}\n`);
  const data =
    flags.keepData === true
      ? 'The ledger volumes stay.'
      : 'The ledgers go too (--keep-data keeps them). There is no undo.';
  const answer = await terminal.ask(`${data}\nType the network's name to remove it: `);
  if (answer.trim() === network) return;
  throw new CommandFailure({
    exitCode: EXIT.declined,
    message: 'declined. Nothing was touched.',
    document: { ...runDocument(network, [], 'cancelled') },
  });
}

function needsYes(network: string): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: `removing ${network} wants a confirmation, and there is no terminal to ask on. Nothing was touched.`,
    hints: [`To remove it without being asked: weft down ${network} --yes`],
    document: { ...runDocument(network, [], 'failed') },
  });
}

function nothingThere(network: string, { cluster }: Target, steps: readonly StepRecord[]): CommandResult {
  return {
    exitCode: EXIT.done,
    text: `Nothing of ${network} is on ${cluster}.`,
    document: runDocument(network, steps),
  };
}
