import { list, ownedBy } from '../../kubernetes/index.ts';
import type { Network } from '../../spec/index.ts';
import { packageOf } from '../chaincodes/packages.ts';
import { ask } from '../chaincodes/lifecycle.ts';
import { asFailure } from '../failures.ts';
import type { InspectionInput } from './nodes.ts';
import { recordedNetwork } from '../cluster/description-record.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { viewOrderer, type OrdererView } from '../channels/orderers.ts';
import { leaderOf } from '../channels/ordering.ts';
import { withPeer } from '../peers/sessions.ts';
import { asActivity } from '../activity.ts';
import type { ChaincodeInput, RunningNode } from '../inputs.ts';

/** A channel as its orderers and peers have it now. */
export interface ChannelStatus {
  readonly name: string;
  /** Number of blocks of the orderer that has most. */
  readonly height: number;
  readonly peers: readonly ChannelPeerStatus[];
  readonly orderers: readonly ChannelOrdererStatus[];
}

export interface ChannelPeerStatus {
  readonly name: string;
  /** Number of blocks; 0 if it has not joined, or did not answer. */
  readonly height: number;
  /** Why it did not answer; empty if it did. */
  readonly reason: string;
}

export interface ChannelOrdererStatus {
  readonly name: string;
  /** As the orderer says it, e.g. `active`; `absent` if it has not joined, `unreachable` if it did not answer. */
  readonly status: string;
  readonly height: number;
  readonly leader: boolean;
  readonly reason: string;
}

/** A chaincode as its channel has it now. */
export interface ChaincodeStatus {
  readonly name: string;
  readonly channel: string;
  /** Empty if it is not committed. */
  readonly version: string;
  /** 0 if it is not committed. */
  readonly sequence: number;
  /** What the first member's peers run; empty if that is not known. */
  readonly packageId: string;
  /** It is committed, and answers through a peer of every member. */
  readonly ready: boolean;
  /** Why it is not ready; empty when it is. */
  readonly reason: string;
}

export interface ChannelInspectionInput {
  /** Name of the channel. */
  readonly channel: string;
  readonly orderers: readonly RunningNode[];
  readonly peers: readonly RunningNode[];
}

export interface ChannelInspectionActivities {
  readDescription: (input: InspectionInput) => Promise<Network | undefined>;
  inspectChannel: (input: ChannelInspectionInput) => Promise<ChannelStatus>;
  inspectChaincode: (input: ChaincodeInput) => Promise<ChaincodeStatus>;
}

/** Looks at channels and chaincodes, and changes nothing. What does not answer is part of the answer. */
export function createChannelInspectionActivities(dependencies: Dependencies): ChannelInspectionActivities {
  return {
    readDescription: asActivity(async ({ network, namespaces }, { signal }) => {
      const places = (namespaces ?? [undefined]).map((namespace) =>
        list(
          dependencies.cluster,
          { apiVersion: 'v1', kind: 'ConfigMap' },
          { ...(namespace === undefined ? {} : { namespace }), labelSelector: ownedBy(network), signal },
        ),
      );
      return recordedNetwork(network, (await Promise.all(places)).flat());
    }),

    inspectChannel: asActivity(async ({ channel, orderers, peers }, { signal }) => {
      const [views, peerStatuses] = await Promise.all([
        Promise.all(orderers.map((orderer) => viewOrderer(dependencies, orderer, channel, signal))),
        Promise.all(peers.map((peer) => peerStatus(dependencies, peer, channel, signal))),
      ]);
      const leader = leaderOf(views);
      const ordererStatuses = views.map((view) => ordererStatus(view, leader));
      const height = Math.max(0, ...ordererStatuses.map((orderer) => orderer.height));
      return { name: channel, height, peers: peerStatuses, orderers: ordererStatuses };
    }),

    inspectChaincode: asActivity((target, { signal }) => chaincodeStatus(dependencies, target, signal)),
  };
}

function ordererStatus({ node, channel, trouble }: OrdererView, leader: string | undefined): ChannelOrdererStatus {
  return {
    name: node,
    status: channel?.status ?? (trouble === undefined ? 'absent' : 'unreachable'),
    height: channel?.height ?? 0,
    leader: node === leader,
    reason: trouble ?? '',
  };
}

async function peerStatus(
  dependencies: Dependencies,
  peer: RunningNode,
  channel: string,
  signal: AbortSignal,
): Promise<ChannelPeerStatus> {
  const { node, organization } = peer;
  try {
    return await withPeer(dependencies, { admin: organization, peer: [peer] }, signal, async (commands) => {
      if (!(await commands.channels()).includes(channel)) return { name: node, height: 0, reason: 'has not joined' };
      return { name: node, height: (await commands.ledger(channel)).height, reason: '' };
    });
  } catch (error) {
    signal.throwIfAborted();
    return { name: node, height: 0, reason: asFailure(error).message };
  }
}

async function chaincodeStatus(
  dependencies: Dependencies,
  target: ChaincodeInput,
  signal: AbortSignal,
): Promise<ChaincodeStatus> {
  const { chaincode, members, peers } = target;
  const { name, channel } = chaincode;
  const looks = await Promise.all(
    members.map(async (organization) => {
      try {
        const own = peers.filter((peer) => peer.organization.mspId === organization.mspId);
        return await withPeer(dependencies, { admin: organization, peer: own }, signal, async (peer) => {
          const committed = await peer.committedDefinition(channel, name);
          if (committed === undefined) return { trouble: 'it is not committed' };
          const answer = await ask(peer, chaincode);
          const trouble = typeof answer === 'string' ? '' : `${organization.name}: ${answer.trouble}`;
          return { committed, trouble };
        });
      } catch (error) {
        signal.throwIfAborted();
        return { trouble: asFailure(error).message };
      }
    }),
  );
  const [home] = members;
  const committed = looks.find((look) => look.committed !== undefined)?.committed;
  const reasons = [...new Set(looks.map(({ trouble }) => trouble).filter((trouble) => trouble !== ''))];
  return {
    name,
    channel,
    version: committed?.version ?? '',
    sequence: committed?.sequence ?? 0,
    packageId: home === undefined ? '' : (await packageOf(dependencies, chaincode, home, signal)).packageId,
    ready: reasons.length === 0,
    reason: reasons.join('; '),
  };
}
