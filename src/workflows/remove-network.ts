import { setHandler } from '@temporalio/workflow';

import { activitiesOf } from './durable/activities.ts';
import { checkedAddress, checkedOptions } from './durable/arguments.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { progressQuery, type NetworkAddress, type RemoveOptions, type RunResult } from './messages.ts';
import { allDone, recordSteps } from './durable/steps.ts';

/**
 * Takes a network down: removes what Weft made for it, nodes first, then what their organizations shared, then the
 * namespaces that Weft made, and looks again to prove that nothing is left.
 *
 * @throws ApplicationFailure `InvalidArgument`, `InvalidWorkflowId`, or the type of the first step that failed
 */
export async function removeNetwork(given: NetworkAddress, options: RemoveOptions = {}): Promise<RunResult> {
  const address = checkedAddress(given);
  const { dryRun, keepData } = checkedOptions(options, ['dryRun', 'keepData']);
  const activities = activitiesOf(clusterOf(address.network, dryRun ? 'looks' : 'changes'));
  const steps = recordSteps(activities);
  setHandler(progressQuery, () => ({ milestones: [], steps: steps.records, children: [] }));

  const base = { ...address, dryRun, keepData };
  const owned = await activities.look('findOwned', address.network, base);
  await allDone(owned.groups.map((group) => steps.run('removeNode', group.target, { ...base, ...group })));
  await allDone(
    owned.namespaces.map((namespace) => steps.run('removeNetworkObjects', namespace, { ...base, namespace })),
  );
  if (!dryRun) {
    await steps.run('verifyRemoved', address.network, { ...base, searched: owned.namespaces });
  }
  return { network: address.network, steps: steps.records, endpoints: [] };
}
