import { setHandler } from '@temporalio/workflow';

import { requireOneNetwork } from './one-network.ts';
import { checkedOptions, checkedSelector } from './durable/arguments.ts';
import { acceptPauses } from './durable/pause.ts';
import { allDone, recordSteps, type Steps } from './durable/steps.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { progressOf, progressQuery, type NetworkSelector, type RemoveOptions, type RunResult } from './messages.ts';
import { selectedClusters, type ClusterSelection } from './selection.ts';

/**
 * Takes a network down: removes what Weft made for it, nodes first, then what their organizations shared, then the
 * namespaces that Weft made, and looks again to prove that nothing is left.
 *
 * @throws ApplicationFailure `InvalidArgument`, `InvalidWorkflowId`; before anything is touched `OtherNetwork`, `OtherCluster`, `ForeignRecord`; or the type of the first step that failed
 */
export async function removeNetwork(given: NetworkSelector, options: RemoveOptions = {}): Promise<RunResult> {
  const selector = checkedSelector(given);
  const { network } = selector;
  const decided = checkedOptions(options, ['dryRun', 'keepData']);
  const cluster = clusterOf(network, decided.dryRun ? 'looks' : 'changes', selector.cluster);
  const pausing = acceptPauses();
  const steps = recordSteps(pausing);
  setHandler(progressQuery, (since) => progressOf(steps.changedSince(since), pausing));
  const selection = selectedClusters(selector, cluster);
  await requireThisNetwork(steps, selector, cluster, selection);
  await allDone(selection.map((selected) => removeFromCluster(steps, network, selected, decided)));
  return { network, steps: steps.results(), endpoints: [] };
}

/** By its name alone only a network is removed of which there is one. What its description names is removed wherever another one is. */
async function requireThisNetwork(
  { queriesAt }: Steps,
  { network, namespaces }: NetworkSelector,
  home: string,
  selection: readonly ClusterSelection[],
): Promise<void> {
  const found = await allDone(
    selection.map(async ({ cluster, ...where }) => {
      const { records, ...kept } = await queriesAt(cluster).findRecords(network, { network, ...where });
      return { cluster, ...kept, records: records.filter(({ isExpected }) => isExpected) };
    }),
  );
  requireOneNetwork({ network, home, isDescribed: namespaces !== undefined }, found);
}

async function removeFromCluster(
  steps: Steps,
  network: string,
  { cluster, namespaces }: ClusterSelection,
  { dryRun, keepData }: Required<RemoveOptions>,
): Promise<void> {
  const step = steps.at(cluster);
  const input = { network, dryRun, keepData, ...(namespaces === undefined ? {} : { namespaces }) };
  const owned = await steps.queriesAt(cluster).findOwned(network, input);
  await allDone(owned.groups.map((group) => step.removeNode(group.target, { ...input, ...group })));
  await allDone(owned.namespaces.map((namespace) => step.removeNetworkObjects(namespace, { ...input, namespace })));
  if (!dryRun) await step.verifyRemoved(network, { ...input, searched: owned.namespaces });
}
