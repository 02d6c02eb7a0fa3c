import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import {
  certificateSigningRequest,
  describeCertificate,
  matches,
  newPrivateKey,
  selfSignedServerCertificate,
} from '../../../../src/fabric/index.ts';
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '../../../../src/fabric/msp/x509.ts';
import { newAuthority, VALID } from '../ca/authority.ts';

describe('a new private key', () => {
  it('is on P-256 in PKCS#8, and each is another', () => {
    const [key, other] = [newPrivateKey(), newPrivateKey()];
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^]+\n-----END PRIVATE KEY-----\n$/);
    expect(createPrivateKey(key).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(key).not.toBe(other);
  });

  it('gives its public key', () => {
    const key = newPrivateKey();
    expect(createPublicKey(key).asymmetricKeyType).toBe('ec');
  });
});

describe('a certificate signing request', () => {
  it('asks for the enrollment ID, the host names and the addresses, and is signed by the key', async () => {
    const key = newPrivateKey();
    const hosts = ['org1-peer1', 'localhost', '127.0.0.1', '::1'];
    const pem = await certificateSigningRequest({ commonName: 'org1-peer1', hosts, key });
    const request = new Pkcs10CertificateRequest(pem);

    expect(pem).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
    expect(request.subject).toBe('CN=org1-peer1');
    expect(await request.verify()).toBe(true);
    const names = request.extensions.find((extension) => extension instanceof SubjectAlternativeNameExtension);
    expect(names?.names.items.map(({ type, value }) => `${type}:${value}`)).toEqual([
      'dns:org1-peer1',
      'dns:localhost',
      'ip:127.0.0.1',
      'ip:::1',
    ]);
    expect(request.publicKey.toString('pem').trim()).toBe(
      createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString().trim(),
    );
  });

  it('asks for no names when there are none, and takes a comma in a name as part of it', async () => {
    const pem = await certificateSigningRequest({ commonName: 'a, OU=admin', hosts: [], key: newPrivateKey() });
    const request = new Pkcs10CertificateRequest(pem);
    expect(request.extensions).toEqual([]);
    expect(request.subjectName.getField('CN')).toEqual(['a, OU=admin']);
    expect(request.subjectName.getField('OU')).toEqual([]);
  });
});

describe('the self-signed certificate of a server', () => {
  it('is good for its hosts and its lifetime, already for clocks a little behind, and cannot vouch for others', async () => {
    const before = Date.now();
    const { certificate, key } = await selfSignedServerCertificate({
      commonName: 'org1-ca',
      hosts: ['org1-ca', 'localhost', '127.0.0.1'],
      lifetimeHours: 48,
    });
    const x509 = new X509Certificate(certificate);

    expect(describeCertificate(certificate)).toMatchObject({
      commonName: 'org1-ca',
      issuer: 'CN=org1-ca',
      hosts: ['org1-ca', 'localhost', '127.0.0.1'],
    });
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect(x509.ca).toBe(false);
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(matches(certificate, key)).toBe(true);
    expect(x509.validFromDate.getTime()).toBeLessThan(before - 4 * 60_000);
    expect(Math.abs(x509.validToDate.getTime() - before - 48 * 3_600_000)).toBeLessThan(60_000);
  });
});

describe('the description of a certificate', () => {
  it('says whose it is, for what, from when to when and by whom', async () => {
    const ca = await newAuthority('org1-ca');
    const { certificate, key } = await ca.issue({
      commonName: 'org1-peer1',
      units: ['peer', 'department1'],
      hosts: ['org1-peer1', '::1'],
    });
    const description = describeCertificate(certificate);

    expect(description).toMatchObject({
      notBefore: VALID.from,
      notAfter: VALID.to,
      commonName: 'org1-peer1',
      organizationalUnits: ['peer', 'department1'],
      hosts: ['org1-peer1', '::1'],
      issuer: 'CN=org1-ca',
    });
    expect(description.serial).toMatch(/^[0-9a-f]+$/);
    expect(BigInt(`0x${description.serial}`)).toBe(BigInt(`0x${new X509Certificate(certificate).serialNumber}`));
    expect(matches(certificate, key)).toBe(true);
    expect(matches(certificate, newPrivateKey())).toBe(false);
  });

  it('has the same public key fingerprint for two certificates of one key, another for another key', async () => {
    const server = { commonName: 'org1-ca', hosts: ['org1-ca'], lifetimeHours: 1 };
    const [one, two] = await Promise.all([selfSignedServerCertificate(server), selfSignedServerCertificate(server)]);
    const fingerprints = [one, one, two].map(
      ({ certificate }) => describeCertificate(certificate).publicKeyFingerprint,
    );
    expect(fingerprints[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(fingerprints).size).toBe(2);
  });
});
