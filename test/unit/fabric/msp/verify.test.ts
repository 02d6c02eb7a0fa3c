import { beforeAll, describe, expect, it } from 'vitest';

import {
  describeCertificate,
  newPrivateKey,
  verifyMsp,
  verifyTls,
  type Violation,
} from '../../../../src/fabric/index.ts';
import { newAuthority, VALID, type Leaf, type TestAuthority } from '../ca/authority.ts';

const NOW = new Date('2026-06-01T00:00:00Z');

let ca: TestAuthority;

beforeAll(async () => {
  ca = await newAuthority();
});

/** What `verifyMsp` says of a certificate for org1-peer1 that differs in what a test names. */
async function faultsOf(
  leaf: Leaf,
  expected: Partial<Parameters<typeof verifyMsp>[0]> = {},
): Promise<readonly Violation[]> {
  const { certificate, key } = await ca.issue(leaf);
  return verifyMsp({
    certificate,
    key,
    caChain: ca.chain,
    commonName: 'org1-peer1',
    hosts: leaf.hosts ?? [],
    role: 'peer',
    now: NOW,
    ...expected,
  });
}

describe('the material of an identity', () => {
  it('has no fault when the CA issued it for this identity, role, key and time', async () => {
    expect(await faultsOf({ hosts: ['org1-peer1', '127.0.0.1'] })).toEqual([]);
  });

  it('has none either when an intermediate CA issued it, however the chain is ordered', async () => {
    const intermediate = await ca.intermediate('org1-ica');
    const { certificate, key } = await intermediate.issue();
    const reversed = intermediate.chain.split(/(?<=-----END CERTIFICATE-----\n)/).toReversed();
    for (const caChain of [intermediate.chain, reversed.join('')]) {
      expect(
        verifyMsp({ certificate, key, caChain, commonName: 'org1-peer1', hosts: [], role: 'peer', now: NOW }),
      ).toEqual([]);
    }
  });

  it.each([
    [{ certificate: undefined }, 'there is no certificate'],
    [{ key: undefined }, 'there is no private key'],
    [{ certificate: '', key: undefined }, 'there is no certificate and no private key'],
  ])('is missing when a part is: %o', async (missing, message) => {
    expect(await faultsOf({}, missing)).toEqual([{ reason: 'SecretMissing', message }]);
  });

  it.each([{ certificate: 'garbage' }, { key: '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n' }])(
    'is unreadable when a part is damaged, and the fault does not quote it: %o',
    async (damaged) => {
      expect(await faultsOf({}, damaged)).toEqual([
        { reason: 'Unreadable', message: 'certificate or key cannot be read as PEM' },
      ]);
    },
  );

  it('does not match the key of another', async () => {
    expect(await faultsOf({}, { key: newPrivateKey() })).toEqual([
      { reason: 'KeyMismatch', message: 'the private key does not belong to the certificate' },
    ]);
  });

  it('is not issued by a CA of the same name with another key', async () => {
    const impostor = await newAuthority('org1-ca');
    expect(await faultsOf({}, { caChain: impostor.chain })).toEqual([
      { reason: 'NotIssuedByCa', message: 'the certificate of org1-peer1 is not issued by the CA' },
    ]);
  });

  it('is not issued by the CA when only the intermediate is known, or none', async () => {
    const intermediate = await ca.intermediate('org1-ica');
    const { certificate, key } = await intermediate.issue();
    const withoutRoot = intermediate.chain.replace(ca.chain, '');
    expect(await faultsOf({}, { certificate, key, caChain: withoutRoot })).toMatchObject([{ reason: 'NotIssuedByCa' }]);
    expect(await faultsOf({}, { caChain: '' })).toEqual([
      {
        reason: 'NotIssuedByCa',
        message: 'the certificate of org1-peer1 cannot be checked: the CA has no certificate',
      },
    ]);
  });

  it('is not issued by the CA when a certificate that is no CA signed it', async () => {
    const impostor = await ca.intermediate('org1-ica', false);
    const { certificate, key } = await impostor.issue();
    expect(await faultsOf({}, { certificate, key, caChain: impostor.chain })).toMatchObject([
      { reason: 'NotIssuedByCa' },
    ]);
  });

  it('is worth nothing when the CA itself has expired', async () => {
    const old = await newAuthority('org1-ca', { from: VALID.from, to: new Date('2026-05-01T00:00:00Z') });
    const { certificate, key } = await old.issue();
    expect(await faultsOf({}, { certificate, key, caChain: old.chain })).toEqual([
      {
        reason: 'NotIssuedByCa',
        message:
          'the certificate of org1-peer1 is issued by a CA whose own certificate expired at 2026-05-01T00:00:00.000Z',
      },
    ]);
  });

  it('is not of another identity', async () => {
    expect(await faultsOf({ commonName: 'org1-peer2' })).toEqual([
      { reason: 'WrongName', message: 'the certificate is for org1-peer2, not for org1-peer1' },
    ]);
  });

  it.each([
    [['orderer'], 'the certificate makes its owner orderer, not peer'],
    [[], 'the certificate makes its owner nothing, not peer'],
    [['department1'], 'the certificate makes its owner nothing, not peer'],
    [['peer', 'admin'], 'the certificate makes its owner nothing, not peer'],
  ] as const)('has the wrong role with organizational units %j', async (units, message) => {
    expect(await faultsOf({ units })).toEqual([{ reason: 'WrongRole', message }]);
  });

  it('keeps its role beside units that mean no role', async () => {
    expect(await faultsOf({ units: ['peer', 'department1'] })).toEqual([]);
  });

  it('has expired after its end, and is not yet valid before its beginning', async () => {
    const past = { from: VALID.from, to: new Date('2026-05-31T23:59:59Z') };
    expect(await faultsOf({ validity: past })).toEqual([
      { reason: 'Expired', message: 'the certificate expired at 2026-05-31T23:59:59.000Z' },
    ]);
    const future = { from: new Date('2026-06-01T00:00:01Z'), to: VALID.to };
    expect(await faultsOf({ validity: future })).toEqual([
      { reason: 'Expired', message: 'the certificate is not valid before 2026-06-01T00:00:01.000Z' },
    ]);
  });

  it('nears its expiry from the moment on that its beginning and end give, and not a second earlier', async () => {
    const validity = { from: VALID.from, to: new Date('2026-06-02T00:00:00Z') };
    const seen: unknown[] = [];
    const dueDate = (certificate: { readonly notBefore: Date; readonly notAfter: Date }): Date => {
      seen.push([certificate.notBefore, certificate.notAfter]);
      return NOW;
    };
    expect(await faultsOf({ validity }, { renewal: { dueDate } })).toEqual([
      { reason: 'NearingExpiry', message: 'the certificate expires at 2026-06-02T00:00:00.000Z' },
    ]);
    expect(seen).toEqual([[validity.from, validity.to]]);
    const before = new Date(NOW.getTime() - 1_000);
    expect(await faultsOf({ validity }, { renewal: { dueDate }, now: before })).toEqual([]);
    expect(await faultsOf({ validity })).toEqual([]);
  });

  it('is not good where its renewal was asked for, by its serial number', async () => {
    const { certificate, key } = await ca.issue();
    const { serial } = describeCertificate(certificate);
    const faults = (asked: readonly string[]): Promise<readonly Violation[]> =>
      faultsOf({}, { certificate, key, renewal: { asked } });
    expect(await faults([serial])).toEqual([{ reason: 'RenewalAsked', message: 'its renewal was asked for' }]);
    expect(await faults(['0a'])).toEqual([]);
  });

  it('does not near its expiry where that is the end of its CA, since a new one would end then, too', async () => {
    const end = new Date('2026-06-02T00:00:00Z');
    const ending = await newAuthority('org1-ca', { from: VALID.from, to: end });
    const leaf = (to: Date): Promise<{ certificate: string; key: string }> =>
      ending.issue({ validity: { from: VALID.from, to } });
    const faults = async (to: Date): Promise<readonly Violation[]> =>
      faultsOf({}, { ...(await leaf(to)), caChain: ending.chain, renewal: { dueDate: () => NOW } });
    expect(await faults(end)).toEqual([]);
    expect(await faults(new Date(end.getTime() - 3_600_000))).toMatchObject([{ reason: 'NearingExpiry' }]);
  });

  it('lacks the hosts that it does not name, and takes other spellings of those that it does', async () => {
    expect(await faultsOf({ hosts: ['org1-peer1'] }, { hosts: ['org1-peer1', 'localhost', '127.0.0.1'] })).toEqual([
      { reason: 'HostsMissing', message: 'the certificate is not good for localhost, 127.0.0.1' },
    ]);
    const spellings = { hosts: ['ORG1-peer1', '0:0:0:0:0:0:0:1'] };
    expect(await faultsOf({ hosts: ['org1-peer1', '::1'] }, spellings)).toEqual([]);
  });

  it('shows all its faults at once', async () => {
    const faults = await faultsOf({ commonName: 'x', units: ['admin'] }, { hosts: ['y'], key: newPrivateKey() });
    expect(faults.map(({ reason }) => reason)).toEqual(['KeyMismatch', 'WrongName', 'WrongRole', 'HostsMissing']);
  });
});

describe('the TLS pair of a node', () => {
  it('is judged in the same way, but for the role, which TLS does not know', async () => {
    const { certificate, key } = await ca.issue({ units: [], hosts: ['org1-peer1'] });
    const pair = { certificate, key, caChain: ca.chain, commonName: 'org1-peer1', hosts: ['org1-peer1'], now: NOW };
    expect(verifyTls(pair)).toEqual([]);
    expect(verifyTls({ ...pair, hosts: ['localhost'] })).toMatchObject([{ reason: 'HostsMissing' }]);
    expect(verifyTls({ ...pair, key: undefined })).toMatchObject([{ reason: 'SecretMissing' }]);
  });
});
