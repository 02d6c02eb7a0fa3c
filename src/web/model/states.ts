/*
 * Every state has a word, a shape and a colour, and none is told by its colour alone.
 */

export const SHAPES = [
  'check',
  'warning',
  'cross',
  'half',
  'hourglass',
  'repeat',
  'pause',
  'dashed',
  'minus',
  'square',
] as const;

export type Shape = (typeof SHAPES)[number];

/** How urgent a state is, which its colour tells, too. */
export type Tone = 'good' | 'busy' | 'attention' | 'bad' | 'quiet';

export interface StateWord {
  readonly word: string;
  readonly shape: Shape;
  readonly tone: Tone;
}

const word = (text: string, shape: Shape, tone: Tone): StateWord => ({ word: text, shape, tone });

const READY = word('Ready', 'check', 'good');
const NOT_READY = word('Not ready', 'warning', 'bad');
const UNKNOWN = word('Unknown', 'dashed', 'quiet');

/** Words of conditions: True, False and Unknown of Kubernetes. */
export function readinessWord(status: 'True' | 'False' | 'Unknown'): StateWord {
  if (status === 'True') return READY;
  return status === 'False' ? NOT_READY : UNKNOWN;
}

/** The state of a part of a network, as its topology has it. */
export type PartState = 'ready' | 'notReady' | 'missing' | 'unknown';

/** What a run does to a part now. */
export interface WorkOnPart {
  /** Its name, e.g. `applyDeployment`. */
  readonly step: string;
  readonly attempt: number;
  readonly reason: string;
  readonly nextAttemptAt?: string | undefined;
}

const PART_WORDS: Readonly<Record<PartState, StateWord>> = {
  ready: READY,
  notReady: NOT_READY,
  missing: word('Missing', 'cross', 'bad'),
  unknown: UNKNOWN,
};

/** The word for a part of a network: what is being done to it comes before how it was seen last. */
export function partWord(state: PartState, work?: WorkOnPart): StateWord {
  if (work === undefined) return PART_WORDS[state];
  if (work.nextAttemptAt !== undefined || work.attempt > 1) return word('Retrying', 'repeat', 'attention');
  return work.reason === '' ? word('Working', 'half', 'busy') : word('Waiting', 'hourglass', 'attention');
}

export type StateOfRun = 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';

const RUN_WORDS: Readonly<Record<StateOfRun, StateWord>> = {
  running: word('Running', 'half', 'busy'),
  done: word('Done', 'check', 'good'),
  'not ready': word('Done, not ready', 'warning', 'attention'),
  failed: word('Failed', 'cross', 'bad'),
  cancelled: word('Cancelled', 'square', 'quiet'),
  terminated: word('Terminated', 'square', 'bad'),
  'timed out': word('Timed out', 'cross', 'bad'),
};

export function runWord(state: StateOfRun): StateWord {
  return RUN_WORDS[state];
}

/** A step as far as its word depends on it. */
export interface SteppedWork {
  readonly outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
  /** How often it was tried; the attempt that runs is not counted. */
  readonly attempts: number;
  readonly reason: string;
}

export function stepWord({ outcome, attempts, reason }: SteppedWork): StateWord {
  switch (outcome) {
    case 'running':
      if (attempts > 0) return word('Retrying', 'repeat', 'attention');
      return reason === '' ? word('Running', 'half', 'busy') : word('Waiting', 'hourglass', 'attention');
    case 'unchanged':
      return word('Unchanged', 'minus', 'quiet');
    case 'created':
      return word('Created', 'check', 'good');
    case 'updated':
      return word('Updated', 'check', 'good');
    case 'removed':
      return word('Removed', 'minus', 'good');
    case 'failed':
      return word('Failed', 'cross', 'bad');
    case 'cancelled':
      return word('Cancelled', 'square', 'quiet');
  }
}

export type CertificateSeverity = 'ok' | 'soon' | 'urgent' | 'ended';

const CERTIFICATE_WORDS: Readonly<Record<CertificateSeverity, StateWord>> = {
  ok: word('Valid', 'check', 'good'),
  soon: word('Ends soon', 'hourglass', 'attention'),
  urgent: word('Ends within days', 'warning', 'bad'),
  ended: word('Ended', 'cross', 'bad'),
};

export function certificateWord(severity: CertificateSeverity): StateWord {
  return CERTIFICATE_WORDS[severity];
}

const CALL_WORDS: Readonly<Record<'done' | 'refused' | 'failed', StateWord>> = {
  done: word('Done', 'check', 'good'),
  refused: word('Refused', 'minus', 'attention'),
  failed: word('Failed', 'cross', 'bad'),
};

/** Words of calls in the audit. */
export function callWord(outcome: 'done' | 'refused' | 'failed'): StateWord {
  return CALL_WORDS[outcome];
}
