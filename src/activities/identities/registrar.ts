import { caName, certificateAuthorityObjects, REGISTRAR_NAME } from '../../spec/index.ts';
import { failure } from '../failures.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import { readSecret } from '../cluster/secrets.ts';
import { asStep, join, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { Identity, OrganizationInput, RegistrarInput } from '../inputs.ts';
import type { CertificateAuthorities, CertificateAuthorityPair } from './ca-connections.ts';
import { evaluateRegistrar, isDue } from './certificates.ts';
import { decisionOnRetired, findRetiredSecrets, withdrawRetired } from './retired-secrets.ts';
import { confirmRoots } from './roots.ts';
import { issueCertificates, type Issuer } from './issue.ts';

/** Entry of the Secret with the CAs' configuration that holds the registrar's password. */
export const REGISTRAR_PASSWORD = 'registrar-password';

/** The identity that registers all others, as both CAs are configured to know it. It serves nothing, so it has no host names. */
export const REGISTRAR: Identity = { name: REGISTRAR_NAME, type: 'client', hosts: [] };

export interface RegistrarActivities {
  enrollRegistrar: (input: RegistrarInput) => Promise<StepResult>;
}

export function createRegistrarActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): RegistrarActivities {
  return { enrollRegistrar: asStep((input, context) => enrollRegistrar(dependencies, authorities, input, context)) };
}

/**
 * Ensures that the registrar of an organization's CAs has a good certificate from each of them, and that it alone has a secret that
 * is kept.
 */
export async function enrollRegistrar(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  input: RegistrarInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision> {
  const { organization, network, dryRun, renew = [] } = input;
  const { namespace } = organization;
  const names = certificateAuthorityObjects(organization);
  const [stored, retired] = await Promise.all([
    readSecret(dependencies, namespace, names.registrar, signal),
    findRetiredSecrets(dependencies, input, signal),
  ]);
  if (dryRun && stored.object === undefined) {
    return { outcome: 'created', reason: `Secret ${names.registrar} is missing` };
  }
  return authorities.use(input, signal, async (connection) => {
    const roots = await confirmRoots(dependencies, organization, await connection.roots(), signal);
    const expected = { identity: REGISTRAR, roots, now: new Date(), lifetimes: network.certificates, renew };
    const evaluated = evaluateRegistrar(stored, expected);
    const due = evaluated.certificates.map((certificate) => certificate.decision);
    const decision = join([...due, decisionOnRetired(retired)]);
    if (dryRun) return decision;
    if (isDue(evaluated)) {
      const password = await readPassword(dependencies, input, signal);
      await issueCertificates(dependencies, evaluated, {
        secret: { name: names.registrar, namespace, organization: organization.name, owner: caName(organization) },
        expected,
        issuers: {
          enrollmentCa: issuerOf(connection.enrollmentCa, password),
          tlsCa: issuerOf(connection.tlsCa, password),
        },
        network,
        signal,
      });
    }
    await withdrawRetired(dependencies, input, connection, { retired, signal });
    return decision;
  });
}

/**
 * A CA as its registrar sees it. It enrolls by its password, which the CA has from its configuration. It cannot ask what it was issued
 * before it has a certificate: after an answer that was lost it gets a second one.
 */
function issuerOf(ca: CertificateAuthorityPair['enrollmentCa'], password: string): Issuer {
  return {
    enroll: ({ csr, profile }) =>
      ca.enroll({ id: REGISTRAR.name, secret: password, csr, ...(profile === undefined ? {} : { profile }) }),
    issued: () => Promise.resolve([]),
  };
}

async function readPassword(
  dependencies: Dependencies,
  { organization }: OrganizationInput,
  signal: AbortSignal,
): Promise<string> {
  const { config } = certificateAuthorityObjects(organization);
  const secret = await readText(dependencies, 'Secret', organization.namespace, config, signal);
  const password = secret?.[REGISTRAR_PASSWORD];
  if (password !== undefined) return password;
  throw failure(
    'MaterialMissing',
    `Secret ${config} in namespace ${organization.namespace} does not hold the registrar's password. It is made by the step startCertificateAuthority.`,
    { remedy: { kind: 'runAgain' } },
  );
}
