import { createPublicKey, createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { certificateNames, writePki } from '../../../../src/local/node/pki.ts';

const addresses = { host: '10.245.0.1', node: '10.245.0.2' };
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weft-pki-'));
  await writePki(directory, 'weft', addresses);
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the keys and certificates of a node', () => {
  it.each(certificateNames)('issues %s by the authority, with its own key', (name) => {
    const issued = certificate(name);
    expect(issued.verify(certificate('ca').publicKey)).toBe(true);
    expect(issued.ca).toBe(false);
    expect(issued.checkPrivateKey(createPrivateKey(text(`${name}.key`)))).toBe(true);
  });

  it('makes an authority that may sign', () => {
    expect(certificate('ca').ca).toBe(true);
    expect(certificate('ca').verify(certificate('ca').publicKey)).toBe(true);
  });

  it('lets servers answer to the names and addresses that they are called by', () => {
    for (const host of ['localhost', 'weft', 'kubernetes.default.svc'])
      expect(certificate('apiserver').checkHost(host)).toBe(host);
    for (const ip of ['10.245.0.2', '127.0.0.1', '10.96.0.1']) expect(certificate('apiserver').checkIP(ip)).toBe(ip);
    expect(certificate('kubelet-serving').checkIP('10.245.0.2')).toBe('10.245.0.2');
  });

  it('gives clients the user and group that their role is bound to', () => {
    expect(certificate('kubelet').subject.split('\n')).toEqual(['O=system:nodes', 'CN=system:node:weft']);
    expect(certificate('scheduler').subject).toBe('CN=system:kube-scheduler');
  });

  it('issues certificates for two years and the authority for ten', () => {
    expect(years('apiserver')).toBeCloseTo(2, 1);
    expect(years('ca')).toBeCloseTo(10, 1);
  });

  it('keeps every file to its owner', () => {
    expect(readdirSync(directory).filter((file) => (statSync(join(directory, file)).mode & 0o077) !== 0)).toEqual([]);
  });

  it('keeps authority and service accounts, and issues the rest anew, at the next start', async () => {
    const before = snapshot();
    await writePki(directory, 'weft', addresses);
    const changed = Object.entries(snapshot())
      .filter(([file, content]) => before[file] !== content)
      .map(([file]) => file);
    expect(changed.sort()).toEqual(certificateNames.flatMap((name) => [`${name}.crt`, `${name}.key`]).sort());
  });

  it('has the public half of the key that signs tokens', () => {
    const fromPrivate = createPublicKey(createPrivateKey(text('service-account.key')));
    expect(createPublicKey(text('service-account.pub')).equals(fromPrivate)).toBe(true);
  });
});

function certificate(name: string): X509Certificate {
  return new X509Certificate(text(`${name}.crt`));
}

function text(file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}

function years(name: string): number {
  const { validFrom, validTo } = certificate(name);
  return (Date.parse(validTo) - Date.parse(validFrom)) / (365 * 24 * 60 * 60 * 1_000);
}

function snapshot(): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).map((file) => [file, text(file)]));
}
