import { EMPTY_VIEW, type RunCondition, type RunView } from '../../client/index.ts';
import { carryOut, queueNames, type Operation, type RunProgress } from '../../operations/index.ts';
import { CommandFailure } from '../command-failure.ts';
import type { Destination } from '../destination.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { clockTime } from '../render/duration.ts';
import type { Session } from '../session.ts';
import type { Interrupt } from '../terminal.ts';
import { presenterFor, type Presenter } from './presenter.ts';

export type Followed<End> =
  | { readonly kind: 'ended'; readonly end: End }
  /** The run goes on without a watcher. */
  | { readonly kind: 'left'; readonly why: Leave; readonly view: RunView };

/** A cluster, and the command that starts a worker for it. */
type WorkerPlace = Pick<Destination, 'cluster' | 'workerCommand'>;

/** Why somebody stops watching before the end. */
type Leave = Interrupt | 'timeout';

export interface FollowOptions {
  /** What is done to what, e.g. `Bringing up test-network on local`; may depend on the run that is found. */
  readonly title: string | ((progress: RunProgress) => string);
  /** How long to wait for the end, in milliseconds; undefined means for as long as it takes. */
  readonly timeoutMs?: number | undefined;
  /** Where the run works, for the command that starts a worker when there is none; absent where whoever watches cannot start any. */
  readonly destination?: WorkerPlace;
}

/** The clock of the live tree moves at least this often, even while Temporal does not answer. */
const REDRAW_MS = 1_000;

/**
 * Carries out a use case and shows its run until it ends, the user leaves (Ctrl-C) or the time is up.
 *
 * @param operation begins the use case; the signal that it is given ends the watching
 * @throws CommandFailure if the user leaves before a run was started; what the use case throws
 */
export async function follow<End>(
  session: Session,
  { title, timeoutMs, destination }: FollowOptions,
  operation: (signal: AbortSignal) => Operation<RunProgress, End>,
): Promise<Followed<End>> {
  const leave = new AbortController();
  const left: { why?: Leave } = {};
  const leaveBecause = (why: Leave): void => {
    left.why ??= why;
    leave.abort();
  };

  let presenter: Presenter | undefined;
  let view = EMPTY_VIEW;
  const show = (): void => {
    presenter?.show(withAdvice(view, destination));
  };
  const onProgress = (progress: RunProgress): void => {
    noteProgress(session, progress);
    if (progress.kind === 'awaitingWorker') return;
    presenter ??= presenterFor(session, typeof title === 'string' ? title : title(progress));
    if (progress.kind !== 'view') return;
    ({ view } = progress);
    show();
  };

  const stopListening = session.terminal.onInterrupt(leaveBecause);
  const redraw = setInterval(show, REDRAW_MS);
  const timeout = timeoutMs === undefined ? undefined : setTimeout(leaveBecause, timeoutMs, 'timeout');
  try {
    return { kind: 'ended', end: await carryOut(operation(leave.signal), onProgress) };
  } catch (error) {
    if (left.why === undefined) throw error;
    if (presenter === undefined) throw leftBeforeStart(left.why);
    return { kind: 'left', why: left.why, view };
  } finally {
    clearInterval(redraw);
    clearTimeout(timeout);
    stopListening();
    presenter?.end();
  }
}

/** Carries out a use case until its run is started or found, and leaves the run alone from then on. */
export async function startOnly(session: Session, operation: Operation<RunProgress, unknown>): Promise<RunProgress> {
  for await (const progress of operation) {
    noteProgress(session, progress);
    if (progress.kind !== 'awaitingWorker') return progress;
  }
  throw new Error('the use case ended without a run');
}

export const EXIT_OF_LEAVING: Readonly<Record<Leave, ExitCode>> = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  timeout: EXIT.timeout,
};

function noteProgress({ note }: Session, progress: RunProgress): void {
  if (progress.kind === 'awaitingWorker') note(`Waiting for a worker on ${queueNames(progress.queues)} ...\n`);
  if (progress.kind === 'joined') {
    note(`The same run is under way since ${clockTime(progress.since)}: watching it.\n`);
  }
}

function leftBeforeStart(why: Leave): CommandFailure {
  const what = why === 'timeout' ? 'the time to wait is up' : 'interrupted';
  return new CommandFailure({ exitCode: EXIT_OF_LEAVING[why], message: `${what}. Nothing was started.` });
}

/** What to type when no worker takes the run's work. */
function withAdvice(view: RunView, destination: WorkerPlace | undefined): RunView {
  const { condition } = view;
  if (condition?.kind !== 'no worker' || destination === undefined) return view;
  return {
    ...view,
    condition: {
      ...condition,
      message: `${condition.message}; if none runs, start one: ${commandFor(condition, destination)}`,
    },
  };
}

/** Organizations may be on other clusters than the run's own, whose contexts are called as whoever reaches them has it. */
function commandFor({ cluster }: RunCondition, destination: WorkerPlace): string {
  const isOwn = cluster === undefined || cluster === destination.cluster;
  return isOwn ? destination.workerCommand : `weft worker --context ${cluster}`;
}
