import type { Organization } from '../../spec/index.ts';
import { checkClusters } from '../apply/before/preflight.ts';
import { checkedSelector } from '../durable/arguments.ts';
import { readNetworkRecord } from '../durable/record.ts';
import { beginRun, type ApplyRun } from '../durable/run.ts';
import { clusterOf } from '../durable/workflow-id.ts';
import type { NamedIdentity, NetworkSelector } from '../messages.ts';
import { ownerOf } from './arguments.ts';

/** A run that changes an identity of an application. */
export interface IdentityRun extends ApplyRun {
  /** Whose identity it is. */
  readonly organization: Organization;
}

/**
 * Begins a run that changes an identity of a network as its record describes it. Its clusters answer after that.
 *
 * @param named the identity
 * @throws ApplicationFailure `InvalidArgument`, `InvalidWorkflowId`; `NetworkUnknown` if there is no such network; the type of the first check of
 *   a cluster that failed
 */
export async function beginIdentityRun(given: NetworkSelector, named: NamedIdentity): Promise<IdentityRun> {
  const selector = checkedSelector(given);
  const cluster = clusterOf(selector.network, 'changes', selector.cluster);
  const { begun: network } = await readNetworkRecord(selector, cluster);
  const run = beginRun(network, cluster, false);
  const organization = ownerOf(network, named);
  await checkClusters(run);
  return { ...run, organization };
}
