import type { RunView } from '../../client/index.ts';
import { runDocument } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { exitCodeOfFailure, keptSteps, stepFailures } from '../network/ending.ts';
import { helpForConditions, unmetConditions } from '../render/conditions.ts';
import { secondsBetween } from '../render/duration.ts';
import { renderCounts } from '../render/ready.ts';
import type { Session } from '../session.ts';
import type { ServedEnd } from './follow.ts';
import type { ServedRun } from './runs.ts';

/** The command that does the same once more, e.g. `weft up -f network.yaml`. */
type Again = string;

/**
 * A run of a service that did its work.
 *
 * @throws CommandFailure if it failed, was cancelled, or ended in another way
 */
export function servedDoneOrThrow({ run, view }: ServedEnd, again: Again): ServedRun {
  switch (run.state) {
    case 'done':
    case 'not ready':
      return run;
    case 'cancelled':
    case 'terminated':
      throw undone(run, view, { exitCode: EXIT.declined, outcome: 'cancelled', again });
    case 'failed':
    case 'timed out':
    case 'running':
      throw undone(run, view, { exitCode: exitCodeOfFailure(run.error?.type ?? ''), outcome: 'failed', again });
  }
}

/** Failures whose remedy is another flag, where a service would have another request sent. */
const FLAGS_OF: Readonly<Record<string, string>> = {
  RemovalNotApproved: '--yes',
  ChannelRemovalNotApproved: '--remove-channels',
};

function undone(
  run: ServedRun,
  view: RunView,
  { exitCode, outcome, again }: { exitCode: ExitCode; outcome: 'failed' | 'cancelled'; again: Again },
): CommandFailure {
  const { network, error } = run;
  const hints = error === undefined ? [] : hintsFor(error, again);
  const carryOn = view.steps.length > 0 ? `${keptSteps(view)} Carry on with: ${again}` : `Then run it again: ${again}`;
  return new CommandFailure({
    exitCode,
    message: whyUndone(run, view),
    hints: [...hints, carryOn],
    document: {
      ...runDocument(network, view.steps, outcome),
      ...(error === undefined ? {} : { failure: { type: error.type, message: error.message, hints } }),
    },
  });
}

function hintsFor({ type, remedies }: NonNullable<ServedRun['error']>, again: Again): readonly string[] {
  const flag = FLAGS_OF[type];
  return flag === undefined ? remedies : [`To have it removed: ${again} ${flag}`];
}

function whyUndone({ network, state, error }: ServedRun, view: RunView): string {
  if (state === 'failed') return stepFailures(view) ?? error?.message ?? `the run of ${network} has failed.`;
  if (state === 'timed out') return `the run of ${network} reached the time limit that it was started with.`;
  return `the run of ${network} was ${state}${error === undefined ? '' : `: ${error.message}`}.`;
}

/** What a run did in one line, with its time, which is the service's. */
export function countsOfServed({ steps, startedAt, finishedAt }: ServedRun, session: Session): string {
  const end = finishedAt === undefined ? session.now() : new Date(finishedAt);
  return renderCounts(steps, secondsBetween(new Date(startedAt), end));
}

/** Tells people what they should know of a run, and what its network is not at its end. @returns whether it is ready */
export function noteServed(run: ServedRun, session: Session): boolean {
  const { palette } = session;
  for (const notice of run.notices ?? []) session.note(`${palette.attention('!')} ${notice}\n`);
  if (run.state === 'done') return true;
  const { conditions = [] } = run;
  const lines = [...unmetConditions(conditions), ...helpForConditions(conditions, 'weft up')].map(
    (line) => `  ${line}\n`,
  );
  const head = `${palette.bad(palette.symbols.failed)} ${run.network} is not ready, though every step is done: ${countsOfServed(run, session)}.\n`;
  session.terminal.err([head, ...lines, `  How it is now: weft status ${run.network}\n`].join(''));
  return false;
}

/** A run that did its work, for programs. */
export function servedDocument(run: ServedRun): Readonly<Record<string, unknown>> {
  const { id, network, steps, notices, conditions, state } = run;
  return {
    ...runDocument(network, steps),
    run: id,
    ...(notices === undefined ? {} : { notices }),
    ...(conditions === undefined ? {} : { ready: state === 'done', conditions }),
  };
}
