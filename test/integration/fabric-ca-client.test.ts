import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  describeCertificate,
  type CertificateAuthority,
  type RegisteredIdentity,
  type Registrar,
} from '../../src/fabric/index.ts';
import { locateArtifacts } from '../../src/local/artifacts/index.ts';
import { enroll, enrollRegistrar, startFabricCa, type FabricCa } from '../support/fabric-ca.ts';

/*
 * Fabric's own client beside ours, at the same CA: each must find what the other made, and the same for the same request.
 */

let server: FabricCa;
let ca: CertificateAuthority;
let registrar: Registrar;

beforeAll(async () => {
  server = await startFabricCa();
  ca = server.connect('org1-ca');
  registrar = await enrollRegistrar(ca);
  await writeFile(join(server.folder, 'endpoint.pem'), server.tlsRoots);
  await writeMsp('registrar-msp', registrar);
  await ca.register(registrar, { id: 'org1-peer1', type: 'peer', secret: 'secret-of-peer1' });
});

afterAll(() => server.remove());

describe('fabric-ca-client, given the MSP folder of our registrar', () => {
  it('trusts the self-signed certificate of the endpoint, and no other', async () => {
    expect(await fabricCaClient(['getcainfo', '--mspdir', 'info-msp'])).toContain('Stored root CA certificate');
    const untrusted = fabricCaClient([
      'getcainfo',
      '--mspdir',
      'info-msp',
      '--tls.certfiles',
      'registrar-msp/signcerts/cert.pem',
    ]);
    await expect(untrusted).rejects.toThrow('certificate signed by unknown authority');
  });

  it('lists an identity that we registered', async () => {
    expect(await fabricCaClient(['identity', 'list', '--id', 'org1-peer1', '--mspdir', 'registrar-msp'])).toContain(
      'Name: org1-peer1, Type: peer, Affiliation: , Max Enrollments: -1',
    );
  });

  it('lists the certificate that we had issued, by its serial number', async () => {
    const { certificate } = await enroll(ca, { id: 'org1-peer1', secret: 'secret-of-peer1' });
    const { serial } = describeCertificate(certificate);

    const output = await fabricCaClient(['certificate', 'list', '--id', 'org1-peer1', '--mspdir', 'registrar-msp']);
    expect(output.replaceAll(/\s/g, '').toLowerCase()).toContain(`serialnumber:${BigInt(`0x${serial}`)}`);
  });

  it('registers for us, and we find the same identity as if we had registered it', async () => {
    const registration = ['register', '--id.name', 'by-client', '--id.type', 'peer', '--id.secret', 'secret-of-client'];
    await fabricCaClient([...registration, '--mspdir', 'registrar-msp']);
    await ca.register(registrar, { id: 'by-rest', type: 'peer', secret: 'secret-of-rest' });

    const [theirs, ours] = await Promise.all([ca.identity(registrar, 'by-client'), ca.identity(registrar, 'by-rest')]);
    expect(comparable(ours, 'by-rest')).toEqual(comparable(theirs, 'by-client'));
  });

  it.each(['', 'tls'] as const)(
    'enrolls with profile "%s" into a certificate that says the same as ours',
    async (profile) => {
      const hosts = ['org1-peer1', 'localhost', '127.0.0.1'];
      const folder = `peer1-${profile}-msp`;
      await fabricCaClient(
        ['enroll', '--csr.hosts', hosts.join(','), '--enrollment.profile', profile, '--mspdir', folder],
        {
          // By the environment, as the secret would be in the arguments otherwise.
          FABRIC_CA_CLIENT_URL: `https://org1-peer1:secret-of-peer1@localhost:${server.port}`,
        },
      );
      const theirs = await readFile(join(server.folder, folder, 'signcerts', 'cert.pem'), 'utf8');
      const { certificate: ours } = await enroll(ca, {
        id: 'org1-peer1',
        secret: 'secret-of-peer1',
        hosts,
        ...(profile === 'tls' ? { profile } : {}),
      });

      expect(await textOf(ours)).toBe(
        (await textOf(theirs)).replaceAll('C = US, ST = North Carolina, O = Hyperledger, ', ''),
      );
      expect(await readdir(join(server.folder, folder, 'keystore'))).toHaveLength(1);
    },
  );
});

async function fabricCaClient(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const { all } = await execa(locateArtifacts().path('fabric-ca-client'), args, {
    cwd: server.folder,
    all: true,
    env: {
      FABRIC_CA_CLIENT_HOME: server.folder,
      FABRIC_CA_CLIENT_URL: `https://localhost:${server.port}`,
      FABRIC_CA_CLIENT_CANAME: 'org1-ca',
      ...(args.includes('--tls.certfiles') ? {} : { FABRIC_CA_CLIENT_TLS_CERTFILES: 'endpoint.pem' }),
      ...environment,
    },
  });
  return all;
}

async function writeMsp(name: string, { certificate, key }: Registrar): Promise<void> {
  const folder = join(server.folder, name);
  await Promise.all(['signcerts', 'keystore'].map((part) => mkdir(join(folder, part), { recursive: true })));
  await writeFile(join(folder, 'signcerts', 'cert.pem'), certificate);
  await writeFile(join(folder, 'keystore', 'key.pem'), key, { mode: 0o600 });
}

/** An identity without its name; the CA gives its attributes in any order. */
function comparable(identity: RegisteredIdentity | undefined, id: string): unknown {
  const attributes = identity?.attributes.map(({ value, ...rest }) => ({
    ...rest,
    value: value.replace(id, 'its-id'),
  }));
  return { ...identity, id: undefined, attributes: attributes?.toSorted((a, b) => a.name.localeCompare(b.name)) };
}

/** What OpenSSL says of a certificate, without what differs from one enrollment to the next. */
async function textOf(certificate: string): Promise<string> {
  const options = ['-noout', '-text', '-certopt', 'no_serial,no_validity,no_pubkey,no_sigdump'];
  const { stdout } = await execa('openssl', ['x509', ...options], { input: certificate });
  return stdout.replace(/Subject Key Identifier:\s+[0-9A-F:]+/, '');
}
