import { X509Certificate } from 'node:crypto';

import { beforeEach, describe, expect, test } from 'vitest';

import {
  adminCredentials,
  endpointTrustOf,
  operationsAccess,
} from '../../../../src/activities/identities/endpoint-credentials.ts';
import { CLOSED_ENDPOINTS, type ClosedEndpoint } from '../../../../src/activities/identities/endpoint-ca.ts';
import { selfSignedAuthority, type CertifiedKey } from '../../../../src/fabric/index.ts';
import { createNodeActivities } from '../../../../src/activities/nodes/nodes.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, ORG0 } from '../steps.ts';
import { dependenciesOf, storedConfigMap, without } from '../stored.ts';

const NODE = 'org0-orderer1';
const ORDERER = describedNetwork().node('org0', 'orderer1');

let store: ObjectStore;

beforeEach(() => {
  store = objectStore(enrolled(ORG0));
});

async function launch(): Promise<void> {
  await mockActivity().run(createNodeActivities(dependenciesOf(store)).applyDeployment, ORDERER);
}

/** An orderer that a version has launched which knew no CA for its endpoints. */
function launchedBefore(): void {
  const object = without(storedConfigMap(NODE, {}), 'data');
  const spec = { template: { metadata: { annotations: { 'weft.dev/certificates': 'hash' } } } };
  store.put({ ...object, apiVersion: 'apps/v1', kind: 'Deployment', spec });
}

function storedCa(endpoint: ClosedEndpoint): CertifiedKey | undefined {
  const { 'cert.pem': certificate, 'key.pem': key } = store.dataOf('Secret', `org0-${endpoint}-ca`) ?? {};
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

describe.each(CLOSED_ENDPOINTS)('whom an orderer trusts at its %s endpoint', (endpoint) => {
  const newCa = (key?: string): Promise<CertifiedKey> =>
    selfSignedAuthority({ commonName: `org0-${endpoint}-ca`, lifetimeHours: 1, ...(key === undefined ? {} : { key }) });

  test.each([
    ['is the CA for it, where its Deployment mounts that', launch, () => storedCa(endpoint), 'ownCa'],
    [
      'is the CA for it with another certificate for its key, too',
      launch,
      () => newCa(storedCa(endpoint)?.key),
      'ownCa',
    ],
    ['is a CA whose key is lost, where there is none any more', launch, () => undefined, 'lostCa'],
    ['is a CA whose key is lost, where another one was made since', launch, () => newCa(), 'lostCa'],
    ['is as it was before, where its Deployment is of a version before', launchedBefore, () => undefined, 'asBefore'],
    [
      'is as it was before, where its Deployment is of a version before and another orderer has restarted',
      launchedBefore,
      () => newCa(),
      'asBefore',
    ],
    ['is not known, where it has no Deployment', () => undefined, () => undefined, 'asBefore'],
  ])('%s', async (_, launched, stored, expected) => {
    await launched();
    expect(endpointTrustOf(endpoint, store.find('Deployment', NODE), await stored()).kind).toBe(expected);
  });
});

describe('with what an admin endpoint is asked', () => {
  const credentials = (): ReturnType<typeof adminCredentials> =>
    adminCredentials(dependenciesOf(store), ORG0, NODE, new AbortController().signal);

  test('is a certificate of the CA for it, made for the call and kept nowhere; trusted are the TLS roots of the organization', async () => {
    await launch();
    const before = store.writes.length;
    const [one, two] = [await credentials(), await credentials()];
    const ca = new X509Certificate(storedCa('admin')?.certificate ?? '');
    const leaf = new X509Certificate(one?.certificate ?? '');
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.validToDate.getTime()).toBeLessThan(Date.now() + 25 * 3_600_000);
    expect(one?.tlsRoots).toBe('TLS root of org0');
    expect(two?.key).not.toBe(one?.key);
    expect(store.writes).toHaveLength(before);
  });

  test("is the Admin's TLS certificate for an orderer of a version before, although there is the CA already", async () => {
    await launch();
    launchedBefore();
    expect(await credentials()).toMatchObject({ certificate: "TLS certificate of org0's Admin" });
  });

  test('is nothing where the key of the CA is lost that it trusts', async () => {
    await launch();
    store.forget('Secret', 'org0-admin-ca');
    expect(await credentials()).toBeUndefined();
  });
});

describe('how an operations endpoint is asked', () => {
  const access = (): ReturnType<typeof operationsAccess> =>
    operationsAccess(dependenciesOf(store), ORG0, NODE, new AbortController().signal);

  test('is with a certificate of the CA for it, and with none that administers; trusted are the TLS roots of the organization', async () => {
    await launch();
    const asked = await access();
    if (asked.kind !== 'tls') throw new Error(`It is asked by ${asked.kind}.`);
    const leaf = new X509Certificate(asked.credentials.certificate);
    const issuedBy = (endpoint: ClosedEndpoint): boolean =>
      leaf.verify(new X509Certificate(storedCa(endpoint)?.certificate ?? '').publicKey);
    expect([issuedBy('operations'), issuedBy('admin')]).toEqual([true, false]);
    expect(asked.credentials.tlsRoots).toBe('TLS root of org0');
  });

  test('is by HTTP for an orderer of a version before, although there is the CA already', async () => {
    await launch();
    launchedBefore();
    expect(await access()).toEqual({ kind: 'http' });
  });

  test('is not at all where the key of the CA is lost that it trusts', async () => {
    await launch();
    store.forget('Secret', 'org0-operations-ca');
    expect(await access()).toEqual({ kind: 'closed' });
  });
});
