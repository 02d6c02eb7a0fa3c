import { clientCertificate, type CertifiedKey } from '../../fabric/index.ts';
import { observe, type KubernetesObject } from '../../kubernetes/index.ts';
import { adminIdentityName } from '../../spec/index.ts';
import { podAnnotation, type Dependencies } from '../cluster/manifests.ts';
import type { OrganizationReference } from '../inputs.ts';
import { readAdminTls } from './admin.ts';
import { adminCaKeyHash, readAdminCa } from './admin-ca.ts';
import { readRoots } from './roots.ts';

/** With what Weft asks an orderer's admin endpoint, PEM. */
export interface AdminCredentials extends CertifiedKey {
  /** The only certificates that are trusted there. */
  readonly tlsRoots: string;
}

/** Whom an orderer's admin endpoint trusts, as its Deployment has given it. */
export type AdminTrust =
  /** The organization's CA for it. */
  | { readonly kind: 'adminCa'; readonly ca: CertifiedKey }
  /** Whoever has a TLS certificate of the organization, as versions before that CA had it. */
  | { readonly kind: 'tlsCa' }
  /** A CA whose key is lost: it answers nobody until it restarts. */
  | { readonly kind: 'lostCa' };

/** A day outlives each step that asks an orderer, whose clock may differ. The key is in the memory of that step alone. */
const CLIENT_LIFETIME_HOURS = 24;

/**
 * With what an orderer's admin endpoint is asked. It is told by what the orderer was given: one that has not restarted since the organization got
 * another CA, or its first, is asked in another way than one that has.
 *
 * @returns undefined if it trusts a CA whose key is lost
 * @throws ApplicationFailure `MaterialMissing`
 */
export async function adminCredentials(
  dependencies: Dependencies,
  organization: OrganizationReference,
  node: string,
  signal: AbortSignal,
): Promise<AdminCredentials | undefined> {
  const { namespace } = organization;
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name: node } };
  const [deployment, ca] = await Promise.all([
    observe(dependencies.cluster, reference, { signal }),
    readAdminCa(dependencies, organization, signal),
  ]);
  const trust = adminTrustOf(deployment, ca);
  switch (trust.kind) {
    case 'tlsCa':
      return readAdminTls(dependencies, organization, signal);
    case 'lostCa':
      return undefined;
    case 'adminCa': {
      const commonName = adminIdentityName(organization);
      const [client, { tlsca }] = await Promise.all([
        clientCertificate(trust.ca, { commonName, lifetimeHours: CLIENT_LIFETIME_HOURS }),
        readRoots(dependencies, organization, signal),
      ]);
      return { ...client, tlsRoots: tlsca };
    }
  }
}

/**
 * Whom an orderer trusts.
 *
 * @param deployment undefined if there is none
 * @param ca the organization's CA as it is stored; undefined if there is none
 */
export function adminTrustOf(deployment: KubernetesObject | undefined, ca: CertifiedKey | undefined): AdminTrust {
  const given = trustedAdminCa(deployment);
  if (given === undefined) return { kind: 'tlsCa' };
  return ca !== undefined && adminCaKeyHash(ca.certificate) === given ? { kind: 'adminCa', ca } : { kind: 'lostCa' };
}

/** The {@link adminCaKeyHash} of the CA that an orderer's Deployment mounts; undefined if it mounts none. */
export function trustedAdminCa(deployment: KubernetesObject | undefined): string | undefined {
  // As kube/orderer.yaml has it.
  return podAnnotation(deployment, 'weft.dev/admin-ca');
}
