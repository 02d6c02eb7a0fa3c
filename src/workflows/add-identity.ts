import { nodeTargetName } from '../spec/index.ts';
import { checkClusters } from './apply/before/preflight.ts';
import { checkedSelector } from './durable/arguments.ts';
import { readNetworkRecord } from './durable/record.ts';
import { beginRun } from './durable/run.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { checkedIdentity, checkedName, ownerOf } from './identities/arguments.ts';
import { organizationInput } from './inputs.ts';
import type { NetworkSelector, NewIdentity, RunResult } from './messages.ts';

/**
 * Gives an application an identity of an organization: registered and enrolled at its CA, kept in a Secret beside its nodes.
 *
 * @throws ApplicationFailure `InvalidArgument`, `InvalidWorkflowId`; `NetworkUnknown` if there is no such network; else the type of the first
 *   step that failed
 */
export async function addIdentity(given: NetworkSelector, wanted: NewIdentity): Promise<RunResult> {
  const selector = checkedSelector(given);
  const named = checkedName(wanted);
  const identity = checkedIdentity(wanted);
  const cluster = clusterOf(selector.network, 'changes', selector.cluster);
  const { begun: network } = await readNetworkRecord(selector, cluster);
  const run = beginRun(network, cluster, false);
  const organization = ownerOf(network, named);
  await checkClusters(run);
  const step = run.steps.at(run.reference(organization).cluster);
  await step.enrollApplication(nodeTargetName(organization, identity), {
    ...organizationInput(run.base, organization),
    identity,
  });
  return { network: network.name, steps: run.steps.results(), endpoints: [] };
}
