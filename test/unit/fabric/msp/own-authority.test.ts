import { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import { connect } from 'node:tls';

import { afterEach, describe, expect, test } from 'vitest';

import {
  clientCertificate,
  describeCertificate,
  selfSignedAuthority,
  selfSignedServerCertificate,
  type CertifiedKey,
} from '../../../../src/fabric/index.ts';
import { freePort } from '../../../support/free-port.ts';

const CA = { commonName: 'org0-admin-ca', lifetimeHours: 1 };
const CLIENT = { commonName: 'org0-admin', lifetimeHours: 1 };

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(async (server) => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }),
  );
});

/** Whether a server that trusts only clients of one CA takes a client. */
async function isTaken(trusted: CertifiedKey, client: CertifiedKey): Promise<boolean> {
  const { certificate, key } = await selfSignedServerCertificate({
    commonName: 'localhost',
    hosts: ['localhost'],
    lifetimeHours: 1,
  });
  const server = createServer({ cert: certificate, key, ca: trusted.certificate, requestCert: true }, (_, response) => {
    response.end('taken');
  });
  servers.push(server);
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return new Promise((resolve) => {
    const offered = { cert: client.certificate, key: client.key, ca: certificate, servername: 'localhost' };
    const socket = connect({ host: '127.0.0.1', port, ...offered }, () => {
      socket.write('GET / HTTP/1.0\r\n\r\n');
    });
    let answer = '';
    // In TLS 1.3 a refusal comes after the handshake.
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(answer.endsWith('taken'));
    });
  });
}

describe('a CA of its own', () => {
  test('certifies clients, for as long as is said, from its own beginning on', async () => {
    const ca = await selfSignedAuthority({ ...CA, lifetimeHours: 48 });
    const client = await clientCertificate(ca, CLIENT);
    const [root, leaf] = [new X509Certificate(ca.certificate), new X509Certificate(client.certificate)];
    expect(root.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(root) && leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(describeCertificate(client.certificate)).toMatchObject({ commonName: 'org0-admin', hosts: [] });
    expect(leaf.validFromDate).toEqual(root.validFromDate);
    expect(Math.abs(leaf.validToDate.getTime() - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect(Math.abs(root.validToDate.getTime() - Date.now() - 48 * 3_600_000)).toBeLessThan(60_000);
  });

  test('is all that a server trusts which was given its certificate', async () => {
    const [ca, other] = await Promise.all([selfSignedAuthority(CA), selfSignedAuthority(CA)]);
    expect(await isTaken(ca, await clientCertificate(ca, CLIENT))).toBe(true);
    expect(await isTaken(ca, await clientCertificate(other, CLIENT))).toBe(false);
  });

  test('with another certificate for its key is trusted by servers that have the one before, and the other way round', async () => {
    const before = await selfSignedAuthority(CA);
    const renewed = await selfSignedAuthority({ ...CA, key: before.key });
    expect(renewed.certificate).not.toBe(before.certificate);
    expect(await isTaken(before, await clientCertificate(renewed, CLIENT))).toBe(true);
    expect(await isTaken(renewed, await clientCertificate(before, CLIENT))).toBe(true);
  });
});
