import { isRunResult, type RunEnding, type RunFailure, type RunView, type StepView } from '../../client/index.ts';
import type { RunResult } from '../../workflows/messages.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { whyWaiting } from '../progress/changes.ts';
import type { Followed } from '../progress/follow.ts';
import { remedyInWords } from '../remedy.ts';
import { runDocument } from '../render/document.ts';
import type { CommandResult, Session } from '../session.ts';

export interface EndingContext {
  readonly network: string;
  /** The command that does the same once more, e.g. `weft up -f network.yaml`. */
  readonly again: string;
}

/**
 * The result of a run that did its work.
 *
 * @throws CommandFailure if it failed, was cancelled, or ended in another way.
 */
export function resultOf(ending: RunEnding, view: RunView, context: EndingContext): RunResult {
  if (ending.kind === 'completed') {
    if (isRunResult(ending.value)) return ending.value;
    throw new Error(`the run of ${context.network} returned something that is not the result of a run`);
  }
  throw failureOf(ending, view, context);
}

/** What a run's end means to whoever asked for it. */
export function failureOf(
  ending: Exclude<RunEnding, { kind: 'completed' }>,
  view: RunView,
  context: EndingContext,
): CommandFailure {
  const { network, again } = context;
  switch (ending.kind) {
    case 'failed':
      return failed(ending.failure, view, context);
    case 'cancelled':
      return new CommandFailure({
        exitCode: EXIT.declined,
        message: `the run of ${network} was cancelled.${kept(view)}`,
        hints: [`To carry on: ${again}`],
        document: { ...runDocument(network, view.steps, 'cancelled') },
      });
    case 'terminated':
      return new CommandFailure({
        exitCode: EXIT.declined,
        message: `the run of ${network} was terminated in Temporal: ${ending.reason}.${kept(view)}`,
        hints: [`To carry on: ${again}`],
        document: { ...runDocument(network, view.steps, 'cancelled') },
      });
    case 'timed out':
      return new CommandFailure({
        exitCode: EXIT.failed,
        message: `the run of ${network} reached the time limit that it was started with.${kept(view)}`,
        hints: [`To carry on: ${again}`],
        document: { ...runDocument(network, view.steps, 'failed') },
      });
  }
}

/** Says that a run goes on without a watcher, and how to come back to it. */
export function leftResult(
  session: Session,
  followed: Extract<Followed, { kind: 'left' }>,
  network: string,
): CommandResult {
  const { why, view } = followed;
  const waited = why === 'timeout' ? `The time to wait is up.${awaited(view, session.now())} ` : '';
  session.terminal.err(`${waited}The run goes on. Watch: weft watch ${network}. Stop it: weft cancel ${network}\n`);
  const exitCode = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, timeout: EXIT.timeout }[why];
  return { exitCode, text: '', document: runDocument(network, view.steps, 'running') };
}

/** Failure types of the worker that have an exit code of their own. */
const EXIT_CODE_OF_TYPE: Readonly<Record<string, ExitCode>> = {
  ClusterUnreachable: EXIT.unreachable,
  ClusterMisconfigured: EXIT.unreachable,
  ClusterForbidden: EXIT.forbidden,
  InvalidDescription: EXIT.usage,
  RemovalNotApproved: EXIT.usage,
  ChannelRemovalNotApproved: EXIT.usage,
};

function failed(failure: RunFailure, view: RunView, { network, again }: EndingContext): CommandFailure {
  const steps = view.steps.filter(({ outcome }) => outcome === 'failed');
  const message = steps.length > 0 ? steps.map(stepFailure).join(`\n✖ `) : failure.message;
  const hints = failure.remedies.flatMap((remedy) => remedyInWords(remedy, again) ?? []);
  return new CommandFailure({
    exitCode: EXIT_CODE_OF_TYPE[failure.type] ?? EXIT.failed,
    message,
    hints: [
      ...hints,
      ...(view.steps.length > 0
        ? [`${keptSteps(view)} Then carry on with: ${again}`]
        : [`Then run it again: ${again}`]),
    ],
    document: {
      ...runDocument(network, view.steps, 'failed'),
      failure: { type: failure.type, message: failure.message, hints, remedies: failure.remedies },
    },
  });
}

function stepFailure({ target, step, reason }: StepView): string {
  return `${target}: ${reason === '' ? `${step} failed` : reason}`;
}

function kept(view: RunView): string {
  return view.steps.length > 0 ? ` ${keptSteps(view)}` : '';
}

function keptSteps({ steps }: RunView): string {
  const done = steps.filter(({ outcome }) => !['running', 'failed', 'cancelled'].includes(outcome)).length;
  return `${done} of ${steps.length} steps are done and stay.`;
}

function awaited({ steps }: RunView, now: Date): string {
  const open = steps.filter(({ outcome }) => outcome === 'running');
  if (open.length === 0) return '';
  const words = open.map(
    ({ step, target, waiting }) => `${target} ${step}${waiting ? ` (${whyWaiting(waiting, now)})` : ''}`,
  );
  return ` Still under way: ${words.join(', ')}.`;
}
