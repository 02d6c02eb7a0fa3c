import { REMEDIES_BY_HAND, type Remedy } from '../../spec/index.ts';

/**
 * Words a remedy for somebody who sends requests.
 *
 * @returns a sentence; undefined if nothing is to be done but to send the request again
 */
export function remedyInWords(remedy: Remedy): string | undefined {
  // The table has an entry for each kind, which the compiler cannot pair with the kind of this one remedy.
  const words = WORDS[remedy.kind] as (remedy: Remedy) => string | undefined;
  return words(remedy);
}

type Words<Kind extends Remedy['kind']> = (remedy: Extract<Remedy, { kind: Kind }>) => string | undefined;

const WORDS: { readonly [Kind in Remedy['kind']]: Words<Kind> } = {
  ...REMEDIES_BY_HAND,
  runAgain: () => undefined,
  approveRemoval: () => 'To remove what is no longer described, put the same description with ?approveRemoval=true.',
  approveChannelRemoval: ({ channels }) =>
    `Describe ${listed(channels)} again; or have it removed, after which its name stays taken: put the same description with ?removeChannels=true.`,
  undoChanges: ({ fields }) =>
    `Undo the change of ${listed(fields)} in the description; or delete the network with all that it holds, and put it anew.`,
  restoreState: ({ object, node }) =>
    node === undefined
      ? `Put ${object} back from a backup.`
      : `Put ${object} back from a backup; or, where the network can do without ${node}, put the description without it, and then with it again.`,
  nameNamespaces: ({ network }) => `Put the description of ${network}, which names its namespaces.`,
  connectWorker: ({ cluster, record }) =>
    `Connect the worker of ${cluster} to that cluster; or, if the cluster was made anew, delete the ConfigMap ${record} in each namespace of the network and put the description again.`,
  removeRecord: ({ namespace, record }) =>
    `Find out who made the ConfigMap ${record} in namespace ${namespace}; if the network stands there, delete it and put the description again.`,
  renameIdentity: ({ identity }) => `Choose another name than ${identity}.`,
  nameIdentity: ({ organization }) => `Name an identity that ${organization} has.`,
  renameChannel: ({ channel, node }) =>
    node === undefined
      ? `Give the channel ${channel} another name in the description.`
      : `Give the channel ${channel} another name; or put the description without ${node} with ?pruneData=true, and then with it again.`,
  deleteObject: ({ object: { kind, namespace, name } }) =>
    `Delete ${kind} ${name} in namespace ${namespace}, which cannot be used: it is made anew.`,
  collectSignatures: ({ channel, missing }) =>
    `Undo the change of ${channel} in the description, or have it signed by the others: ${listed(missing)}.`,
  terminateRun: ({ workflowId }) => `Terminate what is left of the earlier run in Temporal: workflow ${workflowId}.`,
  renewCertificates: () => 'Renew its certificates: POST /v1/networks/{name}:renew with it among the targets.',
  installProgram: () => "Put the program on the worker's PATH, or name its folder by WEFT_FABRIC_BIN.",
  bringUp: ({ network }) => `Name a network that stands, or put the description of ${network}.`,
  reportDefect: () => 'This is a defect in Weft: report it with its detail and the version of the server.',
};

function listed(names: readonly string[]): string {
  return names.join(', ');
}
