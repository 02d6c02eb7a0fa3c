import { ApplicationFailure, setCurrentDetails, setHandler } from '@temporalio/workflow';

import type { NetworkTarget } from '../activities/targets.ts';
import {
  completeDescription,
  endpointsOf,
  mistakeInWords,
  nodeName,
  type Network,
  type NodeKind,
  type Organization,
} from '../spec/index.ts';
import { activitiesOf } from './activities.ts';
import { checkedOptions } from './arguments.ts';
import { chaincodeServers } from './chaincode-servers.ts';
import { channelStandsSignal, deployChaincode } from './deploy-chaincode.ts';
import { createChannel } from './create-channel.ts';
import { createLocalMsps } from './create-local-msps.ts';
import { degradationsOf } from './degradation.ts';
import { clusterOf } from './identity.ts';
import { launchNodes } from './launch-nodes.ts';
import { progressQuery, type ApplyOptions, type Milestone, type RunResult } from './messages.ts';
import { runParts } from './parts.ts';
import { channelRemovalNotApproved, removalNotApproved } from './removal-refusals.ts';
import { tellOfPeers, type LaunchedPeers } from './standing-peers.ts';
import { allDone, recordSteps } from './steps.ts';
import { startOrganization } from './start-organization.ts';
import {
  chaincodeLabel,
  chaincodeTarget,
  channelTarget,
  networkSettings,
  nodesOf,
  orderersOfNetwork,
  peersOfChannel,
} from './targets.ts';

/**
 * Brings a Fabric network up, and keeps it as it is described: on nothing, on a half-built network and on a finished
 * one this is the same call.
 *
 * @param description the network description, in short or completed form
 * @throws ApplicationFailure `InvalidDescription` with every mistake; `InvalidArgument`; `InvalidWorkflowId`; `RemovalNotApproved` before anything is touched
 *   when nodes would be removed, `ChannelRemovalNotApproved` when a channel would; `EarlierRunOpen`; else the type of the first step that failed (src/activities/failures.ts)
 */
export async function applyNetwork(description: unknown, options: ApplyOptions = {}): Promise<RunResult> {
  const network = completed(description);
  const { dryRun, approveRemoval, pruneData, removeChannels } = checkedOptions(options, [
    'dryRun',
    'approveRemoval',
    'pruneData',
    'removeChannels',
  ]);
  const cluster = clusterOf(network.name, dryRun ? 'looks' : 'changes');
  const activities = activitiesOf(cluster);
  const base: NetworkTarget = { network: networkSettings(network), dryRun };

  const steps = recordSteps(activities);
  const parts = runParts(steps);
  const milestones: Milestone[] = [];
  const reach = (milestone: Milestone): void => {
    milestones.push(milestone);
    setCurrentDetails(milestones.map((reached) => `- ${reached}`).join('\n'));
  };
  setHandler(progressQuery, () => ({ milestones, steps: steps.records, children: parts.open }));

  // Look before anything is touched.
  const namespaces = [...new Set(network.organizations.map((organization) => organization.namespace))];
  await steps.run('checkCluster', network.name, { ...base, namespaces, storage: storageOf(network) });
  const servers = network.chaincodes.flatMap((chaincode) =>
    chaincodeServers(chaincodeTarget(base, network, chaincode)).map((server) => ({ ...server, tls: chaincode.tls })),
  );
  const serversOf = ({ name }: Organization): typeof servers =>
    servers.filter((server) => server.organization.name === name);
  const [removals, found] = await Promise.all([
    activities.look('findRemovals', network.name, {
      network: network.name,
      described: network.organizations.map((organization) => ({
        name: organization.name,
        namespace: organization.namespace,
        nodes: [
          ...nodesOf(organization).map(({ node }) => nodeName(organization, node)),
          ...serversOf(organization).map(({ name }) => name),
        ],
      })),
      pruneData,
    }),
    activities.look('findChannels', network.name, { network: network.name, namespaces }),
  ]);
  if (removals.length > 0 && !dryRun && !approveRemoval) throw removalNotApproved(removals.map(({ target }) => target));
  const leftChannels = found.filter(({ name }) => !network.channels.some((channel) => channel.name === name));
  if (leftChannels.length > 0 && !dryRun && !removeChannels) throw channelRemovalNotApproved(leftChannels);

  await allDone(namespaces.map((namespace) => steps.run('applyNamespace', namespace, { ...base, namespace })));

  const organizationsStand = new Map(
    network.organizations.map((organization) => [
      organization,
      parts.run({
        name: organization.name,
        work: startOrganization,
        args: [cluster, base, organization],
        summary: `CAs and configuration of ${organization.name}`,
      }),
    ]),
  );
  const rootsPublished = allDone([...organizationsStand.values()]).then(() =>
    allDone(
      namespaces.map((namespace) =>
        steps.run('publishTlsRoots', namespace, {
          ...base,
          namespace,
          organizations: network.organizations.map(({ name, namespace: home }) => ({ name, namespace: home })),
        }),
      ),
    ),
  );

  reach('Creating local node MSP');
  const newCertificates = new Set<string>();
  const createMsps = async (organization: Organization): Promise<void> => {
    await organizationsStand.get(organization);
    const tlsServers = serversOf(organization).filter(({ tls }) => tls);
    const created = await parts.run({
      name: `${organization.name}/identities`,
      work: createLocalMsps,
      args: [cluster, base, organization, tlsServers.map(({ name }) => name)],
      summary: `Identities and MSPs of ${organization.name}`,
    });
    for (const name of created.newCertificates) newCertificates.add(name);
  };
  // Peers wait for orderers, so the organizations that have orderers come first: the others' turn is while these start.
  const [ordering, others] = partition(network.organizations, ({ orderers }) => orderers.length > 0);
  const ordererMsps = allDone(ordering.map(createMsps));
  const peerMsps = Promise.allSettled([ordererMsps]).then(() => allDone(others.map(createMsps)));

  const { launch, standing, unready } = launchNodes(network, base, steps);
  const launchAll = (kind: NodeKind): Promise<unknown> =>
    allDone(
      network.organizations
        .flatMap(nodesOf)
        .filter((placed) => placed.kind === kind)
        .map((placed) => launch(placed, newCertificates.has(nodeName(placed.organization, placed.node)))),
    );

  const orderersStand = allDone<unknown>([rootsPublished, ordererMsps]).then(() => {
    reach('Launching orderers');
    return launchAll('orderer');
  });
  await allDone<unknown>([orderersStand, peerMsps]);

  // The orderers of a channel can join while peers are being launched; each peer joins, and gets its chaincodes, when it stands.
  reach('Launching peers');
  const peersStand = launchAll('peer');
  const peers: LaunchedPeers = { standing, allStand: peersStand };
  const channelsStand = new Map(
    network.channels.map((channel) => [
      channel.name,
      parts.run(
        {
          name: `channels/${channel.name}`,
          work: createChannel,
          args: [
            cluster,
            channelTarget(base, network, channel),
            peersOfChannel(network, channel),
            unready.map(({ organization, node }) => nodeName(organization, node)),
          ],
          summary: `The channel ${channel.name}: its genesis block, its orderers, its peers`,
        },
        (part) => tellOfPeers(part, peersOfChannel(network, channel), peers),
      ),
    ]),
  );
  const chaincodesStand = network.chaincodes.map((chaincode) => {
    const label = chaincodeLabel(network, chaincode);
    const target = chaincodeTarget(base, network, chaincode);
    return parts.run(
      {
        name: `chaincodes/${chaincode.channel}/${chaincode.name}`,
        work: deployChaincode,
        args: [cluster, target, label],
        summary: `The chaincode ${chaincode.name} on ${chaincode.channel}`,
      },
      async (part) => {
        await tellOfPeers(part, target.peers, peers);
        await channelsStand.get(chaincode.channel);
        await part.tell(channelStandsSignal);
      },
    );
  });
  const tell = async (): Promise<void> => {
    await peersStand;
    if (network.channels.length > 0) reach('Creating channels');
    await Promise.all(channelsStand.values());
    if (network.chaincodes.length > 0) reach('Deploying chaincode');
  };
  await allDone<unknown>([tell(), peersStand, ...channelsStand.values(), ...chaincodesStand]);
  const channels = await Promise.all(
    [...channelsStand].map(async ([channel, stands]) => ({ channel, absent: (await stands).absent })),
  );

  await allDone(
    leftChannels.map(({ name, genesisNamespace }) =>
      steps.run('removeChannel', name, {
        ...base,
        channel: name,
        genesisNamespace,
        orderers: orderersOfNetwork(network),
      }),
    ),
  );
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

  const degraded = await degradationsOf(network, unready, channels, activities);
  reach('Network is ready');
  return {
    network: network.name,
    steps: steps.records,
    endpoints: endpointsOf(network),
    ...(degraded.length > 0 ? { degraded } : {}),
  };
}

/** Those that are so, and those that are not. */
function partition<T>(all: readonly T[], isSo: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(isSo), all.filter((one) => !isSo(one))];
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
