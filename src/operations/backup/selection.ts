import { NETWORK_LABEL } from '../../kubernetes/apply/ownership.ts';
import type { KubernetesObject } from '../../kubernetes/client/objects.ts';
import { certificateAuthorityObjects, networkConfigMaps, type Network, type Organization } from '../../spec/index.ts';
import { OperationFailure } from '../failure.ts';
import type { Backup } from './format.ts';

/** The organizations of a network that are on one cluster. @param cluster the one that is meant where the description names none */
export function organizationsOn(cluster: string, { organizations }: Network): readonly Organization[] {
  return organizations.filter((organization) => (organization.cluster ?? cluster) === cluster);
}

/** Label of what belongs to one channel: of a network's ConfigMaps only genesis blocks have it. */
const CHANNEL_LABEL = 'weft.dev/channel';

export const ORGANIZATION_LABEL = 'weft.dev/organization';

/**
 * Which of a network's ConfigMaps cannot be made again, or would be made otherwise: genesis blocks, the roots that an organization
 * has published, the record. All others follow from the description.
 */
export function isIrreplaceable(network: Network, { metadata: { name, labels = {} } }: KubernetesObject): boolean {
  const published = network.organizations.map((organization) => certificateAuthorityObjects(organization).certificates);
  return CHANNEL_LABEL in labels || name === networkConfigMaps(network).description || published.includes(name);
}

/** What of an object is the user's and Weft's, and not the cluster's own. */
export function portable({ apiVersion, kind, metadata, ...content }: KubernetesObject): KubernetesObject {
  const { name, namespace, labels } = metadata;
  const kept = Object.entries(content).filter(([field]) => PORTABLE.has(field));
  return {
    ...{ apiVersion, kind },
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }) },
    ...Object.fromEntries(kept),
  };
}

const PORTABLE = new Set(['data', 'binaryData', 'immutable', 'type']);

/** A claim as it was made: without the volume that it was bound to, which is gone when the claim is needed. */
export function portableClaim(claim: KubernetesObject): KubernetesObject {
  const { accessModes, resources, storageClassName, volumeMode } = claim['spec'] as Readonly<Record<string, unknown>>;
  return { ...portable(claim), spec: { accessModes, resources, storageClassName, volumeMode } };
}

/**
 * The part of a backup that is of some organizations, with what all share in their namespaces.
 *
 * @param names of organizations; none means all
 * @throws OperationFailure `NotInBackup`
 */
export function partOf(backup: Backup, names: readonly string[]): Backup {
  if (names.length === 0) return backup;
  const known = backup.volumes.map(({ organization }) => organization);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new OperationFailure({ code: 'NotInBackup', organization: unknown, known });
  const volumes = backup.volumes.filter(({ organization }) => names.includes(organization));
  const namespaces = new Set(volumes.map(({ namespace }) => namespace));
  const objects = backup.objects.filter(({ metadata: { name, namespace = name, labels = {} } }) => {
    const organization = labels[ORGANIZATION_LABEL];
    return organization === undefined ? namespaces.has(namespace) : names.includes(organization);
  });
  return { ...backup, objects, volumes };
}

/** Whether an object is the record of a network. */
export function isRecord({ kind, metadata: { name, labels = {} } }: KubernetesObject): boolean {
  const network = labels[NETWORK_LABEL];
  return kind === 'ConfigMap' && network !== undefined && name === networkConfigMaps({ name: network }).description;
}
