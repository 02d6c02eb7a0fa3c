import type { RunFailure, RunView, StepView } from '../../client/index.ts';
import { runDocument, type RunDone, type RunEnd, type RunUndone } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { whyWaiting } from '../progress/changes.ts';
import { EXIT_OF_LEAVING, type Followed } from '../progress/follow.ts';
import type { RunResult } from '../../workflows/messages.ts';
import { helpForConditions, unmetConditions } from '../render/conditions.ts';
import type { Palette } from '../render/palette.ts';
import { remedyInWords } from '../remedy.ts';
import type { CommandResult, Session } from '../session.ts';

export interface EndingContext {
  readonly network: string;
  /** The command that does the same once more, e.g. `weft up -f network.yaml`. */
  readonly again: string;
}

/**
 * A run that did its work.
 *
 * @throws CommandFailure if it failed, was cancelled, or ended in another way
 */
export function doneOrThrow(end: RunEnd, context: EndingContext): RunDone {
  if (end.kind === 'done') return end;
  throw undoneFailure(end, context);
}

/** Tells what people should know of a run besides what it did. */
export function noteNotices(session: Session, { notices = [] }: RunDone['result']): void {
  for (const notice of notices) session.note(`${session.palette.attention('!')} ${notice}\n`);
}

/** What the end of a run that did not do its work means to whoever asked for it. */
export function undoneFailure(end: RunUndone, context: EndingContext): CommandFailure {
  const { network, again } = context;
  const { steps } = end.view;
  const hints = [`To carry on: ${again}`];
  switch (end.kind) {
    case 'failed':
      return failed(end.failure, end.view, context);
    case 'cancelled':
      return new CommandFailure({
        exitCode: EXIT.declined,
        message: `the run of ${network} was cancelled.${kept(end.view)}`,
        hints,
        document: { ...runDocument(network, steps, 'cancelled') },
      });
    case 'terminated':
      return new CommandFailure({
        exitCode: EXIT.declined,
        message: `the run of ${network} was terminated in Temporal: ${end.reason}.${kept(end.view)}`,
        hints,
        document: { ...runDocument(network, steps, 'cancelled') },
      });
    case 'timed out':
      return new CommandFailure({
        exitCode: EXIT.failed,
        message: `the run of ${network} reached the time limit that it was started with.${kept(end.view)}`,
        hints,
        document: { ...runDocument(network, steps, 'failed') },
      });
  }
}

/** What a run did all of its work for, and is not so at its end: which conditions are not met. */
export function notReadyText(
  network: string,
  { conditions = [] }: Pick<RunResult, 'conditions'>,
  { palette, counts }: { readonly palette: Palette; readonly counts: string },
): string {
  const lines = [...unmetConditions(conditions), ...helpForConditions(conditions, 'weft up')].map(
    (line) => `  ${line}\n`,
  );
  const head = `${palette.bad(palette.symbols.failed)} ${network} is not ready, though every step is done: ${counts}.\n`;
  return [head, ...lines, `  How it is now: weft status ${network}\n`].join('');
}

/** Says that a run goes on without a watcher, and how to come back to it. */
export function leftResult(
  session: Session,
  followed: Extract<Followed<unknown>, { kind: 'left' }>,
  network: string,
): CommandResult {
  const { why, view } = followed;
  const waited = why === 'timeout' ? `The time to wait is up.${awaited(view, session.now())} ` : '';
  session.terminal.err(`${waited}The run goes on. Watch: weft watch ${network}. Stop it: weft cancel ${network}\n`);
  return { exitCode: EXIT_OF_LEAVING[why], text: '', document: runDocument(network, view.steps, 'running') };
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
  const message = stepFailures(view) ?? failure.message;
  const hints = failure.remedies.flatMap((remedy) => remedyInWords(remedy, again) ?? []);
  const carryOn =
    view.steps.length > 0 ? `${keptSteps(view)} Then carry on with: ${again}` : `Then run it again: ${again}`;
  return new CommandFailure({
    exitCode: exitCodeOfFailure(failure.type),
    message,
    hints: [...hints, carryOn],
    document: {
      ...runDocument(network, view.steps, 'failed'),
      failure: { type: failure.type, message: failure.message, hints, remedies: failure.remedies },
    },
  });
}

/** The exit code of a run that failed. @param type name of the failure, e.g. `ImagePullFailed` */
export function exitCodeOfFailure(type: string): ExitCode {
  return EXIT_CODE_OF_TYPE[type] ?? EXIT.failed;
}

/** The steps that failed, a line each with why; undefined if none has. */
export function stepFailures({ steps }: RunView): string | undefined {
  const failures = steps.filter(({ outcome }) => outcome === 'failed');
  return failures.length === 0 ? undefined : failures.map(stepFailure).join(`\n✖ `);
}

function stepFailure({ target, step, reason }: StepView): string {
  return `${target}: ${reason === '' ? `${step} failed` : reason}`;
}

function kept(view: RunView): string {
  return view.steps.length > 0 ? ` ${keptSteps(view)}` : '';
}

/** How much of a run is done although it has not come to its end. */
export function keptSteps({ steps }: RunView): string {
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
