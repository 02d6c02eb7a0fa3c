import type { Instance } from './instance.ts';
import type { Parts } from './parts/index.ts';
import type { Report } from './progress.ts';

/** A start at work. */
export interface Start {
  readonly instance: Instance;
  readonly parts: Parts;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
  /** How to end what this start has started, in the order in which it was. */
  readonly undo: (() => Promise<void>)[];
}
