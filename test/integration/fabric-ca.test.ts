import { X509Certificate } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  certificateSigningRequest,
  describeCertificate,
  describeRevocationList,
  matches,
  newPrivateKey,
  nodeOuRole,
  selfSignedServerCertificate,
  verifyMsp,
  verifyTls,
  type CertificateAuthority,
  type IdentityType,
  type Registrar,
} from '../../src/fabric/index.ts';
import { canonicalSerial } from '../../src/fabric/msp/revocation.ts';
import { enroll, enrollRegistrar, startFabricCa, REGISTRAR, type FabricCa } from '../support/fabric-ca.ts';
import { freePort } from '../support/free-port.ts';
import { opensslVerify } from '../support/openssl.ts';

const HOUR_MS = 3_600_000;

let server: FabricCa;
let ca: CertificateAuthority;
let tlsCa: CertificateAuthority;
let registrar: Registrar;
let tlsRegistrar: Registrar;

beforeAll(async () => {
  server = await startFabricCa();
  ca = server.connect('org1-ca');
  tlsCa = server.connect('org1-tlsca');
  registrar = await enrollRegistrar(ca);
  tlsRegistrar = await enrollRegistrar(tlsCa);
});

afterAll(() => server.remove());

describe('a fabric-ca-server with our configuration', () => {
  it('serves two CAs, each with a root of its own, named after the organization and as long-lived as configured', async () => {
    const infos = await Promise.all([ca.info(), tlsCa.info()]);
    const roots = infos.map(({ chain }) => ({ x509: new X509Certificate(chain), ...describeCertificate(chain) }));

    expect(infos.map(({ name, version }) => [name, version])).toEqual([
      ['org1-ca', '1.5.21'],
      ['org1-tlsca', '1.5.21'],
    ]);
    expect(roots.map(({ commonName }) => commonName)).toEqual(['org1-ca', 'org1-tlsca']);
    expect(roots.map(({ x509 }) => x509.ca && x509.verify(x509.publicKey))).toEqual([true, true]);
    for (const { notAfter } of roots) {
      expect(Math.abs(notAfter.getTime() - Date.now() - 87_600 * HOUR_MS)).toBeLessThan(HOUR_MS);
    }
  });

  it('gives identity and TLS certificates the lifetimes that the description names', async () => {
    await ca.register(registrar, { id: 'lifetimes', type: 'client', secret: 'secret-of-lifetimes' });
    const identity = await enroll(ca, { id: 'lifetimes', secret: 'secret-of-lifetimes' });
    const tls = await enroll(ca, { id: 'lifetimes', secret: 'secret-of-lifetimes', profile: 'tls' });

    const hours = [identity, tls].map(
      ({ certificate }) => (describeCertificate(certificate).notAfter.getTime() - Date.now()) / HOUR_MS,
    );
    expect(hours.map(Math.round)).toEqual([8760, 4380]);
  });

  it('does not write the registrar password into its log', () => {
    expect(server.log()).toContain('Listening on https://');
    expect(server.log()).not.toContain(REGISTRAR.password);
  });
});

describe('a certificate that is revoked by itself', () => {
  it('is listed as valid no more and is on the list, again and again, while its owner enrolls as before', async () => {
    const [id, secret] = ['org1-removed', 'secret-of-org1-removed'];
    await ca.register(registrar, { id, type: 'peer', secret });
    const empty = describeRevocationList(await ca.revocationList(registrar)).serials.size;
    const certificates: string[] = [];
    // Of so many one or two have a serial number that begins with a zero.
    for (let count = 0; count < 24; count += 1) certificates.push((await enroll(ca, { id, secret })).certificate);
    for (const certificate of certificates) await ca.revokeCertificate(registrar, certificate);
    const [first = ''] = certificates;
    await ca.revokeCertificate(registrar, first);
    expect(await ca.certificates(registrar, id)).toEqual([]);
    const { serials } = describeRevocationList(await ca.revocationList(registrar));
    expect(serials.size - empty).toBe(certificates.length);
    expect(serials).toContain(canonicalSerial(describeCertificate(first).serial));
    const { certificate } = await enroll(ca, { id, secret });
    expect((await ca.certificates(registrar, id)).map((pem) => pem.trim())).toEqual([certificate.trim()]);
  });
});

describe('registering and enrolling', () => {
  it.each<IdentityType>(['orderer', 'peer', 'admin', 'client'])(
    'gives an identity of type %s a certificate that Fabric takes for that role',
    async (role) => {
      const id = `org1-${role}`;
      await ca.register(registrar, { id, type: role, secret: `secret-of-${id}` });
      const { certificate, key, chain } = await enroll(ca, { id, secret: `secret-of-${id}`, hosts: [id, '127.0.0.1'] });

      expect(describeCertificate(certificate).organizationalUnits).toEqual([role]);
      expect(nodeOuRole(certificate)).toBe(role);
      const hosts = [id, '127.0.0.1'];
      expect(verifyMsp({ certificate, key, caChain: chain, commonName: id, hosts, role, now: new Date() })).toEqual([]);
      expect(await opensslVerify(certificate, chain)).toContain(': OK');
    },
  );

  it('gives a TLS certificate that is good for every host name and address, as server and as client', async () => {
    const hosts = ['org1-tls', 'org1-tls.test-network.svc.cluster.local', 'localhost', '127.0.0.1', '::1'];
    await tlsCa.register(tlsRegistrar, { id: 'org1-tls', type: 'peer', secret: 'secret-of-org1-tls' });
    const { certificate, key, chain } = await enroll(tlsCa, {
      id: 'org1-tls',
      secret: 'secret-of-org1-tls',
      profile: 'tls',
      hosts,
    });

    expect(describeCertificate(certificate).hosts).toEqual(hosts);
    const material = { certificate, key, caChain: chain, commonName: 'org1-tls', hosts, now: new Date() };
    expect(verifyTls(material)).toEqual([]);
    for (const purpose of ['sslserver', 'sslclient']) {
      expect(await opensslVerify(certificate, chain, ['-purpose', purpose])).toContain(': OK');
    }
    expect(await opensslVerify(certificate, chain, ['-verify_hostname', 'localhost'])).toContain(': OK');
    expect(await opensslVerify(certificate, chain, ['-verify_ip', '::1'])).toContain(': OK');
    await expect(opensslVerify(certificate, chain, ['-verify_hostname', 'org1-other'])).rejects.toThrow('mismatch');
  });

  it('writes attributes marked for enrollment certificates into them', async () => {
    const attributes = [{ name: 'abac.init', value: 'true', ecert: true }];
    await ca.register(registrar, { id: 'org1-abac', type: 'admin', secret: 'secret-of-abac', attributes });
    const { certificate } = await enroll(ca, { id: 'org1-abac', secret: 'secret-of-abac' });

    expect(new X509Certificate(certificate).raw.toString('latin1')).toContain('"abac.init":"true"');
  });

  it('says that an identity is already registered, and not its secret', async () => {
    const again = { id: 'org1-twice', type: 'peer', secret: 'secret-of-twice' } as const;
    await ca.register(registrar, again);

    await expect(ca.register(registrar, again)).rejects.toMatchObject({
      kind: 'alreadyRegistered',
      code: 74,
      message:
        "CA org1-ca could not register org1-twice: Identity 'org1-twice' is already registered (Fabric CA error code 74)",
    });
  });

  it('knows the identities of its own CA only', async () => {
    await ca.register(registrar, { id: 'org1-known', type: 'orderer', secret: 'secret-of-known' });

    expect(await ca.identity(registrar, 'org1-known')).toMatchObject({ type: 'orderer' });
    expect(await tlsCa.identity(tlsRegistrar, 'org1-known')).toBeUndefined();
  });
});

describe('an enrollment secret', () => {
  const ID = 'org1-once';
  const refused = { kind: 'authenticationFailed' };

  it('is taken as often as was allowed, each of its renewals once more, and what was withdrawn never', async () => {
    await ca.register(registrar, { id: ID, type: 'peer', secret: 'the-first', maxEnrollments: 1 });
    await enroll(ca, { id: ID, secret: 'the-first' });
    await expect(enroll(ca, { id: ID, secret: 'the-first' })).rejects.toMatchObject(refused);

    for (const secret of ['the-second', 'the-third']) {
      const { length } = await ca.everIssued(registrar, ID);
      await ca.setSecret(registrar, ID, { secret, maxEnrollments: length + 1 });
      await enroll(ca, { id: ID, secret });
      await expect(enroll(ca, { id: ID, secret })).rejects.toMatchObject(refused);
    }

    await ca.setSecret(registrar, ID, { secret: 'the-last', maxEnrollments: 0 });
    await expect(enroll(ca, { id: ID, secret: 'the-last' })).rejects.toMatchObject(refused);
    expect(await ca.everIssued(registrar, ID)).toHaveLength(3);
  });

  it('of an identity that enrolled without a limit, as older versions of Weft registered it, is taken once from then on', async () => {
    await ca.register(registrar, { id: 'org1-older', type: 'peer', secret: 'kept' });
    for (let time = 1; time <= 3; time += 1) await enroll(ca, { id: 'org1-older', secret: 'kept' });

    const { length } = await ca.everIssued(registrar, 'org1-older');
    await ca.setSecret(registrar, 'org1-older', { secret: 'new', maxEnrollments: length + 1 });
    await enroll(ca, { id: 'org1-older', secret: 'new' });
    await expect(enroll(ca, { id: 'org1-older', secret: 'new' })).rejects.toMatchObject(refused);
  });
});

describe('after a lost answer', () => {
  it('the CA still knows the certificate that it issued for the key', async () => {
    await ca.register(registrar, { id: 'org1-lost', type: 'peer', secret: 'secret-of-lost' });
    expect(await ca.certificates(registrar, 'org1-lost')).toEqual([]);
    const key = newPrivateKey();
    const csr = await certificateSigningRequest({ commonName: 'org1-lost', hosts: ['org1-lost'], key });
    const { certificate } = await ca.enroll({ id: 'org1-lost', secret: 'secret-of-lost', csr });

    const issued = await ca.certificates(registrar, 'org1-lost');
    expect(issued.map((pem) => describeCertificate(pem).serial)).toEqual([describeCertificate(certificate).serial]);
    expect(issued.map((pem) => matches(pem, key))).toEqual([true]);
    expect(issued.map((pem) => matches(pem, newPrivateKey()))).toEqual([false]);
  });

  it('a lost secret can be replaced, which also forgives wrong attempts', async () => {
    await ca.register(registrar, { id: 'org1-reset', type: 'peer', secret: 'the-old-secret' });
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await expect(enroll(ca, { id: 'org1-reset', secret: 'a-wrong-one' })).rejects.toMatchObject({ code: 20 });
    }
    await expect(enroll(ca, { id: 'org1-reset', secret: 'the-old-secret' })).rejects.toMatchObject({
      kind: 'authenticationFailed',
      code: 73,
    });

    await ca.setSecret(registrar, 'org1-reset', { secret: 'the-new-secret' });

    await expect(enroll(ca, { id: 'org1-reset', secret: 'the-old-secret' })).rejects.toMatchObject({ code: 20 });
    const { certificate } = await enroll(ca, { id: 'org1-reset', secret: 'the-new-secret' });
    expect(nodeOuRole(certificate)).toBe('peer');
  });
});

describe('what the CA refuses', () => {
  it('is an authentication failure when the secret is wrong, and the message does not quote it', async () => {
    const failed = await enroll(ca, { id: REGISTRAR.name, secret: 'not-the-password' }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ kind: 'authenticationFailed' });
    expect(String(failed)).not.toContain('not-the-password');
  });

  it('is an authentication failure when the registrar is one of another CA', async () => {
    await expect(ca.identity(tlsRegistrar, REGISTRAR.name)).rejects.toMatchObject({ kind: 'authenticationFailed' });
  });

  it('is a missing right when a peer wants to register somebody', async () => {
    await ca.register(registrar, { id: 'org1-humble', type: 'peer', secret: 'secret-of-humble' });
    const peer = await enroll(ca, { id: 'org1-humble', secret: 'secret-of-humble' });

    await expect(ca.register(peer, { id: 'org1-evil', type: 'admin', secret: 'x' })).rejects.toMatchObject({
      kind: 'notAuthorized',
      code: 71,
    });
    expect(await ca.identity(registrar, 'org1-evil')).toBeUndefined();
  });

  it('is a rejected request when the CA or the name in the request is another', async () => {
    await expect(server.connect('org9-ca').info()).rejects.toMatchObject({
      kind: 'rejected',
      message: "CA org9-ca could not give its CA chain: CA 'org9-ca' does not exist (Fabric CA error code 19)",
    });
    const csr = await certificateSigningRequest({ commonName: 'somebody', hosts: [], key: newPrivateKey() });
    await expect(ca.enroll({ id: REGISTRAR.name, secret: REGISTRAR.password, csr })).rejects.toMatchObject({
      kind: 'rejected',
      code: 77,
    });
  });
});

describe('a CA that cannot be reached', () => {
  it('is one that nothing listens for', async () => {
    const port = await freePort();
    await expect(server.connect('org1-ca', { port }).info()).rejects.toMatchObject({
      kind: 'unreachable',
      message: `CA org1-ca could not give its CA chain: nothing listens at 127.0.0.1:${port}`,
    });
  });

  it('is one whose certificate is not among those trusted', async () => {
    const stranger = await selfSignedServerCertificate({ commonName: 'x', hosts: ['org1-ca'], lifetimeHours: 1 });
    await expect(server.connect('org1-ca', { tlsRoots: stranger.certificate }).info()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('the TLS certificate of org1-ca') as string,
    });
  });

  it('is one whose certificate is for another name', async () => {
    await expect(server.connect('org1-ca', { servername: 'org2-ca' }).info()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('the TLS certificate of org2-ca') as string,
    });
  });

  it('is one that does not answer in time', async () => {
    await using silent = await silentServer();
    const client = server.connect('org1-ca', { port: silent.port, timeoutMs: 200 });

    await expect(client.info()).rejects.toMatchObject({
      kind: 'unreachable',
      message: `CA org1-ca could not give its CA chain: 127.0.0.1:${silent.port} did not answer within 200 ms`,
    });
  });

  it('is left alone at once when the step is cancelled', async () => {
    await using silent = await silentServer();
    const reason = new Error('cancelled by a test');
    const controller = new AbortController();
    const client = server.connect('org1-ca', { port: silent.port, signal: controller.signal });
    const call = client.info();
    controller.abort(reason);

    await expect(call).rejects.toBe(reason);
    await expect(client.info()).rejects.toBe(reason);
  });
});

/** Accepts connections and says nothing. */
async function silentServer(): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => sockets.add(socket));
  const port = await freePort();
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

describe('a fabric-ca-server that is stopped and started again', () => {
  it('is unreachable in between, and comes back with the same roots, identities and certificates', async () => {
    await ca.register(registrar, { id: 'org1-kept', type: 'peer', secret: 'secret-of-kept' });
    const { certificate } = await enroll(ca, { id: 'org1-kept', secret: 'secret-of-kept' });
    const before = await Promise.all([ca.info(), tlsCa.info()]);

    await server.stop();
    await expect(ca.identity(registrar, 'org1-kept')).rejects.toMatchObject({ kind: 'unreachable' });
    await server.start();

    expect(await Promise.all([ca.info(), tlsCa.info()])).toEqual(before);
    expect(await ca.identity(registrar, 'org1-kept')).toMatchObject({ id: 'org1-kept', type: 'peer' });
    expect(await ca.certificates(registrar, 'org1-kept')).toEqual([certificate]);
  });
});
