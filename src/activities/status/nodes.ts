import { describeCertificate } from '../../fabric/index.ts';
import {
  availableSince,
  deploymentStatus,
  diagnoseRollout,
  observeRollout,
  recentCrash,
  type Diagnosis,
  type KubernetesObject,
  type RecentCrash,
} from '../../kubernetes/index.ts';
import { certificateAuthorityObjects, identitySecrets } from '../../spec/index.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import { listOwned } from '../cluster/owned.ts';
import { POD } from '../prune/owned-groups.ts';
import { asActivity } from '../activity.ts';

/** Every node of a network as the cluster has it now. */
export interface NodesStatus {
  readonly network: string;
  /** There are nodes, and every one of them is ready. */
  readonly ready: boolean;
  readonly nodes: readonly NodeStatus[];
}

export interface NodeStatus {
  /** Kubernetes name, e.g. `org1-peer1`. */
  readonly name: string;
  readonly organization: string;
  readonly kind: 'ca' | 'orderer' | 'peer';
  readonly ready: boolean;
  /** Why it is not ready; empty when it is. */
  readonly reason: string;
  /** One CamelCase word for why it is not ready, e.g. `ImagePullBackOff`; absent where none is known. */
  readonly cause?: string;
  /** Since when it has been ready or not, RFC 3339 time in UTC; absent where the cluster does not say it. */
  readonly since?: string;
  /** Tag of the image that it runs. */
  readonly version: string;
  readonly certificates: readonly CertificateStatus[];
}

export interface CertificateStatus {
  /** Roots of the two CAs, the certificate of an identity, the certificate of an endpoint. */
  readonly use: 'ca' | 'tlsca' | 'identity' | 'tls';
  /** Hexadecimal serial number. */
  readonly serial: string;
  /** RFC 3339 time in UTC. */
  readonly notBefore: string;
  /** RFC 3339 time in UTC. */
  readonly notAfter: string;
}

export interface InspectionInput {
  readonly network: string;
  /** Where to look; absent means every namespace of the cluster. */
  readonly namespaces?: readonly string[];
}

export interface InspectionActivities {
  inspectNodes: (input: InspectionInput) => Promise<NodesStatus>;
}

/** Looks, and changes nothing. */
export function createInspectionActivities(dependencies: Dependencies): InspectionActivities {
  const { cluster } = dependencies;
  return {
    inspectNodes: asActivity(async ({ network, namespaces }, { signal }) => {
      const search = { network, namespaces };
      const [deployments, pods] = await Promise.all([
        listOwned(cluster, [{ apiVersion: 'apps/v1', kind: 'Deployment' }], search, signal),
        listOwned(cluster, [POD], search, signal),
      ]);
      const nodes = await Promise.all(
        deployments.filter(isNode).map(async (deployment) => {
          const isDone = deploymentStatus(deployment).state === 'done';
          const [diagnosis, certificates] = await Promise.all([
            isDone ? undefined : observeRollout(cluster, deployment, { signal }).then(diagnoseRollout),
            certificatesOf(dependencies, deployment, signal),
          ]);
          const crash = isDone ? recentCrash(podsOf(deployment, pods), Date.now()) : undefined;
          return nodeStatus(deployment, { diagnosis, crash }, certificates);
        }),
      );
      return nodesStatus(network, nodes);
    }),
  };
}

/** What was found about a node's pods. */
export interface PodFindings {
  /** Why it is not ready, if that is known; otherwise Kubernetes' own words about the rollout have to do. */
  readonly diagnosis?: Pick<Diagnosis, 'reason' | 'message'> | undefined;
  /** It is ready, and was not a moment ago. */
  readonly crash?: RecentCrash | undefined;
}

/** A node as its Deployment has it. */
export function nodeStatus(
  deployment: KubernetesObject,
  found: PodFindings,
  certificates: readonly CertificateStatus[],
): NodeStatus {
  const { name, labels = {} } = deployment.metadata;
  const reason = reasonOf(deployment, found);
  const since = found.crash?.at ?? availableSince(deployment);
  return {
    name,
    organization: labels['weft.dev/organization'] ?? '',
    kind: kindOf(deployment),
    ready: reason === '',
    reason,
    ...(reason !== '' && reason === found.diagnosis?.message ? { cause: found.diagnosis.reason } : {}),
    ...(since === undefined ? {} : { since }),
    version: versionOf(deployment),
    certificates,
  };
}

/** Why a node is not ready; empty when it is. */
function reasonOf(deployment: KubernetesObject, { diagnosis, crash }: PodFindings): string {
  const { name } = deployment.metadata;
  const { state, message } = deploymentStatus(deployment);
  if (replicasOf(deployment) === 0) return `${name}: is scaled to 0, and has no pod.`;
  if (state !== 'done') return diagnosis?.message ?? message;
  return crash === undefined ? '' : crashInWords(name, crash);
}

function crashInWords(name: string, { exitCode, restarts }: RecentCrash): string {
  const times = restarts === 1 ? 'once' : `${restarts} times`;
  return `${name}: ended with exit code ${exitCode}, and has been started anew ${times}; it has not run for long enough since to be relied on.`;
}

/** A Deployment that asks for no pod is rolled out at once, and its node is not there. */
function replicasOf({ spec }: KubernetesObject & { readonly spec?: { readonly replicas?: number } }): number {
  return spec?.replicas ?? 1;
}

interface SelectingObject extends KubernetesObject {
  readonly spec?: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
}

/** The pods of a Deployment. */
function podsOf({ metadata, spec }: SelectingObject, pods: readonly KubernetesObject[]): KubernetesObject[] {
  const labels = Object.entries(spec?.selector?.matchLabels ?? {});
  return pods.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      labels.every(([label, value]) => pod.metadata.labels?.[label] === value),
  );
}

/** The nodes in the order of their names; a network without nodes is not ready. */
export function nodesStatus(network: string, nodes: readonly NodeStatus[]): NodesStatus {
  const ready = nodes.length > 0 && nodes.every((node) => node.ready);
  return { network, ready, nodes: nodes.toSorted((a, b) => a.name.localeCompare(b.name)) };
}

/** A chaincode's server is no node of Fabric: it has no identity, and no ledger. */
export function isNode({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.['app.kubernetes.io/component'] !== 'chaincode';
}

function kindOf(deployment: KubernetesObject): NodeStatus['kind'] {
  const component = deployment.metadata.labels?.['app.kubernetes.io/component'];
  return component === 'ca' || component === 'orderer' ? component : 'peer';
}

interface PodTemplate {
  readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
}

/** The tag behind the last colon; an image named by digest has none, and then the digest says more than nothing. */
function versionOf(deployment: KubernetesObject): string {
  const image = (deployment['spec'] as PodTemplate | undefined)?.template?.spec?.containers?.[0]?.image ?? '';
  return image.slice(image.lastIndexOf(':') + 1);
}

async function certificatesOf(
  dependencies: Dependencies,
  deployment: KubernetesObject,
  signal: AbortSignal,
): Promise<CertificateStatus[]> {
  const { name, namespace = '' } = deployment.metadata;
  const read = (kind: 'ConfigMap' | 'Secret', object: string): Promise<Record<string, string> | undefined> =>
    readText(dependencies, kind, namespace, object, signal);
  if (kindOf(deployment) === 'ca') {
    const names = certificateAuthorityObjects({ name: deployment.metadata.labels?.['weft.dev/organization'] ?? '' });
    const [roots, endpoint] = await Promise.all([read('ConfigMap', names.certificates), read('Secret', names.tls)]);
    return [
      ...certificate('ca', roots?.['ca.pem']),
      ...certificate('tlsca', roots?.['tlsca.pem']),
      ...certificate('tls', endpoint?.['tls.crt']),
    ];
  }
  const names = identitySecrets(name);
  const [identity, endpoint] = await Promise.all([read('Secret', names.msp), read('Secret', names.tls)]);
  return [...certificate('identity', identity?.['cert.pem']), ...certificate('tls', endpoint?.['cert.pem'])];
}

function certificate(use: CertificateStatus['use'], pem: string | undefined): CertificateStatus[] {
  if (pem === undefined || pem === '') return [];
  const { serial, notBefore, notAfter } = describeCertificate(pem);
  return [{ use, serial, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() }];
}
