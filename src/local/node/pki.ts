import { webcrypto } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Must be there before @peculiar/x509, which injects its algorithms through decorators.
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type JsonGeneralName,
  type JsonName,
} from '@peculiar/x509';

import type { Addresses } from './addresses.ts';
import { apiServiceAddress } from './cluster-network.ts';
import { writePrivateFile } from '../files.ts';

/** The certificates of a node's control plane; each is `<name>.crt` with its key `<name>.key`. */
export const certificateNames = [
  'apiserver',
  'apiserver-kubelet-client',
  'kubelet-serving',
  'kubelet',
  'controller-manager-serving',
  'controller-manager',
  'scheduler-serving',
  'scheduler',
  'kube-proxy',
  'storage-provisioner',
  'admin',
] as const;

export type CertificateName = (typeof certificateNames)[number];

const dayMs = 24 * 60 * 60 * 1_000;

/** The authority lives as long as the instance's data may be kept. */
const authorityLifetimeMs = 10 * 365 * dayMs;

/** Certificates are issued anew at each start of the node, so that this is the longest time it can run in one go. */
const certificateLifetimeMs = 2 * 365 * dayMs;

/** Clocks of a suspended virtual machine may be behind for a moment. */
const backdatingMs = 60 * 60 * 1_000;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** What a certificate says beside its dates. */
interface Profile {
  readonly subject: JsonName;
  /** Names and addresses of a server; a certificate without them is a client's. */
  readonly serves?: readonly JsonGeneralName[];
}

/**
 * Writes the certificate authority and the service accounts' key of a node if they are not there, and every other
 * certificate anew.
 *
 * @param directory - the instance's folder for keys, private to the user.
 */
export async function writePki(directory: string, nodeName: string, addresses: Addresses): Promise<void> {
  const authority = (await readAuthority(directory)) ?? (await createAuthority(directory));
  await ensureServiceAccountKey(directory);
  for (const [name, profile] of Object.entries(profilesOf(nodeName, addresses)))
    await issue(directory, name, profile, authority);
}

/** The key that signs the tokens of service accounts; it must stay, or every token in a pod would be refused. */
async function ensureServiceAccountKey(directory: string): Promise<void> {
  const [keyFile, publicKeyFile] = [join(directory, 'service-account.key'), join(directory, 'service-account.pub')];
  if (existsSync(keyFile) && existsSync(publicKeyFile)) return;
  const { privateKey, publicKey } = await newKeyPair();
  writePrivateFile(keyFile, await pemOfKey(privateKey));
  writePrivateFile(
    publicKeyFile,
    `${PemConverter.encode(await webcrypto.subtle.exportKey('spki', publicKey), 'PUBLIC KEY')}\n`,
  );
}

async function readAuthority(directory: string): Promise<Authority | undefined> {
  const [certificateFile, keyFile] = [join(directory, 'ca.crt'), join(directory, 'ca.key')];
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  const key = PemConverter.decodeFirst(readFileSync(keyFile, 'utf8'));
  return {
    certificate: new X509Certificate(readFileSync(certificateFile, 'utf8')),
    key: await webcrypto.subtle.importKey('pkcs8', key, algorithm, true, ['sign']),
  };
}

async function createAuthority(directory: string): Promise<Authority> {
  const keys = await newKeyPair();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: ['weft-local'] }],
      keys,
      signingAlgorithm: algorithm,
      ...validFor(authorityLifetimeMs),
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto,
  );
  writePrivateFile(join(directory, 'ca.key'), await pemOfKey(keys.privateKey));
  writePrivateFile(join(directory, 'ca.crt'), `${certificate.toString('pem')}\n`);
  return { certificate, key: keys.privateKey };
}

/** Users and groups are those that Kubernetes' own roles are bound to. */
function profilesOf(nodeName: string, { node }: Addresses): Readonly<Record<CertificateName, Profile>> {
  const nodeNames: JsonGeneralName[] = [
    { type: 'dns', value: nodeName },
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: node },
    { type: 'ip', value: '127.0.0.1' },
  ];
  const apiNames: JsonGeneralName[] = [
    ...nodeNames,
    ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'].map(
      (value): JsonGeneralName => ({ type: 'dns', value }),
    ),
    { type: 'ip', value: apiServiceAddress },
  ];
  return {
    apiserver: { subject: named('kube-apiserver'), serves: apiNames },
    'apiserver-kubelet-client': { subject: named('kube-apiserver-kubelet-client', 'system:masters') },
    'kubelet-serving': { subject: named(`system:node:${nodeName}`, 'system:nodes'), serves: nodeNames },
    kubelet: { subject: named(`system:node:${nodeName}`, 'system:nodes') },
    'controller-manager-serving': { subject: named('kube-controller-manager'), serves: nodeNames },
    'controller-manager': { subject: named('system:kube-controller-manager') },
    'scheduler-serving': { subject: named('kube-scheduler'), serves: nodeNames },
    scheduler: { subject: named('system:kube-scheduler') },
    'kube-proxy': { subject: named('system:kube-proxy') },
    'storage-provisioner': { subject: named('weft:storage-provisioner') },
    admin: { subject: named('weft-admin', 'system:masters') },
  };
}

function named(commonName: string, organization?: string): JsonName {
  return [...(organization === undefined ? [] : [{ O: [organization] }]), { CN: [commonName] }];
}

async function issue(
  directory: string,
  name: string,
  { subject, serves }: Profile,
  authority: Authority,
): Promise<void> {
  const keys = await newKeyPair();
  const certificate = await X509CertificateGenerator.create(
    {
      subject,
      issuer: authority.certificate.subjectName,
      publicKey: keys.publicKey,
      signingKey: authority.key,
      signingAlgorithm: algorithm,
      ...validFor(certificateLifetimeMs),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([
          serves === undefined ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth,
        ]),
        await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
        ...(serves === undefined ? [] : [new SubjectAlternativeNameExtension([...serves])]),
      ],
    },
    webcrypto,
  );
  writePrivateFile(join(directory, `${name}.key`), await pemOfKey(keys.privateKey));
  writePrivateFile(join(directory, `${name}.crt`), `${certificate.toString('pem')}\n`);
}

function newKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function validFor(lifetimeMs: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - backdatingMs), notAfter: new Date(now + lifetimeMs) };
}

async function pemOfKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}
