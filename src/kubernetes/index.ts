export { missingRights, type AccessRight } from './access/access.ts';
export { DEFAULT_WORKER_NAME, workerRights, workerRole, type WorkerAccount } from './access/worker-role.ts';
export { wasApplied } from './apply/managed-fields.ts';
export { apply, applyAll, type ObjectApplyOptions, type Decision } from './apply/apply.ts';
export { connectCluster, type Cluster, type ClusterRequest } from './client/cluster.ts';
export { availableSince, deploymentStatus, type RolloutStatus } from './rollout/deployment-status.ts';
export { admissionRefusal, type AdmissionRefusal } from './errors/admission.ts';
export { isForbidden, isNotFound, KubernetesError, type KubernetesErrorKind } from './errors/errors.ts';
export { diagnoseRollout, type ObservedRollout } from './rollout/diagnose.ts';
export type { Diagnosis } from './rollout/diagnose-pod.ts';
export type { ClusterLocation, KubeConfigLocation } from './client/kubeconfig.ts';
export { withoutKeys } from './rollout/crash-log.ts';
export { podLogs, type LogOptions } from './client/logs.ts';
export { runJob, type JobEnd, type JobOptions } from './jobs/job.ts';
export { renderManifest, renderManifestFile } from './client/manifest.ts';
export { describeObject, type KubernetesObject, type ObjectKind, type ObjectReference } from './client/objects.ts';
export { namespaceContents } from './client/namespace-contents.ts';
export { list, observe, type ListOptions } from './client/observe.ts';
export { snapshotOf } from './client/snapshot.ts';
export { FIELD_MANAGER, isOurs, MANAGED_BY_LABEL, NETWORK_LABEL, ownedBy } from './apply/ownership.ts';
export { portForward } from './connect/port-forward.ts';
export { serviceDns, type Connection, type ServiceConnector, type ServiceTarget } from './connect/connector.ts';
export { awaitGone, remove, type ObjectRemoveOptions } from './apply/remove.ts';
export {
  awaitRollout,
  isRolledOut,
  RolloutFailed,
  type RolloutOptions,
  type RolloutTarget,
  type RolloutWaiting,
} from './rollout/rollout.ts';
export { startDeployment, stopDeployment, whileStopped, type ScaleOptions } from './rollout/scale.ts';
export { recentCrash, type RecentCrash } from './rollout/recent-crash.ts';
export { observeRollout } from './rollout/observe-rollout.ts';
export { write, type WriteOptions } from './apply/write.ts';
export { nodePod, podVariables, type NodePod, type PodSettings, type PodUser } from './volumes/pod-settings.ts';
export { withVolumeFiles, type NodeVolume, type VolumeFiles } from './volumes/volume-files.ts';
