import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';

import { caCertificateFile, coreYaml, nodeOuConfigYaml, type NodeEndpoint } from '../../src/fabric/index.ts';
import { locateArtifacts } from '../../src/local/artifacts/index.ts';
import type { TestOrganization } from './channel.ts';

/** Fabric's own `peer` program in the name of an organization's Admin, to hold the results of src/fabric against. */
export interface PeerProgram extends AsyncDisposable {
  /** Runs a command. @returns what it prints; throws if it fails */
  readonly run: (...args: readonly string[]) => Promise<string>;
  /** Writes a file that a command reads. @returns its path */
  readonly write: (name: string, content: string) => Promise<string>;
}

export async function peerProgram(organization: TestOrganization, peer: NodeEndpoint): Promise<PeerProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-peer-program-'));
  const { name, mspId, roots } = organization;
  const admin = await organization.identity(`${name}-admin`, 'admin');
  const write = async (file: string, content: string): Promise<string> => {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  };
  await write('core.yaml', coreYaml());
  await write('msp/config.yaml', nodeOuConfigYaml(name));
  await write('msp/signcerts/cert.pem', admin.certificate);
  await write('msp/keystore/key.pem', admin.key);
  await write(`msp/${caCertificateFile(name)}`, roots.ca);
  await write('msp/tlscacerts/tlsca.pem', roots.tlsca);
  const tlsRoots = await write('peer-tls.pem', peer.tlsRoots);
  return {
    write,
    run: async (...args) => {
      const { stdout } = await execa(locateArtifacts().path('peer'), args, {
        cwd: folder,
        extendEnv: false,
        env: {
          FABRIC_CFG_PATH: folder,
          CORE_PEER_LOCALMSPID: mspId,
          CORE_PEER_MSPCONFIGPATH: join(folder, 'msp'),
          CORE_PEER_TLS_ENABLED: 'true',
          CORE_PEER_TLS_ROOTCERT_FILE: tlsRoots,
          CORE_PEER_ADDRESS: `${peer.host}:${peer.port}`,
        },
      });
      return stdout;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
