import { describeCertificate, endsWithCa } from '../../fabric/index.ts';
import { list, observe, ownedBy, snapshotOf } from '../../kubernetes/index.ts';
import {
  ADMIN_NODE,
  adminCaSecret,
  certificateAuthorityObjects,
  identitySecrets,
  METRICS_CLIENT,
  metricsClientSecret,
  nodeTargetName,
  operationsCaSecret,
  renewalDate,
} from '../../spec/index.ts';
import { asActivity } from '../activity.ts';
import { hashOf, podAnnotation, readText, textsOf, type Dependencies } from '../cluster/manifests.ts';
import { applicationIn, IDENTITY_LABEL } from '../identities/applications.ts';
import {
  CLOSED_ENDPOINTS,
  evaluateEndpointCa,
  TO_BE_MADE,
  trustedCa,
  type ClosedEndpoint,
  type EvaluatedCa,
} from '../identities/endpoint-ca.ts';
import type { PublicCertificates } from '../identities/enroll.ts';
import { evaluateMetricsClient } from '../identities/metrics-client.ts';
import { findRoots, type Roots } from '../identities/roots.ts';
import type { ApplicationIdentity, Identity, OrganizationInput } from '../inputs.ts';
import { KINDS } from '../prune/owned-groups.ts';

/** A certificate of an organization, as its cluster keeps it. */
export interface CertificateView {
  /** As people are told, e.g. `org1/peer1`. */
  readonly owner: string;
  /**
   * Roots of the two CAs; of the CA that orderers trust at their admin endpoints; of the CA that nodes trust at their operations endpoints;
   * that of who collects metrics there; by which the registrar is known to either of the two; the certificate of an identity; that of an endpoint.
   */
  readonly use: 'ca' | 'tlsca' | 'adminca' | 'operationsca' | 'metricsclient' | 'registrar' | 'identity' | 'tls';
  /** Distinguished name of who issued it, e.g. `CN=org1-ca`; absent in what older versions have told. */
  readonly issuer?: string;
  /** Hexadecimal serial number. */
  readonly serial: string;
  /** RFC 3339 time in UTC. */
  readonly notAfter: string;
  /** From when on it is renewed, RFC 3339 in UTC; absent means that it is not: the root of a CA, and what ends with it. */
  readonly dueAt?: string;
  /** Its CA ends then, so that a new one would end then, too. Absent means that it does not. */
  readonly endsWithCa?: true;
}

export interface CertificatesView {
  readonly certificates: readonly CertificateView[];
  /** Whose pods run with certificates that have been renewed since, e.g. `org1/peer1`. */
  readonly outdated: readonly string[];
  /** Of orderers, by Kubernetes name. */
  readonly orderers: Readonly<Record<string, PublicCertificates>>;
  /** Identities of applications that are not revoked; absent in what older versions have told. */
  readonly applications?: readonly ApplicationView[];
}

/** The identity of an application, whose certificate is among the others. */
export interface ApplicationView {
  /** As people are told, e.g. `org1/app1`. */
  readonly target: string;
  readonly identity: ApplicationIdentity;
}

/** An organization whose certificates are looked at. */
export interface CertificatesInput extends OrganizationInput {
  /** Target of the steps on its certificate authority, e.g. `org1/ca`. */
  readonly certificateAuthority: string;
  readonly identities: readonly { readonly target: string; readonly identity: Pick<Identity, 'name' | 'type'> }[];
}

export interface CertificateInspectionActivities {
  inspectCertificates: (input: CertificatesInput) => Promise<CertificatesView>;
}

/** What an organization has of certificates, and when they are renewed. Changes nothing. */
export function createCertificateInspectionActivities(dependencies: Dependencies): CertificateInspectionActivities {
  return {
    inspectCertificates: asActivity(async (input, { signal }) => {
      const { network, organization } = input;
      const cluster = await snapshotOf(dependencies.cluster, KINDS, {
        namespace: organization.namespace,
        labelSelector: `${ownedBy(network.name)},weft.dev/organization=${organization.name}`,
        signal,
      });
      return inspectCertificates({ ...dependencies, cluster }, input, signal);
    }),
  };
}

async function inspectCertificates(
  dependencies: Dependencies,
  input: CertificatesInput,
  signal: AbortSignal,
): Promise<CertificatesView> {
  const { network, organization, certificateAuthority: owner } = input;
  const { namespace } = organization;
  const names = certificateAuthorityObjects(organization);
  const read = (secret: string): Promise<Texts> => readText(dependencies, 'Secret', namespace, secret, signal);
  const [applications, roots, endpoint, registrar, adminCa, operationsCa, metricsClient, ...identities] =
    await Promise.all([
      findApplications(dependencies, input, signal),
      findRoots(dependencies, organization, signal),
      read(names.tls),
      read(names.registrar),
      read(adminCaSecret(organization)),
      read(operationsCaSecret(organization)),
      read(metricsClientSecret(organization)),
      ...input.identities.map(async ({ target, identity }) => {
        const { msp, tls } = identitySecrets(identity.name);
        const [enrollment, serving, started] = await Promise.all([
          read(msp),
          read(tls),
          startedWith(dependencies, namespace, identity, signal),
        ]);
        const pem = { identity: enrollment?.['cert.pem'] ?? '', tls: serving?.['cert.pem'] ?? '' };
        return { target, identity, pem, started };
      }),
    ]);
  const cas = { admin: evaluated('admin', adminCa, input), operations: evaluated('operations', operationsCa, input) };
  const issued = (
    who: string,
    use: CertificateView['use'],
    pem: string | undefined,
    chain: string | undefined,
  ): CertificateView[] => view(who, use, pem, { chain, network });
  const certificates = [
    ...view(owner, 'ca', roots?.ca),
    ...view(owner, 'tlsca', roots?.tlsca),
    ...issued(owner, 'tls', endpoint?.['tls.crt'], undefined),
    ...issued(owner, 'registrar', registrar?.['cert.pem'], roots?.ca),
    ...issued(owner, 'registrar', registrar?.['tlsca-cert.pem'], roots?.tlsca),
    ...issued(nodeTargetName(organization, { name: ADMIN_NODE }), 'adminca', adminCa?.['cert.pem'], undefined),
    ...issued(owner, 'operationsca', operationsCa?.['cert.pem'], undefined),
    ...metricsClientView(metricsClient, cas.operations, roots, input),
    ...identities.flatMap(({ target, pem }) => [
      ...issued(target, 'identity', pem.identity, roots?.ca),
      ...issued(target, 'tls', pem.tls, roots?.tlsca),
    ]),
    ...applications.flatMap(({ target, pem }) => issued(target, 'identity', pem, roots?.ca)),
  ];
  return {
    certificates,
    outdated: identities
      .filter(({ identity, pem, started }) => {
        if (started?.certificates === undefined) return false;
        const trusted = started.trusts.map((endpoint) => wantedCertificate(cas[endpoint]));
        return started.certificates !== certificatesHash(identity, pem, trusted);
      })
      .map(({ target }) => target),
    orderers: Object.fromEntries(
      identities.filter(({ identity }) => identity.type === 'orderer').map(({ identity, pem }) => [identity.name, pem]),
    ),
    applications: applications.map(({ target, identity }) => ({ target, identity })),
  };
}

async function findApplications(
  { cluster }: Dependencies,
  { network, organization }: CertificatesInput,
  signal: AbortSignal,
): Promise<(ApplicationView & { readonly pem: string | undefined })[]> {
  const labelSelector = `${ownedBy(network.name)},weft.dev/organization=${organization.name},${IDENTITY_LABEL}`;
  const secrets = await list(
    cluster,
    { apiVersion: 'v1', kind: 'Secret' },
    { namespace: organization.namespace, labelSelector, signal },
  );
  return secrets.flatMap((secret) => {
    const data = textsOf(secret);
    const identity = applicationIn(secret.metadata.labels?.[IDENTITY_LABEL] ?? '', data);
    return identity === undefined
      ? []
      : [{ target: nodeTargetName(organization, identity), identity, pem: data['cert.pem'] }];
  });
}

type Texts = Readonly<Record<string, string>> | undefined;

/** @param renewed absent means that it is the root of a CA, which is not renewed */
function view(
  owner: string,
  use: CertificateView['use'],
  pem = '',
  renewed?: { readonly chain: string | undefined; readonly network: OrganizationInput['network'] },
): CertificateView[] {
  const description = described(pem);
  if (description === undefined) return [];
  const { issuer, serial, notAfter } = description;
  const seen = { owner, use, issuer, serial, notAfter: notAfter.toISOString() };
  if (renewed === undefined) return [seen];
  const { chain = '', network } = renewed;
  if (endsWithCa(description, chain)) return [{ ...seen, endsWithCa: true }];
  const due = renewalDate(description, network.certificates, LIKE_IDENTITIES.has(use) ? 'identity' : 'tls');
  return [{ ...seen, dueAt: due.toISOString() }];
}

/** What lives as long as the description says of identities; all else as it says of TLS certificates. */
const LIKE_IDENTITIES: ReadonlySet<CertificateView['use']> = new Set(['identity', 'registrar']);

/** The certificate of who collects metrics. One that nodes do not accept, since their CA for it is another one, has been due since it began. */
function metricsClientView(
  stored: Texts,
  { ca }: EvaluatedCa,
  roots: Roots | undefined,
  { network, organization }: CertificatesInput,
): CertificateView[] {
  const now = new Date();
  const target = nodeTargetName(organization, { name: METRICS_CLIENT });
  const views = view(target, 'metricsclient', stored?.['tls.crt'], { chain: undefined, network });
  if (stored === undefined || roots === undefined) return views;
  const expected = { ca, organization: organization.name, roots, now, lifetimes: network.certificates };
  if (evaluateMetricsClient({ data: stored }, expected).outcome === 'unchanged') return views;
  const began = described(stored['tls.crt'] ?? '')?.notBefore ?? now;
  return views.map((seen) => ({ ...seen, dueAt: began.toISOString() }));
}

/** What cannot be read is no certificate: the next run of the network issues one in its place. */
function described(pem: string): ReturnType<typeof describeCertificate> | undefined {
  try {
    return describeCertificate(pem);
  } catch {
    return undefined;
  }
}

function evaluated(endpoint: ClosedEndpoint, stored: Texts, { network, organization }: CertificatesInput): EvaluatedCa {
  return evaluateEndpointCa(endpoint, { data: stored ?? {} }, organization.name, new Date(), network.certificates);
}

/** The certificate of a CA for an endpoint with which nodes shall have started: another one than there is, where that is due or gone. */
function wantedCertificate({ ca, decision }: EvaluatedCa): string {
  return ca !== undefined && decision.outcome === 'unchanged' ? ca.certificate : TO_BE_MADE;
}

/**
 * Tells apart with which certificates a pod has started; it is an annotation of its Deployment (kube/orderer.yaml, peer.yaml, chaincode.yaml).
 *
 * @param trusted certificates of the CAs that it trusts at its closed endpoints, in the order of {@link CLOSED_ENDPOINTS}
 */
export function certificatesHash(
  { type }: Pick<Identity, 'type'>,
  { identity, tls }: PublicCertificates,
  trusted: readonly string[] = [],
): string {
  // The server of a chaincode has no part in channels: it only serves TLS.
  if (type === 'client') return hashOf(tls);
  return hashOf(identity, tls, ...trusted);
}

/** With what a pod has started, by its Deployment. */
interface StartedWith {
  /** The {@link certificatesHash} of it. */
  readonly certificates: string | undefined;
  /** Its endpoints that trust a CA of their own: with versions before that had none, fewer or no endpoint did. */
  readonly trusts: readonly ClosedEndpoint[];
}

/** @returns undefined if the identity has no pod, as an Admin has none */
async function startedWith(
  { cluster }: Dependencies,
  namespace: string,
  { name, type }: Pick<Identity, 'name' | 'type'>,
  signal: AbortSignal,
): Promise<StartedWith | undefined> {
  if (type === 'admin') return undefined;
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } };
  const deployment = await observe(cluster, reference, { signal });
  const certificates = podAnnotation(deployment, 'weft.dev/certificates');
  return { certificates, trusts: CLOSED_ENDPOINTS.filter((endpoint) => trustedCa(deployment, endpoint) !== undefined) };
}
