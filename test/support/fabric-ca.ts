import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import {
  CA_CONFIG_FILE,
  certificateAuthorityConfig,
  certificateSigningRequest,
  connectCertificateAuthority,
  newPrivateKey,
  selfSignedServerCertificate,
  TLS_CA_CONFIG_FILE,
  type CertificateAuthority,
  type CertificateAuthorityEndpoint,
  type Enrollment,
  type Registrar,
} from '../../src/fabric/index.ts';
import { locateArtifacts } from '../../src/local/artifacts/index.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

// The user and group that the pod runs as; see kube/certificate-authority.yaml.
const POD_USER = 7051;

// The server is up in half a second; the rest is for machines that are busy with other tests.
const START_TIMEOUT_MS = 20_000;

export const REGISTRAR = { name: 'rcaadmin', password: 'a-registrar-password' };

/** A real fabric-ca-server with the enrollment CA and the TLS CA of org1, as its pod would run it. */
export interface FabricCa {
  /** Folder for everything that a test makes; the server's home is `home` in it. */
  readonly folder: string;
  readonly port: number;
  /** Certificate of the server's endpoint, PEM. */
  readonly tlsRoots: string;
  readonly connect: (caName: string, other?: Partial<CertificateAuthorityEndpoint>) => CertificateAuthority;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** What the server wrote since it was last started. */
  readonly log: () => string;
  /** Stops the server and removes its folder. */
  readonly remove: () => Promise<void>;
}

export async function startFabricCa(): Promise<FabricCa> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-fabric-ca-'));
  const home = join(folder, 'home');
  const endpoint = await selfSignedServerCertificate({
    commonName: 'org1-ca',
    hosts: ['org1-ca', 'localhost', '127.0.0.1'],
    lifetimeHours: 24,
  });
  const program = await prepare(folder, home, endpoint);
  const [port, operationsPort] = [await freePort(), await freePort()];
  const clients: CertificateAuthority[] = [];
  let server = run();

  function run(): { readonly exited: Promise<unknown>; readonly log: () => string; readonly kill: () => void } {
    let log = '';
    const child = execa(program, ['start'], {
      reject: false,
      buffer: false,
      all: true,
      extendEnv: false,
      ...podUser(),
      env: {
        FABRIC_CA_SERVER_HOME: home,
        FABRIC_CA_SERVER_PORT: String(port),
        FABRIC_CA_SERVER_OPERATIONS_LISTENADDRESS: `127.0.0.1:${operationsPort}`,
      },
    });
    child.all.setEncoding('utf8').on('data', (text: string) => (log += text));
    return { exited: child, log: () => log, kill: () => child.kill() };
  }

  async function untilReady(): Promise<void> {
    const ca = connect('org1-ca');
    await eventually(async () => {
      const health = await fetch(`http://127.0.0.1:${operationsPort}/healthz`);
      if (!health.ok) throw new Error(`/healthz answers ${health.status}`);
      // The operations endpoint is there a moment before the CA's own.
      await ca.info();
    }, START_TIMEOUT_MS).catch((error: unknown) => {
      throw new Error(`fabric-ca-server does not become ready:\n${server.log()}`, { cause: error });
    });
  }

  function connect(caName: string, other: Partial<CertificateAuthorityEndpoint> = {}): CertificateAuthority {
    const ca = connectCertificateAuthority({
      host: '127.0.0.1',
      port,
      servername: 'org1-ca',
      tlsRoots: endpoint.certificate,
      caName,
      timeoutMs: 10_000,
      ...other,
    });
    clients.push(ca);
    return ca;
  }

  async function stop(): Promise<void> {
    server.kill();
    await server.exited;
  }

  await untilReady();
  return {
    folder,
    port,
    tlsRoots: endpoint.certificate,
    connect,
    stop,
    start: async () => {
      server = run();
      await untilReady();
    },
    log: () => server.log(),
    remove: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Enrolls with a new key: what a step does that finds nothing. */
export async function enroll(
  ca: CertificateAuthority,
  enrollment: Omit<Enrollment, 'csr'> & { readonly hosts?: readonly string[] },
): Promise<Registrar & { readonly chain: string }> {
  const { hosts = [], ...rest } = enrollment;
  const key = newPrivateKey();
  const csr = await certificateSigningRequest({ commonName: rest.id, hosts, key });
  return { key, ...(await ca.enroll({ ...rest, csr })) };
}

export function enrollRegistrar(ca: CertificateAuthority): Promise<Registrar & { readonly chain: string }> {
  return enroll(ca, { id: REGISTRAR.name, secret: REGISTRAR.password });
}

/** The pod's user, where the test may become it. */
function podUser(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? { uid: POD_USER, gid: POD_USER } : {};
}

/** Lays the files out as the pod's volumes do: the home folder writable, the configuration in it read-only. */
async function prepare(folder: string, home: string, endpoint: { certificate: string; key: string }): Promise<string> {
  const tls = { certificateFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  const { ca, tlsca } = certificateAuthorityConfig({
    organization: { name: 'org1', domain: 'org1.example.com' },
    registrar: REGISTRAR,
    lifetimes: { ca: '87600h', identity: '8760h', tls: '4380h' },
    tls,
  });
  // A copy, because the pod's user may not enter the folder of the user who built it.
  const program = join(folder, 'fabric-ca-server');
  await copyFile(locateArtifacts().path('fabric-ca-server'), program);
  await Promise.all([writeFile(tls.certificateFile, endpoint.certificate), writeFile(tls.keyFile, endpoint.key)]);
  await mkdir(home);
  await Promise.all([
    writeFile(join(home, CA_CONFIG_FILE), ca, { mode: 0o444 }),
    writeFile(join(home, TLS_CA_CONFIG_FILE), tlsca, { mode: 0o444 }),
  ]);
  await chmod(folder, 0o755);
  const { uid, gid } = podUser();
  if (uid !== undefined && gid !== undefined) await chown(home, uid, gid);
  return program;
}
