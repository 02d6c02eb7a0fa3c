import { labelsOf, requestOf } from './request.ts';
import { AlreadyRunning, type RunReference, type StartRequest, type Temporal } from './temporal.ts';

/** What became of a request for a run. */
export type StartResult =
  | { readonly kind: 'started'; readonly run: RunReference }
  | { readonly kind: 'joined'; readonly run: RunReference; readonly since: Date }
  | { readonly kind: 'refused'; readonly by: OpenRun };

/** The run that holds the network. */
export interface OpenRun {
  readonly run: RunReference;
  /** In the words of the command line, see `requestOf()`. */
  readonly operation: string;
  readonly fingerprint: string;
  readonly since: Date;
  /** Who asked for it; empty if it was not started by Weft. */
  readonly requestedBy: string;
}

/**
 * Starts a run, or joins the open one under the same workflow id if it was asked to do the same, or says which other
 * run holds the network.
 *
 * @param requestedBy - who asks, e.g. `ana@laptop`; kept in the run's memo
 */
export async function startOrJoin(
  temporal: Temporal,
  request: Omit<StartRequest, 'memo' | 'labels'>,
  requestedBy: string,
): Promise<StartResult> {
  const { type, workflowId, args } = request;
  const { operation, fingerprint } = requestOf(type, args);
  const labels = labelsOf(workflowId, type, args);
  const labelled = { ...request, memo: { operation, requestedBy }, ...(labels ? { labels } : {}) };
  // A run may end between the refused start and the look at it: then the start is tried again, each time afresh.
  for (;;) {
    try {
      return { kind: 'started', run: await temporal.start(labelled) };
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw error;
    }
    const open = await openRun(temporal, workflowId);
    if (open === undefined) continue;
    if (open.fingerprint === fingerprint) return { kind: 'joined', run: open.run, since: open.since };
    return { kind: 'refused', by: open };
  }
}

/** The open run under a workflow id, or undefined if none is open. */
export async function openRun(temporal: Temporal, workflowId: string): Promise<OpenRun | undefined> {
  const description = await temporal.describe({ workflowId });
  if (description?.status !== 'running') return undefined;
  const { run, type, startedAt, memo } = description;
  const requestedBy = memo['requestedBy'];
  return {
    run,
    ...requestOf(type, await temporal.args(run)),
    since: startedAt,
    requestedBy: typeof requestedBy === 'string' ? requestedBy : '',
  };
}
