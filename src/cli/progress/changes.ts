import type { RunView, StepView, RunCondition } from '../../client/index.ts';
import { remedyOfReason } from '../../spec/index.ts';
import type { RunPause } from '../../workflows/messages.ts';
import { remedyInWords } from '../remedy.ts';
import { inWords, secondsBetween } from '../render/duration.ts';
import { pauseInWords } from '../render/pause.ts';

/** One change of a run's state, for a line of its own. */
export interface Change {
  /** What happened in one word, e.g. `created`, `waiting`, `failed`. */
  readonly word: string;
  /** What it happened to: a step's name, a milestone, a part of the system. */
  readonly subject: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** What changed from one view of a run to the next, oldest steps first. */
export function changesBetween(previous: RunView, next: RunView, now: Date): readonly Change[] {
  return [
    ...pauseChanges(previous.paused, next.paused),
    ...conditionChanges(previous.condition, next.condition),
    ...next.milestones
      .slice(previous.milestones.length)
      .map((name) => ({ word: 'milestone', subject: name, fields: {} })),
    ...stepChanges(previous.steps, next.steps, now),
  ];
}

/** Waits that every bring-up and every removal goes through; one that lasts is named by {@link aliveChange}. */
const ROUTINE_WAITS: readonly unknown[] = ['RollingOut', 'Terminating'];

/**
 * Whether a change is worth a line to a person: that a step began, or found its work done, is not, and the last word
 * counts the unchanged ones. Programs get every change.
 */
export function isNews({ word, fields }: Change): boolean {
  if (word === 'waiting') return fields['attempt'] !== 1 || !ROUTINE_WAITS.includes(fields['reason']);
  return word !== 'running' && word !== 'unchanged';
}

/** The line that shows, while nothing changes, that the run is alive, and names what is awaited and why. */
export function aliveChange(view: RunView, now: Date): Change {
  const running = view.steps.filter(({ outcome }) => outcome === 'running');
  const done = `${view.steps.length - running.length} done`;
  const awaiting = running.map(({ step, target, since, waiting }) => {
    const age = since ? ` for ${inWords(Math.floor(secondsBetween(since, now)))}` : '';
    return `${step} ${target}${age}${waiting ? ` (${whyWaiting(waiting, now)})` : ''}`;
  });
  const trouble = view.condition
    ? { trouble: `${view.condition.message}, for ${inWords(secondsBetween(view.condition.since, now))}` }
    : {};
  const paused = view.paused ? { paused: pauseInWords(view.paused, now) } : {};
  const what = awaiting.length > 0 ? awaiting.join('; ') : 'the next step';
  return { word: 'alive', subject: done, fields: { awaiting: what, ...paused, ...trouble } };
}

/** Why a step waits, in one line: `ImagePullBackOff: … (attempt 4, next in 8s)`. */
export function whyWaiting(waiting: NonNullable<StepView['waiting']>, now: Date): string {
  const { reason, message, attempt, nextAttemptAt } = waiting;
  const next = nextAttemptAt ? [`next in ${inWords(Math.ceil(secondsBetween(now, nextAttemptAt)))}`] : [];
  const tries = [...(attempt > 1 ? [`attempt ${attempt}`] : []), ...next].join(', ');
  return `${reason}: ${message}${tries === '' ? '' : ` (${tries})`}`;
}

/** What helps against what a step waits for, in words; undefined where nothing is known to. */
export function whatHelps(reason: string): string | undefined {
  const remedy = remedyOfReason(reason);
  return remedy && remedyInWords(remedy, 'weft up');
}

function pauseChanges(previous: RunPause | undefined, next: RunPause | undefined): Change[] {
  if (previous?.since === next?.since) return [];
  if (next === undefined) return [{ word: 'resumed', subject: 'run', fields: {} }];
  const { by, reason } = next;
  return [{ word: 'paused', subject: 'run', fields: { by, ...(reason === '' ? {} : { reason }) } }];
}

function conditionChanges(previous: RunCondition | undefined, next: RunCondition | undefined): Change[] {
  if (previous?.kind === next?.kind) return [];
  // Only a Temporal that answers can tell that no worker does; whether a worker is back, one that is gone cannot tell.
  const isOver = previous !== undefined && (next === undefined || previous.kind === 'temporal unreachable');
  return [
    ...(isOver ? [{ word: 'recovered', subject: previous.kind, fields: {} }] : []),
    ...(next === undefined ? [] : [{ word: 'trouble', subject: next.kind, fields: { msg: next.message } }]),
  ];
}

function stepChanges(previous: readonly StepView[], next: readonly StepView[], now: Date): Change[] {
  const before = new Map(previous.map((step) => [`${step.step} ${step.target}`, step]));
  return next.flatMap((step) => {
    const known = before.get(`${step.step} ${step.target}`);
    if (known === undefined || known.outcome !== step.outcome)
      return [...outcomeChange(step), ...waitingChange(undefined, step, now)];
    return waitingChange(known.waiting, step, now);
  });
}

function outcomeChange({ outcome, step, target, attempts, seconds, reason }: StepView): Change[] {
  if (outcome === 'running') return [{ word: 'running', subject: step, fields: { target } }];
  return [
    {
      word: outcome,
      subject: step,
      fields: { target, ...(attempts > 1 ? { attempts } : {}), seconds, ...(reason === '' ? {} : { reason }) },
    },
  ];
}

function waitingChange(known: StepView['waiting'], { step, target, waiting }: StepView, now: Date): Change[] {
  if (waiting === undefined || (known?.reason === waiting.reason && known.attempt === waiting.attempt)) return [];
  const { attempt, nextAttemptAt, reason, message } = waiting;
  const next = nextAttemptAt ? { next: inWords(Math.ceil(secondsBetween(now, nextAttemptAt))) } : {};
  const help = whatHelps(reason);
  const fields = { target, attempt, ...next, reason, msg: message, ...(help === undefined ? {} : { do: help }) };
  return [{ word: 'waiting', subject: step, fields }];
}
