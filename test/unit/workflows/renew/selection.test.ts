import { describe, expect, test } from 'vitest';

import type { CertificatesView, CertificateView } from '../../../../src/activities/status/certificates.ts';
import { ownersOf, renewalsOf, unknownTargets } from '../../../../src/workflows/renew/selection.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const DUE = '2026-05-31T00:00:00.000Z';
const LATER = '2026-06-30T00:00:00.000Z';
const END = '2026-12-31T00:00:00.000Z';

/** A certificate whose serial number says whose it is. */
function certificate(owner: string, use: CertificateView['use'], dueAt?: string): CertificateView {
  return { owner, use, serial: `${owner} ${use}`, notAfter: END, ...(dueAt === undefined ? {} : { dueAt }) };
}

/** An organization with its CAs and a peer. */
function organization(
  name: string,
  due: { ca?: string; peer?: string } = {},
  outdated: string[] = [],
): CertificatesView {
  const { ca = LATER, peer = LATER } = due;
  return {
    certificates: [
      certificate(`${name}/ca`, 'ca'),
      certificate(`${name}/ca`, 'tls', ca),
      certificate(`${name}/ca`, 'registrar', ca),
      certificate(`${name}/peer1`, 'identity', peer),
      certificate(`${name}/peer1`, 'tls', LATER),
    ],
    outdated,
    orderers: {},
  };
}

function renewed(views: readonly CertificatesView[], targets?: readonly string[] | 'all'): string[] {
  return [...renewalsOf(views, targets, NOW).serials.values()].flat();
}

const both = [organization('org1'), organization('org2')];

describe('what is renewed', () => {
  test('is what is due where nothing is named, each certificate by itself', () => {
    expect(renewed(both)).toEqual([]);
    expect(renewed([organization('org1', { peer: DUE }), organization('org2')])).toEqual(['org1/peer1 identity']);
  });

  test.each([
    [['org1/peer1'], ['org1/peer1 identity', 'org1/peer1 tls']],
    [['org1/ca'], ['org1/ca tls', 'org1/ca registrar']],
    [['org1'], ['org1/ca tls', 'org1/ca registrar', 'org1/peer1 identity', 'org1/peer1 tls']],
    [['org1/peer1', 'org2/peer1'], ['org1', 'org2'].flatMap((name) => [`${name}/peer1 identity`, `${name}/peer1 tls`])],
  ])('is what %j names, due or not', (targets, expected) => {
    expect(renewed(both, targets)).toEqual(expected);
  });

  test('is everything but the roots of CAs where all is wanted', () => {
    expect(renewed(both, 'all')).toHaveLength(8);
    expect(renewed(both, 'all').filter((serial) => serial.endsWith(' ca'))).toEqual([]);
  });

  test('is what a CA itself needs, too, where that is due: it could not issue anything', () => {
    const views = [organization('org1', { ca: DUE }), organization('org2', { ca: DUE })];
    expect(renewed(views, ['org1/peer1'])).toEqual([
      ...['org1/ca tls', 'org1/ca registrar'],
      ...['org1/peer1 identity', 'org1/peer1 tls'],
    ]);
  });

  test.each([
    ['org1/admin', 'adminca'],
    ['org1/ca', 'operationsca'],
  ] as const)(
    'is not the CA for closed endpoints that %s has as %s: nodes start anew where it is due',
    (owner, use) => {
      const ca = certificate(owner, use, DUE);
      const views = [{ certificates: [ca], outdated: ['org1/orderer1'], orderers: {} }];
      expect(renewed(views)).toEqual([]);
      expect(renewed(views, 'all')).toEqual([]);
      expect([...renewalsOf(views, undefined, NOW).restarting]).toEqual(['org1/orderer1']);
    },
  );

  test('is the certificate of who collects metrics, when it is due or named, and nothing starts anew for it', () => {
    const target = 'org1/metrics-client';
    const viewOf = (due: string): CertificatesView => ({
      ...{ certificates: [certificate(target, 'metricsclient', due)], outdated: [], orderers: {} },
    });
    for (const renewals of [renewalsOf([viewOf(DUE)], undefined, NOW), renewalsOf([viewOf(LATER)], [target], NOW)]) {
      expect([...renewals.serials]).toEqual([[target, ['org1/metrics-client metricsclient']]]);
      expect([...renewals.restarting]).toEqual([]);
    }
    expect(renewed([viewOf(LATER)])).toEqual([]);
    expect(unknownTargets([viewOf(LATER)], [target])).toEqual([]);
  });

  test('is not what ends with its CA, unless it is named', () => {
    const ending: CertificateView = { ...certificate('org1/peer1', 'tls'), endsWithCa: true };
    const views = [{ certificates: [ending], outdated: [], orderers: {} }];
    expect(renewed(views)).toEqual([]);
    expect(renewed(views, 'all')).toEqual(['org1/peer1 tls']);
  });
});

describe('what starts anew', () => {
  test('is whose certificates are renewed, and who still runs with what was renewed before', () => {
    const views = [organization('org1', { peer: DUE }), organization('org2', {}, ['org2/peer1'])];
    expect([...renewalsOf(views, undefined, NOW).restarting]).toEqual(['org1/peer1', 'org2/peer1']);
    expect([...renewalsOf(views, ['org1'], NOW).restarting]).toEqual(['org1/ca', 'org1/peer1']);
  });
});

describe('the identity of an application', () => {
  const target = 'org1/app1';
  const identity = { name: 'app1', type: 'client', attributes: [] } as const;
  const viewOf = (due: string): CertificatesView => ({
    ...{ certificates: [certificate(target, 'identity', due)], outdated: [], orderers: {} },
    applications: [{ target, identity }],
  });

  test('is renewed when it is due, or named, and nothing starts anew for it', () => {
    for (const renewals of [renewalsOf([viewOf(DUE)], undefined, NOW), renewalsOf([viewOf(LATER)], [target], NOW)]) {
      expect(renewals.applications).toEqual([{ target, identity }]);
      expect(renewals.serials.get(target)).toEqual(['org1/app1 identity']);
      expect([...renewals.restarting]).toEqual([]);
    }
    expect(renewalsOf([viewOf(LATER)], undefined, NOW).applications).toEqual([]);
  });
});

test('a target that has no certificates is known by that, and those that have are told', () => {
  expect(unknownTargets(both, ['org1', 'org2/peer1', 'org3', 'org1/peer2'])).toEqual(['org3', 'org1/peer2']);
  expect(ownersOf(both)).toEqual(['org1/ca', 'org1/peer1', 'org2/ca', 'org2/peer1']);
});
