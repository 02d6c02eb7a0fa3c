import { ApplicationFailure } from '@temporalio/workflow';

import { completeDescription, endpointsOf, issueInWords, type Network } from '../spec/index.ts';
import { checkedOptions } from './durable/arguments.ts';
import { beginBringUp, type BringUp } from './durable/run.ts';
import { createChannels, deployChaincodes, type Channels } from './apply/channels.ts';
import { degradationsOf } from './apply/degradation.ts';
import { launchNodes } from './apply/launch-nodes.ts';
import { findLeftOvers, removeLeftOvers } from './apply/prune.ts';
import type { ApplyOptions, RunResult } from './messages.ts';
import { createMsps, publishTlsRoots, startOrganizations } from './apply/organizations.ts';
import { allDone } from './durable/steps.ts';

/**
 * Brings a Fabric network up, and keeps it as it is described: on nothing, on a half-built network and on a finished
 * one this is the same call.
 *
 * @param description the network description, in short or completed form
 * @throws ApplicationFailure `InvalidDescription` with the issues; `InvalidArgument`; `InvalidWorkflowId`; `RemovalNotApproved` before anything is touched
 *   when nodes would be removed, `ChannelRemovalNotApproved` when a channel would; `EarlierRunOpen`; else the type of the first step that failed (src/activities/failures.ts)
 */
export async function applyNetwork(description: unknown, given: ApplyOptions = {}): Promise<RunResult> {
  const network = completed(description);
  const options = checkedOptions(given, ['dryRun', 'approveRemoval', 'pruneData', 'removeChannels']);
  const run = beginBringUp(network, options.dryRun);
  const { base, namespaces, steps } = run;

  // Look before anything is touched.
  await steps.run('checkCluster', network.name, { ...base, namespaces, storage: storageOf(network) });
  const leftOvers = await findLeftOvers(run, options);

  await allDone(namespaces.map((namespace) => steps.run('applyNamespace', namespace, { ...base, namespace })));
  const started = startOrganizations(run);
  const tlsRootsPublished = publishTlsRoots(run, started);

  run.reach('Creating local node MSP');
  const msps = createMsps(run, started);

  const nodes = launchNodes(run);
  const orderersStand = allDone<unknown>([tlsRootsPublished, msps.ofOrderers]).then(() => {
    run.reach('Launching orderers');
    return nodes.launch('orderer');
  });
  await allDone<unknown>([orderersStand, msps.ofPeers]);

  run.reach('Launching peers');
  const peers = { standing: nodes.standing, allStand: nodes.launch('peer') };
  // Orderers join channels while peers are being launched, and chaincode is installed while channels are being made.
  const channels = createChannels(run, peers, nodes.unready);
  const chaincodes = deployChaincodes(run, peers, channels);
  const told = tellMilestones(run, peers.allStand, channels);
  await allDone<unknown>([told, peers.allStand, ...channels.values(), ...chaincodes]);

  await removeLeftOvers(run, leftOvers, options);
  await steps.run('recordNetwork', network.name, { ...base, namespaces, description: network });

  const degraded = await degradationsOf(run, nodes.unready, channels);
  run.reach('Network is ready');
  return {
    network: network.name,
    steps: steps.records,
    endpoints: endpointsOf(network),
    ...(degraded.length > 0 ? { degraded } : {}),
  };
}

async function tellMilestones(
  { network, reach }: BringUp,
  peersStand: Promise<unknown>,
  channels: Channels,
): Promise<void> {
  await peersStand;
  if (network.channels.length > 0) reach('Creating channels');
  await Promise.all(channels.values());
  if (network.chaincodes.length > 0) reach('Deploying chaincode');
}

function completed(description: unknown): Network {
  const result = completeDescription(description);
  if (result.ok) return result.network;
  const issues = result.issues.map(issueInWords);
  throw ApplicationFailure.create({
    type: 'InvalidDescription',
    nonRetryable: true,
    message: `The network description is not valid. Nothing was started.\n${issues.join('\n')}`,
    details: [{ issues: result.issues }],
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
