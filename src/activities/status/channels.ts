import { asActivity } from '../activity.ts';
import { pingChaincode } from '../chaincodes/query.ts';
import { packageOf } from '../chaincodes/packages.ts';
import { viewOrderer, withOrdererAdmin, type AskedOrderer, type OrdererView } from '../channels/orderers.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { FabricError } from '../../fabric/index.ts';
import { asFailure } from '../failures.ts';
import type { ChaincodeInput, OrganizationReference } from '../inputs.ts';
import { isDown } from '../peers/readiness.ts';
import { withPeer } from '../peers/sessions.ts';
import { NO_ANSWER, orSilence } from './silence.ts';

/** A channel as the nodes of one organization have it now. */
export interface ChannelView {
  readonly orderers: readonly ChannelOrdererView[];
  readonly peers: readonly ChannelPeerStatus[];
}

export interface ChannelPeerStatus {
  readonly name: string;
  /** Number of blocks; 0 if it has not joined, or did not answer. */
  readonly height: number;
  /** Why it did not answer, or is not where it should be; empty if it is. */
  readonly reason: string;
  /** Names of the chaincodes for which it knows too few endorsers; absent if there are none, or none was asked about. */
  readonly withoutEndorsers?: readonly string[];
}

export interface ChannelOrdererView {
  readonly name: string;
  /** As the orderer says it, e.g. `active`; `absent` if it has not joined, `unreachable` if it did not answer. */
  readonly status: string;
  readonly height: number;
  /** It says that it leads, as far as it knows. */
  readonly isLeader: boolean;
  /** Whether it leads is not to be seen before it restarts, and it knows who does; absent otherwise. */
  readonly knowsLeader?: true;
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
  /** Names of the chaincodes whose endorsers the peers are asked for; absent means none. */
  readonly chaincodes?: readonly string[];
}

/** The channels of an orderer, described or not, as it says itself. */
export interface ConsentedChannels {
  /** Names of those in which it is a consenter; absent if it does not answer. */
  readonly channels?: readonly string[];
}

export interface ChannelInspectionActivities {
  inspectConsentedChannels: (input: AskedOrderer) => Promise<ConsentedChannels>;
  inspectChannel: (input: ChannelInspectionInput) => Promise<ChannelView>;
  inspectChaincode: (input: ChaincodeInput) => Promise<ChaincodeView>;
}

/** Looks at channels and chaincodes, and changes nothing. What does not answer is part of the answer. */
export function createChannelInspectionActivities(dependencies: Dependencies): ChannelInspectionActivities {
  return {
    inspectConsentedChannels: asActivity((orderer, { signal }) =>
      orSilence<ConsentedChannels>(signal, (limited) => consentedChannels(dependencies, orderer, limited), {}),
    ),

    inspectChannel: asActivity(async (input, { signal }) => {
      const { organization, channel, orderers, peers } = input;
      const [views, statuses] = await Promise.all([
        Promise.all(
          orderers.map((node) =>
            orSilence<OrdererView>(
              signal,
              (limited) => lookAtOrderer(dependencies, { organization, node }, channel, limited),
              { node, silence: `${node} ${NO_ANSWER}.` },
            ),
          ),
        ),
        Promise.all(
          peers.map((node) =>
            orSilence<ChannelPeerStatus>(signal, (limited) => peerStatus(dependencies, input, node, limited), {
              name: node,
              height: 0,
              reason: NO_ANSWER,
            }),
          ),
        ),
      ]);
      return { orderers: views.map(ordererView), peers: statuses };
    }),

    inspectChaincode: asActivity((input, { signal }) =>
      orSilence<ChaincodeView>(signal, (limited) => chaincodeView(dependencies, input, limited), {
        ...{ version: '', sequence: 0, packageId: '' },
        reason: `${input.organization.name}: ${input.peers.join(', ')} or the chaincode ${NO_ANSWER}`,
      }),
    ),
  };
}

/** Looks at an orderer's part in a channel. While a pod is replaced by one that trusts another CA, it refuses who comes with a certificate of that. */
async function lookAtOrderer(
  dependencies: Dependencies,
  orderer: AskedOrderer,
  channel: string,
  signal: AbortSignal,
): Promise<OrdererView> {
  try {
    return await viewOrderer(dependencies, orderer, channel, signal);
  } catch (error) {
    if (!(error instanceof FabricError) || error.kind !== 'notAuthorized') throw error;
    return { node: orderer.node, silence: error.message };
  }
}

async function consentedChannels(
  dependencies: Dependencies,
  orderer: AskedOrderer,
  signal: AbortSignal,
): Promise<ConsentedChannels> {
  try {
    return await withOrdererAdmin(dependencies, orderer, signal, async (admin) => {
      const names = await admin.channels();
      const parts = await Promise.all(names.map(async (name) => ({ name, part: await admin.channel(name) })));
      const consented = parts.filter(({ part }) => part?.consensusRelation === 'consenter');
      return { channels: consented.map(({ name }) => name) };
    });
  } catch (error) {
    signal.throwIfAborted();
    if (isDown(error)) return {};
    throw error;
  }
}

/** An orderer's view in the words of a status. */
export function ordererView({ node, channel, consensus, knowsLeader, silence }: OrdererView): ChannelOrdererView {
  const { isLeader, consensus: kind, committedBlock } = consensus ?? NO_CONSENSUS;
  return {
    name: node,
    status: channel?.status ?? (silence === undefined ? 'absent' : 'unreachable'),
    height: channel?.height ?? 0,
    isLeader,
    ...(knowsLeader && { knowsLeader }),
    consensus: kind,
    committedBlock,
    reason: silence ?? '',
  };
}

/** What an orderer says that has no part in the consensus of the channel, or did not answer. */
const NO_CONSENSUS = { isLeader: false, consensus: 'unknown', committedBlock: 0 } as const;

async function peerStatus(
  dependencies: Dependencies,
  { organization, channel, chaincodes = [] }: ChannelInspectionInput,
  node: string,
  signal: AbortSignal,
): Promise<ChannelPeerStatus> {
  try {
    return await withPeer(dependencies, { organization, nodes: [node] }, signal, async (peer) => {
      if (!(await peer.channels()).includes(channel)) return { name: node, height: 0, reason: 'has not joined' };
      const [{ height }, withoutEndorsers] = await Promise.all([
        peer.ledger(channel),
        peer.chaincodesWithoutEndorsers(channel, chaincodes).catch(unknownToAdmins),
      ]);
      return { name: node, height, reason: '', ...(withoutEndorsers.length === 0 ? {} : { withoutEndorsers }) };
    });
  } catch (error) {
    signal.throwIfAborted();
    return { name: node, height: 0, reason: asFailure(error).message };
  }
}

/** Whoever may not write to a channel is not told who endorses there: of an Admin's peers nothing bad is known then. */
function unknownToAdmins(error: unknown): readonly string[] {
  if (error instanceof FabricError && error.kind === 'notAuthorized') return [];
  throw error;
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
