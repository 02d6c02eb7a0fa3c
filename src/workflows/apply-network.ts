import { ApplicationFailure, setCurrentDetails, setHandler } from '@temporalio/workflow';

import type { NetworkTarget } from '../activities/targets.ts';
import { completeDescription, endpointsOf, mistakeInWords, nodeName, type Network } from '../spec/index.ts';
import { activitiesOf } from './activities.ts';
import { checkedOptions } from './arguments.ts';
import type { LocalMsps } from './create-local-msps.ts';
import { clusterOf } from './identity.ts';
import { progressQuery, type ApplyOptions, type Milestone, type RunResult } from './messages.ts';
import { organizationWorkflowId, runOrganization } from './organization-child.ts';
import { allDone, recordSteps } from './steps.ts';
import { networkSettings, nodesOf, nodeTarget, targetOf, type PlacedNode } from './targets.ts';

/**
 * Brings a Fabric network up, and keeps it as it is described: on nothing, on a half-built network and on a finished
 * one this is the same call.
 *
 * @param description the network description, in short or completed form
 * @throws ApplicationFailure `InvalidDescription` with every mistake; `InvalidArgument`; `InvalidWorkflowId`; `RemovalNotApproved` before anything is touched
 *   when nodes would be removed; `OrganizationBusy`; else the type of the first step that failed (src/activities/failures.ts)
 */
export async function applyNetwork(description: unknown, options: ApplyOptions = {}): Promise<RunResult> {
  const network = completed(description);
  const { dryRun, approveRemoval, pruneData } = checkedOptions(options, ['dryRun', 'approveRemoval', 'pruneData']);
  const cluster = clusterOf(network.name, dryRun ? 'looks' : 'changes');
  const activities = activitiesOf(cluster);
  const base: NetworkTarget = { network: networkSettings(network), dryRun };

  const steps = recordSteps(activities);
  const children: string[] = [];
  const milestones: Milestone[] = [];
  const reach = (milestone: Milestone): void => {
    milestones.push(milestone);
    setCurrentDetails(milestones.map((reached) => `- ${reached}`).join('\n'));
  };
  setHandler(progressQuery, () => ({ milestones, steps: steps.records, children }));

  // Look before anything is touched.
  const namespaces = [...new Set(network.organizations.map((organization) => organization.namespace))];
  await steps.run('checkCluster', network.name, { ...base, namespaces, storage: storageOf(network) });
  const removals = await activities.look('findRemovals', network.name, {
    network: network.name,
    described: network.organizations.map((organization) => ({
      name: organization.name,
      namespace: organization.namespace,
      nodes: nodesOf(organization).map(({ node }) => nodeName(organization, node)),
    })),
    pruneData,
  });
  if (removals.length > 0 && !dryRun && !approveRemoval) throw removalNotApproved(removals.map(({ target }) => target));

  await allDone(namespaces.map((namespace) => steps.run('applyNamespace', namespace, { ...base, namespace })));

  reach('Creating local node MSP');
  const msps = await allDone(
    network.organizations.map(async (organization): Promise<LocalMsps> => {
      const workflowId = organizationWorkflowId(organization);
      children.push(workflowId);
      const created = await runOrganization(cluster, base, organization);
      children.splice(children.indexOf(workflowId), 1);
      steps.add(created.steps);
      return created;
    }),
  );
  await allDone(
    namespaces.map((namespace) =>
      steps.run('publishTlsRoots', namespace, {
        ...base,
        namespace,
        organizations: network.organizations.map(({ name, namespace: home }) => ({ name, namespace: home })),
      }),
    ),
  );

  const newCertificates = new Set(msps.flatMap((created) => created.newCertificates));
  const launch = async (placed: PlacedNode): Promise<void> => {
    const name = nodeName(placed.organization, placed.node);
    const label = targetOf(placed);
    const deployed = await steps.run('applyDeployment', label, nodeTarget(base, placed, newCertificates.has(name)));
    if (base.dryRun) return;
    await steps.run('awaitRollout', label, {
      namespace: placed.organization.namespace,
      name,
      timeoutSeconds: network.kubernetes.rolloutTimeoutSeconds,
      after: deployed.outcome,
    });
  };
  const nodes = network.organizations.flatMap(nodesOf);

  reach('Launching orderers');
  await allDone(nodes.filter(({ kind }) => kind === 'orderer').map(launch));

  reach('Launching peers');
  await allDone(nodes.filter(({ kind }) => kind === 'peer').map(launch));

  await allDone(
    removals.map((removal) =>
      steps.run('removeNode', removal.target, {
        ...removal,
        network: network.name,
        dryRun,
        keepData: !pruneData,
      }),
    ),
  );
  await steps.run('recordNetwork', network.name, { ...base, namespaces, description: network });

  reach('Network is ready');
  return { network: network.name, steps: steps.records, endpoints: endpointsOf(network) };
}

function completed(description: unknown): Network {
  const result = completeDescription(description);
  if (result.ok) return result.network;
  const mistakes = result.mistakes.map(mistakeInWords);
  throw ApplicationFailure.create({
    type: 'InvalidDescription',
    nonRetryable: true,
    message: `The network description is not valid. Nothing was started.\n${mistakes.join('\n')}`,
    details: [{ mistakes: result.mistakes }],
  });
}

/** The storage classes that the network's volumes ask for. */
function storageOf(network: Network): { classes: string[]; usesDefault: boolean } {
  const volumes = network.organizations.flatMap((organization) => [
    organization.certificateAuthority,
    ...organization.orderers,
    ...organization.peers,
  ]);
  const classes = volumes.map(({ storageClass }) => storageClass ?? network.kubernetes.storageClass);
  return {
    classes: [...new Set(classes.filter((name) => name !== undefined))],
    usesDefault: classes.includes(undefined),
  };
}

function removalNotApproved(targets: readonly string[]): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'RemovalNotApproved',
    nonRetryable: true,
    message:
      `The description no longer names ${targets.join(', ')}. Nothing was touched. ` +
      'To remove them, run again with approval: `weft up --yes`, or {"approveRemoval": true} as the second argument of applyNetwork.',
    details: [{ removals: targets }],
  });
}
