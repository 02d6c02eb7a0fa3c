import type { Milestone, Progress, RunPause, StepRecord, Waiting } from '../workflows/messages.ts';
import type { PendingActivity, RunDescription } from './temporal.ts';

/** A run as people watch it: what its workflows say they did, joined with what Temporal knows about what is under way. */
export interface RunView {
  readonly milestones: readonly Milestone[];
  /** In the order in which they were first seen; a step that was seen once stays. */
  readonly steps: readonly StepView[];
  /** Child workflows that were ever seen. */
  readonly children: readonly string[];
  /** Undefined while the run is not paused. */
  readonly paused?: RunPause;
  /** What keeps the watcher or the run from going on; undefined while nothing does. */
  readonly condition?: RunCondition;
}

export interface StepView extends StepRecord {
  /** Since when a running step was seen to run; undefined once it is finished. */
  readonly since?: Date;
  /** What a running step waits for; undefined while it works. */
  readonly waiting?: StepWaiting;
  /** The attempt of a running step that runs or comes next; undefined where Temporal does not tell it. */
  readonly current?: StepAttempt;
}

/** What Temporal tells of the attempts of a running step. */
export type StepAttempt = Pick<
  PendingActivity,
  'attempt' | 'nextAttemptAt' | 'lastStartedAt' | 'lastFailedAt' | 'lastFailure'
>;

export interface StepWaiting extends Waiting {
  /** The attempt that runs or comes next, from 1. */
  readonly attempt: number;
  /** When the next attempt starts; undefined while one runs. */
  readonly nextAttemptAt?: Date;
}

/** What keeps the watcher or the run from going on. */
export interface RunCondition {
  readonly kind: 'temporal unreachable' | 'no worker';
  readonly message: string;
  readonly since: Date;
  /** Name of the cluster whose worker is missing; absent where it is another, or that of no one cluster. */
  readonly cluster?: string;
}

/** One workflow of the run, looked at once. */
export interface Observation {
  readonly description: RunDescription;
  /** Undefined if no worker answered. */
  readonly progress: Progress | undefined;
}

export const EMPTY_VIEW: RunView = { milestones: [], steps: [], children: [] };

/**
 * Brings a view up to date. Nothing that was seen is lost: a child that ended, or a worker that did not answer this
 * time, leaves its steps as they were last seen.
 *
 * @param view - the view so far.
 * @param observations - the run's own workflow first, then its children.
 * @param now - when they were made.
 */
export function mergeObservations(view: RunView, observations: readonly Observation[], now: Date): RunView {
  const steps = new Map(view.steps.map((step) => [keyOf(step), step]));
  const run = observations[0]?.description.run.workflowId ?? '';
  for (const step of observations.flatMap((observation) => stepsOf(observation, run))) {
    const known = steps.get(keyOf(step));
    if (known !== undefined && isOlder(step, known)) continue;
    steps.set(keyOf(step), step.outcome === 'running' ? { ...step, since: known?.since ?? now } : step);
  }
  // While no worker answers it is as it was.
  const { milestones, paused } = observations[0]?.progress ?? view;
  const children = observations.flatMap(({ progress }) => progress?.children ?? []);
  return {
    milestones,
    steps: [...steps.values()],
    children: [...new Set([...view.children, ...children])],
    ...(paused && { paused }),
  };
}

/** The final view of a run that reported its result: the result's steps are the truth, and nothing waits any more. */
export function withFinalSteps(view: RunView, steps: readonly StepRecord[]): RunView {
  const paths = new Map(view.steps.map((step) => [keyOf(step), step.path]));
  const withKnownPath = (step: StepRecord): StepRecord => {
    const path = paths.get(keyOf(step));
    return path === undefined ? step : { ...step, path };
  };
  return { milestones: view.milestones, steps: steps.map(withKnownPath), children: view.children };
}

export function keyOf(step: Pick<StepRecord, 'step' | 'target'>): string {
  return `${step.step} ${step.target}`;
}

/** The steps of one workflow of a run, each with its path and with what it waits for. @param run workflow id of the run */
function stepsOf({ description, progress }: Observation, run: string): readonly StepView[] {
  if (progress === undefined) return [];
  return withWaiting(withPaths(progress.steps, run, description.run.workflowId), description.activities);
}

/** The steps that a child workflow tells of are its own, or of children below it. */
function withPaths(steps: readonly StepRecord[], run: string, workflow: string): readonly StepRecord[] {
  if (!workflow.startsWith(`${run}/`)) return steps;
  const child = workflow.slice(run.length + 1);
  return steps.map((step) => ({ ...step, path: step.path === undefined ? child : `${child}/${step.path}` }));
}

/** A parent may still say `running` of a step that its child has already finished. */
function isOlder(step: StepView, known: StepView): boolean {
  return step.outcome === 'running' && known.outcome !== 'running';
}

/** A step that waits for its next attempt, or is paused, with its activity. */
export interface RetryableStep {
  readonly step: Pick<StepRecord, 'step' | 'target'>;
  readonly activity: PendingActivity;
}

/** The steps of one workflow that can be tried at once. */
export function retryableSteps({ description, progress }: Observation): readonly RetryableStep[] {
  const steps = progress?.steps ?? [];
  const running = steps.filter(({ outcome }) => outcome === 'running');
  return running.flatMap((step) => {
    const activity = activityOf(step, steps, description.activities);
    if (activity === undefined) return [];
    const waits = activity.nextAttemptAt !== undefined || activity.isPaused === true;
    return waits ? [{ step: { step: step.step, target: step.target }, activity }] : [];
  });
}

function withWaiting(steps: readonly StepRecord[], activities: readonly PendingActivity[]): StepView[] {
  return steps.map((step) => {
    const activity = step.outcome === 'running' ? activityOf(step, steps, activities) : undefined;
    if (activity === undefined) return step;
    const waiting = waitingOf(activity);
    return { ...step, current: attemptOf(activity), ...(waiting && { waiting }) };
  });
}

/**
 * Finds a running step's activity: of the same name, and by the target that it heartbeats. Before its first heartbeat
 * Temporal tells only an activity's name and number: then steps and activities are paired in the order in which both were
 * started, which is only certain while there are as many of one as of the other.
 */
function activityOf(
  step: StepRecord,
  steps: readonly StepRecord[],
  activities: readonly PendingActivity[],
): PendingActivity | undefined {
  const sameName = activities.filter((activity) => activity.type === step.step);
  const own = sameName.find(({ target }) => target === step.target);
  if (own) return own;
  const targets = new Set(sameName.map(({ target }) => target));
  const running = steps.filter(
    (other) => other.step === step.step && other.outcome === 'running' && !targets.has(other.target),
  );
  const withoutTarget = sameName.filter(({ target }) => target === undefined);
  if (running.length !== withoutTarget.length) return undefined;
  return [...withoutTarget].sort((a, b) => Number(a.id) - Number(b.id))[running.indexOf(step)];
}

function attemptOf({ attempt, nextAttemptAt, lastStartedAt, lastFailedAt, lastFailure }: PendingActivity): StepAttempt {
  return {
    attempt,
    ...(nextAttemptAt && { nextAttemptAt }),
    ...(lastStartedAt && { lastStartedAt }),
    ...(lastFailedAt && { lastFailedAt }),
    ...(lastFailure && { lastFailure }),
  };
}

function waitingOf(activity: PendingActivity): StepWaiting | undefined {
  const { attempt, nextAttemptAt, lastFailure } = activity;
  const next = nextAttemptAt ? { nextAttemptAt } : {};
  if (activity.isPaused) return { reason: 'Paused', message: 'somebody has paused it in Temporal', attempt };
  // A running attempt says itself what it waits for; between attempts the last failure is the reason.
  if (nextAttemptAt === undefined && activity.waiting) return { ...activity.waiting, attempt };
  if (lastFailure) return { reason: lastFailure.type, message: lastFailure.message, attempt, ...next };
  return undefined;
}
