import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';

import {
  caCertificateFile,
  clientCertificate,
  connectOrdererAdmin,
  nodeOuConfigYaml,
  ordererYaml,
  selfSignedAuthority,
  type CertifiedKey,
  type ConsenterBlueprint,
  type OperationsEndpoint,
  type OrdererAdmin,
  type OrdererAdminEndpoint,
} from '../../src/fabric/index.ts';
import { locateArtifacts } from '../../src/local/artifacts/index.ts';
import type { TestOrganization } from './channel.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { askOperations, requireOk } from './operations.ts';

const START_TIMEOUT_MS = 30_000;

/** A real orderer as a process of this machine, in no channel yet. */
export interface TestOrderer extends AsyncDisposable {
  readonly consenter: ConsenterBlueprint;
  readonly operations: OperationsEndpoint;
  /** The CA that its admin endpoint trusts. */
  readonly adminCa: CertifiedKey;
  /** The CA that its operations endpoint trusts. */
  readonly operationsCa: CertifiedKey;
  /** Opens a client of its channel participation API, in the name of an administrator unless told otherwise. */
  readonly admin: (other?: Partial<OrdererAdminEndpoint>) => OrdererAdmin;
  /** What it wrote since it was started. */
  readonly log: () => string;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export interface OrdererOptions {
  /** The program; absent means that of the embedded platform. */
  readonly program?: string;
}

/** Starts an orderer of an organization at ports that are free. */
export async function startOrderer(
  organization: TestOrganization,
  name: string,
  { program = locateArtifacts().path('orderer') }: OrdererOptions = {},
): Promise<TestOrderer> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-orderer-'));
  const [port, adminPort, operationsPort] = [await freePort(), await freePort(), await freePort()];
  const hosts = ['localhost', '127.0.0.1'];
  const [identity, tls, adminCa, operationsCa] = await Promise.all([
    organization.identity(name, 'orderer'),
    organization.tls(name, hosts),
    selfSignedAuthority({ commonName: `${name}-admin-ca`, lifetimeHours: 1 }),
    selfSignedAuthority({ commonName: `${name}-operations-ca`, lifetimeHours: 1 }),
  ]);
  const certified = (ca: CertifiedKey): Promise<CertifiedKey> =>
    clientCertificate(ca, { commonName: `${name}-admin`, lifetimeHours: 1 });
  const [adminTls, operationsTls] = await Promise.all([certified(adminCa), certified(operationsCa)]);
  await writeFiles(folder, {
    'msp/config.yaml': nodeOuConfigYaml(organization.name),
    'msp/signcerts/cert.pem': identity.certificate,
    'msp/keystore/key.pem': identity.key,
    [`msp/${caCertificateFile(organization.name)}`]: organization.roots.ca,
    'msp/tlscacerts/tlsca.pem': organization.roots.tlsca,
    'tls/cert.pem': tls.certificate,
    'tls/key.pem': tls.key,
    'tls/ca.pem': organization.roots.tlsca,
    'admin-ca/cert.pem': adminCa.certificate,
    'operations-ca/cert.pem': operationsCa.certificate,
    'orderer.yaml': ordererYaml(),
  });
  const [certificateFile, keyFile, rootFile] = ['cert', 'key', 'ca'].map((file) => join(folder, 'tls', `${file}.pem`));
  const environment = {
    FABRIC_CFG_PATH: folder,
    ORDERER_GENERAL_LISTENADDRESS: '127.0.0.1',
    ORDERER_GENERAL_LISTENPORT: String(port),
    ORDERER_GENERAL_LOCALMSPID: organization.mspId,
    ORDERER_GENERAL_LOCALMSPDIR: join(folder, 'msp'),
    ORDERER_GENERAL_TLS_CERTIFICATE: certificateFile,
    ORDERER_GENERAL_TLS_PRIVATEKEY: keyFile,
    ORDERER_GENERAL_TLS_ROOTCAS: `[${rootFile ?? ''}]`,
    ORDERER_ADMIN_LISTENADDRESS: `127.0.0.1:${adminPort}`,
    ORDERER_ADMIN_TLS_CERTIFICATE: certificateFile,
    ORDERER_ADMIN_TLS_PRIVATEKEY: keyFile,
    ORDERER_ADMIN_TLS_CLIENTROOTCAS: `[${join(folder, 'admin-ca', 'cert.pem')}]`,
    ORDERER_OPERATIONS_LISTENADDRESS: `127.0.0.1:${operationsPort}`,
    ORDERER_OPERATIONS_TLS_CERTIFICATE: certificateFile,
    ORDERER_OPERATIONS_TLS_PRIVATEKEY: keyFile,
    ORDERER_OPERATIONS_TLS_CLIENTROOTCAS: `[${join(folder, 'operations-ca', 'cert.pem')}]`,
    ORDERER_FILELEDGER_LOCATION: join(folder, 'data', 'ledger'),
    ORDERER_CONSENSUS_WALDIR: join(folder, 'data', 'wal'),
    ORDERER_CONSENSUS_SNAPDIR: join(folder, 'data', 'snapshot'),
  };
  const tlsOfServer = { servername: 'localhost', tlsRoots: organization.roots.tlsca };
  const clients: OrdererAdmin[] = [];
  let log = '';
  let running: { readonly kill: () => void; readonly exited: Promise<unknown> } | undefined;

  async function start(): Promise<void> {
    log = '';
    const child = execa(program, [], {
      reject: false,
      buffer: false,
      all: true,
      cwd: folder,
      extendEnv: false,
      env: environment,
    });
    child.all.setEncoding('utf8').on('data', (text: string) => (log += text));
    running = { kill: () => child.kill(), exited: child };
    await eventually(async () => {
      await askOperations({ host: '127.0.0.1', port: operationsPort, ...tlsOfServer }, '/healthz').then(requireOk);
      // The operations endpoint is there a moment before the admin's.
      await admin().channels();
    }, START_TIMEOUT_MS).catch((error: unknown) => {
      throw new Error(`${name} does not become healthy:\n${log}`, { cause: error });
    });
  }

  async function kill(): Promise<void> {
    running?.kill();
    await running?.exited;
    running = undefined;
  }

  function admin(other: Partial<OrdererAdminEndpoint> = {}): OrdererAdmin {
    const client = connectOrdererAdmin({
      host: '127.0.0.1',
      port: adminPort,
      servername: 'localhost',
      tlsRoots: organization.roots.tlsca,
      ...adminTls,
      timeoutMs: 10_000,
      ...other,
    });
    clients.push(client);
    return client;
  }

  const orderer: TestOrderer = {
    consenter: {
      host: 'localhost',
      port,
      mspId: organization.mspId,
      identity: identity.certificate,
      tlsCertificate: tls.certificate,
    },
    operations: {
      ...{ host: '127.0.0.1', port: operationsPort, timeoutMs: 10_000 },
      tls: { ...tlsOfServer, ...operationsTls },
    },
    ...{ adminCa, operationsCa },
    admin,
    log: () => log,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await start();
  } catch (error) {
    await orderer[Symbol.asyncDispose]();
    throw error;
  }
  return orderer;
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
