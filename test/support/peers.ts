import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { parse, stringify } from 'yaml';

import { caCertificateFile, coreYaml, nodeOuConfigYaml, type NodeEndpoint } from '../../src/fabric/index.ts';
import { directoryOf } from '../../src/local/artifacts/cache.ts';
import { ccaasBuilder } from '../../src/local/artifacts/catalog.ts';
import { goArtifact } from '../../src/local/artifacts/go-artifacts.ts';
import { locateArtifacts } from '../../src/local/artifacts/index.ts';
import type { TestOrganization } from './channel.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

const START_TIMEOUT_MS = 30_000;

/** A real peer as a process of this machine, in no channel yet. */
export interface TestPeer extends AsyncDisposable {
  readonly endpoint: NodeEndpoint;
}

/**
 * Starts a peer of an organization at ports that are free.
 *
 * @param builderConfig what it fills in in chaincode packages (CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG)
 */
export async function startPeer(
  organization: TestOrganization,
  name: string,
  builderConfig: Readonly<Record<string, string>>,
): Promise<TestPeer> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-peer-'));
  const [port, chaincodePort, operationsPort] = [await freePort(), await freePort(), await freePort()];
  const [identity, tls] = await Promise.all([
    organization.identity(name, 'peer'),
    organization.tls(name, ['localhost', '127.0.0.1']),
  ]);
  await writeFiles(folder, {
    'msp/config.yaml': nodeOuConfigYaml(organization.name),
    'msp/signcerts/cert.pem': identity.certificate,
    'msp/keystore/key.pem': identity.key,
    [`msp/${caCertificateFile(organization.name)}`]: organization.roots.ca,
    'msp/tlscacerts/tlsca.pem': organization.roots.tlsca,
    'tls/cert.pem': tls.certificate,
    'tls/key.pem': tls.key,
    'tls/ca.pem': organization.roots.tlsca,
    'core.yaml': coreYamlOfThisMachine(),
    'tmp/.keep': '',
  });
  let log = '';
  const child = execa(locateArtifacts().path('peer'), ['node', 'start'], {
    reject: false,
    buffer: false,
    all: true,
    cwd: folder,
    extendEnv: false,
    env: {
      FABRIC_CFG_PATH: folder,
      CORE_PEER_ID: name,
      CORE_PEER_LOCALMSPID: organization.mspId,
      CORE_PEER_ADDRESS: `localhost:${port}`,
      CORE_PEER_LISTENADDRESS: `127.0.0.1:${port}`,
      CORE_PEER_CHAINCODEADDRESS: `localhost:${chaincodePort}`,
      CORE_PEER_CHAINCODELISTENADDRESS: `127.0.0.1:${chaincodePort}`,
      CORE_PEER_GOSSIP_BOOTSTRAP: `localhost:${port}`,
      // What other organizations' peers know it by.
      CORE_PEER_GOSSIP_EXTERNALENDPOINT: `localhost:${port}`,
      CORE_OPERATIONS_LISTENADDRESS: `127.0.0.1:${operationsPort}`,
      // Nobody asks there.
      CORE_OPERATIONS_TLS_ENABLED: 'false',
      CORE_PEER_MSPCONFIGPATH: join(folder, 'msp'),
      CORE_PEER_TLS_CERT_FILE: join(folder, 'tls', 'cert.pem'),
      CORE_PEER_TLS_KEY_FILE: join(folder, 'tls', 'key.pem'),
      CORE_PEER_TLS_ROOTCERT_FILE: join(folder, 'tls', 'ca.pem'),
      CORE_PEER_FILESYSTEMPATH: join(folder, 'data'),
      CORE_LEDGER_SNAPSHOTS_ROOTDIR: join(folder, 'data', 'snapshots'),
      CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG: JSON.stringify(builderConfig),
      // Where the external builder works.
      TMPDIR: join(folder, 'tmp'),
    },
  });
  child.all.setEncoding('utf8').on('data', (text: string) => (log += text));
  const peer: TestPeer = {
    endpoint: { name, host: 'localhost', port, tlsRoots: organization.roots.tlsca },
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child;
      await rm(folder, { recursive: true, force: true });
    },
  };
  // The operations endpoint is there before the peer's own.
  const started = eventually(() => accepts(port), START_TIMEOUT_MS);
  const ended = child.then(() => Promise.reject(new Error('it ended')));
  try {
    await Promise.race([started, ended]);
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw new Error(`${name} does not start:\n${log}`, { cause: error });
  }
  // A test that ends it asked for that.
  ended.catch(() => undefined);
  return peer;
}

/** The core.yaml of every peer, with the external builder where this machine has it. */
function coreYamlOfThisMachine(): string {
  const core = parse(coreYaml()) as { chaincode: { externalBuilders: [{ path: string }] } };
  core.chaincode.externalBuilders[0].path = directoryOf(goArtifact(ccaasBuilder));
  return stringify(core);
}

async function accepts(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
  } finally {
    socket.destroy();
  }
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
