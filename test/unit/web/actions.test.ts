import { describe, expect, it } from 'vitest';

import { envelopeBytes, envelopeText } from '../../../src/web/model/envelope.ts';
import { renewalWords } from '../../../src/web/model/renewal.ts';
import { comparedRevisions, fieldValue } from '../../../src/web/model/revisions.ts';
import { isGranted } from '../../../src/web/model/roles.ts';
import { sizeInWords } from '../../../src/web/model/topology.ts';

describe('what is offered to somebody', () => {
  const here = { cluster: 'local', name: 'small' };
  const onSmall = [{ role: 'operator', network: here }] as const;

  it.each([
    ['a higher role on all', [{ role: 'admin' }] as const, 'operator', here, true],
    ['a lower role on all', [{ role: 'viewer' }] as const, 'operator', here, false],
    ['a role on that network', onSmall, 'operator', here, true],
    ['a role on another network', onSmall, 'operator', { ...here, name: 'large' }, false],
    ['a role on a network of that name elsewhere', onSmall, 'operator', { ...here, cluster: 'prod' }, false],
    ['a role on a network that is not there yet', onSmall, 'operator', { ...here, cluster: undefined }, true],
    ['a role on one network, for what is about all', onSmall, 'operator', undefined, false],
    ['one of two roles', [{ role: 'viewer' }, ...onSmall] as const, 'operator', here, true],
    ['no role', [], 'viewer', here, false],
  ] as const)('by %s', (_, grants, needed, network, may) => {
    expect(isGranted(grants, needed, network)).toBe(may);
  });
});

describe('an envelope', () => {
  it('is the same after it was a file', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, place) => place % 256);
    expect(envelopeText(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    expect(envelopeBytes(envelopeText(bytes))).toEqual(bytes);
  });
});

describe('a renewal', () => {
  const now = new Date('2026-11-26T10:00:00Z');
  const certificate = (owner: string, renewedFrom: string, endsWithCa = false): object & { owner: string } => ({
    ...{ owner, renewedFrom, endsWithCa },
  });
  const words = (...certificates: readonly ReturnType<typeof certificate>[]): ReturnType<typeof renewalWords> =>
    renewalWords(
      certificates.map((one) => ({ endsWithCa: false, ...one })),
      now,
    );

  it('says what is due by its owners, each once, and how many there are', () => {
    const [past, future] = ['2026-11-26T09:59:00Z', '2026-12-26T10:00:00Z'];
    expect(
      words(certificate('org1/peer1', past), certificate('org1/peer1', past), certificate('org1/ca', future)),
    ).toEqual({ due: '2 certificates of org1/peer1.', all: '3 certificates.', endingWithCa: undefined });
  });

  it('names some owners and counts the others', () => {
    const many = Array.from({ length: 8 }, (_, place) => certificate(`org1/peer${place}`, '2026-01-01T00:00:00Z'));
    expect(words(...many).due).toBe(
      '8 certificates of org1/peer0, org1/peer1, org1/peer2, org1/peer3, org1/peer4, org1/peer5 and 2 more.',
    );
  });

  it('says that nothing would be done, and what no renewal mends', () => {
    const { due, endingWithCa } = words(certificate('org1/peer1', '2027-01-01T00:00:00Z', true));
    expect(due).toBe('None is due now: nothing would be done.');
    expect(endingWithCa).toContain('the root of a CA is not renewed: org1/peer1.');
  });
});

describe('the revisions that are compared', () => {
  it.each([
    [
      { from: null, to: null },
      { from: 2, to: 3 },
    ],
    [
      { from: '1', to: '2' },
      { from: 1, to: 2 },
    ],
    [
      { from: '9', to: 'x' },
      { from: 2, to: 3 },
    ],
  ])('are, where the address says %j, %j', (asked, compared) => {
    expect(comparedRevisions([3, 2, 1], asked)).toEqual(compared);
  });

  it('show values in a line', () => {
    expect([undefined, 'raft', 5, { a: [1] }].map(fieldValue)).toEqual(['', 'raft', '5', '{"a":[1]}']);
  });
});

describe('how much a network is', () => {
  it('is told by its organizations, nodes and channels', () => {
    const node = { id: 'org1/ca', name: 'ca', kind: 'ca', channels: [], state: 'ready', reason: '' } as const;
    const organization = { name: 'org1', mspId: 'Org1MSP', domain: '', namespace: '', nodes: [node, node] };
    expect(sizeInWords({ structure: '', organizations: [organization], channels: [] })).toBe(
      '1 organization with 2 nodes, and 0 channels',
    );
  });
});
