import {
  adminIdentityName,
  applicationSecret,
  certificateAuthorityObjects,
  identitySecrets,
  nodeName,
  PORTS,
  type Organization,
} from '../../spec/index.ts';
import type { ServiceTarget } from '../../kubernetes/index.ts';
import { OperationFailure } from '../failure.ts';
import type { NetworkAccess, TextKind } from './network-access.ts';

/*
 * What the cluster has of one organization, for a client that works in its name.
 */

/** Whether an organization is on a cluster, as far as its description says: one that names no cluster is on that of the run. */
export function isOn({ cluster }: Organization, asked: string): boolean {
  return cluster === undefined || cluster === asked;
}

/**
 * Its Secrets are read, and its peers spoken to, on its own cluster alone.
 *
 * @throws OperationFailure `OrganizationElsewhere`
 */
export function requireOn(organization: Organization, asked: string): Organization {
  const { name, cluster = asked } = organization;
  if (isOn(organization, asked)) return organization;
  throw new OperationFailure({
    code: 'OrganizationElsewhere',
    organization: name,
    elsewhere: cluster,
    cluster: asked,
  });
}

/** Where an identity is kept. */
export interface SecretReference {
  readonly namespace: string;
  readonly name: string;
  /** Keys within the Secret. */
  readonly certificate: string;
  readonly key: string;
}

/** The Secret with an organization's Admin. */
export function adminSecret(organization: Organization): SecretReference {
  const { msp } = identitySecrets(adminIdentityName(organization));
  return { namespace: organization.namespace, name: msp, certificate: 'cert.pem', key: 'key.pem' };
}

/** The Secret with the identity of an application. */
export function identitySecret(organization: Organization, identity: string): SecretReference {
  const name = applicationSecret(organization, identity);
  return { namespace: organization.namespace, name, certificate: 'cert.pem', key: 'key.pem' };
}

/** An organization's Admin with certificate and key, PEM. @throws OperationFailure `ObjectMissing` */
export function readAdminCredentials(access: NetworkAccess, organization: Organization): Promise<Credentials> {
  return readCredentials(access, organization, adminSecret(organization));
}

/** By what somebody acts in the name of an organization; certificate and key are PEM. */
export interface Credentials {
  readonly mspId: string;
  readonly certificate: string;
  readonly key: string;
}

/** Certificate and key of an identity of an organization. @throws OperationFailure `ObjectMissing` */
export async function readCredentials(
  access: NetworkAccess,
  organization: Organization,
  { namespace, name, ...keys }: SecretReference,
): Promise<Credentials> {
  const text = await reader(access, 'Secret', namespace, name);
  return { mspId: organization.mspId, certificate: text(keys.certificate), key: text(keys.key) };
}

/** The root certificates of an organization's TLS CA, PEM. @throws OperationFailure `ObjectMissing` */
export async function readTlsRoots(access: NetworkAccess, organization: Organization): Promise<string> {
  const { certificates } = certificateAuthorityObjects(organization);
  const text = await reader(access, 'ConfigMap', organization.namespace, certificates);
  return text('tlsca.pem');
}

/** The Service of a peer. @param peer its name within its organization */
export function peerService(organization: Organization, peer: string): ServiceTarget {
  return { namespace: organization.namespace, service: nodeName(organization, { name: peer }), port: PORTS.service };
}

/** Reads an object once, and gives its texts by their keys. */
async function reader(
  access: NetworkAccess,
  kind: TextKind,
  namespace: string,
  name: string,
): Promise<(key: string) => string> {
  const data = await access.read(kind, namespace, name);
  return (key) => {
    const text = data?.[key];
    if (text !== undefined) return text;
    const object = { kind, namespace, name };
    throw new OperationFailure({ code: 'ObjectMissing', object, ...(data === undefined ? {} : { key }) });
  };
}
