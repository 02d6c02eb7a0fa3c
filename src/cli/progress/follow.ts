import {
  EMPTY_VIEW,
  watchRun,
  type RunEnding,
  type RunReference,
  type RunView,
  type Temporal,
} from '../../client/index.ts';
import type { Session } from '../session.ts';
import type { Interrupt } from '../terminal.ts';
import { presenterFor } from './presenter.ts';

export type Followed =
  | { readonly kind: 'ended'; readonly ending: RunEnding; readonly view: RunView }
  /** The run goes on without a watcher. */
  | { readonly kind: 'left'; readonly why: Interrupt | 'timeout'; readonly view: RunView };

export interface FollowOptions {
  /** What is done to what, e.g. `Bringing up test-network on local`. */
  readonly title: string;
  /** How long to wait for the end, in milliseconds; undefined means for as long as it takes. */
  readonly timeoutMs?: number;
  /** The command that starts a worker, to be named when there is none. */
  readonly workerCommand: string;
  /** False for workflows that do not answer the progress query. */
  readonly progress?: boolean;
}

/** The clock of the live tree moves at least this often, even while Temporal does not answer. */
const REDRAW_MS = 1_000;

/** Shows a run until it ends, the user leaves (Ctrl-C) or the time is up. */
export async function followRun(
  session: Session,
  temporal: Temporal,
  run: RunReference,
  { title, timeoutMs, workerCommand, progress = true }: FollowOptions,
): Promise<Followed> {
  const leave = new AbortController();
  const left: { why?: Interrupt | 'timeout' } = {};
  const leaveBecause = (why: Interrupt | 'timeout'): void => {
    left.why ??= why;
    leave.abort();
  };

  const presenter = presenterFor(session, title);
  let view = EMPTY_VIEW;
  const show = (next: RunView): void => {
    view = next;
    presenter.show(withAdvice(view, workerCommand));
  };

  const stopListening = session.terminal.onInterrupt(leaveBecause);
  const redraw = setInterval(() => {
    show(view);
  }, REDRAW_MS);
  const timeout = timeoutMs === undefined ? undefined : setTimeout(leaveBecause, timeoutMs, 'timeout');
  try {
    const watched = await watchRun(temporal, run, { signal: leave.signal, onView: show, progress });
    show(watched.view);
    return { kind: 'ended', ...watched };
  } catch (error) {
    if (left.why === undefined) throw error;
    return { kind: 'left', why: left.why, view };
  } finally {
    clearInterval(redraw);
    clearTimeout(timeout);
    stopListening();
    presenter.end();
  }
}

/** What to type when no worker takes the run's work. */
function withAdvice(view: RunView, workerCommand: string): RunView {
  const { condition } = view;
  if (condition?.kind !== 'no worker') return view;
  return {
    ...view,
    condition: { ...condition, message: `${condition.message}; if none runs, start one: ${workerCommand}` },
  };
}
