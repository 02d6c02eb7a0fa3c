import { randomBytes } from 'node:crypto';

import { certificateAuthorityConfig, describeCertificate, newPrivateKey, selfSignedServerCertificate } from '../fabric/index.ts';
import { caHosts, caName, certificateAuthorityObjects } from '../spec/index.ts';
import type { CertificateAuthorities } from './certificateAuthorities.ts';
import { certificateAuthorityEnvironment } from './environment.ts';
import { certificateFor } from './enrollment.ts';
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
            IMAGE: organization.certificateAuthority.image ?? `${network.fabric.registry}/fabric-ca:${network.fabric.caVersion}`,
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
        { NETWORK: network.name, NAMESPACE: organization.namespace, NAME: certificates, ORGANIZATION: organization.name, CERTIFICATES: roots },
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
          { name: names.registrar, namespace: organization.namespace, organization: organization.name, owner: caName(organization), data },
          { ...target, signal },
        );
      await write({ ...existing, 'key.pem': key });
      const certificates = await authorities.use(target, signal, async ({ enrollmentCa, tlsCa }) => ({
        'cert.pem': await certificateFor(enrollmentCa, { id: REGISTRAR, secret, key, hosts: [] }),
        'tlsca-cert.pem': await certificateFor(tlsCa, { id: REGISTRAR, secret, key, hosts: [] }),
      }));
      await write({ 'key.pem': key, ...certificates });
      return { outcome: 'created', reason: `${REGISTRAR} enrolled at both CAs` };
    }),
  };
}
