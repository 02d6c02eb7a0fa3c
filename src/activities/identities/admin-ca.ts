import {
  describeCertificate,
  selfSignedAuthority,
  verifyEndpoint,
  type CertifiedKey,
  type Violation,
} from '../../fabric/index.ts';
import { KubernetesError } from '../../kubernetes/index.ts';
import { adminCaSecret, adminIdentityName, type CertificateLifetimes } from '../../spec/index.ts';
import { UNCHANGED, type Decision } from '../activity.ts';
import { hashOf, type Dependencies } from '../cluster/manifests.ts';
import { readSecret, writeSecret, type OwnedSecret, type StoredSecret } from '../cluster/secrets.ts';
import type { OrganizationInput, OrganizationReference } from '../inputs.ts';
import { renewalOf } from './certificates.ts';

/*
 * The CA that an organization's orderers trust at their admin endpoints: a key and a self-signed certificate in a Secret. Nothing but those
 * endpoints trusts it, so that another one may take its place: what it costs is a restart of each orderer.
 */

/**
 * Ten years: shorter than the roots of the organization (15 years, Fabric CA's default), and long enough that a restart of all orderers for its
 * sake comes with other restarts. It is renewed before, with the same key, when the last third of a TLS certificate's lifetime begins.
 */
const LIFETIME_HOURS = 10 * 365 * 24;

/** What is stored of the CA, and what has to be done about it. */
export interface EvaluatedAdminCa {
  /** Absent if there is none, or none that can be used. */
  readonly ca?: CertifiedKey;
  /** Unchanged while it is good. */
  readonly decision: Decision;
}

/** An organization's CA, when its orderers may be launched. */
export interface EnsuredAdminCa {
  readonly decision: Decision;
  /** Its certificate, PEM; in a dry run that would make another one, {@link TO_BE_MADE}. */
  readonly certificate: string;
}

/**
 * Reads the CA.
 *
 * @returns undefined if there is none, or none that can be used
 */
export async function readAdminCa(
  dependencies: Dependencies,
  organization: Pick<OrganizationReference, 'name' | 'namespace'>,
  signal: AbortSignal,
): Promise<CertifiedKey | undefined> {
  const stored = await readSecret(dependencies, organization.namespace, adminCaSecret(organization), signal);
  return evaluateAdminCa(stored, organization.name, new Date()).ca;
}

/**
 * Ensures that there is a good CA: one that ends soon gets another certificate for its key, and one that is gone is replaced. Each orderer's
 * step does so; where several do at once, one of them makes it.
 */
export async function ensureAdminCa(
  dependencies: Dependencies,
  input: OrganizationInput,
  signal: AbortSignal,
): Promise<EnsuredAdminCa> {
  try {
    return await ensureOnce(dependencies, input, signal);
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.kind !== 'conflict') throw error;
    return ensureOnce(dependencies, input, signal);
  }
}

async function ensureOnce(
  dependencies: Dependencies,
  { network, organization, dryRun }: OrganizationInput,
  signal: AbortSignal,
): Promise<EnsuredAdminCa> {
  const { name: organizationName, namespace } = organization;
  const name = adminCaSecret(organization);
  const stored = await readSecret(dependencies, namespace, name, signal);
  const { ca, decision } = evaluateAdminCa(stored, organizationName, new Date(), network.certificates);
  if (ca !== undefined && decision.outcome === 'unchanged') return { decision, certificate: ca.certificate };
  if (dryRun) return { decision, certificate: TO_BE_MADE };
  const made = await selfSignedAuthority({
    commonName: name,
    lifetimeHours: LIFETIME_HOURS,
    ...(ca === undefined ? {} : { key: ca.key }),
  });
  const secret: OwnedSecret = {
    ...{ name, namespace, organization: organizationName, owner: adminIdentityName(organization) },
    data: { [CERTIFICATE]: made.certificate, [KEY]: made.key },
  };
  await writeSecret(dependencies, secret, stored, { network, signal });
  return { decision, certificate: made.certificate };
}

/**
 * What is stored of an organization's CA. One that ends soon keeps its key: orderers trust it that have not restarted yet.
 *
 * @param lifetimes by which the time of its renewal is counted; absent means that it is not asked for
 */
export function evaluateAdminCa(
  { data: { [CERTIFICATE]: certificate, [KEY]: key } }: Pick<StoredSecret, 'data'>,
  organization: string,
  now: Date,
  lifetimes?: CertificateLifetimes,
): EvaluatedAdminCa {
  const name = adminCaSecret({ name: organization });
  const [violation] = verifyEndpoint({
    ...{ certificate, key, commonName: name, hosts: [], now },
    ...(lifetimes === undefined ? {} : { renewal: renewalOf(lifetimes, 'tls') }),
  });
  const decision = decide(name, violation);
  if (certificate === undefined || key === undefined || isUnusable(violation)) return { decision };
  return { ca: { certificate, key }, decision };
}

function decide(name: string, violation: Violation | undefined): Decision {
  if (violation === undefined) return UNCHANGED;
  return violation.reason === 'SecretMissing'
    ? { outcome: 'created', reason: `Secret ${name} holds no CA for the admin endpoints of orderers, and gets one` }
    : {
        outcome: 'updated',
        reason: `the CA for the admin endpoints of orderers in Secret ${name}: ${violation.message}`,
      };
}

/** Whether nobody can be certified by it. One that has ended is replaced altogether: orderers that trust it refuse its key, too. */
function isUnusable(violation: Violation | undefined): boolean {
  return violation !== undefined && violation.reason !== 'NearingExpiry';
}

/**
 * By what an orderer's Deployment says which CA its pod trusts: the same for each certificate of one key.
 *
 * @param certificate PEM; what is still to be made has a name of its own
 */
export function adminCaKeyHash(certificate: string): string {
  return certificate === TO_BE_MADE ? TO_BE_MADE : hashOf(describeCertificate(certificate).publicKeyFingerprint);
}

/** Stands for the certificate of a CA in a dry run that would make one. */
export const TO_BE_MADE = 'to-be-made';

/** Entries of the Secret; kube/orderer.yaml mounts the first. */
const CERTIFICATE = 'cert.pem';
const KEY = 'key.pem';
