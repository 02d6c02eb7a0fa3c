import { z } from 'zod';

const names = z.array(z.string()).readonly();

/**
 * Every remedy, with the facts that its words need. It travels in the details of a failure, from the step that knows what
 * would help to the face that says it.
 */
const remedySchema = z.discriminatedUnion('kind', [
  /** The same run once more: it makes what is missing, or goes on where it stopped. */
  z.object({ kind: z.literal('runAgain') }),
  /**
   * Nodes that the description no longer names may be removed, some with their volumes; and organizations and nodes may leave channels that it
   * no longer names them in, each a sentence.
   */
  z.object({
    kind: z.literal('approveRemoval'),
    targets: names,
    withVolumes: names.optional(),
    departures: names.optional(),
  }),
  /** Channels that the description no longer names may be removed: their blocks do not come back. */
  z.object({ kind: z.literal('approveChannelRemoval'), channels: names }),
  /** Rights that the credentials of the worker lack, e.g. `create deployments.apps in namespace org1`. */
  z.object({ kind: z.literal('grantRights'), rights: names }),
  /** The clock of the machine that the worker runs on is set. */
  z.object({ kind: z.literal('setClock') }),
  /** A field of the description takes another value, e.g. `kubernetes.storageClass`. */
  z.object({ kind: z.literal('changeDescription'), field: z.string(), allowed: names.optional() }),
  /** Fields of the description that cannot change take their earlier values again, e.g. `organizations[1].mspId`. */
  z.object({ kind: z.literal('undoChanges'), fields: names }),
  /** Something that is gone is put back from a backup; or its node, if it has one, leaves the network and comes again as a new one, where others are left. */
  z.object({ kind: z.literal('restoreState'), object: z.string(), node: z.string().optional() }),
  /** The image that the failure names is made available, or its name is corrected. */
  z.object({ kind: z.literal('fixImage') }),
  /** The registry of the image that the failure names wants credentials, which the cluster does not have. */
  z.object({ kind: z.literal('allowPull') }),
  /** What a policy of the cluster refuses is changed in the description, or allowed by whoever runs the cluster. */
  z.object({ kind: z.literal('satisfyPolicy') }),
  /** A network takes another name, or is described where the one that stands is. */
  z.object({ kind: z.literal('renameNetwork'), network: z.string(), namespaces: names }),
  /** A network of several with one name is told by its description, which says in which namespaces it is. */
  z.object({ kind: z.literal('nameNamespaces'), network: z.string() }),
  /** The worker of a cluster is connected to that cluster; or the cluster is another one for good, and its record is written anew. */
  z.object({ kind: z.literal('connectWorker'), cluster: z.string(), network: z.string(), record: z.string() }),
  /** What somebody put in the place of the network's record is removed, and the next run writes the record anew. */
  z.object({ kind: z.literal('removeRecord'), namespace: z.string(), record: z.string() }),
  /** A node takes another name, e.g. `org1/peer2`. */
  z.object({ kind: z.literal('renameNode'), node: z.string() }),
  /** The identity of an application takes another name: one that is revoked is so for good. */
  z.object({ kind: z.literal('renameIdentity'), identity: z.string() }),
  /** An identity that an organization has is named instead. */
  z.object({ kind: z.literal('nameIdentity'), organization: z.string() }),
  /** A channel takes another name; or the node that is in the way, if there is one, is removed with its data and added again. */
  z.object({ kind: z.literal('renameChannel'), channel: z.string(), node: z.string().optional() }),
  /** An object of the cluster is deleted, and the same run makes it anew. */
  z.object({
    kind: z.literal('deleteObject'),
    object: z.object({ kind: z.string(), namespace: z.string(), name: z.string() }),
  }),
  /** Organizations that this description does not run sign a change of a channel; each that is missing is a sentence. */
  z.object({ kind: z.literal('collectSignatures'), channel: z.string(), missing: names }),
  /** A run that nobody waits for any more is ended in Temporal. */
  z.object({ kind: z.literal('terminateRun'), workflowId: z.string() }),
  /** The run is started under another workflow id, which is the lock on the network. */
  z.object({ kind: z.literal('startUnderWorkflowId'), workflowId: z.string() }),
  /** The certificates of the node that the failure names are renewed. */
  z.object({ kind: z.literal('renewCertificates') }),
  /** The server of the chaincode that the failure names is started, or it is corrected where and how peers reach it. */
  z.object({ kind: z.literal('fixChaincodeServer') }),
  /** The program of Fabric that the failure names is put where the worker finds it. */
  z.object({ kind: z.literal('installProgram') }),
  /** A network that stands is named instead, or this one is brought up by its description. */
  z.object({ kind: z.literal('bringUp'), network: z.string() }),
  /** It is a defect in Weft, which its makers want to know of. */
  z.object({ kind: z.literal('reportDefect') }),
]);

/**
 * What helps against a failure. Whoever shows the failure words it: the command line as a command to type, a page as a
 * button. The failure's own message says what happened, and is understood without the remedy.
 */
export type Remedy = z.infer<typeof remedySchema>;

/**
 * What helps where the cluster refuses an object, or a node is not ready, by the reason: that of an admission controller, or what a rollout waits for
 * (src/kubernetes).
 *
 * @returns undefined where nothing is known to help, or nothing has to be done
 */
export function remedyOfReason(reason: string): Remedy | undefined {
  return REMEDIES_OF_REASONS.get(reason);
}

/** The same for several reasons, each remedy once. */
export function remediesOfReasons(reasons: readonly string[]): readonly Remedy[] {
  return remediesOf(reasons.map((reason) => ({ remedy: remedyOfReason(reason) })));
}

const CHANGE_RESOURCES: Remedy = { kind: 'changeDescription', field: 'resources' };

const REMEDIES_OF_REASONS: ReadonlyMap<string, Remedy> = new Map<string, Remedy>([
  ...[
    'ErrImagePull',
    'ErrImageNeverPull',
    'ImagePullBackOff',
    'ImagePlatformMissing',
    'InvalidImageName',
    'NotAnImage',
  ].map((reason): [string, Remedy] => [reason, { kind: 'fixImage' }]),
  ['ImagePullUnauthorized', { kind: 'allowPull' }],
  ['Unschedulable', CHANGE_RESOURCES],
  ['OOMKilled', CHANGE_RESOURCES],
  ['LimitsRequired', CHANGE_RESOURCES],
  ['LimitRangeViolation', CHANGE_RESOURCES],
  ['ClaimOutOfRange', { kind: 'changeDescription', field: 'storage' }],
  ['StorageClassMissing', { kind: 'changeDescription', field: 'storageClass' }],
  ['VolumePending', { kind: 'changeDescription', field: 'storageClass' }],
  ['VolumeFull', { kind: 'changeDescription', field: 'storage' }],
  ['PodSecurityViolation', { kind: 'satisfyPolicy' }],
  ['AdmissionDenied', { kind: 'satisfyPolicy' }],
  ['NodeUntrusted', { kind: 'renewCertificates' }],
  ['ChaincodeUnreachable', { kind: 'fixChaincodeServer' }],
  ['FabricProgramMissing', { kind: 'installProgram' }],
]);

/**
 * Reads the remedies of a failure; several steps that failed at the same time bring one each.
 *
 * @param details the details of a Temporal failure, of which each that is an object may have a `remedy`
 * @returns every remedy once, in their order; one that this version does not know is left out
 */
export function remediesOf(details: readonly unknown[]): readonly Remedy[] {
  const remedies = details.flatMap((detail) => {
    if (typeof detail !== 'object' || detail === null || !('remedy' in detail)) return [];
    const { success, data } = remedySchema.safeParse(detail.remedy);
    return success ? [data] : [];
  });
  return [...new Map(remedies.map((remedy) => [JSON.stringify(remedy), remedy])).values()];
}
