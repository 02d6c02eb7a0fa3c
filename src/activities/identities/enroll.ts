import { randomBytes } from 'node:crypto';

import { certificateAuthorityObjects, identitySecrets } from '../../spec/index.ts';
import { findRoots, rootsMissing } from './credentials.ts';
import type { CertificateAuthorities } from './ca-connections.ts';
import { evaluateIdentity, obtainCertificate, type Certificate } from './certificates.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import { registerAt } from './registration.ts';
import { readSecret, writeSecret } from '../cluster/secrets.ts';
import { asStep, join, UNCHANGED, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { Identity, IdentityInput } from '../inputs.ts';

export interface EnrollmentResult extends StepResult {
  /** The certificates that an orderer has after the step, PEM; absent in a dry run where they would be issued. */
  readonly certificates?: PublicCertificates;
}

/** What channels have to know of a consenter. */
export interface PublicCertificates {
  readonly identity: string;
  readonly tls: string;
}

export interface IdentityActivities {
  enrollIdentity: (target: IdentityInput) => Promise<EnrollmentResult>;
}

/** Nodes and Admins at their organization's two CAs: registered once, enrolled for an identity and for TLS. */
export function createIdentityActivities(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
): IdentityActivities {
  return { enrollIdentity: asStep((target, context) => enrollIdentity(dependencies, authorities, target, context)) };
}

type Enrolled = Decision & Pick<EnrollmentResult, 'certificates'>;

/** Has certificates and keys stand in an identity's Secrets: those that are there while they are good, else new ones. */
async function enrollIdentity(
  dependencies: Dependencies,
  authorities: CertificateAuthorities,
  target: IdentityInput,
  { signal }: StepContext,
): Promise<Enrolled> {
  const { organization, identity, network, dryRun } = target;
  const { namespace } = organization;
  const names = identitySecrets(identity.name);
  const [enrollment, msp, tls, roots] = await Promise.all([
    readSecret(dependencies, namespace, names.enrollment, signal),
    readSecret(dependencies, namespace, names.msp, signal),
    readSecret(dependencies, namespace, names.tls, signal),
    findRoots(dependencies, organization, signal),
  ]);
  if (roots === undefined) {
    if (dryRun) return { outcome: 'created', reason: 'the CA is not there yet' };
    throw rootsMissing(organization);
  }
  const certificates = evaluateIdentity({ msp, tls }, identity, roots);
  const due = certificates.filter(({ decision }) => decision.outcome !== 'unchanged');
  const known = enrollment.data['secret'];
  const enrolled = (registered: readonly Decision[], issued: readonly IssuedCertificate[] = []): Enrolled => ({
    ...join([...registered, ...due.map(({ decision }) => decision)]),
    ...publicCertificates(identity, certificates, issued),
  });
  if (due.length === 0 && known !== undefined) return enrolled([UNCHANGED]);
  if (dryRun && !(await registrarStands(dependencies, target, signal)))
    return enrolled([{ outcome: 'created', reason: 'the CA is not there yet' }]);

  // The secret is durable before the CA knows it: whoever dies in between finds it again.
  const secret = known ?? randomBytes(24).toString('base64url');
  if (known === undefined && !dryRun) {
    await writeSecret(
      dependencies,
      {
        name: names.enrollment,
        namespace,
        organization: organization.name,
        owner: identity.name,
        data: { id: identity.name, secret },
      },
      enrollment,
      { network, signal },
    );
  }
  return authorities.use(target, signal, async (connection) => {
    const registrars = await connection.registrars();
    const registration = { secret, isNew: known === undefined, dryRun };
    const registered = await allEnded(
      certificates.map(({ kind: { issuer } }) =>
        registerAt(connection[issuer], registrars[issuer], identity, registration),
      ),
    );
    if (dryRun) return enrolled(registered);
    const issued = await allEnded(
      due.map(async (certificate) => {
        const { issuer, secret: place } = certificate.kind;
        const at = { ca: connection[issuer], registrar: registrars[issuer], secret };
        const pem = await obtainCertificate(dependencies, certificate, at, { ...target, name: names[place], signal });
        return { place, pem };
      }),
    );
    return enrolled(registered, issued);
  });
}

interface IssuedCertificate {
  readonly place: 'msp' | 'tls';
  readonly pem: string;
}

/** An orderer's certificates: those just issued, else the stored ones while they are good. */
function publicCertificates(
  { type }: Identity,
  certificates: readonly Certificate[],
  issued: readonly IssuedCertificate[],
): Pick<EnrollmentResult, 'certificates'> {
  const good = certificates.filter(({ decision }) => decision.outcome === 'unchanged');
  const pemOf = (place: 'msp' | 'tls'): string | undefined =>
    issued.find((certificate) => certificate.place === place)?.pem ??
    good.find(({ kind }) => kind.secret === place)?.stored.data['cert.pem'];
  const [identity, tls] = [pemOf('msp'), pemOf('tls')];
  return type !== 'orderer' || identity === undefined || tls === undefined ? {} : { certificates: { identity, tls } };
}

async function registrarStands(
  dependencies: Dependencies,
  { organization }: IdentityInput,
  signal: AbortSignal,
): Promise<boolean> {
  const { registrar } = certificateAuthorityObjects(organization);
  return (await readText(dependencies, 'Secret', organization.namespace, registrar, signal)) !== undefined;
}

/**
 * Awaits all work, and only then fails with the first failure: a step that ended while one of its calls to a CA is still
 * under way could be tried again beside it, and enroll twice.
 */
async function allEnded<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
