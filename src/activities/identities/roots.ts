import { describeCertificate } from '../../fabric/index.ts';
import { certificateAuthorityObjects } from '../../spec/index.ts';
import { failure } from '../failures.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import type { OrganizationReference } from '../inputs.ts';

/** Root certificates of an organization's two CAs, PEM. */
export interface Roots {
  readonly ca: string;
  readonly tlsca: string;
}

/** The organization whose roots they are, and where it publishes them. */
type Publisher = Pick<OrganizationReference, 'name' | 'namespace'>;

/**
 * Reads the roots that an organization has published.
 *
 * @returns undefined if there are none yet
 */
export async function findRoots(
  dependencies: Dependencies,
  organization: Publisher,
  signal: AbortSignal,
): Promise<Roots | undefined> {
  const { ca, tlsca } = await readPublished(dependencies, organization, signal);
  return ca === undefined || tlsca === undefined ? undefined : { ca, tlsca };
}

/**
 * Reads the roots of an organization that must have published them.
 *
 * @throws ApplicationFailure `MaterialMissing`
 */
export async function readRoots(
  dependencies: Dependencies,
  organization: Publisher,
  signal: AbortSignal,
): Promise<Roots> {
  const roots = await findRoots(dependencies, organization, signal);
  if (roots === undefined) throw rootsMissing(organization);
  return roots;
}

export function rootsMissing({ name, namespace }: Publisher): Error {
  const { certificates } = certificateAuthorityObjects({ name });
  return failure(
    'MaterialMissing',
    `ConfigMap ${certificates} in namespace ${namespace} does not hold the roots of ${name}. It is made by the step publishCaCertificates.`,
    { remedy: { kind: 'runAgain' } },
  );
}

/**
 * Confirms that the CAs which answer are those whose roots an organization has published: channels trust the published ones, so
 * that nothing may be issued under others.
 *
 * @param answered the roots with which the CAs answer now
 * @returns `answered`
 * @throws ApplicationFailure `CertificateAuthorityReplaced`
 */
export async function confirmRoots(
  dependencies: Dependencies,
  organization: Publisher,
  answered: Roots,
  signal: AbortSignal,
): Promise<Roots> {
  const replaced = replacedRoots(await readPublished(dependencies, organization, signal), answered);
  if (replaced.length === 0) return answered;
  const { name, namespace } = organization;
  throw failure(
    'CertificateAuthorityReplaced',
    `The CA of ${name} answers with another root than the published one (${replaced.join(' and ')} of ConfigMap ${certificateAuthorityObjects({ name }).certificates} in namespace ${namespace}): its volume was lost or exchanged. ` +
      `Channels trust the published root, so nothing is issued under the new one. Restore the volume of the CA.`,
  );
}

/**
 * Which of the published roots are not those with which the CAs answer. A root that was renewed for the same key is no other: what
 * was issued under the one is valid under the other.
 *
 * @param published PEM; undefined or unreadable counts as not published
 */
export function replacedRoots(published: Partial<Roots>, answered: Roots): string[] {
  return (['ca', 'tlsca'] as const)
    .filter((name) => {
      const before = publicKeyOf(published[name]);
      return before !== undefined && before !== publicKeyOf(answered[name]);
    })
    .map((name) => `${name}.pem`);
}

function publicKeyOf(certificate = ''): string | undefined {
  try {
    return describeCertificate(certificate).publicKeyFingerprint;
  } catch {
    return undefined;
  }
}

async function readPublished(
  dependencies: Dependencies,
  { name, namespace }: Publisher,
  signal: AbortSignal,
): Promise<Partial<Roots>> {
  const { certificates } = certificateAuthorityObjects({ name });
  const published = await readText(dependencies, 'ConfigMap', namespace, certificates, signal);
  const { 'ca.pem': ca, 'tlsca.pem': tlsca } = published ?? {};
  return { ...(ca === undefined ? {} : { ca }), ...(tlsca === undefined ? {} : { tlsca }) };
}
