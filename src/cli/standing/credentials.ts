import {
  adminIdentityName,
  certificateAuthorityObjects,
  identitySecrets,
  type Organization,
} from '../../spec/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { StandingCluster, TextKind } from './cluster.ts';

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

/** What proves an organization's Admin, PEM. @throws CommandFailure if the cluster does not have it */
export async function readAdmin(
  cluster: StandingCluster,
  organization: Organization,
): Promise<{ readonly mspId: string; readonly certificate: string; readonly key: string }> {
  const { namespace, name, ...keys } = adminSecret(organization);
  const text = await reader(cluster, 'Secret', namespace, name);
  return { mspId: organization.mspId, certificate: text(keys.certificate), key: text(keys.key) };
}

/** What the TLS certificates of an organization's nodes go back to, PEM. @throws CommandFailure if the cluster does not have it */
export async function readTlsRoots(cluster: StandingCluster, organization: Organization): Promise<string> {
  const { certificates } = certificateAuthorityObjects(organization);
  const text = await reader(cluster, 'ConfigMap', organization.namespace, certificates);
  return text('tlsca.pem');
}

/** Reads an object once, and gives its texts by their keys. */
async function reader(
  cluster: StandingCluster,
  kind: TextKind,
  namespace: string,
  name: string,
): Promise<(key: string) => string> {
  const data = await cluster.read(kind, namespace, name);
  return (key) => {
    const text = data?.[key];
    if (text !== undefined) return text;
    throw new CommandFailure({
      exitCode: EXIT.failed,
      message: `${kind} ${name} in namespace ${namespace} ${data === undefined ? 'is not there' : `has no ${key}`}.`,
      hints: ['It is made when the network is brought up, and again by: weft up'],
    });
  };
}
