import { adminIdentityName, identitySecrets } from '../../spec/index.ts';
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

function missing(secret: string, namespace: string): Error {
  return failure(
    'MaterialMissing',
    `Secret ${secret} in namespace ${namespace} does not hold the Admin's material. It is made by the enrollment of the Admin.`,
    { remedy: { kind: 'runAgain' } },
  );
}
