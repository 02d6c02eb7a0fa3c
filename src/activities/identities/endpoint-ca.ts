import {
  describeCertificate,
  selfSignedAuthority,
  verifyEndpoint,
  type CertifiedKey,
  type Violation,
} from '../../fabric/index.ts';
import { KubernetesError, type KubernetesObject } from '../../kubernetes/index.ts';
import {
  adminCaSecret,
  adminIdentityName,
  caName,
  operationsCaSecret,
  type CertificateLifetimes,
} from '../../spec/index.ts';
import { UNCHANGED, type Decision } from '../activity.ts';
import { hashOf, podAnnotation, type Dependencies } from '../cluster/manifests.ts';
import { readSecret, writeSecret, type OwnedSecret, type StoredSecret } from '../cluster/secrets.ts';
import type { OrganizationInput, OrganizationReference } from '../inputs.ts';
import { renewalOf } from './certificates.ts';

/*
 * The CAs that an organization's nodes trust at endpoints which are not for everybody, one for each kind of endpoint: a key and a
 * self-signed certificate in a Secret. Nothing but those endpoints trusts it, so that another one may take its place: what it costs is
 * a restart of each node.
 */

/**
 * An endpoint of nodes that only answers who has a certificate of a CA of its own: the admin endpoint of orderers, which has them join and
 * leave channels; the operations endpoint of orderers and peers, which tells metrics and changes log levels.
 */
export type ClosedEndpoint = 'admin' | 'operations';

/** In the order in which what a pod has started with is hashed. */
export const CLOSED_ENDPOINTS: readonly ClosedEndpoint[] = ['admin', 'operations'];

interface EndpointFacts {
  /** Name of the Secret with its CA. */
  readonly secret: (organization: Pick<OrganizationReference, 'name'>) => string;
  /** Whose Secret that is: it goes with it. */
  readonly owner: (organization: Pick<OrganizationReference, 'name'>) => string;
  /** Annotation by which a Deployment says which CA its pod trusts there; kube/orderer.yaml and kube/peer.yaml have it. */
  readonly annotation: string;
  readonly words: string;
}

const FACTS: Readonly<Record<ClosedEndpoint, EndpointFacts>> = {
  admin: {
    ...{ secret: adminCaSecret, owner: adminIdentityName, annotation: 'weft.dev/admin-ca' },
    words: 'the admin endpoints of orderers',
  },
  operations: {
    ...{ secret: operationsCaSecret, owner: caName, annotation: 'weft.dev/operations-ca' },
    words: 'the operations endpoints of nodes',
  },
};

/**
 * Ten years: shorter than the roots of the organization (15 years, Fabric CA's default), and long enough that a restart of all nodes for its
 * sake comes with other restarts. It is renewed before, with the same key, when the last third of a TLS certificate's lifetime begins.
 */
const LIFETIME_HOURS = 10 * 365 * 24;

/** What is stored of a CA, and what has to be done about it. */
export interface EvaluatedCa {
  /** Absent if there is none, or none that can be used. */
  readonly ca?: CertifiedKey;
  /** Unchanged while it is good. */
  readonly decision: Decision;
}

/** An organization's CA for an endpoint, when nodes may be launched that trust it. */
export interface EnsuredCa extends EvaluatedCa {
  /** Its certificate, PEM; in a dry run that would make another one, {@link TO_BE_MADE}. */
  readonly certificate: string;
}

/**
 * Reads the CA for an endpoint.
 *
 * @returns undefined if there is none, or none that can be used
 */
export async function readEndpointCa(
  dependencies: Dependencies,
  endpoint: ClosedEndpoint,
  organization: Pick<OrganizationReference, 'name' | 'namespace'>,
  signal: AbortSignal,
): Promise<CertifiedKey | undefined> {
  const name = FACTS[endpoint].secret(organization);
  const stored = await readSecret(dependencies, organization.namespace, name, signal);
  return evaluateEndpointCa(endpoint, stored, organization.name, new Date()).ca;
}

/**
 * Ensures that there is a good CA for an endpoint: one that ends soon gets another certificate for its key, and one that is gone is replaced.
 * Each node's step does so; where several do at once, one of them makes it.
 *
 * @returns `ca` as it is stored then; absent in a dry run that would make the first one
 */
export async function ensureEndpointCa(
  dependencies: Dependencies,
  endpoint: ClosedEndpoint,
  input: OrganizationInput,
  signal: AbortSignal,
): Promise<EnsuredCa> {
  try {
    return await ensureOnce(dependencies, endpoint, input, signal);
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.kind !== 'conflict') throw error;
    return ensureOnce(dependencies, endpoint, input, signal);
  }
}

async function ensureOnce(
  dependencies: Dependencies,
  endpoint: ClosedEndpoint,
  { network, organization, dryRun }: OrganizationInput,
  signal: AbortSignal,
): Promise<EnsuredCa> {
  const { secret, owner } = FACTS[endpoint];
  const { name: organizationName, namespace } = organization;
  const name = secret(organization);
  const stored = await readSecret(dependencies, namespace, name, signal);
  const evaluated = evaluateEndpointCa(endpoint, stored, organizationName, new Date(), network.certificates);
  const { ca, decision } = evaluated;
  if (ca !== undefined && decision.outcome === 'unchanged') return { ...evaluated, certificate: ca.certificate };
  if (dryRun) return { ...evaluated, certificate: TO_BE_MADE };
  const made = await selfSignedAuthority({
    commonName: name,
    lifetimeHours: LIFETIME_HOURS,
    ...(ca === undefined ? {} : { key: ca.key }),
  });
  const owned: OwnedSecret = {
    ...{ name, namespace, organization: organizationName, owner: owner(organization) },
    data: { [CERTIFICATE]: made.certificate, [KEY]: made.key },
  };
  await writeSecret(dependencies, owned, stored, { network, signal });
  return { ca: made, decision, certificate: made.certificate };
}

/**
 * What is stored of an organization's CA for an endpoint. One that ends soon keeps its key: nodes trust it that have not restarted yet.
 *
 * @param lifetimes by which the time of its renewal is counted; absent means that it is not asked for
 */
export function evaluateEndpointCa(
  endpoint: ClosedEndpoint,
  { data: { [CERTIFICATE]: certificate, [KEY]: key } }: Pick<StoredSecret, 'data'>,
  organization: string,
  now: Date,
  lifetimes?: CertificateLifetimes,
): EvaluatedCa {
  const name = FACTS[endpoint].secret({ name: organization });
  const [violation] = verifyEndpoint({
    ...{ certificate, key, commonName: name, hosts: [], now },
    ...(lifetimes === undefined ? {} : { renewal: renewalOf(lifetimes, 'tls') }),
  });
  const decision = decide(name, FACTS[endpoint], violation);
  if (certificate === undefined || key === undefined || isUnusable(violation)) return { decision };
  return { ca: { certificate, key }, decision };
}

function decide(name: string, { words }: EndpointFacts, violation: Violation | undefined): Decision {
  if (violation === undefined) return UNCHANGED;
  return violation.reason === 'SecretMissing'
    ? { outcome: 'created', reason: `Secret ${name} holds no CA for ${words}, and gets one` }
    : { outcome: 'updated', reason: `the CA for ${words} in Secret ${name}: ${violation.message}` };
}

/** Whether nobody can be certified by it. One that has ended is replaced altogether: nodes that trust it refuse its key, too. */
function isUnusable(violation: Violation | undefined): boolean {
  return violation !== undefined && violation.reason !== 'NearingExpiry';
}

/**
 * By what a node's Deployment says which CA its pod trusts: the same for each certificate of one key.
 *
 * @param certificate PEM; what is still to be made has a name of its own
 */
export function caKeyHash(certificate: string): string {
  return certificate === TO_BE_MADE ? TO_BE_MADE : hashOf(describeCertificate(certificate).publicKeyFingerprint);
}

/** Whose Secret the CA for an endpoint is in: the label by which it is found and removed. */
export function endpointCaOwner(endpoint: ClosedEndpoint, organization: Pick<OrganizationReference, 'name'>): string {
  return FACTS[endpoint].owner(organization);
}

/** The {@link caKeyHash} of the CA for an endpoint that a node's Deployment mounts; undefined if it mounts none. */
export function trustedCa(deployment: KubernetesObject | undefined, endpoint: ClosedEndpoint): string | undefined {
  return podAnnotation(deployment, FACTS[endpoint].annotation);
}

/** Stands for the certificate of a CA in a dry run that would make one. */
export const TO_BE_MADE = 'to-be-made';

/** Entries of the Secret; kube/orderer.yaml and kube/peer.yaml mount the first. */
const CERTIFICATE = 'cert.pem';
const KEY = 'key.pem';
