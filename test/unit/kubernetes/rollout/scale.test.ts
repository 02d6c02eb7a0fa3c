import { describe, expect, test } from 'vitest';

import { stopDeployment, whileStopped, type KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { apiServers, failure, type FakeApiServer } from '../api-server.ts';

const start = apiServers();

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    ...{ name: 'org1-ca', namespace: 'test', generation: 1, resourceVersion: '7' },
    labels: { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' },
  },
  spec: { replicas: 1, selector: { matchLabels: { 'weft.dev/node': 'org1-ca' } } },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
};

const NOT_FOUND = failure(404, 'NotFound', 'not found');

/** An API server with one Deployment, whose pod is seen this often after it was stopped. */
function withDeployment(looks: number, deployment: KubernetesObject = DEPLOYMENT): Promise<FakeApiServer> {
  let [left, replicas] = [looks, 1];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'org1-ca-0', namespace: 'test', uid: 'u1' } };
  return start(({ method, url, body }) => {
    if (method === 'PATCH') {
      ({ replicas } = (JSON.parse(body) as { readonly spec: { readonly replicas: number } }).spec);
      return { status: 200, body: {} };
    }
    if (url.includes('/deployments/')) {
      return { status: 200, body: { ...deployment, spec: { ...DEPLOYMENT.spec, replicas } } };
    }
    return { status: 200, body: { metadata: {}, items: url.includes('/pods') && left-- > 0 ? [pod] : [] } };
  });
}

function replicas({ received }: FakeApiServer): unknown[] {
  return received.filter(({ method }) => method === 'PATCH').map(({ body }) => JSON.parse(body) as unknown);
}

const NODE = { namespace: 'test', name: 'org1-ca' };
const OPTIONS = { network: 'net', signal: AbortSignal.timeout(20_000) };

describe('a node that is stopped for a while', () => {
  test('is gone before the work begins, and runs again after it', async () => {
    const server = await withDeployment(2);
    const looked = await whileStopped(server.cluster, NODE, OPTIONS, () =>
      Promise.resolve(server.received.filter(({ url }) => url.includes('/pods')).length),
    );
    expect(looked).toBe(3);
    // In the version that was looked at: a write that comes late must not undo what was done after it.
    const metadata = { resourceVersion: '7' };
    expect(replicas(server)).toEqual([
      { metadata, spec: { replicas: 0 } },
      { metadata, spec: { replicas: 1 } },
    ]);
  });

  test('runs again when the work fails, or is interrupted', async () => {
    const server = await withDeployment(0);
    const leave = new AbortController();
    const work = whileStopped(server.cluster, NODE, { ...OPTIONS, signal: leave.signal }, () => {
      leave.abort();
      return Promise.reject(new Error('interrupted'));
    });
    await expect(work).rejects.toThrow('interrupted');
    // In the version that was looked at: a write that comes late must not undo what was done after it.
    const metadata = { resourceVersion: '7' };
    expect(replicas(server)).toEqual([
      { metadata, spec: { replicas: 0 } },
      { metadata, spec: { replicas: 1 } },
    ]);
  });

  test('that is of another network is not stopped', async () => {
    const server = await withDeployment(0);
    const work = whileStopped(server.cluster, NODE, { ...OPTIONS, network: 'other' }, () => Promise.resolve());
    await expect(work).rejects.toMatchObject({ kind: 'notOurs' });
    expect(replicas(server)).toEqual([]);
  });

  test('that has no Deployment has nothing to stop', async () => {
    const server = await start(() => NOT_FOUND);
    expect(await whileStopped(server.cluster, NODE, OPTIONS, () => Promise.resolve('done'))).toBe('done');
    expect(replicas(server)).toEqual([]);
  });
});

describe('a Deployment that is to be stopped', () => {
  test('and is not there has no pods to wait for, whatever else runs in the namespace', async () => {
    const other = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'org2-peer1-0', namespace: 'test', uid: 'u2' } };
    const server = await start(({ url }) =>
      url.includes('/pods') ? { status: 200, body: { metadata: {}, items: [other] } } : NOT_FOUND,
    );
    await stopDeployment(server.cluster, NODE, { ...OPTIONS, signal: AbortSignal.timeout(2_000) });
    expect(server.received.map(({ method }) => method)).toEqual(['GET']);
  });
});
