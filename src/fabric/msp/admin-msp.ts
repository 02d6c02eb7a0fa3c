import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { caCertificateFile, nodeOuConfigYaml } from './node-ous.ts';

/** An organization's Admin, with what makes an MSP folder of it. All texts are PEM. */
export interface AdminIdentity {
  readonly mspId: string;
  /** Name of the organization, e.g. `org1`. */
  readonly organization: string;
  readonly certificate: string;
  readonly key: string;
  /** Certificates of the CA that issues the organization's identities. */
  readonly caChain: string;
  /** Certificates of the CA that issues the organization's TLS certificates. */
  readonly tlsCaChain: string;
}

/**
 * Writes an MSP folder as Fabric's programs read it
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/membership/membership.html#msp-structure).
 *
 * @param folder is made; must lie in a folder that nobody else can enter, since the key is written there
 */
export async function writeAdminMsp(folder: string, admin: AdminIdentity): Promise<void> {
  const files = {
    'config.yaml': nodeOuConfigYaml(admin.organization),
    'signcerts/cert.pem': admin.certificate,
    'keystore/key.pem': admin.key,
    [caCertificateFile(admin.organization)]: admin.caChain,
    [`tlscacerts/${admin.organization}-tlsca.pem`]: admin.tlsCaChain,
  };
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: 0o600 });
  }
}
