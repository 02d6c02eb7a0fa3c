import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  caCertificateFile,
  clientCertificate,
  coreYaml,
  nodeOuConfigYaml,
  ordererYaml,
  selfSignedAuthority,
  type CertificateAuthority,
  type CertifiedKey,
  type IdentityType,
  type Registrar,
} from '../../src/fabric/index.ts';
import { locateArtifacts, type BinaryName } from '../../src/local/artifacts/index.ts';
import { eventually } from '../support/eventually.ts';
import { enroll, enrollRegistrar, startFabricCa, type FabricCa } from '../support/fabric-ca.ts';
import { freePort } from '../support/free-port.ts';
import { askOperations, requireOk, type AskedOperations } from '../support/operations.ts';

/*
 * Fabric's own programs judge what src/fabric makes: MSP folders, TLS pairs, core.yaml and orderer.yaml.
 */

const START_TIMEOUT_MS = 30_000;
const HOSTS = ['org1-node', 'localhost', '127.0.0.1'];

let server: FabricCa;
let cas: { readonly ca: CertificateAuthority; readonly tlsCa: CertificateAuthority };
let operationsCa: CertifiedKey;
let registrars: { readonly ca: Registrar; readonly tlsCa: Registrar };

beforeAll(async () => {
  server = await startFabricCa();
  operationsCa = await selfSignedAuthority({ commonName: 'org1-operations-ca', lifetimeHours: 1 });
  cas = { ca: server.connect('org1-ca'), tlsCa: server.connect('org1-tlsca') };
  registrars = { ca: await enrollRegistrar(cas.ca), tlsCa: await enrollRegistrar(cas.tlsCa) };
});

afterAll(() => server.remove());

describe('the peer program', () => {
  it('starts from our core.yaml and MSP folder, is healthy without Docker, and serves TLS under its names', async () => {
    const folder = await nodeFolder('org1-peer1', 'peer');
    const [port, chaincode, operations] = [await freePort(), await freePort(), await freePort()];
    await using node = run('peer', ['node', 'start'], folder, {
      CORE_PEER_ID: 'peer1.org1.example.com',
      CORE_PEER_LOCALMSPID: 'Org1MSP',
      CORE_PEER_ADDRESS: `localhost:${port}`,
      CORE_PEER_LISTENADDRESS: `127.0.0.1:${port}`,
      CORE_PEER_CHAINCODEADDRESS: `localhost:${chaincode}`,
      CORE_PEER_CHAINCODELISTENADDRESS: `127.0.0.1:${chaincode}`,
      CORE_PEER_GOSSIP_BOOTSTRAP: `localhost:${port}`,
      CORE_OPERATIONS_LISTENADDRESS: `127.0.0.1:${operations}`,
      CORE_OPERATIONS_TLS_CERT_FILE: join(folder, 'tls', 'cert.pem'),
      CORE_OPERATIONS_TLS_KEY_FILE: join(folder, 'tls', 'key.pem'),
      CORE_OPERATIONS_TLS_CLIENTROOTCAS_FILES: join(folder, 'operations-ca', 'cert.pem'),
      CORE_PEER_MSPCONFIGPATH: join(folder, 'msp'),
      CORE_PEER_TLS_CERT_FILE: join(folder, 'tls', 'cert.pem'),
      CORE_PEER_TLS_KEY_FILE: join(folder, 'tls', 'key.pem'),
      CORE_PEER_TLS_ROOTCERT_FILE: join(folder, 'tls', 'ca.pem'),
      CORE_PEER_FILESYSTEMPATH: join(folder, 'data'),
      CORE_LEDGER_SNAPSHOTS_ROOTDIR: join(folder, 'data', 'snapshots'),
    });

    await node.untilHealthy(operations);
    await expectClosed(operations, folder);
    const root = await readFile(join(folder, 'tls', 'ca.pem'), 'utf8');
    const names = await eventually(() => tlsNames(port, 'org1-node', root), START_TIMEOUT_MS);
    expect(names).toEqual(HOSTS.map(asAlternativeName));
    await expect(tlsNames(port, 'org2-node', root)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('accepts the MSP folder of an Admin, and gets as far as calling a peer', async () => {
    const folder = await nodeFolder('org1-admin', 'admin');
    const { stderr } = await program('peer', ['channel', 'list'], folder, {
      CORE_PEER_LOCALMSPID: 'Org1MSP',
      CORE_PEER_MSPCONFIGPATH: join(folder, 'msp'),
      CORE_PEER_TLS_ROOTCERT_FILE: join(folder, 'tls', 'ca.pem'),
      CORE_PEER_ADDRESS: `localhost:${await freePort()}`,
      CORE_PEER_CLIENT_CONNTIMEOUT: '200ms',
    });
    expect(stderr).toContain('failed to connect to localhost');
    expect(stderr).not.toContain('Cannot run peer because');
  });

  it('refuses an MSP folder whose NodeOUs name a CA certificate that is not there', async () => {
    const folder = await nodeFolder('org1-broken', 'peer');
    await writeFile(join(folder, 'msp', 'config.yaml'), nodeOuConfigYaml('org2'));
    const { stderr } = await program('peer', ['channel', 'list'], folder, {
      CORE_PEER_LOCALMSPID: 'Org1MSP',
      CORE_PEER_MSPCONFIGPATH: join(folder, 'msp'),
    });
    expect(stderr).toContain(caCertificateFile('org2'));
  });
});

describe('the orderer program', () => {
  it('starts from our orderer.yaml and MSP folder without a channel, is healthy, and serves TLS under its names', async () => {
    const folder = await nodeFolder('org1-orderer1', 'orderer');
    const [port, admin, operations] = [await freePort(), await freePort(), await freePort()];
    await using node = run('orderer', [], folder, {
      ORDERER_GENERAL_LISTENADDRESS: '127.0.0.1',
      ORDERER_GENERAL_LISTENPORT: String(port),
      ORDERER_GENERAL_LOCALMSPID: 'OrdererMSP',
      ORDERER_GENERAL_LOCALMSPDIR: join(folder, 'msp'),
      ORDERER_GENERAL_TLS_CERTIFICATE: join(folder, 'tls', 'cert.pem'),
      ORDERER_GENERAL_TLS_PRIVATEKEY: join(folder, 'tls', 'key.pem'),
      ORDERER_GENERAL_TLS_ROOTCAS: `[${join(folder, 'tls', 'ca.pem')}]`,
      ORDERER_ADMIN_LISTENADDRESS: `127.0.0.1:${admin}`,
      ORDERER_ADMIN_TLS_CERTIFICATE: join(folder, 'tls', 'cert.pem'),
      ORDERER_ADMIN_TLS_PRIVATEKEY: join(folder, 'tls', 'key.pem'),
      ORDERER_ADMIN_TLS_CLIENTROOTCAS: `[${join(folder, 'tls', 'ca.pem')}]`,
      ORDERER_OPERATIONS_LISTENADDRESS: `127.0.0.1:${operations}`,
      ORDERER_OPERATIONS_TLS_CERTIFICATE: join(folder, 'tls', 'cert.pem'),
      ORDERER_OPERATIONS_TLS_PRIVATEKEY: join(folder, 'tls', 'key.pem'),
      ORDERER_OPERATIONS_TLS_CLIENTROOTCAS: `[${join(folder, 'operations-ca', 'cert.pem')}]`,
      ORDERER_FILELEDGER_LOCATION: join(folder, 'data', 'ledger'),
      ORDERER_CONSENSUS_WALDIR: join(folder, 'data', 'wal'),
      ORDERER_CONSENSUS_SNAPDIR: join(folder, 'data', 'snapshot'),
    });

    await node.untilHealthy(operations);
    await expectClosed(operations, folder);
    const root = await readFile(join(folder, 'tls', 'ca.pem'), 'utf8');
    const names = await eventually(() => tlsNames(port, 'localhost', root), START_TIMEOUT_MS);
    expect(names).toEqual(HOSTS.map(asAlternativeName));

    // Its administrators are here whoever has a TLS certificate of the organization; osnadmin asks for the list of channels.
    const tls = (file: string): string => join(folder, 'tls', file);
    const { stdout } = await program('osnadmin', [
      ...['channel', 'list', '--orderer-address', `localhost:${admin}`],
      ...['--ca-file', tls('ca.pem'), '--client-cert', tls('cert.pem'), '--client-key', tls('key.pem')],
    ]);
    expect(stdout).toContain('Status: 200');
    expect(stdout).toContain('"channels": null');
  });
});

describe('configtxgen', () => {
  it('reads an MSP folder with its NodeOUs into an organization', async () => {
    const folder = await nodeFolder('org1-printed', 'peer');
    const policy = { Type: 'Signature', Rule: "OR('Org1MSP.member')" };
    const policies = { Readers: policy, Writers: policy, Admins: policy, Endorsement: policy };
    const organization = { Name: 'Org1MSP', ID: 'Org1MSP', MSPDir: join(folder, 'msp'), Policies: policies };
    await writeFile(join(folder, 'configtx.yaml'), JSON.stringify({ Organizations: [organization] }));

    const { stdout } = await program('configtxgen', ['-configPath', folder, '-printOrg', 'Org1MSP'], folder);

    const ous = (JSON.parse(stdout) as PrintedOrganization).values.MSP.value.config.fabric_node_ous;
    expect(ous).toMatchObject({
      enable: true,
      client_ou_identifier: { organizational_unit_identifier: 'client' },
      peer_ou_identifier: { organizational_unit_identifier: 'peer' },
      admin_ou_identifier: { organizational_unit_identifier: 'admin' },
      orderer_ou_identifier: { organizational_unit_identifier: 'orderer' },
    });
  });
});

interface PrintedOrganization {
  readonly values: { readonly MSP: { readonly value: { readonly config: { readonly fabric_node_ous: unknown } } } };
}

/** What a pod of the node has mounted: its MSP, its TLS pair, the organization's base files, a place for data. */
async function nodeFolder(id: string, type: IdentityType): Promise<string> {
  const secret = `secret-of-${id}`;
  const registration = { id, type, secret };
  await Promise.all([cas.ca.register(registrars.ca, registration), cas.tlsCa.register(registrars.tlsCa, registration)]);
  const identity = await enroll(cas.ca, { id, secret, hosts: HOSTS });
  const tls = await enroll(cas.tlsCa, { id, secret, hosts: HOSTS, profile: 'tls' });
  const folder = join(server.folder, id);
  const files: Record<string, string> = {
    'msp/config.yaml': nodeOuConfigYaml('org1'),
    'msp/signcerts/cert.pem': identity.certificate,
    'msp/keystore/key.pem': identity.key,
    [`msp/${caCertificateFile('org1')}`]: identity.chain,
    'msp/tlscacerts/org1-tlsca.pem': tls.chain,
    'tls/cert.pem': tls.certificate,
    'tls/key.pem': tls.key,
    'tls/ca.pem': tls.chain,
    'operations-ca/cert.pem': operationsCa.certificate,
    'config/core.yaml': coreYaml(),
    'config/orderer.yaml': ordererYaml(),
    'data/.keep': '',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

async function operationsOf(folder: string, port: number): Promise<AskedOperations> {
  const tlsRoots = await readFile(join(folder, 'tls', 'ca.pem'), 'utf8');
  return { host: '127.0.0.1', port, servername: 'localhost', tlsRoots };
}

/** That a node's operations endpoint tells its version to everybody, and lets only who has a certificate of its CA change log levels. */
async function expectClosed(port: number, folder: string): Promise<void> {
  const anybody = await operationsOf(folder, port);
  const spec = { spec: 'INFO' };
  expect(await askOperations(anybody, '/version')).toMatchObject({ status: 200 });
  for (const body of [undefined, spec]) {
    expect(await askOperations(anybody, '/logspec', body)).toMatchObject({ status: 401 });
  }
  const certified = await clientCertificate(operationsCa, { commonName: 'test', lifetimeHours: 1 });
  expect(await askOperations({ ...anybody, client: certified }, '/logspec', spec)).toMatchObject({ status: 204 });
  const [certificate, key] = await Promise.all(
    ['cert.pem', 'key.pem'].map((file) => readFile(join(folder, 'tls', file), 'utf8')),
  );
  const client = { certificate: certificate ?? '', key: key ?? '' };
  await expect(askOperations({ ...anybody, client }, '/logspec')).rejects.toThrow();
}

function run(
  name: BinaryName,
  args: readonly string[],
  folder: string,
  env: Record<string, string>,
): AsyncDisposable & { readonly untilHealthy: (port: number) => Promise<void> } {
  let log = '';
  const environment = { FABRIC_CFG_PATH: join(folder, 'config'), ...env };
  const child = execa(locateArtifacts().path(name), args, {
    reject: false,
    buffer: false,
    all: true,
    cwd: folder,
    env: environment,
  });
  child.all.setEncoding('utf8').on('data', (text: string) => (log += text));
  return {
    untilHealthy: (port) =>
      eventually(async () => {
        requireOk(await askOperations(await operationsOf(folder, port), '/healthz'));
      }, START_TIMEOUT_MS).catch((error: unknown) => {
        throw new Error(`${name} does not become healthy:\n${log}`, { cause: error });
      }),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child;
      await rm(join(folder, 'data'), { recursive: true, force: true });
    },
  };
}

function program(
  name: BinaryName,
  args: readonly string[],
  folder = server.folder,
  env: Record<string, string> = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const environment = { FABRIC_CFG_PATH: join(folder, 'config'), ...env };
  return execa(locateArtifacts().path(name), args, { reject: false, cwd: folder, env: environment });
}

/** Shakes hands as a client that trusts only one root; the subject alternative names that the server shows. */
function tlsNames(port: number, servername: string, root: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername, ca: root, ALPNProtocols: ['h2'] }, () => {
      const names = socket.getPeerCertificate().subjectaltname ?? '';
      socket.destroy();
      resolve(names.split(', '));
    });
    socket.once('error', reject);
  });
}

function asAlternativeName(host: string): string {
  return host === '127.0.0.1' ? `IP Address:${host}` : `DNS:${host}`;
}
