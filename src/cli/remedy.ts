import { REMEDIES_BY_HAND, type Remedy } from '../spec/index.ts';

/**
 * Words a remedy for somebody who types commands.
 *
 * @param again the command that does the same once more, e.g. `weft up -f network.yaml`
 * @returns one line; undefined if nothing is to be done but to run the command again, which the end of the failure says
 */
export function remedyInWords(remedy: Remedy, again: string): string | undefined {
  // The table has an entry for each kind, which the compiler cannot pair with the kind of this one remedy.
  const words = WORDS[remedy.kind] as (remedy: Remedy, again: string) => string | undefined;
  return words(remedy, again);
}

type Words<Kind extends Remedy['kind']> = (
  remedy: Extract<Remedy, { kind: Kind }>,
  again: string,
) => string | undefined;

const WORDS: { readonly [Kind in Remedy['kind']]: Words<Kind> } = {
  ...REMEDIES_BY_HAND,
  runAgain: () => undefined,
  approveRemoval: (_, again) => `To remove what is no longer described: ${again} --yes`,
  approveChannelRemoval: ({ channels }, again) =>
    `Describe ${listed(channels)} again, or have it removed, after which its name stays taken: ${again} --remove-channels`,
  undoChanges: ({ fields }) =>
    `Undo the change of ${listed(fields)} in the description; or remove the network with all that it holds, and bring it up anew.`,
  restoreState: ({ object, node }, again) =>
    node === undefined
      ? `Put ${object} back from a backup.`
      : `Put ${object} back from a backup. Or, where the network can do without ${node}: take it out of the description, ${again}, and describe it again.`,
  nameNamespaces: () => 'Say which one by its description, which names its namespaces: -f FILE',
  connectWorker: ({ cluster, record }, again) =>
    `Connect the worker of ${cluster} to that cluster. Or, if the cluster has another name now or was made anew: kubectl delete configmap ${record} in each namespace of the network, then ${again}: it is compared with what stands, and the record is written anew.`,
  removeRecord: ({ namespace, record }, again) =>
    `Find out who made it. If the network stands in this namespace: kubectl delete configmap ${record} -n ${namespace}, then ${again}: it is compared with what stands, and the record is written anew.`,
  renameIdentity: ({ identity }) => `Choose another name than ${identity}.`,
  nameIdentity: ({ organization }) => `Those that it has: weft identity list --org ${organization}`,
  renameChannel: ({ channel, node }, again) =>
    node === undefined
      ? `Give the channel ${channel} another name in the description.`
      : `Give the channel ${channel} another name, or remove ${node} with its data (${again} --prune-data, without it in the description) and add it again.`,
  deleteObject: ({ object: { kind, namespace, name } }) =>
    `Delete what cannot be used, it is made anew: kubectl delete ${kind.toLowerCase()} ${name} -n ${namespace}`,
  collectSignatures: ({ channel }) =>
    `Undo the change of ${channel} in the description, or have it signed by the others.`,
  terminateRun: ({ workflowId }) =>
    `End what is left of the earlier run: temporal workflow terminate --workflow-id ${workflowId}`,
  renewCertificates: () => 'Renew its certificates: weft renew NETWORK --target ORGANIZATION/NODE',
  installProgram: () => `Put it on the worker's PATH, or name its folder: weft worker --fabric-bin DIR`,
  bringUp: ({ network }) =>
    `Name a network that stands (weft status lists them), or bring ${network} up: weft up -f FILE`,
  reportDefect: () =>
    'This is a defect in Weft. Please report it with the message above, and the output of: weft version',
};

function listed(names: readonly string[]): string {
  return names.join(', ');
}
