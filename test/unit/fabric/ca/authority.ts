import { webcrypto } from 'node:crypto';

import {
  certificateSigningRequest,
  describeCertificate,
  newPrivateKey,
  type IdentityType,
} from '../../../../src/fabric/index.ts';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '../../../../src/fabric/msp/x509.ts';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** When every test certificate is valid, unless it says otherwise. */
export const VALID = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };

export interface Leaf {
  readonly commonName?: string;
  readonly units?: readonly (IdentityType | 'department1')[];
  readonly hosts?: readonly string[];
  /** PEM; absent means a new one. */
  readonly key?: string;
  readonly validity?: { readonly from: Date; readonly to: Date };
}

/** A CA that issues in memory what a Fabric CA would. */
export interface TestAuthority {
  readonly chain: string;
  readonly issue: (leaf?: Leaf) => Promise<{ readonly certificate: string; readonly key: string }>;
  /** Certifies what a request asks for. @param csr PEM */
  readonly sign: (csr: string, leaf: Pick<Leaf, 'units' | 'validity'>) => Promise<string>;
  /** The list that revokes certificates, PEM. */
  readonly revocationList: (certificates: readonly string[]) => Promise<string>;
  /** A CA below this one; `isCa: false` for one that only acts as if it were. */
  readonly intermediate: (name: string, isCa?: boolean) => Promise<TestAuthority>;
}

export async function newAuthority(name = 'org1-ca', validity = VALID): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const root = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ECDSA,
    notBefore: validity.from,
    notAfter: validity.to,
    // As Fabric wants a root: able to sign certificates, and with an identifier of its key (msp/mspimplsetup.go).
    extensions: [
      new BasicConstraintsExtension(true, 1, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return authority(`CN=${name}`, keys.privateKey, `${root.toString('pem')}\n`);
}

function authority(issuer: string, signingKey: webcrypto.CryptoKey, chain: string): TestAuthority {
  const sign: TestAuthority['sign'] = async (csr, { units = ['peer'], validity = VALID }) => {
    const request = new Pkcs10CertificateRequest(csr);
    const certificate = await X509CertificateGenerator.create({
      subject: [...units.map((unit) => ({ OU: [unit] })), { CN: request.subjectName.getField('CN') }],
      issuer,
      publicKey: request.publicKey,
      signingKey,
      signingAlgorithm: ECDSA,
      notBefore: validity.from,
      notAfter: validity.to,
      extensions: request.extensions,
    });
    return `${certificate.toString('pem')}\n`;
  };
  return {
    chain,
    sign,
    issue: async ({ commonName = 'org1-peer1', hosts = [], key = newPrivateKey(), ...leaf } = {}) => {
      const csr = await certificateSigningRequest({ commonName, hosts, key });
      return { certificate: await sign(csr, leaf), key };
    },
    revocationList: async (certificates) => {
      const list = await X509CrlGenerator.create({
        issuer,
        entries: certificates.map((certificate) => ({ serialNumber: describeCertificate(certificate).serial })),
        thisUpdate: VALID.from,
        nextUpdate: VALID.to,
        signingAlgorithm: ECDSA,
        signingKey,
      });
      return `${list.toString('pem')}\n`;
    },
    intermediate: async (name, isCa = true) => {
      const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer,
        publicKey: keys.publicKey,
        signingKey,
        signingAlgorithm: ECDSA,
        notBefore: VALID.from,
        notAfter: VALID.to,
        extensions: [new BasicConstraintsExtension(isCa, isCa ? 0 : undefined, true)],
      });
      return authority(`CN=${name}`, keys.privateKey, `${certificate.toString('pem')}\n${chain}`);
    },
  };
}
