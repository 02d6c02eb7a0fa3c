import type { ProcessRecord } from '../process/record.ts';
import type { LastEnd, SupervisedProcess } from './supervised.ts';

/** What the supervisor does about one process now. */
export type SupervisorStep =
  /** Nothing: it runs, or there is none that should. */
  | { readonly action: 'none' }
  /** A command has started it, or another in its place: what is known of the one before is of no use. */
  | { readonly action: 'follow' }
  /** No command wants it any more. */
  | { readonly action: 'forget' }
  /** It has ended unasked, which is new. */
  | { readonly action: 'note' }
  /** It has ended, and its turn comes later. */
  | { readonly action: 'wait'; readonly milliseconds: number }
  | { readonly action: 'start' };

/** What there is to see of a process. */
export interface Sight {
  /** What is recorded under its name: commands that end it on purpose forget it. */
  readonly record: ProcessRecord | undefined;
  readonly isRunning: boolean;
}

/**
 * Decides what to do about a process.
 *
 * @param known what the supervisor knows of it; undefined if it never saw it
 */
export function nextStep(
  { record, isRunning }: Sight,
  known: SupervisedProcess | undefined,
  now: Date,
): SupervisorStep {
  if (record === undefined) return { action: known === undefined ? 'none' : 'forget' };
  if (known === undefined || !isSameProcess(record, known)) return { action: 'follow' };
  if (isRunning || known.isEnvironmentUnknown === true) return { action: 'none' };
  if (known.nextStart === undefined) return { action: 'note' };
  const milliseconds = Date.parse(known.nextStart) - now.getTime();
  return milliseconds <= 0 ? { action: 'start' } : { action: 'wait', milliseconds };
}

/** Whether what is known is about just this process: a pid is used again. */
export function isSameProcess(record: ProcessRecord, known: SupervisedProcess): boolean {
  return record.pid === known.pid && record.startTime === known.startTime && record.bootId === known.bootId;
}

/** A process that ran for this long was well: longer than a worker takes to load on a busy machine, and to find out that it cannot work. */
const SOUND_AFTER_MS = 30_000;

/** The pause after a process has ended soon after its start; each further such end doubles it. */
const FIRST_PAUSE_MS = 500;

/** Often enough that what has been mended is soon noticed, seldom enough that nobody minds the load. */
const LONGEST_PAUSE_MS = 30_000;

/** @returns what is known of a process that a command has started */
export function followed({ pid, startTime, bootId, startedAt }: ProcessRecord): SupervisedProcess {
  return { pid, startTime, bootId, startedAt, restarts: 0, quickEnds: 0 };
}

/** @returns what is known of a process that has ended just now: it is to start again at once if it was well, else after a pause */
export function ended(known: SupervisedProcess, lastEnd: LastEnd, now: Date): SupervisedProcess {
  const ranFor = Date.parse(lastEnd.at) - Date.parse(known.startedAt);
  const quickEnds = ranFor >= SOUND_AFTER_MS ? 0 : known.quickEnds + 1;
  const pause = quickEnds === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (quickEnds - 1), LONGEST_PAUSE_MS);
  return { ...known, quickEnds, lastEnd, nextStart: new Date(now.getTime() + pause).toISOString() };
}

/** @returns what is known of a process that the supervisor has started again */
export function restarted(
  known: SupervisedProcess,
  { pid, startTime, bootId, startedAt }: ProcessRecord,
): SupervisedProcess {
  const { quickEnds, lastEnd, restarts } = known;
  return { ...{ pid, startTime, bootId, startedAt, quickEnds }, restarts: restarts + 1, ...(lastEnd && { lastEnd }) };
}
