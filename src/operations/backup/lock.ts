import { openRun } from '../../client/index.ts';
import { networkWorkflowId } from '../../workflows/messages.ts';
import type { OperationContext } from '../context.ts';
import { OperationFailure } from '../failure.ts';

/**
 * Nothing of a network may change while it is copied: refuses while a run holds it.
 *
 * @throws OperationFailure `NetworkBusy`
 */
export async function requireNoRun(
  { temporal, cluster }: OperationContext,
  network: string,
  requested: 'backup' | 'restore',
): Promise<void> {
  const holder = await openRun(temporal, networkWorkflowId(cluster, network));
  if (holder !== undefined) throw new OperationFailure({ code: 'NetworkBusy', network, requested, holder });
}
