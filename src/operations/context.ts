import type { Temporal } from '../client/index.ts';

/** What every use case works with that has a run. */
export interface OperationContext {
  readonly temporal: Temporal;
  /** The cluster's name in workflow ids and task queues. */
  readonly cluster: string;
  /** Who asks, e.g. `ana@laptop`; kept with the run. */
  readonly requestedBy: string;
  readonly now: () => Date;
}
