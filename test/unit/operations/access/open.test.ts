import { describe, expect, it } from 'vitest';

import { KubernetesError } from '../../../../src/kubernetes/index.ts';
import { networkAccess, openNetworkAccess } from '../../../../src/operations/access/open.ts';
import { objectStore } from '../../activities/object-store.ts';

const labels = { 'weft.dev/network': 'net', 'app.kubernetes.io/managed-by': 'weft' };
const store = objectStore([
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'net-network', namespace: 'net', labels },
    data: { 'network.json': '{}' },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'other-network', namespace: 'other', labels: { 'weft.dev/network': 'other' } },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'org1-admin-msp', namespace: 'net', labels },
    data: { 'key.pem': Buffer.from('a key').toString('base64') },
  },
]);
const access = networkAccess(store.cluster);

describe('networkAccess', () => {
  it('reads the texts of ConfigMaps and Secrets', async () => {
    expect(await access.read('ConfigMap', 'net', 'net-network')).toEqual({ 'network.json': '{}' });
    expect(await access.read('ConfigMap', 'other', 'other-network')).toEqual({});
    expect(await access.read('Secret', 'net', 'org1-admin-msp')).toEqual({ 'key.pem': 'a key' });
    expect(await access.read('Secret', 'net', 'org2-admin-msp')).toBeUndefined();
  });

  it('lists the ConfigMaps of one network', async () => {
    expect(await access.configMaps('net')).toEqual([
      {
        ...{ network: 'net', name: 'net-network', namespace: 'net', data: { 'network.json': '{}' } },
        foreign: 'was not written by Weft',
      },
    ]);
  });

  it('names the object that may not be read', async () => {
    store.forbidden.add('/api/v1/namespaces/net/secrets/org1-admin-msp');
    const error = await access.read('Secret', 'net', 'org1-admin-msp').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KubernetesError);
    expect(error).toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(/^Cannot read Secret org1-admin-msp/) as string,
    });
  });

  it('refuses a kubeconfig that does not exist', () => {
    expect(() => openNetworkAccess({ kubeconfig: '/nowhere' })).toThrow(KubernetesError);
  });
});
