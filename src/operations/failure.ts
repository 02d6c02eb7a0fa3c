import type { OpenRun } from '../client/index.ts';

/**
 * Why a use case could not begin or be carried out, for a reason that whoever asked can understand and act on. The facts are
 * data: each face says in its own way what to do, and what they mean as an exit code or an HTTP status.
 *
 * How a run ended is no problem of this kind but the result of its use case; errors of Kubernetes, of Fabric's gateway and of
 * Temporal pass through as they are.
 */
export type OperationProblem =
  /** No worker polls these task queues. */
  | { readonly code: 'NoWorker'; readonly queues: readonly string[] }
  /** Another run holds the network. */
  | { readonly code: 'NetworkBusy'; readonly network: string; readonly requested: string; readonly holder: OpenRun }
  /** No worker has answered for a run what it was asked for; it may come about later. */
  | { readonly code: 'RunSilent'; readonly workflowId: string }
  /** A run does not do what it was asked for, for a reason that is a sentence. */
  | { readonly code: 'RunRefuses'; readonly reason: string }
  | { readonly code: 'NetworkNotFound'; readonly network: string; readonly cluster: string }
  /** The cluster has no network at all. */
  | { readonly code: 'NoNetworks'; readonly cluster: string }
  /** The cluster has several networks, and none was named. */
  | { readonly code: 'NetworkNotNamed'; readonly cluster: string; readonly networks: readonly string[] }
  /** Several networks have this name, in these namespaces. */
  | { readonly code: 'NetworkAmbiguous'; readonly network: string; readonly namespaces: Names }
  /** The description that the cluster keeps of a network cannot be read; the reason continues "… of the network". */
  | { readonly code: 'RecordUnreadable'; readonly network: string; readonly record: string; readonly reason: string }
  /** A Secret or ConfigMap of the network, or one of its keys, is not there. */
  | { readonly code: 'ObjectMissing'; readonly object: ObjectName; readonly key?: string }
  /** Neither deployed by Weft nor said to be on a channel. */
  | { readonly code: 'ChaincodeNotFound'; readonly network: string; readonly chaincode: string; readonly known: Names }
  /** The chaincode is on several channels, and none was named. */
  | { readonly code: 'ChannelNotNamed'; readonly chaincode: string; readonly channels: Names }
  | { readonly code: 'ChannelNotFound'; readonly network: string; readonly channel: string; readonly known: Names }
  | { readonly code: 'NotAMember'; readonly organization: string; readonly channel: string; readonly members: Names }
  /** The peer is not in the channel; or, if none was named, no peer of the organization is. */
  | {
      readonly code: 'PeerNotFound';
      readonly organization: string;
      readonly channel: string;
      readonly peer?: string;
      readonly known: Names;
    }
  /** No organization of this name has peers; or, if none was named, no organization at all. */
  | {
      readonly code: 'OrganizationNotFound';
      readonly network: string;
      readonly organization?: string;
      readonly known: Names;
    }
  /** The organization is on another cluster than the one that was asked. */
  | {
      readonly code: 'OrganizationElsewhere';
      readonly organization: string;
      readonly elsewhere: string;
      readonly cluster: string;
    }
  /** What was given as an update of a channel is something else; the reason is a sentence without its full stop. */
  /** The organization has no such identity of an application. */
  | {
      readonly code: 'IdentityNotFound';
      readonly organization: string;
      readonly identity: string;
      readonly known: Names;
    }
  | { readonly code: 'IdentityRevoked'; readonly organization: string; readonly identity: string }
  | { readonly code: 'EnvelopeInvalid'; readonly reason: string }
  /** No organization of this name is in the network. */
  | { readonly code: 'SignerUnknown'; readonly network: string; readonly organization: string; readonly known: Names }
  /** A public key for a backup is none. */
  | { readonly code: 'RecipientInvalid'; readonly recipient: string }
  /** A private key for a backup is none. */
  | { readonly code: 'KeyInvalid' }
  /** The keys that were given do not open the backup, or it is none. */
  | { readonly code: 'BackupLocked'; readonly reason: string }
  /** The backup could be opened, and holds something else; the reason continues "the backup cannot be read: …". */
  | { readonly code: 'BackupUnreadable'; readonly reason: string }
  | { readonly code: 'NotInBackup'; readonly organization: string; readonly known: Names }
  /** What stands differs from the backup; each conflict is a sentence without its full stop. */
  | { readonly code: 'RestoreConflict'; readonly network: string; readonly conflicts: Names }
  /** Something of the cluster took longer than whoever asked would wait. The task continues "the cluster did not …". */
  | { readonly code: 'TimedOut'; readonly task: string };

type Names = readonly string[];

export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export class OperationFailure extends Error {
  override readonly name = 'OperationFailure';
  readonly problem: OperationProblem;

  constructor(problem: OperationProblem, options?: ErrorOptions) {
    super(sentenceOf(problem), options);
    this.problem = problem;
  }
}

type Sentences = {
  readonly [Code in OperationProblem['code']]: (problem: Extract<OperationProblem, { code: Code }>) => string;
};

const SENTENCES: Sentences = {
  NoWorker: ({ queues }) => `no worker polls ${queueNames(queues)}. Nothing was started.`,
  NetworkBusy: ({ network, holder }) => `another run holds ${network}: ${holder.operation}. Nothing was started.`,
  RunSilent: ({ workflowId }) =>
    `no worker has answered for the run ${workflowId}. What it was asked for may come about when one is back.`,
  RunRefuses: ({ reason }) => reason,
  NetworkNotFound: ({ network, cluster }) => `there is no network ${network} on ${cluster}.`,
  NoNetworks: ({ cluster }) => `${cluster} has no network that Weft brought up.`,
  NetworkNotNamed: ({ cluster, networks }) => `which network? ${cluster} has ${networks.join(', ')}.`,
  NetworkAmbiguous: ({ network, namespaces }) => `which ${network}? There is one in each of ${namespaces.join(', ')}.`,
  RecordUnreadable: ({ network, record, reason }) => `what the cluster keeps of ${network} (${record}) ${reason}.`,
  ObjectMissing: ({ object: { kind, namespace, name }, key }) =>
    `${kind} ${name} in namespace ${namespace} ${key === undefined ? 'is not there' : `has no ${key}`}.`,
  ChaincodeNotFound: ({ network, chaincode }) => `the network ${network} has no chaincode ${chaincode}.`,
  ChannelNotNamed: ({ chaincode, channels }) => `which channel? ${chaincode} is on ${channels.join(', ')}.`,
  ChannelNotFound: ({ network, channel }) => `the network ${network} has no channel ${channel}.`,
  NotAMember: ({ organization, channel }) => `${organization} is no member of channel ${channel}.`,
  PeerNotFound: ({ organization, channel, peer }) =>
    peer === undefined
      ? `no peer of ${organization} is in channel ${channel}.`
      : `${peer} is no peer of ${organization} in channel ${channel}.`,
  OrganizationNotFound: ({ network, organization = 'no organization' }) =>
    `${organization} is no organization with peers in the network ${network}.`,
  OrganizationElsewhere: ({ organization, elsewhere, cluster }) =>
    `${organization} is on the cluster ${elsewhere}, not on ${cluster}.`,
  IdentityNotFound: ({ organization, identity }) => `${organization} has no identity ${identity}.`,
  IdentityRevoked: ({ organization, identity }) => `the identity ${identity} of ${organization} is revoked.`,
  EnvelopeInvalid: ({ reason }) => `${reason}.`,
  SignerUnknown: ({ network, organization }) => `${organization} is no organization of the network ${network}.`,
  RecipientInvalid: ({ recipient }) => `"${recipient}" is no public key of age.`,
  KeyInvalid: () => 'a private key that was given is none of age.',
  BackupLocked: ({ reason }) => `the backup cannot be opened: ${reason}.`,
  BackupUnreadable: ({ reason }) => `the backup cannot be read: ${reason}.`,
  NotInBackup: ({ organization }) => `the backup has no organization ${organization}.`,
  RestoreConflict: ({ network, conflicts }) =>
    `what stands of ${network} is not what the backup holds. Nothing was restored.\n${conflicts.map((conflict) => `${conflict}.`).join('\n')}`,
  TimedOut: ({ task }) => `the cluster did not ${task} in time.`,
};

function sentenceOf(problem: OperationProblem): string {
  // The table has an entry for each code, which the compiler cannot pair with the code of this one problem.
  return (SENTENCES[problem.code] as (problem: OperationProblem) => string)(problem);
}

/** `task queue weft` or `task queues weft and weft-local` */
export function queueNames(queues: readonly string[]): string {
  return `task queue${queues.length === 1 ? '' : 's'} ${queues.join(' and ')}`;
}
