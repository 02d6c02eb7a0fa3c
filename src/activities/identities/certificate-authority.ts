import {
  certificateAuthorityConfig,
  selfSignedServerCertificate,
  verifyEndpoint,
  type ViolationReason,
} from '../../fabric/index.ts';
import { observe, type ObjectReference } from '../../kubernetes/index.ts';
import { caHosts, caName, certificateAuthorityObjects, milliseconds } from '../../spec/index.ts';
import { stateLost } from '../failures.ts';
import { applyManifest, type Dependencies } from '../cluster/manifests.ts';
import { applySecret, readSecret, type StoredSecret } from '../cluster/secrets.ts';
import { claimVolume } from '../cluster/volumes.ts';
import { certificateAuthorityVariables } from '../nodes/manifest-variables.ts';
import { readSecretVariables } from '../nodes/secret-variables.ts';
import { wasRolledOut, type DeploymentResult } from '../nodes/nodes.ts';
import { asStep, join, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { CertificateAuthorityInput, OrganizationInput } from '../inputs.ts';
import type { CertificateAuthorities } from './ca-connections.ts';
import { renewalOf } from './certificates.ts';
import { ensureMetricsClient, type MetricsClientInput } from './metrics-client.ts';
import { REGISTRAR, REGISTRAR_PASSWORD } from './registrar.ts';
import { newEnrollmentSecret } from './registration.ts';
import { confirmRoots, findRoots, type Roots } from './roots.ts';

export interface PublishedRoots extends StepResult {
  /** The root certificates of the organization's CAs; absent in a dry run where there are none yet. */
  readonly roots?: Roots;
}

export interface CertificateAuthorityActivities {
  startCertificateAuthority: (input: CertificateAuthorityInput) => Promise<DeploymentResult>;
  publishCaCertificates: (input: MetricsClientInput) => Promise<PublishedRoots>;
}

/** The process that serves the two CAs of an organization, and their roots. */
export function createCertificateAuthorityActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): CertificateAuthorityActivities {
  return {
    startCertificateAuthority: asStep((input, context) => startCertificateAuthority(dependencies, input, context)),
    publishCaCertificates: asStep((input, context) => publishCaCertificates(dependencies, authorities, input, context)),
  };
}

/** Ensures that the CAs' volume, configuration, endpoint certificate and Deployment exist as described. */
export async function startCertificateAuthority(
  dependencies: Dependencies,
  input: CertificateAuthorityInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision & Pick<DeploymentResult, 'rolledOut'>> {
  const { organization } = input;
  const { namespace } = organization;
  const options = { ...input, signal };
  const name = caName(organization);
  const names = certificateAuthorityObjects(organization);
  const [storedEndpoint, storedConfiguration, claim] = await Promise.all([
    readSecret(dependencies, namespace, names.tls, signal),
    readSecret(dependencies, namespace, names.config, signal),
    observe(dependencies.cluster, claimReference(namespace, name), { signal }),
  ]);
  const isNew = storedConfiguration.data[REGISTRAR_PASSWORD] === undefined;
  // The password is stored before the volume is claimed: a volume without it has been somebody's.
  if (isNew && (input.isInUse || claim !== undefined)) {
    throw stateLost(
      `Secret ${names.config} in namespace ${namespace}`,
      name,
      "It held the registrar's password, which the database of the CA still has.",
    );
  }
  const owner = { namespace, organization: organization.name, owner: name };
  const files = configurationFiles(input, storedConfiguration);
  const applyConfiguration = (): Promise<Decision> =>
    applySecret(dependencies, { ...owner, name: names.config, data: files }, storedConfiguration, options);
  const configured = isNew ? await applyConfiguration() : undefined;
  // Then its volume: a pod that is created in the same instant as its claim waits for kubelet's backoff.
  const volume = await claimVolume(
    dependencies,
    input,
    { ...organization.certificateAuthority, name, isInUse: input.isInUse },
    options,
  );
  const endpoint = await endpointPair(input, storedEndpoint, new Date());
  const secrets = await Promise.all([
    applySecret(dependencies, { ...owner, name: names.tls, data: endpoint }, storedEndpoint, options),
    configured ?? applyConfiguration(),
  ]);
  const { environmentFrom } = organization.certificateAuthority;
  const secretVariables = await readSecretVariables(dependencies, environmentFrom, { ...options, namespace });
  const read = [JSON.stringify(files), endpoint['tls.crt']];
  const variables = certificateAuthorityVariables(input, read, secretVariables);
  const deployed = await applyManifest(dependencies, 'certificate-authority.yaml', variables, options);
  const decision = join([volume, ...secrets, deployed]);
  return { ...decision, rolledOut: await wasRolledOut(dependencies, decision, namespace, name, signal) };
}

function claimReference(namespace: string, name: string): ObjectReference {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace, name } };
}

/** Where the Secret with the endpoint's pair is mounted; kube/certificate-authority.yaml says the same. */
const ENDPOINT = '/var/hyperledger/fabric-ca-server-tls';

/** The configuration files of the two CAs. The registrar's password is made once and found again afterwards. */
function configurationFiles(
  { network, organization }: OrganizationInput,
  { data: stored }: StoredSecret,
): Record<string, string> {
  const password = stored[REGISTRAR_PASSWORD] ?? newEnrollmentSecret();
  const files = certificateAuthorityConfig({
    organization,
    registrar: { name: REGISTRAR.name, password },
    lifetimes: network.certificates,
    tls: { certificateFile: `${ENDPOINT}/tls.crt`, keyFile: `${ENDPOINT}/tls.key` },
  });
  return { 'ca.yaml': files.ca, 'tlsca.yaml': files.tlsca, [REGISTRAR_PASSWORD]: password };
}

/** Certificate and key of the CAs' own endpoint: those that are stored while they are good, else new ones. */
async function endpointPair(
  { network, organization, renew }: CertificateAuthorityInput,
  { data: { 'tls.crt': certificate, 'tls.key': key } }: StoredSecret,
  now: Date,
): Promise<{ 'tls.crt': string; 'tls.key': string }> {
  const server = { commonName: caName(organization), hosts: caHosts(network, organization) };
  const renewal = renewalOf(network.certificates, 'tls', renew);
  const faults = verifyEndpoint({ certificate, key, ...server, now, renewal }).map(({ reason }) => reason);
  if (certificate !== undefined && key !== undefined && faults.length === 0) {
    return { 'tls.crt': certificate, 'tls.key': key };
  }
  const isKeyGood = !faults.some((reason) => KEY_FAULTS.includes(reason));
  const made = await selfSignedServerCertificate({
    ...server,
    lifetimeHours: milliseconds(network.certificates.tls) / HOUR_MS,
    ...(isKeyGood && key !== undefined ? { key } : {}),
  });
  return { 'tls.crt': made.certificate, 'tls.key': made.key };
}

const HOUR_MS = 3_600_000;

/** What says nothing good of the key. */
const KEY_FAULTS: readonly string[] = ['SecretMissing', 'Unreadable', 'KeyMismatch'] satisfies ViolationReason[];

/**
 * Ensures that the roots with which the CAs answer are published; and that who collects the metrics of the organization's nodes has a
 * certificate, beside the root by which those are known.
 */
export async function publishCaCertificates(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  input: MetricsClientInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Decision & Pick<PublishedRoots, 'roots'>> {
  const { network, organization, dryRun } = input;
  const { certificates } = certificateAuthorityObjects(organization);
  if (dryRun && (await findRoots(dependencies, organization, signal)) === undefined) {
    return { outcome: 'created', reason: `${certificates} is missing` };
  }
  const roots = await authorities.use(input, signal, async (connection) =>
    confirmRoots(dependencies, organization, await connection.roots(), signal),
  );
  const published = applyManifest(
    dependencies,
    'certificates.yaml',
    {
      NETWORK: network.name,
      NAMESPACE: organization.namespace,
      NAME: certificates,
      ORGANIZATION: organization.name,
      CERTIFICATES: { 'ca.pem': roots.ca, 'tlsca.pem': roots.tlsca },
    },
    { ...input, signal },
  );
  const metricsClient = ensureMetricsClient(dependencies, input, roots, signal);
  return { ...join(await Promise.all([published, metricsClient])), roots };
}
