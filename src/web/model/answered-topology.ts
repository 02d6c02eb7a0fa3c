import type { TopologyAnswer } from '../api/resources.ts';
import type { WorkOnPart } from './states.ts';
import type { NetworkTopology, NodeInTopology, TopologyNodeKind, TopologyPart } from './topology.ts';

type AnsweredOrganization = TopologyAnswer['organizations'][number];
type AnsweredNode = AnsweredOrganization['certificateAuthority'];
type AnsweredPart = Pick<AnsweredNode, 'state' | 'reason' | 'since' | 'step'>;

/** The topology that the API answers with, in the form that graph and table show. */
export function answeredTopology(answer: TopologyAnswer): NetworkTopology {
  const { structure, organizations, channels, chaincodes } = answer;
  return {
    structure,
    organizations: organizations.map(({ name, mspId, domain, namespace, certificateAuthority, orderers, peers }) => ({
      ...{ name, mspId, domain, namespace },
      nodes: [
        nodeOf('ca', certificateAuthority),
        ...orderers.map((orderer) => nodeOf('orderer', orderer)),
        ...peers.map((peer) => nodeOf('peer', peer)),
      ],
    })),
    channels: channels.map((channel) => ({
      ...partOf(channel),
      name: channel.name,
      height: channel.height,
      orderers: channel.orderers.map(({ organization }) => organization),
      members: channel.members.map(({ organization }) => organization),
      chaincodes: chaincodes
        .filter((chaincode) => chaincode.channel === channel.name)
        .map((chaincode) => ({ ...partOf(chaincode), name: chaincode.name, version: chaincode.version })),
    })),
  };
}

function nodeOf(kind: TopologyNodeKind, node: AnsweredNode): NodeInTopology {
  const { id, name, version, certificateEnds, channels } = node;
  return { ...partOf(node), id, name, kind, version, certificateEnds, channels };
}

function partOf({ state, reason, since, step }: AnsweredPart): TopologyPart {
  return { state, reason, since, work: step === undefined ? undefined : workOf(step) };
}

function workOf({ step, attempt, type = '', reason, nextAttemptAt }: NonNullable<AnsweredPart['step']>): WorkOnPart {
  // The name of what is waited for is what one searches the documentation for.
  return { step, attempt, reason: [type, reason].filter((text) => text !== '').join(': '), nextAttemptAt };
}
