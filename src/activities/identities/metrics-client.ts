import { clientCertificate, verifyTls, type CertifiedKey } from '../../fabric/index.ts';
import { metricsClientSecret, milliseconds, type CertificateLifetimes } from '../../spec/index.ts';
import { join, UNCHANGED, type Decision } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { readSecret, writeSecret, type StoredSecret } from '../cluster/secrets.ts';
import type { OrganizationInput } from '../inputs.ts';
import { renewalOf } from './certificates.ts';
import { ensureEndpointCa, endpointCaOwner } from './endpoint-ca.ts';
import type { Roots } from './roots.ts';

/*
 * What who collects metrics shows to the operations endpoints of an organization's nodes, and knows them by: a Secret with the entries of
 * Kubernetes' TLS Secrets, which Prometheus mounts or the Prometheus operator reads.
 */

export interface MetricsClientInput extends OrganizationInput {
  /** Serial numbers of certificates that are renewed although they are good; absent means none. */
  readonly renew?: readonly string[];
}

/** What the Secret is measured by. */
export interface MetricsClientExpectation {
  /** The CA that the nodes trust at their operations endpoints; undefined if it is still to be made. */
  readonly ca: CertifiedKey | undefined;
  /** Name of the organization. */
  readonly organization: string;
  readonly roots: Pick<Roots, 'tlsca'>;
  readonly now: Date;
  readonly lifetimes: CertificateLifetimes;
  readonly renew?: readonly string[];
}

/** Ensures that the organization's metrics client has a good certificate of the CA for operations endpoints, which is made first if there is none. */
export async function ensureMetricsClient(
  dependencies: Dependencies,
  input: MetricsClientInput,
  roots: Roots,
  signal: AbortSignal,
): Promise<Decision> {
  const { network, organization, dryRun, renew } = input;
  const { namespace } = organization;
  const name = metricsClientSecret(organization);
  const [authority, stored] = await Promise.all([
    ensureEndpointCa(dependencies, 'operations', input, signal),
    readSecret(dependencies, namespace, name, signal),
  ]);
  const decision = evaluateMetricsClient(stored, {
    ...{ ca: authority.ca, organization: organization.name, roots, now: new Date(), lifetimes: network.certificates },
    ...(renew === undefined ? {} : { renew }),
  });
  if (decision.outcome !== 'unchanged' && !dryRun) {
    if (authority.ca === undefined) throw new TypeError(`There is no CA that could certify ${name}.`);
    const lifetimeHours = milliseconds(network.certificates.tls) / HOUR_MS;
    const made = await clientCertificate(authority.ca, { commonName: name, lifetimeHours });
    const secret = {
      ...{ name, namespace, organization: organization.name },
      owner: endpointCaOwner('operations', organization),
      data: { [CERTIFICATE]: made.certificate, [KEY]: made.key, [ROOTS]: roots.tlsca },
    };
    await writeSecret(dependencies, secret, stored, { network, signal });
  }
  return join([authority.decision, decision]);
}

/** What has to be done about the Secret as it is stored. */
export function evaluateMetricsClient(
  { data: { [CERTIFICATE]: certificate, [KEY]: key, [ROOTS]: stored } }: Pick<StoredSecret, 'data'>,
  { ca, organization, roots, now, lifetimes, renew }: MetricsClientExpectation,
): Decision {
  const name = metricsClientSecret({ name: organization });
  const [violation] = verifyTls({
    ...{ certificate, key, commonName: name, hosts: [], now },
    caChain: ca?.certificate ?? '',
    renewal: renewalOf(lifetimes, 'tls', renew),
  });
  if (violation === undefined) {
    if (stored === roots.tlsca) return UNCHANGED;
    return { outcome: 'updated', reason: `Secret ${name} does not hold the root of the organization's TLS CA` };
  }
  return violation.reason === 'SecretMissing'
    ? { outcome: 'created', reason: `Secret ${name} holds no certificate for who collects metrics, and gets one` }
    : { outcome: 'updated', reason: `the certificate in Secret ${name}: ${violation.message}` };
}

const HOUR_MS = 3_600_000;

/** Entries of the Secret, as https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets has them. */
const CERTIFICATE = 'tls.crt';
const KEY = 'tls.key';
const ROOTS = 'ca.crt';
