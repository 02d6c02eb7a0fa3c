export { missingRights, type AccessRight } from './access.ts';
export { apply, applyAll, type ApplyOptions, type Decision } from './apply.ts';
export { connectCluster, type Cluster, type ClusterRequest } from './cluster.ts';
export { deploymentStatus, type RolloutStatus } from './deployment-status.ts';
export { isNotFound, KubernetesError, type KubernetesErrorKind, type Retry } from './errors.ts';
export { explainPods, type RolloutView } from './explain.ts';
export type { Crash, Trouble } from './trouble.ts';
export type { ClusterLocation, KubeConfigLocation } from './kubeconfig.ts';
export { podLogs, type LogOptions } from './logs.ts';
export { describeObject, type KubernetesObject, type ObjectKind, type ObjectReference } from './objects.ts';
export { namespaceContents } from './namespace-contents.ts';
export { list, observe, type ListOptions } from './observe.ts';
export { FIELD_MANAGER, isOurs, MANAGED_BY_LABEL, NETWORK_LABEL, ownedBy } from './ownership.ts';
export { portForward } from './port-forward.ts';
export { serviceDns, type Connection, type Reach, type ServiceTarget } from './reach.ts';
export { awaitGone, remove, type RemoveOptions } from './remove.ts';
export {
  awaitRollout,
  isRolledOut,
  RolloutFailed,
  type RolloutOptions,
  type RolloutTarget,
  type RolloutWaiting,
} from './rollout.ts';
export { viewRollout } from './view-rollout.ts';
export { loadTemplate, renderTemplate, TemplateError, type TemplateVariables } from './templates.ts';
export { write, type WriteOptions } from './write.ts';
