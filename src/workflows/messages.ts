import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

import type { ChannelOrdererView, ChannelPeerStatus } from '../activities/status/channels.ts';
import type { CertificateView } from '../activities/status/certificates.ts';
import type { NodesStatus } from '../activities/status/nodes.ts';
import type { Outcome } from '../activities/activity.ts';
import type { Attribute } from '../activities/inputs.ts';

export type { Outcome, Waiting } from '../activities/activity.ts';
export type { CertificateView } from '../activities/status/certificates.ts';
export type { CertificateStatus, NodeStatus } from '../activities/status/nodes.ts';

/** One step on one target, finished or under way. */
export interface StepRecord {
  /** The activity's name, e.g. `enrollIdentity`. */
  readonly step: string;
  /** What it works on, e.g. `org1/peer1`. */
  readonly target: string;
  readonly outcome: Outcome | 'running' | 'failed' | 'cancelled';
  /** How often it was tried; 0 while the first attempt is under way. */
  readonly attempts: number;
  /** From its start to its end, retries included. */
  readonly seconds: number;
  /** Why it had something to do, or why it failed; empty for `unchanged`. */
  readonly reason: string;
  /** Which child workflow has done it: what its workflow id has after the run's, e.g. `org1/identities`. Absent for the run's own steps, and in its result. */
  readonly path?: string;
}

/** The stages of a bring-up in the words of the Fabric test network. */
export type Milestone =
  | 'Creating local node MSP'
  | 'Launching orderers'
  | 'Launching peers'
  | 'Creating channels'
  | 'Deploying chaincode'
  | 'Network is ready';

/** Options of `applyNetwork`, its second argument. All are off by default. */
export interface ApplyOptions {
  /** Name of the cluster of every organization that names no other; absent means the one in the workflow id. */
  readonly cluster?: string;
  /** Decide, but change nothing: every step returns the outcome it would have. */
  readonly dryRun?: boolean;
  /** Nodes that the description no longer names may be removed. Without it a run that would remove something is refused. */
  readonly approveRemoval?: boolean;
  /** Remove the ledger volumes of removed nodes too. */
  readonly pruneData?: boolean;
  /** Channels that the description no longer names may be removed. Without it a run that would remove one is refused. */
  readonly removeChannels?: boolean;
}

/** Organizations and owners of certificates, or everybody. */
export type RenewalTargets = readonly string[] | 'all';

/** Options of `renewNetwork`, its second argument. */
export interface RenewOptions {
  /** Whose certificates are renewed now, e.g. `org1` or `org1/peer1`; absent means that those are which are due. */
  readonly targets?: RenewalTargets;
  /** Give them new keys, instead of new certificates for those that they have. */
  readonly newKey?: boolean;
  /** Say what would be renewed, and change nothing. */
  readonly dryRun?: boolean;
}

/** The identity of an application: the second argument of `addIdentity`. */
export interface NewIdentity extends NamedIdentity {
  /** By default `client`. */
  readonly type?: 'client' | 'admin';
  /** Where it belongs within its organization, e.g. `org1.department1`; absent means nowhere in particular. */
  readonly affiliation?: string;
  /** Those with `ecert` are in its certificate, where chaincode reads them. */
  readonly attributes?: readonly Attribute[];
}

/** Which identity of which organization: the second argument of `revokeIdentity`. */
export interface NamedIdentity {
  readonly organization: string;
  /** Its enrollment ID. */
  readonly name: string;
}

/** Options of `keepNetwork`, its second argument. */
export interface KeepOptions {
  /** Mend what differs from the network's record. Without it that is reported. */
  readonly heal?: boolean;
}

/** What `keepNetwork` returns. */
export interface KeepReport {
  readonly network: string;
  /** What was renewed, a step each. */
  readonly renewed: readonly StepRecord[];
  /** What differs from the network's record and stays so, a step each that would mend it. */
  readonly drift: readonly StepRecord[];
  /** What was mended, a step each. */
  readonly healed: readonly StepRecord[];
  /** Certificates that end with their CA, whose own end nothing renews. */
  readonly endingWithCa: readonly CertificateView[];
  /** Why something that is due was left for the next time; absent means that nothing was. */
  readonly postponed?: string;
}

/** Which network, for what needs no description of it. */
export interface NetworkSelector {
  readonly network: string;
  /** Name of the cluster; absent means the one in the workflow id. */
  readonly cluster?: string;
  /** Where to look on that cluster; absent means in every namespace. */
  readonly namespaces?: readonly string[];
  /** Where else to look, for a network with organizations on other clusters. */
  readonly elsewhere?: readonly SelectedCluster[];
}

/** Namespaces of one cluster. */
export interface SelectedCluster {
  readonly cluster: string;
  readonly namespaces: readonly string[];
}

/** A channel as its orderers and peers have it now. */
export interface ChannelStatus {
  readonly name: string;
  /** Number of blocks of the orderer that has most. */
  readonly height: number;
  readonly peers: readonly ChannelPeerStatus[];
  readonly orderers: readonly ChannelOrdererStatus[];
  /** Why it is not as it should be, a sentence each without a full stop; empty where it is. */
  readonly problems: readonly string[];
}

export interface ChannelOrdererStatus extends Pick<ChannelOrdererView, 'name' | 'status' | 'height' | 'reason'> {
  readonly leader: boolean;
  /** Whether it leads is not to be seen before it restarts, and it knows who does; absent otherwise. */
  readonly knowsLeader?: true;
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
  /** Names of the peers that know too few endorsers for a transaction to be endorsed through them; absent if there are none. */
  readonly withoutEndorsers?: readonly string[];
}

/** One thing that a network has to be in order to be ready, in the way of conditions in Kubernetes. */
export interface Condition {
  readonly type: ConditionType;
  /** `Unknown` where it could not be found out; only `True` is good. */
  readonly status: 'True' | 'False' | 'Unknown';
  /** Since when, RFC 3339 time in UTC; absent where nobody knows. */
  readonly since?: string;
  /** One CamelCase word, e.g. `PeersAhead`. */
  readonly reason: string;
  /** For people: which objects, and what to do. */
  readonly message: string;
  /** The reasons of the objects that keep it from being true, such as `ImagePullBackOff`, by which whoever shows them knows what helps. */
  readonly causes?: readonly string[];
}

export type ConditionType =
  | 'CertificateAuthoritiesReady'
  | 'OrderersReady'
  | 'PeersInStep'
  | 'ChannelsReady'
  | 'ChaincodesReady'
  | 'CertificatesValid'
  | 'RecordApplied';

/** What `inspectNetwork` returns: the network as the cluster, its orderers and its peers have it now. */
export interface NetworkStatus extends NodesStatus {
  /** Every certificate of the network that is kept on its clusters, and when it is renewed; absent where nothing says what belongs to it. */
  readonly certificates?: readonly CertificateView[];
  /** Every condition is true. */
  readonly ready: boolean;
  readonly conditions: readonly Condition[];
  readonly channels: readonly ChannelStatus[];
  readonly chaincodes: readonly ChaincodeStatus[];
}

/** Options of `inspectNetwork`, its second argument. */
export interface InspectOptions {
  /** What the look before found: a condition that is as it was then has been so since then. */
  readonly earlier?: readonly Condition[];
}

/** Options of `removeNetwork`, its second argument. */
export interface RemoveOptions {
  /** Keep the volumes of peers, orderers and CAs. */
  readonly keepData?: boolean;
  readonly dryRun?: boolean;
}

/** What `applyNetwork`, `removeNetwork` and the other workflows that change a network return. */
export interface RunResult {
  readonly network: string;
  /** The stages of a bring-up that the run went through, in order; absent after a removal. */
  readonly milestones?: readonly Milestone[];
  readonly steps: readonly StepRecord[];
  /** Where the network's services answer; empty after a removal or a dry run on nothing. */
  readonly endpoints: readonly Endpoint[];
  /** What does not stand although the network works without it; absent means nothing. */
  readonly degraded?: readonly Degradation[];
  /** The network as it was at the end of the run, as `inspectNetwork` sees it; absent after a removal and a dry run. */
  readonly conditions?: readonly Condition[];
  /** In a dry run, who would have to sign changes of channels; absent means that there are none, or that it is not known yet. */
  readonly signatures?: readonly ChannelSignatures[];
  /** What people should know of the run besides, a sentence or two each; absent means nothing. */
  readonly notices?: readonly string[];
  /** Certificates that end with their CA, whose own end nothing renews; absent after a run that does not look at them, and where there are none. */
  readonly endingWithCa?: readonly CertificateView[];
}

/** The signatures that a change of a channel's configuration needs. */
export interface ChannelSignatures {
  /** Name of the channel. */
  readonly channel: string;
  /** MSP IDs of the organizations whose Admins would sign it. */
  readonly signers: readonly string[];
  /** MSP IDs of organizations whose signatures are needed besides, and whose Admins this description does not run. */
  readonly missing: readonly string[];
  /** Policies that the signatures here do not meet, each with what it wants. */
  readonly unmet: readonly string[];
}

/** A node that is not ready, and that the network can do without as long as enough others are. */
export interface Degradation {
  /** e.g. `org0/orderer3`. */
  readonly target: string;
  readonly reason: string;
}

export interface Endpoint {
  readonly organization: string;
  /** As people know it: `ECert Certificate Authority`, `Orderer1`, `Peer Node 1`. */
  readonly title: string;
  /** e.g. `grpcs://org1-peer1`. */
  readonly url: string;
}

/** Whether a network is what all of its conditions say. */
export function isReady(conditions: readonly Condition[]): boolean {
  return conditions.every(({ status }) => status === 'True');
}

/** Header of a run that has its place in a trace; the interceptors of Temporal's SDKs for OpenTelemetry have it there, too. */
export const TRACE_HEADER = '_tracer-data';

/** Progress of a run, answered by `applyNetwork` and `removeNetwork` and by their child workflows. */
export interface Progress extends StepsSince {
  readonly milestones: readonly Milestone[];
  /** Workflow ids of child workflows; ask each for its own progress while it runs. */
  readonly children: readonly string[];
  /** Absent while the run is not paused. */
  readonly paused?: RunPause;
  /** Updates of channels' configurations that are being signed; absent means none. */
  readonly pendingUpdates?: readonly PendingUpdate[];
}

/** The steps of a workflow, or those that have changed. */
export interface StepsSince {
  /** Number of changes so far: asked with it the next time, a workflow tells only what has changed meanwhile. */
  readonly version: number;
  /** The version that the steps are to be added to; 0 means that these are all steps. */
  readonly since: number;
  readonly steps: readonly StepRecord[];
}

/** An update of a channel's configuration on its way to the orderers. */
export interface PendingUpdate {
  readonly channel: string;
  /** What it changes, in words. */
  readonly reason: string;
  /** The common.ConfigUpdate that is signed, base64. It is public. */
  readonly update: string;
  /** The common.ConfigSignatures that it has, base64, in the order of `signedBy`. */
  readonly signatures: readonly string[];
  /** MSP IDs of the organizations that have signed it. */
  readonly signedBy: readonly string[];
  /** Policies that nobody's signature here satisfies, each with what it wants. */
  readonly unmet: readonly string[];
  /** MSP IDs of organizations whose signatures the run waits for; absent or empty means that it waits for none. */
  readonly awaited?: readonly string[];
}

/** The progress of a workflow without stages and children of its own. @param pausing whether it is paused; absent of a child, whose parent tells it */
export function progressOf(steps: StepsSince, pausing: { readonly current?: RunPause | undefined } = {}): Progress {
  const { current } = pausing;
  return { ...steps, milestones: [], children: [], ...(current && { paused: current }) };
}

/** Its argument is the version of the last answer; without it all steps are told. */
export const progressQuery = defineQuery<Progress, [since?: number]>('progress');

/** A run begins no new step as long as it is paused. */
export interface RunPause {
  /** Who paused it, e.g. `ana@laptop`. */
  readonly by: string;
  /** Why; empty if nobody said so. */
  readonly reason: string;
  /** RFC 3339 time in UTC. */
  readonly since: string;
}

/** Who asks for a run to be paused or resumed, and why; the reason may be empty. */
export type PauseRequest = Pick<RunPause, 'by' | 'reason'>;

export interface PauseAnswer {
  /** False if it was so already. */
  readonly changed: boolean;
  /** The pause that has begun or, after it was resumed, that has ended; absent if the run was not paused. */
  readonly pause?: RunPause;
}

/** What a run can be asked to do while it goes on: what each is asked with, and what it answers. */
export interface RunUpdates {
  readonly pause: { readonly argument: PauseRequest; readonly answer: PauseAnswer };
  readonly resume: { readonly argument: PauseRequest; readonly answer: PauseAnswer };
  /** Of the child workflow of a channel. */
  readonly addSignatures: { readonly argument: SignaturesRequest; readonly answer: SignaturesAnswer };
}

/** Signatures of an update of a channel's configuration that a run waits for. */
export interface SignaturesRequest {
  /** The update with them, as `peer channel signconfigtx` writes it: a common.Envelope, base64. It is public. */
  readonly envelope: string;
  /** Who hands them in, e.g. `ana@laptop`. */
  readonly by: string;
}

export interface SignaturesAnswer {
  /** MSP IDs of the organizations whose signatures were taken. */
  readonly added: readonly string[];
  /** MSP IDs of those that are still awaited; empty when the update is sent. */
  readonly awaited: readonly string[];
}

export const pauseUpdate = defineUpdate<PauseAnswer, [PauseRequest]>('pause' satisfies keyof RunUpdates);

export const resumeUpdate = defineUpdate<PauseAnswer, [PauseRequest]>('resume' satisfies keyof RunUpdates);

export const addSignaturesUpdate = defineUpdate<SignaturesAnswer, [SignaturesRequest]>(
  'addSignatures' satisfies keyof RunUpdates,
);

/** What children are told when their run is paused or resumed. Signals that overtake each other are put right by their number. */
export interface PauseChange {
  readonly number: number;
  /** Absent when the run is resumed. */
  readonly pause?: RunPause;
}

export const pauseSignal = defineSignal<[PauseChange]>('pauseChanged');

/** Name of the task queue of all workflows. */
export const WORKFLOW_TASK_QUEUE = 'weft';

/** Name of the task queue of the activities of one cluster, polled by the worker that can reach it. */
export function activityTaskQueue(cluster: string): string {
  return `${ACTIVITY_QUEUE_PREFIX}${cluster}`;
}

const ACTIVITY_QUEUE_PREFIX = 'weft-';

/** Name of the cluster whose steps wait in a task queue; undefined for any other queue. */
export function clusterOfQueue(queue: string): string | undefined {
  return queue.startsWith(ACTIVITY_QUEUE_PREFIX) ? queue.slice(ACTIVITY_QUEUE_PREFIX.length) : undefined;
}

/** Id of the schedule that keeps a network, and the beginning of the workflow ids of its runs. */
export function keepScheduleId(cluster: string, network: string): string {
  return `keep/${cluster}/${network}`;
}

/** Workflow id of the child of a run that looks after a channel. */
export function channelWorkflowId(run: string, channel: string): string {
  return `${run}/${channelChildName(channel)}`;
}

/** The last part of the workflow id of a channel's child. */
export function channelChildName(channel: string): string {
  return `channels/${channel}`;
}

/** Workflow id of a network; one open run per id is the lock on the network. */
export function networkWorkflowId(cluster: string, network: string): string {
  return `network/${cluster}/${network}`;
}
