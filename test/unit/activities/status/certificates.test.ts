import { beforeEach, describe, expect, test } from 'vitest';

import { createApplicationIdentityActivities } from '../../../../src/activities/identities/applications.ts';
import { createCertificateAuthorityActivities } from '../../../../src/activities/identities/certificate-authority.ts';
import { createIdentityActivities } from '../../../../src/activities/identities/enroll.ts';
import { createNodeActivities } from '../../../../src/activities/nodes/nodes.ts';
import {
  createCertificateInspectionActivities,
  type CertificatesInput,
  type CertificatesView,
} from '../../../../src/activities/status/certificates.ts';
import { describeCertificate } from '../../../../src/fabric/index.ts';
import { fakeAuthorities, type FakeAuthorities } from '../identities/fake-authorities.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf } from '../stored.ts';

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
    ...['org1/ca ca', 'org1/ca tlsca', 'org1/ca tls'],
    ...['org1/peer1 identity', 'org1/peer1 tls'],
  ]);
  const pem = store.dataOf('Secret', 'org1-peer1-tls')?.['cert.pem'] ?? '';
  const { serial, notAfter } = describeCertificate(pem);
  expect(certificates.at(-1)).toMatchObject({ serial, notAfter: notAfter.toISOString() });
});

test('the root of a CA is never due; and what ends with it is not, which is said', async () => {
  const { certificates } = await inspect();
  const [root, , endpoint, identity] = certificates;
  expect(root).not.toHaveProperty('dueAt');
  // Its own trust anchor: it ends with nobody.
  expect(Date.parse(endpoint?.notAfter ?? '') - Date.parse(endpoint?.dueAt ?? '')).toBe(DAY_MS / 3);
  // The CA of the tests and what it issues end at the same moment.
  expect(identity).toMatchObject({ endsWithCa: true });
  expect(identity).not.toHaveProperty('dueAt');
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
