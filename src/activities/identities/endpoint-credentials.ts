import { clientCertificate, type CertifiedKey } from '../../fabric/index.ts';
import { observe, type KubernetesObject } from '../../kubernetes/index.ts';
import { adminIdentityName } from '../../spec/index.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import type { OrganizationReference } from '../inputs.ts';
import { readAdminTls } from './admin.ts';
import { caKeyHash, readEndpointCa, trustedCa, type ClosedEndpoint } from './endpoint-ca.ts';
import { readRoots } from './roots.ts';

/** With what Weft asks an endpoint that is not for everybody, PEM. */
export interface EndpointCredentials extends CertifiedKey {
  /** The only certificates that are trusted there. */
  readonly tlsRoots: string;
}

/** Whom an endpoint of a node trusts, as the node's Deployment has given it. */
export type EndpointTrust =
  /** The organization's CA for it. */
  | { readonly kind: 'ownCa'; readonly ca: CertifiedKey }
  /** Whom it trusted before there was that CA: who has a TLS certificate of the organization; at operations endpoints, which spoke HTTP, everybody. */
  | { readonly kind: 'asBefore' }
  /** A CA whose key is lost: it answers nobody until it restarts. */
  | { readonly kind: 'lostCa' };

/** How an orderer's operations endpoint is asked. */
export type OperationsAccess =
  | { readonly kind: 'tls'; readonly credentials: EndpointCredentials }
  /** As versions before spoke there. */
  | { readonly kind: 'http' }
  /** It trusts a CA whose key is lost. */
  | { readonly kind: 'closed' };

/** A day outlives each step that asks a node, whose clock may differ. The key is in the memory of that step alone. */
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
): Promise<EndpointCredentials | undefined> {
  const trust = await endpointTrust(dependencies, 'admin', { organization, node }, signal);
  switch (trust.kind) {
    case 'asBefore':
      return readAdminTls(dependencies, organization, signal);
    case 'lostCa':
      return undefined;
    case 'ownCa':
      return certified(dependencies, organization, trust.ca, signal);
  }
}

/** How an orderer's operations endpoint is asked; see {@link adminCredentials}. */
export async function operationsAccess(
  dependencies: Dependencies,
  organization: OrganizationReference,
  node: string,
  signal: AbortSignal,
): Promise<OperationsAccess> {
  const trust = await endpointTrust(dependencies, 'operations', { organization, node }, signal);
  switch (trust.kind) {
    case 'asBefore':
      return { kind: 'http' };
    case 'lostCa':
      return { kind: 'closed' };
    case 'ownCa':
      return { kind: 'tls', credentials: await certified(dependencies, organization, trust.ca, signal) };
  }
}

/**
 * Whom an endpoint trusts.
 *
 * @param deployment of the node; undefined if there is none
 * @param ca the organization's CA for the endpoint as it is stored; undefined if there is none
 */
export function endpointTrustOf(
  endpoint: ClosedEndpoint,
  deployment: KubernetesObject | undefined,
  ca: CertifiedKey | undefined,
): EndpointTrust {
  const given = trustedCa(deployment, endpoint);
  if (given === undefined) return { kind: 'asBefore' };
  return ca !== undefined && caKeyHash(ca.certificate) === given ? { kind: 'ownCa', ca } : { kind: 'lostCa' };
}

async function endpointTrust(
  dependencies: Dependencies,
  endpoint: ClosedEndpoint,
  { organization, node }: { readonly organization: OrganizationReference; readonly node: string },
  signal: AbortSignal,
): Promise<EndpointTrust> {
  const metadata = { namespace: organization.namespace, name: node };
  const [deployment, ca] = await Promise.all([
    observe(dependencies.cluster, { apiVersion: 'apps/v1', kind: 'Deployment', metadata }, { signal }),
    readEndpointCa(dependencies, endpoint, organization, signal),
  ]);
  return endpointTrustOf(endpoint, deployment, ca);
}

async function certified(
  dependencies: Dependencies,
  organization: OrganizationReference,
  ca: CertifiedKey,
  signal: AbortSignal,
): Promise<EndpointCredentials> {
  const commonName = adminIdentityName(organization);
  const [client, { tlsca }] = await Promise.all([
    clientCertificate(ca, { commonName, lifetimeHours: CLIENT_LIFETIME_HOURS }),
    readRoots(dependencies, organization, signal),
  ]);
  return { ...client, tlsRoots: tlsca };
}
