import { beforeEach, describe, expect, test } from 'vitest';

import {
  createCertificateAuthorityActivities,
  type PublishedRoots,
} from '../../../../src/activities/identities/certificate-authority.ts';
import type { CertificateAuthorityInput, OrganizationInput } from '../../../../src/activities/inputs.ts';
import type { DeploymentResult } from '../../../../src/activities/nodes/nodes.ts';
import {
  describeCertificate,
  matches,
  selfSignedServerCertificate,
  verifyEndpoint,
} from '../../../../src/fabric/index.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { caHosts } from '../../../../src/spec/index.ts';
import { configurationOf, rollOut } from '../deployments.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf, storedConfigMap, storedSecret } from '../stored.ts';
import { fakeAuthorities, type FakeAuthorities } from './fake-authorities.ts';

const ORGANIZATION = { ...describedNetwork().organization('org1'), isInUse: false };
const PLANNED = { ...describedNetwork({}, true).organization('org1'), isInUse: false };

let authorities: FakeAuthorities;
let store: ObjectStore;

beforeEach(async () => {
  authorities = await fakeAuthorities();
  store = objectStore([]);
});

describe('starting the CAs of an organization', () => {
  const start = (input: CertificateAuthorityInput = ORGANIZATION): Promise<DeploymentResult> => {
    const activities = createCertificateAuthorityActivities(dependenciesOf(store), authorities);
    return mockActivity().run(activities.startCertificateAuthority, input);
  };
  const endpoint = (): Readonly<Record<string, string>> => store.dataOf('Secret', 'org1-ca-tls') ?? {};
  const password = (): string | undefined => store.dataOf('Secret', 'org1-ca-config')?.['registrar-password'];
  const storedEndpoint = async (lifetimeHours: number, hosts?: readonly string[]): Promise<KubernetesObject> => {
    const { network, organization } = ORGANIZATION;
    const made = await selfSignedServerCertificate({
      commonName: 'org1-ca',
      hosts: hosts ?? caHosts(network, organization),
      lifetimeHours,
    });
    return storedSecret('org1-ca-tls', { 'tls.crt': made.certificate, 'tls.key': made.key });
  };

  test("stores the registrar's password before the volume is claimed, and what the pod mounts before the Deployment", async () => {
    expect(await start()).toMatchObject({ outcome: 'created', rolledOut: false });
    expect(store.writes.slice(0, 2)).toEqual(['Secret org1-ca-config', 'PersistentVolumeClaim org1-ca']);
    expect(store.writes.at(-1)).toBe('Deployment org1-ca');
    expect(store.writes).toContain('Secret org1-ca-tls');
  });

  test('makes no password for a volume that is there without one, even where nothing else tells of a CA', async () => {
    await start();
    for (const name of ['org1-ca-config', 'org1-ca-tls']) store.forget('Secret', name);
    store.forget('Deployment', 'org1-ca');
    const writes = store.writes.length;
    await expect(start()).rejects.toMatchObject({ type: 'StateLost' });
    expect(store.writes).toHaveLength(writes);
  });

  describe('that have run', () => {
    const inUse = (input = ORGANIZATION): Promise<DeploymentResult> => start({ ...input, isInUse: true });
    const before = async (): Promise<number> => {
      await start();
      return store.writes.length;
    };
    const drop = (kind: string, name: string): void => {
      store.forget(kind, name);
    };

    test('goes on with what is there', async () => {
      await before();
      expect(await inUse()).toMatchObject({ outcome: 'unchanged' });
    });

    test('neither claims another volume nor makes another password where that is gone, and writes nothing', async () => {
      for (const [kind, name] of [
        ['PersistentVolumeClaim', 'org1-ca'],
        ['Secret', 'org1-ca-config'],
      ] as const) {
        const writes = await before();
        drop(kind, name);
        for (const input of [ORGANIZATION, PLANNED]) {
          await expect(inUse(input)).rejects.toMatchObject({
            type: 'StateLost',
            message: expect.stringContaining(`${kind} ${name} in namespace net is gone`) as string,
          });
        }
        expect(store.writes).toHaveLength(writes);
      }
    });

    test('makes another pair for its endpoint where that is gone: nobody has to know it', async () => {
      await before();
      drop('Secret', 'org1-ca-tls');
      await inUse();
      expect(endpoint()['tls.crt']).toBeDefined();
    });
  });

  test('makes a pair for the endpoint that is good for every name of the Service', async () => {
    await start();
    const { 'tls.crt': certificate = '', 'tls.key': key = '' } = endpoint();
    const { network, organization } = ORGANIZATION;
    const hosts = caHosts(network, organization);
    expect(matches(certificate, key)).toBe(true);
    expect(verifyEndpoint({ certificate, key, commonName: 'org1-ca', hosts, now: new Date() })).toEqual([]);
  });

  test('keeps that pair while it is good: whoever trusts it does so by its certificate', async () => {
    store = objectStore([await storedEndpoint(1)]);
    const before = endpoint();
    await start();
    expect(endpoint()).toEqual(before);
  });

  test.each([
    ['has expired', -1, undefined],
    ['lacks a host name', 1, ['org1-ca']],
  ] as const)('replaces that pair when it %s', async (_, lifetimeHours, hosts) => {
    store = objectStore([await storedEndpoint(lifetimeHours, hosts)]);
    const before = endpoint();
    await start();
    expect(endpoint()['tls.crt']).not.toBe(before['tls.crt']);
    expect(endpoint()['tls.key']).toBe(before['tls.key']);
    expect(await start()).toMatchObject({ outcome: 'unchanged' });
  });

  test('renews its certificate when that is asked for, once, with its key', async () => {
    await start();
    const before = endpoint();
    const { serial } = describeCertificate(before['tls.crt'] ?? '');
    expect(await start({ ...ORGANIZATION, renew: [serial] })).toMatchObject({ outcome: 'updated' });
    const renewed = endpoint();
    expect(renewed['tls.crt']).not.toBe(before['tls.crt']);
    expect(renewed['tls.key']).toBe(before['tls.key']);
    expect(await start({ ...ORGANIZATION, renew: [serial] })).toMatchObject({ outcome: 'unchanged' });
  });

  test('makes another key for its endpoint where the one that is stored is of another certificate', async () => {
    store = objectStore([await storedEndpoint(1)]);
    const { 'tls.crt': stranger = '' } = endpoint();
    store = objectStore([await storedEndpoint(1)]);
    store = objectStore([storedSecret('org1-ca-tls', { ...endpoint(), 'tls.crt': stranger })]);
    await start();
    const { 'tls.crt': certificate = '', 'tls.key': key = '' } = endpoint();
    expect(matches(certificate, key)).toBe(true);
  });

  test('makes the password of the registrar once: the CAs read it when their databases are made', async () => {
    await start();
    const made = password();
    expect(made).toMatch(/^[\w-]{32}$/);
    await start({ ...describedNetwork({ certificates: { identity: '100h' } }).organization('org1'), isInUse: false });
    expect(password()).toBe(made);
  });

  test('leaves the pod alone while nothing has changed', async () => {
    await start();
    const before = configurationOf(store, 'org1-ca');
    expect(await start()).toMatchObject({ outcome: 'unchanged' });
    expect(configurationOf(store, 'org1-ca')).toBe(before);
  });

  test.each([
    ['their configuration', { certificates: { identity: '100h' } }],
    ['the certificate of their endpoint', { kubernetes: { clusterDomain: 'k8s.example' } }],
    [
      'their environment',
      {
        organizations: [
          { name: 'org0', mspId: 'OrdererMSP', orderers: 1 },
          { name: 'org1', peers: 2, certificateAuthority: { environment: { FABRIC_CA_SERVER_DEBUG: 'true' } } },
        ],
      },
    ],
  ])('restarts the pod when %s changes', async (_, change) => {
    await start();
    const before = configurationOf(store, 'org1-ca');
    expect(await start({ ...describedNetwork(change).organization('org1'), isInUse: false })).toMatchObject({
      outcome: 'updated',
    });
    expect(configurationOf(store, 'org1-ca')).not.toBe(before);
  });

  test('awaits no rollout where nothing has changed and they answer', async () => {
    await start();
    rollOut(store, 'org1-ca');
    expect(await start()).toMatchObject({ outcome: 'unchanged', rolledOut: true });
  });

  test('writes nothing in a dry run', async () => {
    expect(await start(PLANNED)).toMatchObject({ outcome: 'created' });
    expect(store.writes).toEqual([]);
  });
});

describe('publishing the roots of the CAs', () => {
  const publish = (input: OrganizationInput = ORGANIZATION): Promise<PublishedRoots> => {
    const activities = createCertificateAuthorityActivities(dependenciesOf(store), authorities);
    return mockActivity().run(activities.publishCaCertificates, input);
  };
  const roots = (): { ca: string; tlsca: string } => ({
    ca: authorities.enrollmentCa.root,
    tlsca: authorities.tlsCa.root,
  });

  test('writes and returns the roots with which the CAs answer', async () => {
    expect(await publish()).toMatchObject({ outcome: 'created', roots: roots() });
    expect(store.dataOf('ConfigMap', 'org1-ca-certificates')).toEqual({
      'ca.pem': roots().ca,
      'tlsca.pem': roots().tlsca,
    });
    expect(await publish()).toMatchObject({ outcome: 'unchanged', roots: roots() });
  });

  test('never replaces a root: a CA that lost its volume is not the CA that channels trust', async () => {
    await publish();
    const published = store.dataOf('ConfigMap', 'org1-ca-certificates');
    authorities = await fakeAuthorities();
    await expect(publish()).rejects.toMatchObject({ type: 'CertificateAuthorityReplaced', nonRetryable: true });
    expect(store.dataOf('ConfigMap', 'org1-ca-certificates')).toEqual(published);
  });

  test('mends what somebody has broken by hand', async () => {
    store = objectStore([storedConfigMap('org1-ca-certificates', { 'ca.pem': 'broken', 'tlsca.pem': roots().tlsca })]);
    expect(await publish()).toMatchObject({ outcome: 'updated', roots: roots() });
    expect(store.dataOf('ConfigMap', 'org1-ca-certificates')?.['ca.pem']).toBe(roots().ca);
  });

  test('leaves who collects metrics a certificate, beside the root by which nodes are known', async () => {
    await publish();
    expect(store.dataOf('Secret', 'org1-metrics-client')).toMatchObject({ 'ca.crt': roots().tlsca });
    store.forget('Secret', 'org1-metrics-client');
    expect(await publish(PLANNED)).toMatchObject({
      outcome: 'created',
      reason: expect.stringContaining('org1-metrics-client') as string,
    });
    expect(store.dataOf('Secret', 'org1-metrics-client')).toBeUndefined();
  });

  test('returns none in a dry run where no CA has published any, and asks none', async () => {
    const planned = await publish(PLANNED);
    expect(planned).toMatchObject({ outcome: 'created', reason: 'org1-ca-certificates is missing' });
    expect(planned).not.toHaveProperty('roots');
    expect(authorities.calls()).toEqual([]);
  });

  test('returns them in a dry run where they are published', async () => {
    await publish();
    expect(await publish(PLANNED)).toMatchObject({ outcome: 'unchanged', roots: roots() });
  });
});
