import { randomBytes } from 'node:crypto';

import {
  certificateAuthorityConfig,
  newPrivateKey,
  selfSignedServerCertificate,
  verifyEndpoint,
  type CertificateAuthority,
} from '../../fabric/index.ts';
import { caHosts, caName, certificateAuthorityObjects } from '../../spec/index.ts';
import type { CertificateAuthorities } from './ca-connections.ts';
import { certificateAuthorityEnvironment } from '../nodes/environment.ts';
import { certify } from './certificates.ts';
import type { Roots } from './credentials.ts';
import { applyManifest, hashOf, readText, type Dependencies } from '../cluster/manifests.ts';
import { wasRolledOut, type DeploymentResult } from '../nodes/nodes.ts';
import { applySecret, readSecret, writeSecret, type StoredSecret } from '../cluster/secrets.ts';
import { asStep, join, UNCHANGED, type StepResult } from '../activity.ts';
import type { OrganizationInput } from '../inputs.ts';
import { claimVolume } from '../cluster/volumes.ts';

/** Name of the identity that registers all others. */
export const REGISTRAR = 'rcaadmin';

export interface PublishedRoots extends StepResult {
  /** The root certificates of the organization's CAs; absent in a dry run where there are none yet. */
  readonly roots?: Roots;
}

export interface CertificateAuthorityActivities {
  startCertificateAuthority: (target: OrganizationInput) => Promise<DeploymentResult>;
  publishCaCertificates: (target: OrganizationInput) => Promise<PublishedRoots>;
  enrollRegistrar: (target: OrganizationInput) => Promise<StepResult>;
}

/** The two CAs of an organization: their process, their roots, and their registrar. */
export function createCertificateAuthorityActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): CertificateAuthorityActivities {
  return {
    startCertificateAuthority: asStep(async (target, { signal }) => {
      const { network, organization } = target;
      const { namespace } = organization;
      const options = { ...target, signal };
      const name = caName(organization);
      const names = certificateAuthorityObjects(organization);
      // Its volume before all else: a pod that is created in the same instant as its claim waits for kubelet's backoff.
      const [volume, storedEndpoint, storedConfiguration] = await Promise.all([
        claimVolume(dependencies, target, { ...organization.certificateAuthority, name }, options),
        readSecret(dependencies, namespace, names.tls, signal),
        readSecret(dependencies, namespace, names.config, signal),
      ]);
      const endpoint = await endpointCertificate(target, storedEndpoint);
      const configuration = configurationFiles(target, storedConfiguration);
      const environment = certificateAuthorityEnvironment(target);
      const owner = { namespace, organization: organization.name, owner: name };
      const secrets = await Promise.all([
        applySecret(dependencies, { ...owner, name: names.tls, data: endpoint }, storedEndpoint, options),
        applySecret(dependencies, { ...owner, name: names.config, data: configuration }, storedConfiguration, options),
      ]);
      const deployed = await applyManifest(
        dependencies,
        'certificate-authority.yaml',
        {
          NETWORK: network.name,
          NAMESPACE: namespace,
          ORGANIZATION: organization.name,
          NODE: name,
          ENVIRONMENT: environment,
          IMAGE:
            organization.certificateAuthority.image ??
            `${network.fabric.registry}/fabric-ca:${network.fabric.caVersion}`,
          RESOURCES: organization.certificateAuthority.resources,
          ROLLOUT_TIMEOUT_SECONDS: network.kubernetes.rolloutTimeoutSeconds,
          CONFIGURATION_HASH: hashOf(JSON.stringify(environment), JSON.stringify(configuration), endpoint['tls.crt']),
        },
        options,
      );
      const decision = join([volume, ...secrets, deployed]);
      return { ...decision, rolledOut: await wasRolledOut(dependencies, decision, namespace, name, signal) };
    }),

    publishCaCertificates: asStep<OrganizationInput, Omit<PublishedRoots, 'attempts'>>(async (target, { signal }) => {
      const { network, organization } = target;
      const { certificates } = certificateAuthorityObjects(organization);
      const published = await readText(dependencies, 'ConfigMap', organization.namespace, certificates, signal);
      if (target.dryRun && published === undefined) return { outcome: 'created', reason: `${certificates} is missing` };
      const roots = await authorities.use(target, signal, async (connection) => ({
        ca: (await connection.enrollmentCa.info()).chain,
        tlsca: (await connection.tlsCa.info()).chain,
      }));
      const applied = await applyManifest(
        dependencies,
        'certificates.yaml',
        {
          NETWORK: network.name,
          NAMESPACE: organization.namespace,
          NAME: certificates,
          ORGANIZATION: organization.name,
          CERTIFICATES: { 'ca.pem': roots.ca, 'tlsca.pem': roots.tlsca },
        },
        { ...target, signal },
      );
      return { ...applied, roots };
    }),

    enrollRegistrar: asStep(async (target, { signal }) => {
      const { organization } = target;
      const { namespace } = organization;
      const names = certificateAuthorityObjects(organization);
      const existing = await readSecret(dependencies, namespace, names.registrar, signal);
      if (existing.data['cert.pem'] !== undefined && existing.data['tlsca-cert.pem'] !== undefined) return UNCHANGED;
      if (target.dryRun) return { outcome: 'created', reason: `Secret ${names.registrar} is missing` };

      const config = await readText(dependencies, 'Secret', namespace, names.config, signal);
      const secret = config?.['registrar-password'] ?? '';
      const key = existing.data['key.pem'] ?? newPrivateKey();
      const owner = { name: names.registrar, namespace, organization: organization.name, owner: caName(organization) };
      const write = (data: Record<string, string>, over: StoredSecret): Promise<StoredSecret> =>
        writeSecret(dependencies, { ...owner, data }, over, { ...target, signal });
      const durable =
        existing.data['key.pem'] === undefined ? await write({ ...existing.data, 'key.pem': key }, existing) : existing;
      // The registrar cannot ask what it was issued before it has a certificate: after a lost answer it gets a second one.
      const enrolledAt = (authority: CertificateAuthority): Promise<string> =>
        certify(authority, { id: REGISTRAR, secret, key, hosts: [] });
      const [certificate, tlsCertificate] = await authorities.use(target, signal, ({ enrollmentCa, tlsCa }) =>
        Promise.all([enrolledAt(enrollmentCa), enrolledAt(tlsCa)]),
      );
      await write({ 'key.pem': key, 'cert.pem': certificate, 'tlsca-cert.pem': tlsCertificate }, durable);
      return { outcome: 'created', reason: `${REGISTRAR} enrolled at both CAs` };
    }),
  };
}

/** Where the Secret with the endpoint's pair is mounted; kube/certificate-authority.yaml says the same. */
const ENDPOINT = '/var/hyperledger/fabric-ca-server-tls';

/** The configuration files of the two CAs. The registrar's password is made once and found again afterwards. */
function configurationFiles(
  { network, organization }: OrganizationInput,
  { data: stored }: StoredSecret,
): Record<string, string> {
  const password = stored['registrar-password'] ?? randomBytes(24).toString('base64url');
  const files = certificateAuthorityConfig({
    organization,
    registrar: { name: REGISTRAR, password },
    lifetimes: network.certificates,
    tls: { certificateFile: `${ENDPOINT}/tls.crt`, keyFile: `${ENDPOINT}/tls.key` },
  });
  return { 'ca.yaml': files.ca, 'tlsca.yaml': files.tlsca, 'registrar-password': password };
}

/** Certificate and key of the CA's own endpoint: those that are there while they are good, else new ones. */
async function endpointCertificate(
  { network, organization }: OrganizationInput,
  { data: stored }: StoredSecret,
): Promise<{ 'tls.crt': string; 'tls.key': string }> {
  const hosts = caHosts(network, organization);
  const { 'tls.crt': certificate, 'tls.key': key } = stored;
  if (certificate !== undefined && key !== undefined) {
    const violations = verifyEndpoint({ certificate, key, commonName: caName(organization), hosts, now: new Date() });
    if (violations.length === 0) return { 'tls.crt': certificate, 'tls.key': key };
  }
  const lifetimeHours = Number.parseInt(network.certificates.tls, 10);
  const made = await selfSignedServerCertificate({ commonName: caName(organization), hosts, lifetimeHours });
  return { 'tls.crt': made.certificate, 'tls.key': made.key };
}
