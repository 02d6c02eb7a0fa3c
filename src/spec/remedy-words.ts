import type { Remedy } from './remedy.ts';

/** Words a remedy of one kind. */
type Words<Kind extends Remedy['kind']> = (remedy: Extract<Remedy, { kind: Kind }>) => string;

/** The remedies for which there is no command to type and no request to send: every face words them alike. */
export const REMEDIES_BY_HAND: {
  readonly [
    Kind in
      | 'grantRights'
      | 'setClock'
      | 'changeDescription'
      | 'fixImage'
      | 'allowPull'
      | 'satisfyPolicy'
      | 'fixChaincodeServer'
      | 'renameNetwork'
      | 'renameNode'
      | 'startUnderWorkflowId'
  ]: Words<Kind>;
} = {
  grantRights: ({ rights }) =>
    `Grant these rights to the worker's credentials (a Role and a RoleBinding): ${rights.join('; ')}`,
  setClock: () =>
    "Set the clock of the worker's machine, best by NTP; or the API server's own, if that is the wrong one.",
  changeDescription: ({ field, allowed = [] }) =>
    `Change ${field} in the description${allowed.length === 0 ? '' : ` to one of: ${allowed.join(', ')}`}.`,
  fixImage: () => 'Make the image available to the cluster, or correct its name in the description.',
  allowPull: () =>
    'Put the credentials of that registry into a Secret of type kubernetes.io/dockerconfigjson in the namespace, and name it in kubernetes.imagePullSecrets of the description.',
  satisfyPolicy: () =>
    'Change in the description what the policy names (a user id: kubernetes.podUser), or have whoever runs the cluster allow it in this namespace.',
  fixChaincodeServer: () =>
    "Start the chaincode's server, or correct in the description how peers reach it: address, or tls, which is false for a server that knows no TLS.",
  renameNetwork: ({ network, namespaces }) =>
    `Give this network another name than ${network}; or, if it is the one in ${namespaces.join(', ')}, describe it there (kubernetes.namespace, organizations[].namespace).`,
  renameNode: ({ node }) => `Give ${node} another name in the description, or remove the identity at its CA.`,
  startUnderWorkflowId: ({ workflowId }) =>
    `Start the run under the workflow id ${workflowId}: it is the lock on the network.`,
};
