import {
  countsOf,
  down,
  planDown,
  runDocument,
  type DownInput,
  type OperationContext,
  type RunEnd,
} from '../../operations/index.ts';
import type { NetworkSelector, StepRecord } from '../../workflows/messages.ts';
import { CommandFailure } from '../command-failure.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { downThroughApi } from '../api/down.ts';
import { findDestination, type Destination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { follow, type Followed } from '../progress/follow.ts';
import { secondsBetween } from '../render/duration.ts';
import { renderCounts } from '../render/ready.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { doneOrThrow, leftResult } from './ending.ts';
import { whichNetwork } from './which.ts';

export interface DownFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  readonly yes?: boolean;
  readonly keepData?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** What one `weft down` is about. */
interface DownCommand {
  readonly selector: NetworkSelector;
  readonly destination: Destination;
  readonly flags: DownFlags;
}

/** `weft down`: removes everything that Weft made for a network. */
export async function weftDown(name: string | undefined, flags: DownFlags, session: Session): Promise<CommandResult> {
  const selector = await whichNetwork(session, name, flags.file);
  const { network } = selector;
  if (flags.yes !== true && !session.terminal.stdinIsTerminal) throw needsYes(network);
  const api = await serviceFor(session, flags);
  if (api !== undefined) return downThroughApi(api, network, flags, session);
  const destination = await findDestination(session, flags);
  const command: DownCommand = { selector, destination, flags };
  return withContext(session, destination, async (context) => {
    if (flags.yes !== true) {
      const preview = await previewRemoval(session, context, command);
      if (preview.kind === 'left') return leftResult(session, preview, network);
      const { result } = doneOrThrow(preview.end, { network, again: `weft down ${network}` });
      if (countsOf(result.steps).removed === 0) return nothingThere(command, result.steps);
      await confirm(session, command, result.steps);
    }
    const started = session.now();
    const followed = await removeNetwork(session, context, command);
    if (followed.kind === 'left') return leftResult(session, followed, network);
    const { result } = doneOrThrow(followed.end, { network, again: `weft down ${network}` });
    if (countsOf(result.steps).removed === 0) return nothingThere(command, result.steps);
    const seconds = secondsBetween(started, session.now());
    return {
      exitCode: EXIT.done,
      text: `${network} is removed from ${destination.cluster}: ${renderCounts(result.steps, seconds)}.`,
      document: runDocument(network, result.steps),
    };
  });
}

function previewRemoval(session: Session, context: OperationContext, command: DownCommand): Promise<Followed<RunEnd>> {
  const { destination } = command;
  const { cluster } = destination;
  const title = `Looking at what ${command.selector.network} has on ${cluster}`;
  return follow(session, { title, destination, timeoutMs: command.flags.timeout }, (signal) =>
    planDown(context, inputOf(command), signal),
  );
}

function removeNetwork(session: Session, context: OperationContext, command: DownCommand): Promise<Followed<RunEnd>> {
  const { destination } = command;
  const { cluster } = destination;
  const title = `Removing ${command.selector.network} from ${cluster}`;
  return follow(session, { title, destination, timeoutMs: command.flags.timeout }, (signal) =>
    down(context, inputOf(command), signal),
  );
}

function inputOf({ selector, flags }: DownCommand): DownInput {
  return { selector, keepData: flags.keepData === true };
}

async function confirm(
  { terminal }: Session,
  { selector, destination, flags }: DownCommand,
  steps: readonly StepRecord[],
): Promise<void> {
  const { network } = selector;
  terminal.err(`Everything that Weft made for ${network} on ${destination.cluster} will be removed:\n`);
  for (const { target, reason } of steps) terminal.err(`  - ${target}${reason === '' ? '' : `  ${reason}`}\n`);
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

function nothingThere({ selector, destination }: DownCommand, steps: readonly StepRecord[]): CommandResult {
  const { network } = selector;
  return {
    exitCode: EXIT.done,
    text: `Nothing of ${network} is on ${destination.cluster}.`,
    document: runDocument(network, steps),
  };
}
