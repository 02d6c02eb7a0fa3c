import { adminIdentityName, certificateAuthorityObjects, identitySecrets } from '../../spec/index.ts';
import { failure } from '../failures.ts';
import { readText, type Dependencies } from '../cluster/manifests.ts';
import type { OrganizationReference } from '../inputs.ts';

/** An organization's Admin with what proves it: towards channels by the identity, towards an orderer's admin endpoint by TLS. */
export interface Admin {
  readonly organization: string;
  readonly mspId: string;
  readonly certificate: string;
  readonly key: string;
  readonly caChain: string;
  readonly tlsCaChain: string;
}

/**
 * Reads an organization's Admin from its Secret.
 *
 * @throws ApplicationFailure `MaterialMissing`
 */
export async function readAdmin(
  dependencies: Dependencies,
  { name, mspId, namespace }: OrganizationReference,
  signal: AbortSignal,
): Promise<Admin> {
  const { msp } = identitySecrets(adminIdentityName({ name }));
  const secret = await readText(dependencies, 'Secret', namespace, msp, signal);
  const { 'cert.pem': certificate, 'key.pem': key, 'ca.pem': caChain, 'tlsca.pem': tlsCaChain } = secret ?? {};
  if (certificate === undefined || key === undefined || caChain === undefined || tlsCaChain === undefined)
    throw missing(msp, namespace);
  return { organization: name, mspId, certificate, key, caChain, tlsCaChain };
}

/** The pair with which the Admin speaks to the admin endpoint of its organization's orderers. */
export async function readAdminTls(
  dependencies: Dependencies,
  { name, namespace }: OrganizationReference,
  signal: AbortSignal,
): Promise<{ readonly certificate: string; readonly key: string; readonly tlsRoots: string }> {
  const { tls } = identitySecrets(adminIdentityName({ name }));
  const secret = await readText(dependencies, 'Secret', namespace, tls, signal);
  const { 'cert.pem': certificate, 'key.pem': key, 'ca.pem': tlsRoots } = secret ?? {};
  if (certificate === undefined || key === undefined || tlsRoots === undefined) throw missing(tls, namespace);
  return { certificate, key, tlsRoots };
}

/** Root certificates of an organization's two CAs, PEM. */
export interface Roots {
  readonly ca: string;
  readonly tlsca: string;
}

/** Reads the roots that an organization has published; undefined if there are none yet. */
export async function findRoots(
  dependencies: Dependencies,
  { name, namespace }: Pick<OrganizationReference, 'name' | 'namespace'>,
  signal: AbortSignal,
): Promise<Roots | undefined> {
  const { certificates } = certificateAuthorityObjects({ name });
  const published = await readText(dependencies, 'ConfigMap', namespace, certificates, signal);
  const { 'ca.pem': ca, 'tlsca.pem': tlsca } = published ?? {};
  return ca === undefined || tlsca === undefined ? undefined : { ca, tlsca };
}

/** @throws ApplicationFailure `MaterialMissing` */
export async function readRoots(
  dependencies: Dependencies,
  organization: Pick<OrganizationReference, 'name' | 'namespace'>,
  signal: AbortSignal,
): Promise<Roots> {
  const roots = await findRoots(dependencies, organization, signal);
  if (roots !== undefined) return roots;
  throw rootsMissing(organization);
}

export function rootsMissing({ name, namespace }: Pick<OrganizationReference, 'name' | 'namespace'>): Error {
  return failure(
    'MaterialMissing',
    `ConfigMap ${certificateAuthorityObjects({ name }).certificates} in namespace ${namespace} does not hold the roots of ${name}. It is made by the step publishCaCertificates: run weft up again.`,
  );
}

function missing(secret: string, namespace: string): Error {
  return failure(
    'MaterialMissing',
    `Secret ${secret} in namespace ${namespace} does not hold the Admin's material. It is made by the enrollment of the Admin: run weft up again.`,
  );
}
