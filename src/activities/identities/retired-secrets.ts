import { list, ownedBy, remove, type KubernetesObject } from '../../kubernetes/index.ts';
import { retiredEnrollmentSecret } from '../../spec/index.ts';
import { UNCHANGED, type Decision } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import type { OrganizationInput } from '../inputs.ts';
import type { CertificateAuthorityPair } from './ca-connections.ts';
import { ISSUERS } from './certificates.ts';
import { allEnded } from './issue.ts';
import { withdrawSecret } from './registration.ts';

/*
 * Enrollment secrets were kept, in a Secret for each identity, and good for any number of enrollments. Now each works once, and is
 * written nowhere.
 */

/** The Secrets in which enrollment secrets of an organization's identities are kept, those of removed nodes included. */
export async function findRetiredSecrets(
  { cluster }: Dependencies,
  { network, organization: { name, namespace } }: OrganizationInput,
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  const labelSelector = `${ownedBy(network.name)},weft.dev/organization=${name}`;
  const secrets = await list(cluster, { apiVersion: 'v1', kind: 'Secret' }, { namespace, labelSelector, signal });
  return secrets.filter(({ metadata }) => metadata.name === retiredEnrollmentSecret(ownerOf(metadata)));
}

/** What becomes of them, as the step tells it. */
export function decisionOnRetired(retired: readonly KubernetesObject[]): Decision {
  if (retired.length === 0) return UNCHANGED;
  return { outcome: 'updated', reason: 'enrollment secrets that were kept are withdrawn' };
}

/** Ensures that no CA takes the secrets that were kept any more, then removes them. */
export async function withdrawRetired(
  { cluster }: Dependencies,
  { network }: OrganizationInput,
  connection: CertificateAuthorityPair,
  { retired, signal }: { readonly retired: readonly KubernetesObject[]; readonly signal: AbortSignal },
): Promise<void> {
  for (const secret of retired) {
    signal.throwIfAborted();
    const registrars = await connection.registrars();
    const id = ownerOf(secret.metadata);
    await allEnded(ISSUERS.map((name) => withdrawSecret(connection[name], registrars[name], id)));
    await remove(cluster, secret, { network: network.name, signal });
  }
}

/** The enrollment ID of whose material it is. */
function ownerOf({ labels = {} }: KubernetesObject['metadata']): string {
  return labels['weft.dev/node'] ?? '';
}
