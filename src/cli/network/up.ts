import type { RunReference } from '../../client/index.ts';
import {
  runDocument,
  up,
  type Leavings,
  type OperationContext,
  type RunDone,
  type UpEnd,
} from '../../operations/index.ts';
import type { Network } from '../../spec/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { upThroughApi } from '../api/up.ts';
import { readDescription } from '../description/source.ts';
import { prepareDestination, type Destination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { follow, startOnly, type Followed } from '../progress/follow.ts';
import { secondsBetween } from '../render/duration.ts';
import { renderCounts, renderReady } from '../render/ready.ts';
import type { CommandResult, Session } from '../session.ts';
import { isReady } from '../../workflows/messages.ts';
import { withContext } from './context.ts';
import { doneOrThrow, leftResult, notReadyText, noteNotices } from './ending.ts';

export interface UpFlags extends DestinationFlags, ApiFlags {
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

/** What one `weft up` is about. */
interface UpCommand {
  readonly network: Network;
  /** The description's file as the user named it. */
  readonly source: string;
  readonly destination: Destination;
  readonly flags: UpFlags;
}

/** `weft up`: brings a network up as its description says, or joins the run that does so already. */
export async function weftUp(flags: UpFlags, session: Session): Promise<CommandResult> {
  const api = await serviceFor(session, flags);
  const described = await readDescription(session, flags.file);
  if (api !== undefined) return upThroughApi(api, described, flags, session);
  const { network, source } = described;
  const destination = await prepareDestination(session, flags);
  const command: UpCommand = { network, source, destination, flags };
  return withContext(session, destination, async (context) => {
    const started = session.now();
    if (flags.wait === false) return start(session, context, command);
    const first = await carryOutOnce(session, context, command, flags.yes === true);
    const followed = await approvedIfNeeded(session, context, command, first);
    if (followed.kind === 'left') return leftResult(session, followed, network.name);
    if (followed.end.kind === 'approval needed') throw needsApproval(command, followed.end);
    const done = doneOrThrow(followed.end, { network: network.name, again: commandLine(command) });
    return readyResult(session, network, done, secondsBetween(started, session.now()));
  });
}

function carryOutOnce(
  session: Session,
  context: OperationContext,
  { network, destination, flags }: UpCommand,
  approveRemoval: boolean,
): Promise<Followed<UpEnd>> {
  const title = `Bringing up ${network.name} on ${destination.cluster}`;
  return follow(session, { title, destination, timeoutMs: flags.timeout }, (signal) =>
    up(context, inputOf(network, flags, approveRemoval), signal),
  );
}

function inputOf(network: Network, flags: UpFlags, approveRemoval: boolean): Parameters<typeof up>[1] {
  const pruneData = flags.pruneData === true;
  return { network, approveRemoval, pruneData, removeChannels: flags.removeChannels === true };
}

async function start(
  session: Session,
  context: OperationContext,
  { network, flags }: UpCommand,
): Promise<CommandResult> {
  const input = inputOf(network, flags, flags.yes === true);
  const progress = await startOnly(session, up(context, input, new AbortController().signal));
  if (progress.kind !== 'started' && progress.kind !== 'joined') throw new Error('the use case started no run');
  return startedResult(session, network.name, progress.run);
}

/** Asks whether the nodes that are no longer described may go, and runs again if so. */
async function approvedIfNeeded(
  session: Session,
  context: OperationContext,
  command: UpCommand,
  followed: Followed<UpEnd>,
): Promise<Followed<UpEnd>> {
  if (followed.kind === 'left' || followed.end.kind !== 'approval needed') return followed;
  if (command.flags.yes !== true) await askForApproval(session, command, followed.end);
  return carryOutOnce(session, context, command, true);
}

async function askForApproval({ terminal }: Session, command: UpCommand, leavings: Leavings): Promise<void> {
  const { network, destination, flags } = command;
  if (!terminal.stdinIsTerminal) throw needsApproval(command, leavings);
  const { removals, withVolumes, departures } = leavings;
  const isGone = (removal: string): boolean => flags.pruneData === true || withVolumes.includes(removal);
  const where = `${network.name} on ${destination.cluster}`;
  if (removals.length > 0) terminal.err(`${where}: the description no longer names\n`);
  for (const removal of removals) {
    terminal.err(`  - ${removal}  (${isGone(removal) ? 'with its ledger' : 'its ledger volume stays'})\n`);
  }
  if (departures.length > 0) terminal.err(`${where}: by the description\n`);
  for (const departure of departures) terminal.err(`  - ${departure}\n`);
  const answer = await terminal.ask('Remove? Only "yes" is accepted: ');
  if (answer.trim() === 'yes') return;
  const document = notApproved(command, leavings);
  throw new CommandFailure({ exitCode: EXIT.declined, message: 'declined. Nothing was touched.', document });
}

function needsApproval(command: UpCommand, leavings: Leavings): CommandFailure {
  const { removals, departures } = leavings;
  const facts = [
    ...(removals.length === 0 ? [] : [`the description no longer names ${removals.join(', ')}`]),
    ...departures,
  ];
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: `${facts.join('. ')}. Nothing was touched.`,
    hints: [`To remove what is no longer described: ${commandLine(command)} --yes`],
    document: notApproved(command, leavings),
  });
}

function notApproved({ network }: UpCommand, { removals, departures }: Leavings): Readonly<Record<string, unknown>> {
  return { ...runDocument(network.name, [], 'failed'), removals, departures };
}

function commandLine({ source, flags }: UpCommand): string {
  return `weft up -f ${source}${flags.context === undefined ? '' : ` --context ${flags.context}`}`;
}

function startedResult(session: Session, network: string, run: RunReference): CommandResult {
  session.note(`Started. Watch: weft watch ${network}. Stop it: weft cancel ${network}\n`);
  return { exitCode: EXIT.done, text: run.workflowId, document: { ...runDocument(network, [], 'started'), run } };
}

function readyResult(session: Session, network: Network, { result }: RunDone, seconds: number): CommandResult {
  const { palette } = session;
  for (const { target, reason } of result.degraded ?? []) {
    session.note(`${palette.attention('!')} ${target} is not ready, and the network works without it: ${reason}\n`);
  }
  noteNotices(session, result);
  const counts = renderCounts(result.steps, seconds);
  const ready = isReady(result.conditions ?? []);
  if (ready) {
    const done = palette.good(palette.symbols.done);
    session.note(`${done} ${network.name} is ready: ${counts}. Next: weft status ${network.name}\n`);
  } else {
    // An error, and no note: whoever wants quiet has to know as well.
    session.terminal.err(notReadyText(network.name, result, { palette, counts }));
  }
  return {
    exitCode: ready ? EXIT.done : EXIT.notReady,
    text: renderReady(result, network.organizations, palette),
    document: {
      ...runDocument(network.name, result.steps),
      ...(result.degraded === undefined ? {} : { degraded: result.degraded }),
      ...(result.notices === undefined ? {} : { notices: result.notices }),
      ...(result.conditions === undefined ? {} : { ready, conditions: result.conditions }),
    },
  };
}
