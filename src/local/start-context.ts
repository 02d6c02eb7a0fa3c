import type { Instance } from './instance.ts';
import type { Artifacts, PlatformPrograms } from './artifacts/index.ts';

/** Takes one line that says what happens now, in words for a person, without a time: whoever prints it adds the elapsed time. */
export type Report = (message: string) => void;

/** A start at work. */
export interface StartContext {
  readonly instance: Instance;
  readonly programs: PlatformPrograms;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
  /** How to end what this start has started, in the order in which it was. */
  readonly undo: (() => Promise<void>)[];
}

/** A start of a platform with a Kubernetes node of its own. */
export interface NodeStartContext extends StartContext {
  readonly artifacts: Artifacts;
}
