import type { RunReference } from '../../client/index.ts';
import type { Operation, RunProgress } from '../../operations/index.ts';

/** Carries a use case out until its run is under way, or it has joined one that does the same, and leaves the run to itself from then on. @throws what the use case throws */
export async function begin(operation: Operation<RunProgress, unknown>): Promise<Required<RunReference>> {
  for await (const progress of operation) {
    if (progress.kind !== 'started' && progress.kind !== 'joined') continue;
    const { workflowId, runId } = progress.run;
    if (runId === undefined) throw new Error(`Temporal has told no id of the run ${workflowId}`);
    return { workflowId, runId };
  }
  throw new Error('the use case ended without a run');
}
