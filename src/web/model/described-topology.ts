import type { Network } from '../../spec/network.ts';
import type { WorkOnPart } from './states.ts';
import type {
  NetworkTopology,
  TopologyChannel,
  NodeInTopology,
  TopologyOrganization,
  TopologyPart,
} from './topology.ts';

/** A step that a run does now. */
export interface StepUnderWay extends WorkOnPart {
  readonly target: string;
}

/**
 * A network as it is described: nobody has looked at its parts, so that their states are unknown, but what a run does to them is.
 *
 * @param underWay what a run does now
 */
export function describedTopology(description: Network, underWay: readonly StepUnderWay[] = []): NetworkTopology {
  const part = (target: string): TopologyPart => ({
    state: 'unknown',
    reason: '',
    work: underWay.find((step) => step.target === target),
  });
  const organizations = description.organizations.map((organization): TopologyOrganization => {
    const { name, mspId, domain, namespace, orderers, peers } = organization;
    const node = (kind: NodeInTopology['kind'], nodeName: string): NodeInTopology => {
      const id = `${name}/${nodeName}`;
      return { id, name: nodeName, kind, channels: channelsOf(description, name, nodeName), ...part(id) };
    };
    return {
      ...{ name, mspId, domain, namespace },
      nodes: [
        node('ca', 'ca'),
        ...orderers.map((orderer) => node('orderer', orderer.name)),
        ...peers.map((peer) => node('peer', peer.name)),
      ],
    };
  });
  const channels = description.channels.map((channel): TopologyChannel => {
    const { name } = channel;
    const ofChannel = description.chaincodes.filter((chaincode) => chaincode.channel === name);
    return {
      name,
      orderers: channel.orderers.map(({ organization }) => organization),
      members: channel.peers.map(({ organization }) => organization),
      chaincodes: ofChannel.map((chaincode) => ({
        name: chaincode.name,
        version: chaincode.version,
        ...part(`${name}/${chaincode.name}`),
      })),
      ...part(name),
    };
  });
  return { structure: structureOf(organizations, channels), organizations, channels };
}

function channelsOf({ channels }: Network, organization: string, node: string): readonly string[] {
  return channels
    .filter(
      ({ orderers, peers }) =>
        orderers.some((group) => group.organization === organization && group.orderers.includes(node)) ||
        peers.some((group) => group.organization === organization && group.peers.includes(node)),
    )
    .map(({ name }) => name);
}

function structureOf(organizations: readonly TopologyOrganization[], channels: readonly TopologyChannel[]): string {
  return JSON.stringify([
    organizations.map(({ name, nodes }) => [name, nodes.map(({ name: node }) => node)]),
    channels.map(({ name, orderers, members, chaincodes }) => [name, orderers, members, chaincodes.map((c) => c.name)]),
  ]);
}
