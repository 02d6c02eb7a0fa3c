import { describeCertificate } from '../../fabric/index.ts';
import {
  deploymentStatus,
  diagnoseRollout,
  observeRollout,
  type Diagnosis,
  type KubernetesObject,
} from '../../kubernetes/index.ts';
import { certificateAuthorityObjects, identitySecrets } from '../../spec/index.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import { listOwned } from '../cluster/owned.ts';
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
      const deployments = await listOwned(cluster, [{ apiVersion: 'apps/v1', kind: 'Deployment' }], search, signal);
      const nodes = await Promise.all(
        deployments.filter(isNode).map(async (deployment) => {
          const isDone = deploymentStatus(deployment).state === 'done';
          const [diagnosis, certificates] = await Promise.all([
            isDone ? undefined : observeRollout(cluster, deployment, { signal }).then(diagnoseRollout),
            certificatesOf(dependencies, deployment, signal),
          ]);
          return nodeStatus(deployment, diagnosis, certificates);
        }),
      );
      return nodesStatus(network, nodes);
    }),
  };
}

/**
 * A node as its Deployment has it.
 *
 * @param diagnosis why it is not ready, if that is known; otherwise Kubernetes' own words about the rollout have to do
 */
export function nodeStatus(
  deployment: KubernetesObject,
  diagnosis: Pick<Diagnosis, 'message'> | undefined,
  certificates: readonly CertificateStatus[],
): NodeStatus {
  const { state, message } = deploymentStatus(deployment);
  const ready = state === 'done';
  return {
    name: deployment.metadata.name,
    organization: deployment.metadata.labels?.['weft.dev/organization'] ?? '',
    kind: kindOf(deployment),
    ready,
    reason: ready ? '' : (diagnosis?.message ?? message),
    version: versionOf(deployment),
    certificates,
  };
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
  const { serial, notAfter } = describeCertificate(pem);
  return [{ use, serial, notAfter: notAfter.toISOString() }];
}
