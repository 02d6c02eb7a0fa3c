import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

/**
 * What `openssl verify` says of a certificate, with nothing trusted but the CA.
 *
 * @param certificate PEM
 * @param caChain PEM
 * @param options more arguments, e.g. `['-verify_hostname', 'localhost']`
 * @throws ExecaError with OpenSSL's words when it does not verify
 */
export async function opensslVerify(certificate: string, caChain: string, options: string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-openssl-'));
  try {
    const [leaf, roots] = [join(folder, 'leaf.pem'), join(folder, 'roots.pem')];
    await Promise.all([writeFile(leaf, certificate), writeFile(roots, caChain)]);
    const strict = ['-x509_strict', '-no-CApath', '-no-CAstore', '-CAfile', roots];
    const { stdout } = await execa('openssl', ['verify', ...strict, ...options, leaf]);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
