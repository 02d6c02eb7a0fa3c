import { AlreadyRunning, type RunReference, type StartRequest, type Temporal } from './temporal.ts';

/** What a run is asked to do; both fields are kept in the run's memo. */
export interface Intent {
  /** In the words of the command line, e.g. `up` or `down --keep-data`. */
  readonly operation: string;
  /** See `fingerprint()`. */
  readonly fingerprint: string;
  /** Who asks, e.g. `ana@laptop`. */
  readonly requestedBy: string;
}

export type Start =
  | { readonly kind: 'started'; readonly run: RunReference }
  | { readonly kind: 'joined'; readonly run: RunReference; readonly since: Date }
  | { readonly kind: 'refused'; readonly by: OpenRun };

/** The run that holds the network. */
export interface OpenRun {
  readonly run: RunReference;
  /** In the words of the command line, or the workflow's name if it was not started by Weft. */
  readonly operation: string;
  readonly since: Date;
  /** Who asked for it; empty if it was not started by Weft. */
  readonly requestedBy: string;
}

/**
 * Starts a run, or joins the open one under the same workflow id if it was asked to do the same, or says which other
 * run holds the network.
 */
export async function startOrJoin(
  temporal: Temporal,
  request: Omit<StartRequest, 'memo'>,
  intent: Intent,
): Promise<Start> {
  // A run may end between the refused start and the look at it: then the start is tried again, each time afresh.
  for (;;) {
    try {
      return { kind: 'started', run: await temporal.start({ ...request, memo: { ...intent } }) };
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw error;
    }
    const open = await openRun(temporal, request.workflowId);
    if (open === undefined) continue;
    if (open.fingerprint === intent.fingerprint) return { kind: 'joined', run: open.run, since: open.since };
    return { kind: 'refused', by: open };
  }
}

/** The open run under a workflow id, or undefined if none is open. */
export async function openRun(
  temporal: Temporal,
  workflowId: string,
): Promise<(OpenRun & { readonly fingerprint: string }) | undefined> {
  const description = await temporal.describe({ workflowId });
  if (description?.status !== 'running') return undefined;
  const { memo } = description;
  return {
    run: description.run,
    operation: text(memo['operation']) || description.type,
    since: description.startedAt,
    requestedBy: text(memo['requestedBy']),
    fingerprint: text(memo['fingerprint']),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
