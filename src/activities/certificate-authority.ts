import { randomBytes } from 'node:crypto';

import {
  certificateAuthorityConfig,
  newPrivateKey,
  selfSignedServerCertificate,
  verifyEndpoint,
} from '../fabric/index.ts';
import { caHosts, caName, certificateAuthorityObjects } from '../spec/index.ts';
import type { CertificateAuthorities } from './certificate-authorities.ts';
import { certificateAuthorityEnvironment } from './environment.ts';
import { certify } from './enrollment.ts';
import { applyManifest, applySecret, hashOf, readText, type Dependencies } from './manifests.ts';
import { asStep, join, UNCHANGED, type StepResult } from './step.ts';
import type { OrganizationTarget } from './targets.ts';

/** Name of the identity that registers all others. */
export const REGISTRAR = 'rcaadmin';

export interface CertificateAuthorityActivities {
  startCertificateAuthority: (target: OrganizationTarget) => Promise<StepResult>;
  publishCaCertificates: (target: OrganizationTarget) => Promise<StepResult>;
  enrollRegistrar: (target: OrganizationTarget) => Promise<StepResult>;
}

/** The two CAs of an organization: their process, their roots, and their registrar. */
export function createCertificateAuthorityActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): CertificateAuthorityActivities {
  return {
    startCertificateAuthority: asStep(async (target, { signal }) => {
      const { network, organization } = target;
      const options = { ...target, signal };
      const endpoint = await endpointCertificate(dependencies, target, signal);
      const configuration = await configurationFiles(dependencies, target, signal);
      const environment = certificateAuthorityEnvironment(target);
      const names = certificateAuthorityObjects(organization);
      const owner = { namespace: organization.namespace, organization: organization.name, owner: caName(organization) };
      return join([
        await applySecret(dependencies, { ...owner, name: names.tls, data: endpoint }, options),
        await applySecret(dependencies, { ...owner, name: names.config, data: configuration }, options),
        await applyManifest(
          dependencies,
          'certificate-authority.yaml',
          {
            NETWORK: network.name,
            NAMESPACE: organization.namespace,
            ORGANIZATION: organization.name,
            NODE: caName(organization),
            ENVIRONMENT: environment,
            IMAGE:
              organization.certificateAuthority.image ??
              `${network.fabric.registry}/fabric-ca:${network.fabric.caVersion}`,
            RESOURCES: organization.certificateAuthority.resources,
            ROLLOUT_TIMEOUT_SECONDS: network.kubernetes.rolloutTimeoutSeconds,
            CONFIGURATION_HASH: hashOf(JSON.stringify(environment), JSON.stringify(configuration), endpoint['tls.crt']),
          },
          options,
        ),
      ]);
    }),

    publishCaCertificates: asStep(async (target, { signal }) => {
      const { network, organization } = target;
      const { certificates } = certificateAuthorityObjects(organization);
      const published = await readText(dependencies, 'ConfigMap', organization.namespace, certificates, signal);
      if (target.dryRun && published === undefined) return { outcome: 'created', reason: `${certificates} is missing` };
      const roots = await authorities.use(target, signal, async (connection) => ({
        'ca.pem': (await connection.enrollmentCa.info()).chain,
        'tlsca.pem': (await connection.tlsCa.info()).chain,
      }));
      return applyManifest(
        dependencies,
        'certificates.yaml',
        {
          NETWORK: network.name,
          NAMESPACE: organization.namespace,
          NAME: certificates,
          ORGANIZATION: organization.name,
          CERTIFICATES: roots,
        },
        { ...target, signal },
      );
    }),

    enrollRegistrar: asStep(async (target, { signal }) => {
      const { organization } = target;
      const names = certificateAuthorityObjects(organization);
      const existing = await readText(dependencies, 'Secret', organization.namespace, names.registrar, signal);
      if (existing?.['cert.pem'] !== undefined && existing['tlsca-cert.pem'] !== undefined) return UNCHANGED;
      if (target.dryRun) return { outcome: 'created', reason: `Secret ${names.registrar} is missing` };

      const config = await readText(dependencies, 'Secret', organization.namespace, names.config, signal);
      const secret = config?.['registrar-password'] ?? '';
      const key = existing?.['key.pem'] ?? newPrivateKey();
      const write = (data: Record<string, string>): Promise<unknown> =>
        applySecret(
          dependencies,
          {
            name: names.registrar,
            namespace: organization.namespace,
            organization: organization.name,
            owner: caName(organization),
            data,
          },
          { ...target, signal },
        );
      await write({ ...existing, 'key.pem': key });
      // The registrar cannot ask what it was issued before it has a certificate: after a lost answer it gets a second one.
      const certificates = await authorities.use(target, signal, async ({ enrollmentCa, tlsCa }) => ({
        'cert.pem': await certify(enrollmentCa, { id: REGISTRAR, secret, key, hosts: [] }),
        'tlsca-cert.pem': await certify(tlsCa, { id: REGISTRAR, secret, key, hosts: [] }),
      }));
      await write({ 'key.pem': key, ...certificates });
      return { outcome: 'created', reason: `${REGISTRAR} enrolled at both CAs` };
    }),
  };
}

/** Where the Secret with the endpoint's pair is mounted; kube/certificate-authority.yaml says the same. */
const ENDPOINT = '/var/hyperledger/fabric-ca-server-tls';

/** The configuration files of the two CAs. The registrar's password is made once and found again afterwards. */
async function configurationFiles(
  dependencies: Dependencies,
  { network, organization }: OrganizationTarget,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { config } = certificateAuthorityObjects(organization);
  const stored = await readText(dependencies, 'Secret', organization.namespace, config, signal);
  const password = stored?.['registrar-password'] ?? randomBytes(24).toString('base64url');
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
  dependencies: Dependencies,
  { network, organization }: OrganizationTarget,
  signal: AbortSignal,
): Promise<{ 'tls.crt': string; 'tls.key': string }> {
  const { tls } = certificateAuthorityObjects(organization);
  const stored = await readText(dependencies, 'Secret', organization.namespace, tls, signal);
  const hosts = caHosts(organization);
  const { 'tls.crt': certificate, 'tls.key': key } = stored ?? {};
  if (certificate !== undefined && key !== undefined) {
    const violations = verifyEndpoint({ certificate, key, commonName: caName(organization), hosts, now: new Date() });
    if (violations.length === 0) return { 'tls.crt': certificate, 'tls.key': key };
  }
  const lifetimeHours = Number.parseInt(network.certificates.tls, 10);
  const made = await selfSignedServerCertificate({ commonName: caName(organization), hosts, lifetimeHours });
  return { 'tls.crt': made.certificate, 'tls.key': made.key };
}
