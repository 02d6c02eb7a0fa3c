import { asActivity } from '../activity.ts';
import { pingChaincode } from '../chaincodes/query.ts';
import { packageOf } from '../chaincodes/packages.ts';
import { viewOrderer, type OrdererView } from '../channels/orderers.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { asFailure } from '../failures.ts';
import type { ChaincodeInput, OrganizationReference } from '../inputs.ts';
import { withPeer } from '../peers/sessions.ts';

/** A channel as the nodes of one organization have it now. */
export interface ChannelView {
  readonly orderers: readonly ChannelOrdererView[];
  readonly peers: readonly ChannelPeerStatus[];
}

export interface ChannelPeerStatus {
  readonly name: string;
  /** Number of blocks; 0 if it has not joined, or did not answer. */
  readonly height: number;
  /** Why it did not answer; empty if it did. */
  readonly reason: string;
}

export interface ChannelOrdererView {
  readonly name: string;
  /** As the orderer says it, e.g. `active`; `absent` if it has not joined, `unreachable` if it did not answer. */
  readonly status: string;
  readonly height: number;
  /** It says that it leads, as far as it knows. */
  readonly isLeader: boolean;
  readonly consensus: 'raft' | 'bft' | 'unknown';
  /** Number of the newest block that its consensus has committed. */
  readonly committedBlock: number;
  readonly reason: string;
}

/** A chaincode as the peers of one organization have it now. */
export interface ChaincodeView {
  /** Empty if it is not committed. */
  readonly version: string;
  /** 0 if it is not committed. */
  readonly sequence: number;
  /** What the organization's peers should run; empty if that is not known. */
  readonly packageId: string;
  /** Why it does not answer; empty if it does. */
  readonly reason: string;
}

export interface ChannelInspectionInput {
  readonly organization: OrganizationReference;
  /** Name of the channel. */
  readonly channel: string;
  /** Kubernetes names of the organization's orderers in the channel. */
  readonly orderers: readonly string[];
  /** Kubernetes names of the organization's peers in the channel. */
  readonly peers: readonly string[];
}

export interface ChannelInspectionActivities {
  inspectChannel: (input: ChannelInspectionInput) => Promise<ChannelView>;
  inspectChaincode: (input: ChaincodeInput) => Promise<ChaincodeView>;
}

/** Looks at channels and chaincodes, and changes nothing. What does not answer is part of the answer. */
export function createChannelInspectionActivities(dependencies: Dependencies): ChannelInspectionActivities {
  return {
    inspectChannel: asActivity(async ({ organization, channel, orderers, peers }, { signal }) => {
      const [views, statuses] = await Promise.all([
        Promise.all(orderers.map((node) => viewOrderer(dependencies, { organization, node }, channel, signal))),
        Promise.all(peers.map((node) => peerStatus(dependencies, organization, node, channel, signal))),
      ]);
      return { orderers: views.map(ordererView), peers: statuses };
    }),

    inspectChaincode: asActivity((input, { signal }) => chaincodeView(dependencies, input, signal)),
  };
}

/** An orderer's view in the words of a status. */
export function ordererView({ node, channel, consensus, silence }: OrdererView): ChannelOrdererView {
  const { isLeader, consensus: kind, committedBlock } = consensus ?? NO_CONSENSUS;
  return {
    name: node,
    status: channel?.status ?? (silence === undefined ? 'absent' : 'unreachable'),
    height: channel?.height ?? 0,
    isLeader,
    consensus: kind,
    committedBlock,
    reason: silence ?? '',
  };
}

/** What an orderer says that has no part in the consensus of the channel, or did not answer. */
const NO_CONSENSUS = { isLeader: false, consensus: 'unknown', committedBlock: 0 } as const;

async function peerStatus(
  dependencies: Dependencies,
  organization: OrganizationReference,
  node: string,
  channel: string,
  signal: AbortSignal,
): Promise<ChannelPeerStatus> {
  try {
    return await withPeer(dependencies, { organization, nodes: [node] }, signal, async (peer) => {
      if (!(await peer.channels()).includes(channel)) return { name: node, height: 0, reason: 'has not joined' };
      return { name: node, height: (await peer.ledger(channel)).height, reason: '' };
    });
  } catch (error) {
    signal.throwIfAborted();
    return { name: node, height: 0, reason: asFailure(error).message };
  }
}

async function chaincodeView(
  dependencies: Dependencies,
  { chaincode, organization, peers }: ChaincodeInput,
  signal: AbortSignal,
): Promise<ChaincodeView> {
  const { name, channel } = chaincode;
  const none = { version: '', sequence: 0, packageId: '' };
  try {
    const { packageId } = await packageOf(dependencies, chaincode, organization, signal);
    return await withPeer(dependencies, { organization, nodes: peers }, signal, async (peer) => {
      const committed = await peer.committedDefinition(channel, name);
      if (committed === undefined) return { ...none, packageId, reason: 'it is not committed' };
      const answer = await pingChaincode(peer, chaincode);
      const reason = typeof answer === 'string' ? '' : `${organization.name}: ${answer.silence}`;
      return { version: committed.version, sequence: committed.sequence, packageId, reason };
    });
  } catch (error) {
    signal.throwIfAborted();
    return { ...none, reason: asFailure(error).message };
  }
}
