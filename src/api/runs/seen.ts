import type { RunCondition, StepAttempt, StepView } from '../../client/index.ts';
import type { StoredStep } from '../../database/index.ts';
import type { RunPause } from '../../workflows/messages.ts';
import type { EventDraft } from '../events/draft.ts';
import { masked } from '../events/mask.ts';

/*
 * What a look at a run tells that was not known before: attempts of its steps, and what has happened. Looks are a second apart, so that of an attempt that began and
 * ended between two of them nothing is known but that it was.
 */

/** The last attempt of each step that is known, by step and target: within a run there is one step of a name on a target. */
export type KnownSteps = ReadonlyMap<string, StoredStep>;

/** What has changed. */
export interface StepChanges {
  readonly attempts: readonly StoredStep[];
  readonly events: readonly EventDraft[];
}

export function stepKey({ step, target }: Pick<StoredStep, 'step' | 'target'>): string {
  return `${step} ${target}`;
}

/** The known steps with attempts that were seen since. */
export function withAttempts(known: KnownSteps, attempts: readonly StoredStep[]): KnownSteps {
  const steps = new Map(known);
  for (const attempt of attempts) {
    const key = stepKey(attempt);
    if ((steps.get(key)?.attempt ?? 0) <= attempt.attempt) steps.set(key, attempt);
  }
  return steps;
}

/** What a look at the steps of a run tells that is not known. @param at when it was */
export function changesOf(known: KnownSteps, seen: readonly StepView[], at: Date): StepChanges {
  const changes = seen.map((step) => changesOfStep(known.get(stepKey(step)), step, at));
  return {
    attempts: changes.flatMap(({ attempts }) => attempts),
    events: changes.flatMap(({ events }) => events),
  };
}

function changesOfStep(before: StoredStep | undefined, step: StepView, at: Date): StepChanges {
  const attempts = step.outcome === 'running' ? runningAttempts(before, step, at) : finalAttempts(before, step, at);
  return { attempts: [...unseenEnd(before, attempts), ...attempts], events: eventsOf(before, attempts) };
}

const NOTHING: readonly StoredStep[] = [];

/** An attempt failed, and another follows. */
function isRetried({ outcome, nextAttemptAt }: StoredStep): boolean {
  return outcome === 'failed' && nextAttemptAt !== undefined;
}

/** What all attempts of a step have. */
function identityOf(
  before: StoredStep | undefined,
  { step, target, path }: StepView,
): Pick<StoredStep, 'path' | 'step' | 'target'> {
  // A step stays where it was first seen.
  return { path: before?.path ?? path ?? '', step, target };
}

function runningAttempts(before: StoredStep | undefined, step: StepView, at: Date): readonly StoredStep[] {
  const { current, since = at } = step;
  if (current === undefined) {
    // Temporal does not tell which attempt it is: what is known of it stays.
    if (before !== undefined) return NOTHING;
    return [{ ...identityOf(before, step), ...RUNNING, attempt: 1, startedAt: since }];
  }
  const failed = failedAttempt(before, step, at);
  if (current.nextAttemptAt !== undefined) return failed;
  return [...failed, ...currentAttempt(before, step, current.lastStartedAt ?? since)];
}

const RUNNING = { outcome: 'running', type: '', reason: '', seconds: 0 } as const;

/** The attempt that runs, unless it is known as it is. @param start when it began, if that is not known */
function currentAttempt(before: StoredStep | undefined, step: StepView, start: Date): readonly StoredStep[] {
  const attempt = step.current?.attempt ?? 1;
  const known = before?.attempt === attempt && before.outcome === 'running' ? before : undefined;
  const { type, reason } = waitsFor(step);
  if (known?.type === type && known.reason === reason) return NOTHING;
  const startedAt = known?.startedAt ?? start;
  return [{ ...identityOf(before, step), ...RUNNING, attempt, type, reason, startedAt }];
}

/** The attempt before the one that runs or comes next, if it is not known yet how that has ended. */
function failedAttempt(before: StoredStep | undefined, step: StepView, at: Date): readonly StoredStep[] {
  const { current } = step;
  if (current?.lastFailure === undefined || current.attempt < 2) return NOTHING;
  const attempt = current.attempt - 1;
  if (isEndKnown(before, attempt)) return NOTHING;
  const { lastFailure, lastFailedAt: finishedAt = at, nextAttemptAt } = current;
  const startedAt = failedStart(before, attempt, current);
  return [
    {
      ...identityOf(before, step),
      ...{ attempt, outcome: 'failed', type: lastFailure.type, reason: masked(lastFailure.message) },
      seconds: startedAt === undefined ? 0 : (finishedAt.getTime() - startedAt.getTime()) / 1000,
      finishedAt,
      ...(startedAt && { startedAt }),
      ...(nextAttemptAt && { nextAttemptAt }),
    },
  ];
}

function isEndKnown(before: StoredStep | undefined, attempt: number): boolean {
  if (before === undefined || before.attempt < attempt) return false;
  return before.attempt > attempt || before.outcome === 'failed';
}

/** While another attempt runs, Temporal tells the start of that one. */
function failedStart(
  before: StoredStep | undefined,
  attempt: number,
  { nextAttemptAt, lastStartedAt }: StepAttempt,
): Date | undefined {
  if (before?.attempt === attempt) return before.startedAt;
  return nextAttemptAt === undefined ? undefined : lastStartedAt;
}

/** What the attempt that runs waits for; not why the one before has failed. */
function waitsFor({ waiting, current }: StepView): Pick<StoredStep, 'type' | 'reason'> {
  const { lastFailure } = current ?? {};
  const isOld = lastFailure?.type === waiting?.reason && lastFailure?.message === waiting?.message;
  return waiting === undefined || isOld ? RUNNING : { type: waiting.reason, reason: masked(waiting.message) };
}

function finalAttempts(before: StoredStep | undefined, step: StepView, at: Date): readonly StoredStep[] {
  const { outcome, seconds } = step;
  if (before !== undefined && before.outcome !== 'running' && !isRetried(before)) return NOTHING;
  const attempt = Math.max(step.attempts, lastAttempt(before, step));
  const reason = masked(step.reason);
  const startedAt = startOf(before, attempt, new Date(at.getTime() - seconds * 1000));
  return [
    {
      ...identityOf(before, step),
      // The record of a step says why it failed, and not the name of that: it is known where it was seen before.
      ...{ attempt, outcome, type: before?.reason === reason ? before.type : '', reason, seconds },
      ...(startedAt && { startedAt }),
      finishedAt: at,
    },
  ];
}

/** The last attempt that was begun or, of a step that is cancelled between two, the one that is not made. */
function lastAttempt(before: StoredStep | undefined, { outcome }: StepView): number {
  if (before === undefined) return 0;
  return isRetried(before) && outcome === 'cancelled' ? before.attempt + 1 : before.attempt;
}

function startOf(before: StoredStep | undefined, attempt: number, beginning: Date): Date | undefined {
  if (before !== undefined) return before.attempt === attempt ? before.startedAt : undefined;
  // One that was found to have nothing to do was not begun; of one that was tried several times the last start is not known.
  return attempt === 1 ? beginning : undefined;
}

/** An attempt that was seen to run, and is followed by others than the next: how it has ended was not seen. */
function unseenEnd(before: StoredStep | undefined, later: readonly StoredStep[]): readonly StoredStep[] {
  if (before?.outcome !== 'running' || later.length === 0) return NOTHING;
  if (later.some(({ attempt }) => attempt === before.attempt)) return NOTHING;
  return [{ ...before, outcome: 'failed', type: '', reason: 'how this attempt has ended was not seen' }];
}

function eventsOf(before: StoredStep | undefined, attempts: readonly StoredStep[]): readonly EventDraft[] {
  const events: EventDraft[] = [];
  let known = before;
  for (const [index, attempt] of attempts.entries()) {
    const event = eventOf(known, attempt, index < attempts.length - 1);
    // What waits or is tried again has begun.
    if (known === undefined && ['step.waiting', 'step.retrying'].includes(event.type)) {
      events.push({ ...factsOf({ ...attempt, ...RUNNING }), type: 'step.started' });
    }
    events.push(event);
    known = attempt;
  }
  return events;
}

/** @param isFollowed another attempt is known to follow */
function eventOf(before: StoredStep | undefined, attempt: StoredStep, isFollowed: boolean): EventDraft {
  const { outcome, nextAttemptAt } = attempt;
  const facts = factsOf(attempt);
  if (outcome === 'running') {
    if (attempt.type !== '' && (before?.type !== attempt.type || before.outcome !== 'running')) {
      return { ...facts, type: 'step.waiting' };
    }
    return { ...facts, type: before === undefined ? 'step.started' : 'step.progress' };
  }
  if (nextAttemptAt !== undefined || isFollowed) {
    const next = nextAttemptAt === undefined ? {} : { nextRetryAt: nextAttemptAt.toISOString() };
    return { ...facts, type: 'step.retrying', attempt: attempt.attempt + 1, ...next };
  }
  if (outcome === 'failed' || outcome === 'cancelled') return { ...facts, type: 'step.failed', outcome };
  return { ...facts, type: 'step.succeeded', outcome };
}

function factsOf({ step, target, path, attempt, type, reason }: StoredStep): Omit<EventDraft, 'type'> {
  return {
    ...{ step, target, path, attempt },
    ...(type === '' ? {} : { reason: type }),
    ...(reason === '' ? {} : { message: reason }),
  };
}

/** What is known of a run as a whole. */
export interface SeenRun {
  /** Absent while it is not paused. */
  readonly paused?: RunPause;
  /** What keeps it from going on; absent while nothing does. */
  readonly condition?: RunCondition;
}

/** What has happened to a run as a whole between two looks. */
export function runEvents(before: SeenRun, after: SeenRun): readonly EventDraft[] {
  return [...pauseEvents(before, after), ...conditionEvents(before, after)];
}

function pauseEvents({ paused: before }: SeenRun, { paused }: SeenRun): readonly EventDraft[] {
  // Another pause may have begun between two looks.
  if (before?.since === paused?.since) return [];
  if (paused === undefined) return [{ type: 'run.resumed' }];
  const why = paused.reason === '' ? '' : `: ${paused.reason}`;
  return [{ type: 'run.paused', message: `paused by ${paused.by}${why}` }];
}

const CONDITION_REASONS: Readonly<Record<RunCondition['kind'], string>> = {
  'no worker': 'NoWorker',
  'temporal unreachable': 'TemporalUnreachable',
};

function conditionEvents({ condition: before }: SeenRun, { condition }: SeenRun): readonly EventDraft[] {
  if (before?.kind === condition?.kind) return [];
  const type = 'RunProgressing';
  if (condition === undefined) {
    const goesOn = { type, status: 'True', reason: 'GoesOn', message: '' } as const;
    return [{ type: 'condition.changed', condition: goesOn }];
  }
  const { kind, message, since } = condition;
  const reason = CONDITION_REASONS[kind];
  return [
    { type: 'condition.changed', condition: { type, status: 'False', since: since.toISOString(), reason, message } },
  ];
}
