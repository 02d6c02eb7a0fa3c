import type { RunReference, Temporal } from '../../client/index.ts';
import type { Network } from '../../spec/index.ts';
import { networkWorkflowId, type ApplyOptions, type RunResult } from '../../workflows/messages.ts';
import { CommandFailure } from '../command-failure.ts';
import { readDescription } from '../description/source.ts';
import { EXIT } from '../exit-codes.ts';
import { followRun, type Followed } from '../progress/follow.ts';
import { runDocument } from '../render/document.ts';
import { secondsBetween } from '../render/duration.ts';
import { renderCounts, renderReady } from '../render/ready.ts';
import type { CommandResult, Session } from '../session.ts';
import { resolveTarget, type Target, type TargetFlags } from '../target.ts';
import { leftResult, resultOf } from './ending.ts';
import { startOperation, withTemporal, type Operation } from './operation.ts';

export interface UpFlags extends TargetFlags {
  readonly file?: string;
  /** Remove what the description no longer names without asking. */
  readonly yes?: boolean;
  readonly pruneData?: boolean;
  /** Remove channels that the description no longer names. */
  readonly removeChannels?: boolean;
  readonly wait?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

interface BringUp {
  readonly network: Network;
  /** The description's file as the user named it. */
  readonly source: string;
  readonly target: Target;
  readonly flags: UpFlags;
}

/** `weft up`: brings a network up as its description says, or joins the run that does so already. */
export async function up(flags: UpFlags, session: Session): Promise<CommandResult> {
  const { network, source } = await readDescription(session, flags.file);
  const target = await resolveTarget(session, flags, true);
  const bringUp: BringUp = { network, source, target, flags };
  return withTemporal(session, target, async (temporal) => {
    const started = session.now();
    const run = await startOperation(session, temporal, operationOf(bringUp, flags.yes === true));
    if (flags.wait === false) return startedResult(session, network.name, run);

    const first = await follow(session, temporal, run, bringUp);
    const followed = needsApproval(first) ? await removeToo(session, temporal, bringUp, first) : first;
    if (followed.kind === 'left') return leftResult(session, followed, network.name);

    const result = resultOf(followed.ending, followed.view, { network: network.name, again: commandOf(bringUp) });
    return readyResult(session, network, result, secondsBetween(started, session.now()));
  });
}

function operationOf({ network, target, flags }: BringUp, approveRemoval: boolean): Operation {
  const pruneData = flags.pruneData === true;
  const options: ApplyOptions = { approveRemoval, pruneData, removeChannels: flags.removeChannels === true };
  return {
    network: network.name,
    type: 'applyNetwork',
    workflowId: networkWorkflowId(target.cluster, network.name),
    args: [network, options],
    title: titleOf(network, target),
  };
}

function follow(
  session: Session,
  temporal: Temporal,
  run: RunReference,
  { network, target, flags }: BringUp,
): Promise<Followed> {
  const { timeout } = flags;
  return followRun(session, temporal, run, {
    title: titleOf(network, target),
    workerCommand: target.workerCommand,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  });
}

function titleOf(network: Network, { cluster }: Target): string {
  return `Bringing up ${network.name} on ${cluster}`;
}

function needsApproval(followed: Followed): followed is Extract<Followed, { kind: 'ended' }> {
  return (
    followed.kind === 'ended' &&
    followed.ending.kind === 'failed' &&
    followed.ending.failure.remedies.some(({ kind }) => kind === 'approveRemoval')
  );
}

/** Asks whether the nodes that are no longer described may go, and runs again if so. */
async function removeToo(
  session: Session,
  temporal: Temporal,
  bringUp: BringUp,
  { ending }: Extract<Followed, { kind: 'ended' }>,
): Promise<Followed> {
  const remedies = ending.kind === 'failed' ? ending.failure.remedies : [];
  const removals = remedies.flatMap((remedy) => (remedy.kind === 'approveRemoval' ? remedy.targets : []));
  await approve(session, removals, bringUp);
  const run = await startOperation(session, temporal, operationOf(bringUp, true));
  return follow(session, temporal, run, bringUp);
}

async function approve({ terminal }: Session, removals: readonly string[], bringUp: BringUp): Promise<void> {
  const { network, target, flags } = bringUp;
  const document = { ...runDocument(network.name, [], 'failed'), removals };
  if (flags.yes !== true && !terminal.stdinIsTerminal) {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: `the description no longer names ${removals.join(', ')}. Nothing was touched.`,
      hints: [`To remove what is no longer described: ${commandOf(bringUp)} --yes`],
      document,
    });
  }
  if (flags.yes === true) return;
  const volumes = flags.pruneData === true ? 'with its ledger' : 'its ledger volume stays';
  terminal.err(`${network.name} on ${target.cluster}: the description no longer names\n`);
  for (const removal of removals) terminal.err(`  - ${removal}  (${volumes})\n`);
  const answer = await terminal.ask('Remove? Only "yes" is accepted: ');
  if (answer.trim() === 'yes') return;
  throw new CommandFailure({ exitCode: EXIT.declined, message: 'declined. Nothing was touched.', document });
}

function commandOf({ source, flags }: BringUp): string {
  return `weft up -f ${source}${flags.context === undefined ? '' : ` --context ${flags.context}`}`;
}

function startedResult(session: Session, network: string, run: RunReference): CommandResult {
  session.note(`Started. Watch: weft watch ${network}. Stop it: weft cancel ${network}\n`);
  return { exitCode: EXIT.done, text: run.workflowId, document: { ...runDocument(network, [], 'started'), run } };
}

function readyResult(session: Session, network: Network, result: RunResult, seconds: number): CommandResult {
  const { palette } = session;
  for (const { target, reason } of result.degraded ?? []) {
    session.note(`${palette.attention('!')} ${target} is not ready, and the network works without it: ${reason}\n`);
  }
  session.note(
    `${palette.good(palette.symbols.done)} ${network.name} is ready: ${renderCounts(result.steps, seconds)}. Next: weft status ${network.name}\n`,
  );
  return {
    exitCode: EXIT.done,
    text: renderReady(result.endpoints, network, palette),
    document: {
      ...runDocument(network.name, result.steps),
      ...(result.degraded === undefined ? {} : { degraded: result.degraded }),
    },
  };
}
