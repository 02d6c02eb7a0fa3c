import { beforeEach, describe, expect, test } from 'vitest';

import { createApplicationIdentityActivities } from '../../../../src/activities/identities/applications.ts';
import { createCertificateAuthorityActivities } from '../../../../src/activities/identities/certificate-authority.ts';
import { createIdentityActivities } from '../../../../src/activities/identities/enroll.ts';
import { createNodeActivities } from '../../../../src/activities/nodes/nodes.ts';
import {
  certificatesHash,
  createCertificateInspectionActivities,
  type CertificatesInput,
  type CertificatesView,
  type CertificateView,
} from '../../../../src/activities/status/certificates.ts';
import { describeCertificate, selfSignedAuthority } from '../../../../src/fabric/index.ts';
import { fakeAuthorities, type FakeAuthorities } from '../identities/fake-authorities.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedSecret } from '../stored.ts';

const DAY_MS = 24 * 3_600_000;

// The CAs of the tests issue for a day: eight hours before its end a certificate is due.
const described = describedNetwork({ certificates: { identity: '24h', tls: '24h' } });
const PEER = described.identity('org1', 'peer1');

let store: ObjectStore;
let authorities: FakeAuthorities;

beforeEach(async () => {
  store = objectStore([]);
  authorities = await fakeAuthorities();
  const dependencies = dependenciesOf(store);
  const { startCertificateAuthority, publishCaCertificates } = createCertificateAuthorityActivities(
    dependencies,
    authorities,
  );
  const organization = described.organization('org1');
  await mockActivity().run(startCertificateAuthority, { ...organization, isInUse: false });
  await mockActivity().run(publishCaCertificates, organization);
  await enroll();
  await mockActivity().run(createNodeActivities(dependencies).applyDeployment, described.node('org1', 'peer1'));
});

function enroll(renew: readonly string[] = []): Promise<unknown> {
  const { enrollIdentity } = createIdentityActivities(dependenciesOf(store), authorities);
  return mockActivity().run(enrollIdentity, { ...PEER, identity: { ...PEER.identity, renew } });
}

function inspect(): Promise<CertificatesView> {
  const { inspectCertificates } = createCertificateInspectionActivities(dependenciesOf(store));
  const input: CertificatesInput = {
    ...described.organization('org1'),
    certificateAuthority: 'org1/ca',
    identities: [{ target: 'org1/peer1', identity: PEER.identity }],
  };
  return mockActivity().run(inspectCertificates, input);
}

test('every certificate of an organization is told with its owner, its end, and when it is due', async () => {
  const { certificates } = await inspect();
  expect(certificates.map(({ owner, use }) => `${owner} ${use}`)).toEqual([
    ...['org1/ca ca', 'org1/ca tlsca', 'org1/ca tls', 'org1/ca operationsca', 'org1/metrics-client metricsclient'],
    ...['org1/peer1 identity', 'org1/peer1 tls'],
  ]);
  const pem = store.dataOf('Secret', 'org1-peer1-tls')?.['cert.pem'] ?? '';
  const { serial, notAfter } = describeCertificate(pem);
  expect(certificates.at(-1)).toMatchObject({ serial, notAfter: notAfter.toISOString() });
});

test('the root of a CA is never due; and what ends with it is not, which is said', async () => {
  const { certificates } = await inspect();
  const [root, , endpoint] = certificates;
  const identity = certificates.find(({ owner, use }) => owner === 'org1/peer1' && use === 'identity');
  expect(root).not.toHaveProperty('dueAt');
  // Its own trust anchor: it ends with nobody.
  expect(Date.parse(endpoint?.notAfter ?? '') - Date.parse(endpoint?.dueAt ?? '')).toBe(DAY_MS / 3);
  // The CA of the tests and what it issues end at the same moment.
  expect(identity).toMatchObject({ endsWithCa: true });
  expect(identity).not.toHaveProperty('dueAt');
});

describe('the certificate of who collects metrics', () => {
  const look = async (): Promise<CertificateView | undefined> =>
    (await inspect()).certificates.find(({ use }) => use === 'metricsclient');
  const publish = (renew: readonly string[] = []): Promise<unknown> => {
    const { publishCaCertificates } = createCertificateAuthorityActivities(dependenciesOf(store), authorities);
    return mockActivity().run(publishCaCertificates, { ...described.organization('org1'), renew });
  };

  test('is due in the last third of its lifetime, as TLS certificates are', async () => {
    const { notAfter = '', dueAt = '' } = (await look()) ?? {};
    expect(Date.parse(notAfter) - Date.parse(dueAt)).toBe(DAY_MS / 3);
  });

  test('is renewed by its serial number, with another key', async () => {
    const key = (): string | undefined => store.dataOf('Secret', 'org1-metrics-client')?.['tls.key'];
    const [before, keyBefore] = [await look(), key()];
    await publish([before?.serial ?? '']);
    expect((await look())?.serial).not.toBe(before?.serial);
    expect(key()).not.toBe(keyBefore);
    await publish([before?.serial ?? '']);
    expect((await look())?.serial).not.toBe(before?.serial);
  });

  test('is due at once where the CA that nodes trust for it is another one', async () => {
    const commonName = 'org1-operations-ca';
    const { certificate, key } = await selfSignedAuthority({ commonName, lifetimeHours: 100_000 });
    store.put(storedSecret(commonName, { 'cert.pem': certificate, 'key.pem': key }));
    const found = await look();
    expect(Date.parse(found?.dueAt ?? '')).toBeLessThan(Date.now());
    await publish();
    expect((await look())?.serial).not.toBe(found?.serial);
    expect(Date.parse((await look())?.dueAt ?? '')).toBeGreaterThan(Date.now());
  });
});

describe('the identity of an application', () => {
  const identity = {
    name: 'app1',
    type: 'client',
    attributes: [{ name: 'role', value: 'teller', ecert: true }],
  } as const;
  const organization = described.organization('org1');
  const applications = (): ReturnType<typeof createApplicationIdentityActivities> =>
    createApplicationIdentityActivities(dependenciesOf(store), authorities);
  const serialOf = (): string =>
    describeCertificate(store.dataOf('Secret', 'org1-app1-identity')?.['cert.pem'] ?? '').serial;

  beforeEach(() => mockActivity().run(applications().enrollApplication, { ...organization, identity }));

  test('is told as it is registered, with its certificate', async () => {
    const view = await inspect();
    expect(view.applications).toEqual([{ target: 'org1/app1', identity }]);
    const own = view.certificates.filter(({ owner }) => owner === 'org1/app1');
    expect(own).toMatchObject([{ use: 'identity', serial: serialOf() }]);
  });

  test('is renewed by what is told of it, for the same key', async () => {
    const { applications: told = [] } = await inspect();
    const [before, key] = [serialOf(), store.dataOf('Secret', 'org1-app1-identity')?.['key.pem']];
    for (const { identity: known } of told) {
      const input = { ...organization, identity: known, renew: [before] };
      expect(await mockActivity().run(applications().enrollApplication, input)).toMatchObject({ outcome: 'updated' });
      expect(await mockActivity().run(applications().enrollApplication, input)).toMatchObject({ outcome: 'unchanged' });
    }
    expect(serialOf()).not.toBe(before);
    expect(store.dataOf('Secret', 'org1-app1-identity')?.['key.pem']).toBe(key);
  });

  test('is told no more when it is revoked: nobody renews it', async () => {
    await mockActivity().run(applications().revokeIdentity, { ...organization, identity: 'app1' });
    const view = await inspect();
    expect(view.applications).toEqual([]);
    expect(view.certificates.filter(({ owner }) => owner === 'org1/app1')).toEqual([]);
  });
});

test('a node that has not started with its newest certificates is told', async () => {
  expect((await inspect()).outdated).toEqual([]);
  const { certificates } = await inspect();
  await enroll(certificates.filter(({ owner }) => owner === 'org1/peer1').map(({ serial }) => serial));
  expect((await inspect()).outdated).toEqual(['org1/peer1']);
  await mockActivity().run(
    createNodeActivities(dependenciesOf(store)).applyDeployment,
    described.node('org1', 'peer1'),
  );
  expect((await inspect()).outdated).toEqual([]);
});

describe.each([
  ['admin', 'adminca', 'org1/admin'],
  ['operations', 'operationsca', 'org1/ca'],
] as const)('orderers and the CA that their %s endpoints trust', (endpoint, use, owner) => {
  const SECRET = `org1-${endpoint}-ca`;
  const orderers = describedNetwork({
    ...{ certificates: { identity: '24h', tls: '24h' } },
    organizations: [{ name: 'org1', orderers: 2 }],
  });
  const NAMES = ['orderer1', 'orderer2'];

  /** @param names of those that are launched now */
  async function launch(names: readonly string[]): Promise<void> {
    const { applyDeployment } = createNodeActivities(dependenciesOf(store));
    for (const name of names) await mockActivity().run(applyDeployment, orderers.node('org1', name));
  }

  function look(): Promise<CertificatesView> {
    const { inspectCertificates } = createCertificateInspectionActivities(dependenciesOf(store));
    return mockActivity().run(inspectCertificates, {
      ...orderers.organization('org1'),
      certificateAuthority: 'org1/ca',
      identities: NAMES.map((name) => ({ target: `org1/${name}`, identity: orderers.identity('org1', name).identity })),
    });
  }

  beforeEach(() => launch(NAMES));

  test('are told with its end and when it is due', async () => {
    const { certificates, outdated } = await look();
    expect(certificates.filter((certificate) => certificate.use === use)).toEqual([
      expect.objectContaining({ owner, issuer: `CN=${SECRET}`, dueAt: expect.any(String) as string }),
    ]);
    expect(outdated).toEqual([]);
  });

  test.each([
    ['ends soon', 4],
    ['has ended', -1],
  ])('start anew, all of them, where it %s; who has, is done', async (_, lifetimeHours) => {
    const { certificate, key } = await selfSignedAuthority({ commonName: SECRET, lifetimeHours });
    store.put(storedSecret(SECRET, { 'cert.pem': certificate, 'key.pem': key }));
    await expectRestarts();
  });

  test('start anew, all of them, where it is gone', async () => {
    store.forget('Secret', SECRET);
    await expectRestarts();
  });

  async function expectRestarts(): Promise<void> {
    expect((await look()).outdated).toEqual(['org1/orderer1', 'org1/orderer2']);
    await launch(['orderer1']);
    expect((await look()).outdated).toEqual(['org1/orderer2']);
    await launch(['orderer2']);
    expect((await look()).outdated).toEqual([]);
  }

  test('of a version that had no such CA do not start anew for its sake', async () => {
    store.forget('Secret', SECRET);
    for (const name of NAMES) {
      const deployment = store.find('Deployment', `org1-${name}`);
      if (deployment === undefined) throw new Error(`There is no ${name}.`);
      const annotations = { 'weft.dev/certificates': certificatesHash({ type: 'orderer' }, { identity: '', tls: '' }) };
      store.put({ ...deployment, spec: { template: { metadata: { annotations } } } });
    }
    expect((await look()).outdated).toEqual([]);
  });
});
