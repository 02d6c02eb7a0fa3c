import { certificateAuthorityObjects, identitySecrets } from '../../spec/index.ts';
import { readSecret, type StoredSecret } from '../cluster/secrets.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { asStep, join, type Decision, type StepContext, type StepResult } from '../activity.ts';
import { stateLost } from '../failures.ts';
import type { Identity, IdentityInput } from '../inputs.ts';
import type { CertificateAuthorities, CertificateAuthorityPair } from './ca-connections.ts';
import {
  evaluateIdentity,
  evaluateRegistrar,
  isDue,
  type EvaluatedSecret,
  type Expectation,
  type IdentityMaterial,
  ISSUERS,
  type IssuerName,
} from './certificates.ts';
import { findRoots, rootsMissing, type Roots } from './roots.ts';
import { allEnded, issueCertificates, type Issuance, type Issuer } from './issue.ts';
import { enrollOnce, requireType } from './registration.ts';
import { REGISTRAR } from './registrar.ts';

export interface EnrollmentResult extends StepResult {
  /** The certificates that an orderer has after the step; absent in a dry run where they would be issued. */
  readonly certificates?: PublicCertificates;
}

/** What channels have to know of a consenter, PEM. */
export interface PublicCertificates {
  readonly identity: string;
  readonly tls: string;
}

export interface IdentityActivities {
  enrollIdentity: (input: IdentityInput) => Promise<EnrollmentResult>;
}

/** Nodes, Admins and chaincode servers at their organization's two CAs: registered once, enrolled for an identity and for TLS. */
export function createIdentityActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): IdentityActivities {
  return { enrollIdentity: asStep((input, context) => enrollIdentity(dependencies, authorities, input, context)) };
}

type Enrolled = Decision & Pick<EnrollmentResult, 'certificates'>;

/** Ensures that an identity is registered and that its Secrets hold good certificates: those that are there, else new ones. */
export async function enrollIdentity(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  input: IdentityInput,
  { signal }: Pick<StepContext, 'signal'>,
): Promise<Enrolled> {
  const { roots, ...stored } = await readStored(dependencies, input, signal);
  if (roots === undefined) {
    if (input.dryRun) return CA_MISSING;
    throw rootsMissing(input.organization);
  }
  const expected: Expectation = {
    identity: input.identity,
    roots,
    now: new Date(),
    lifetimes: input.network.certificates,
    ...(input.identity.renew === undefined ? {} : { renew: input.identity.renew }),
  };
  requireKeys(input, stored);
  const material = evaluateIdentity(stored, expected);
  if (!isAnyDue(material)) return enrolled(input, material);
  const work: EnrollmentWork = { dependencies, authorities, input, signal, expected, material };
  return input.dryRun ? planEnrollment(work) : enrolled(input, material, await issueDue(work));
}

/** @throws ApplicationFailure `StateLost` */
function requireKeys(
  { organization: { namespace }, identity }: IdentityInput,
  stored: IdentityMaterial<StoredSecret>,
): void {
  if (identity.isConsenter !== true) return;
  const names = identitySecrets(identity.name);
  for (const name of SECRETS) {
    if (stored[name].data['key.pem'] !== undefined) continue;
    throw stateLost(
      `Secret ${names[name]} in namespace ${namespace}`,
      identity.name,
      'It held a key by which channels know it as their consenter.',
    );
  }
}

const CA_MISSING: Decision = { outcome: 'created', reason: 'the CA is not there yet' };

/** What an enrollment works on. */
interface EnrollmentWork {
  readonly dependencies: Dependencies;
  readonly authorities: CertificateAuthorities;
  readonly input: IdentityInput;
  readonly signal: AbortSignal;
  readonly expected: Expectation;
  readonly material: IdentityMaterial<EvaluatedSecret>;
}

/** What is kept of an identity. */
export async function readStored(
  dependencies: Dependencies,
  { organization, identity }: IdentityInput,
  signal: AbortSignal,
): Promise<IdentityMaterial<StoredSecret> & { readonly roots: Roots | undefined }> {
  const { namespace } = organization;
  const names = identitySecrets(identity.name);
  const [msp, tls, roots] = await Promise.all([
    readSecret(dependencies, namespace, names.msp, signal),
    readSecret(dependencies, namespace, names.tls, signal),
    findRoots(dependencies, organization, signal),
  ]);
  return { msp, tls, roots };
}

/**
 * What an enrollment would do. Asks the CAs, unless the registrar would have to be enrolled first, and changes nothing.
 *
 * @throws ApplicationFailure `IdentityConflict`
 */
async function planEnrollment({ dependencies, authorities, ...work }: EnrollmentWork): Promise<Enrolled> {
  const { input, signal, expected, material } = work;
  const { organization, identity } = input;
  const { registrar } = certificateAuthorityObjects(organization);
  const stored = await readSecret(dependencies, organization.namespace, registrar, signal);
  const planned = enrolled(input, material);
  if (stored.object === undefined || isDue(evaluateRegistrar(stored, { ...expected, identity: REGISTRAR }))) {
    return planned;
  }
  return authorities.use(input, signal, async (connection) => {
    const registrars = await connection.registrars();
    const known = await allEnded(ISSUERS.map((name) => connection[name].identity(registrars[name], identity.name)));
    for (const registered of known) requireType(identity, registered);
    return planned;
  });
}

/** @returns the certificates just issued, by Secret */
async function issueDue({
  dependencies,
  authorities,
  input,
  signal,
  expected,
  material,
}: EnrollmentWork): Promise<Partial<IdentityMaterial<string>>> {
  const { organization, identity, network } = input;
  const names = identitySecrets(identity.name);
  const owner = { namespace: organization.namespace, organization: organization.name, owner: identity.name };
  return authorities.use(input, signal, async (connection) => {
    const issuers = await issuersOf(connection, identity);
    const issued = await allEnded(
      SECRETS.filter((name) => isDue(material[name])).map(async (name) => {
        const issuance = { secret: { ...owner, name: names[name] }, expected, issuers, network, signal };
        const entries = await issueCertificates(dependencies, material[name], issuance);
        return [name, entries['cert.pem']] as const;
      }),
    );
    return Object.fromEntries(issued);
  });
}

/** Both CAs, as an identity that is not their registrar sees them. */
export async function issuersOf(
  connection: CertificateAuthorityPair,
  identity: Identity,
): Promise<Issuance['issuers']> {
  const registrars = await connection.registrars();
  const issuerOf = (name: IssuerName): Issuer => ({
    enroll: (request) => enrollOnce(connection[name], registrars[name], identity, request),
    issued: (id) => connection[name].certificates(registrars[name], id),
  });
  return { enrollmentCa: issuerOf('enrollmentCa'), tlsCa: issuerOf('tlsCa') };
}

export const SECRETS = ['msp', 'tls'] as const;

function isAnyDue(material: IdentityMaterial<EvaluatedSecret>): boolean {
  return SECRETS.some((name) => isDue(material[name]));
}

/** The result of the step: what was due, and of an orderer its certificates. */
function enrolled(
  { identity }: IdentityInput,
  material: IdentityMaterial<EvaluatedSecret>,
  issued: Partial<IdentityMaterial<string>> = {},
): Enrolled {
  const due = SECRETS.flatMap((name) => material[name].certificates.map(({ decision }) => decision));
  const [msp, tls] = SECRETS.map((name) => issued[name] ?? storedCertificate(material[name]));
  const certificates = msp !== undefined && tls !== undefined ? { identity: msp, tls } : undefined;
  return {
    ...join(due),
    ...(identity.type === 'orderer' && certificates !== undefined ? { certificates } : {}),
  };
}

/** The stored certificate, if it stays. */
function storedCertificate(secret: EvaluatedSecret): string | undefined {
  return isDue(secret) ? undefined : secret.stored.data['cert.pem'];
}
