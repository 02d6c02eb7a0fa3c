import { ApplicationFailure } from '@temporalio/workflow';

import { completeDescription, endpointsOf, issueInWords, type Network } from '../spec/index.ts';
import { createChannels, joinPeers, type JoinedChannels } from './apply/channels/channels.ts';
import { deployChaincodes, installChaincodes } from './apply/chaincodes/chaincodes.ts';
import { degradationsOf } from './apply/nodes/degradation.ts';
import type { LaunchedNode, LaunchedPeers } from './apply/nodes/launch-node.ts';
import { launchOrderers, launchPeers } from './apply/nodes/launch-nodes.ts';
import { replaceLostKeys } from './apply/nodes/replace-orderer-key.ts';
import {
  closeUnusedPorts,
  createMsps,
  publishTlsRoots,
  startCertificateAuthorities,
} from './apply/organizations/organizations.ts';
import { leaveChannels } from './apply/channels/leave-channels.ts';
import { departuresFrom } from './apply/before/departures.ts';
import { inUseBy } from './apply/before/in-use.ts';
import { findLostKeys } from './apply/before/lost-keys.ts';
import { applyNamespaces, checkClusters } from './apply/before/preflight.ts';
import { findOrphans, pruneOrphans, requireApproval } from './apply/before/prune.ts';
import { requireOneNetwork } from './one-network.ts';
import {
  isOfAnother,
  lostRecordNotice,
  readRecord,
  recordBegun,
  recordNetwork,
  refuseHarmfulChanges,
} from './apply/before/record.ts';
import { findUnchangedSteps } from './apply/before/unchanged-steps.ts';
import { checkedCluster, checkedOptions } from './durable/arguments.ts';
import { lookAgain, lookBeside } from './apply/last-look.ts';
import { beginRun, type ApplyRun } from './durable/run.ts';
import { allDone } from './durable/steps.ts';
import { clusterOf } from './durable/workflow-id.ts';
import { isReady, type ApplyOptions, type RunResult } from './messages.ts';

/**
 * Brings a Fabric network up, and keeps it as it is described: on nothing, on a half-built network and on a finished
 * one this is the same call.
 *
 * @param description the network description, in short or completed form
 * @throws ApplicationFailure `InvalidDescription` with the issues; `InvalidArgument`; `InvalidWorkflowId`; before anything is touched `OtherNetwork`, `OtherCluster`, `ForeignRecord`, `ChangeRefused`, and `RemovalNotApproved`
 *   when nodes would be removed, `ChannelRemovalNotApproved` when a channel would; `EarlierRunOpen`; else the type of the first step that failed (src/activities/failures.ts)
 */
export async function applyNetwork(description: unknown, given: ApplyOptions = {}): Promise<RunResult> {
  const network = completed(description);
  const options = checkedOptions(given, ['dryRun', 'approveRemoval', 'pruneData', 'removeChannels']);
  const cluster = clusterOf(network.name, options.dryRun ? 'looks' : 'changes', checkedCluster(given));
  const run = beginRun(network, cluster, options.dryRun);

  // Before anything is touched.
  await checkClusters(run);
  const [kept, unchanged] = await allDone([readRecord(run), findUnchangedSteps(run)]);
  requireOneNetwork({ network: network.name, home: cluster, isDescribed: true }, kept.clusters);
  const { record } = kept;
  await refuseHarmfulChanges(run, record);
  const departures = departuresFrom(run, record);
  const found = await findOrphans(run, departures, options);
  const orphans = { ...found, groups: found.groups.filter((group) => !isOfAnother(kept, group)) };
  requireApproval(run, orphans, departures, options);
  const inUse = inUseBy(record?.applied);
  const lostKeys = await findLostKeys(run, { unchanged, inUse });

  await applyNamespaces(run);
  const identity = await recordBegun(run, kept);
  run.milestone('Creating local node MSP');
  // Each stage begins as soon as what it needs is there. All are awaited together: none ends before the run does.
  const authorities = startCertificateAuthorities(run, { unchanged, inUse, applied: record?.applied });
  const tlsRoots = publishTlsRoots(run, authorities);
  const newKeys = replaceLostKeys(run, lostKeys, { inUse, ready: () => allDone([...authorities.values(), tlsRoots]) });
  const msps = createMsps(run, { authorities, unchanged, inUse, lostKeys, newKeys });
  const orderers = launchOrderers(run, { tlsRoots, msps, inUse });
  const peers = launchPeers(run, { orderers, tlsRoots, msps, inUse });
  const channels = createChannels(run, { authorities, msps, orderers, inUse, departures });
  const beside = lookBeside(run, unchanged);
  const joined = joinPeers(run, { peers, channels, seen: beside });
  const installed = installChaincodes(run, peers);
  const chaincodes = deployChaincodes(run, { installed, joined });
  await allDone([
    beside,
    ...authorities.values(),
    tlsRoots,
    newKeys,
    ...msps.values(),
    orderers,
    ...peers.values(),
    ...channels.values(),
    ...joined.values(),
    ...installed.values(),
    ...chaincodes,
    tellMilestones(run, { orderers, peers, joined }),
  ]);

  await leaveChannels(run, departures.parts, options);
  await closeUnusedPorts(run, record?.applied);
  await pruneOrphans(run, orphans, departures, options);
  const [launched, seen] = await allDone([orderers, beside]);
  const [degraded, conditions] = await allDone([
    degradationsOf(run, launched, channels),
    lookAgain(run, seen),
    recordNetwork(run, identity),
  ]);
  if (isReady(conditions)) run.milestone('Network is ready');
  const signatures = (await Promise.all(channels.values())).flatMap((channel) => channel.signatures ?? []);
  return {
    network: network.name,
    milestones: run.milestones,
    steps: run.steps.results(),
    endpoints: endpointsOf(network),
    ...(degraded.length > 0 ? { degraded } : {}),
    ...(signatures.length > 0 ? { signatures } : {}),
    ...(kept.isLost ? { notices: [lostRecordNotice(run)] } : {}),
    ...(run.base.dryRun ? {} : { conditions }),
  };
}

interface Launched {
  readonly orderers: Promise<readonly LaunchedNode[]>;
  readonly peers: LaunchedPeers;
  readonly joined: JoinedChannels;
}

/** Tells of each stage after the orderers when the one before is done. */
async function tellMilestones({ network, milestone }: ApplyRun, { orderers, peers, joined }: Launched): Promise<void> {
  await orderers;
  milestone('Launching peers');
  await Promise.all(peers.values());
  if (network.channels.length > 0) milestone('Creating channels');
  await Promise.all(joined.values());
  if (network.chaincodes.length > 0) milestone('Deploying chaincode');
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
