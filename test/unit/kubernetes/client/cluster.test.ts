import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { connectCluster, KubernetesError, type ClusterRequest } from '../../../../src/kubernetes/index.ts';
import { failure, apiServers, writeKubeConfig } from '../api-server.ts';

vi.mock('node:timers/promises', () => import('../../activities/instant-timers.ts'));

const REQUEST: ClusterRequest = { method: 'GET', path: '/api/v1/namespaces/test', purpose: 'read Namespace test' };

const serve = apiServers();

describe('a request to a cluster', () => {
  test('carries the credentials of the kubeconfig, the query and a JSON body', async () => {
    const { cluster, received } = await serve(() => ({ status: 200, body: { kind: 'ConfigMap' } }));

    const answer = await cluster.request({
      ...REQUEST,
      method: 'PATCH',
      query: { fieldManager: 'weft', force: true, dryRun: undefined },
      body: { a: 1 },
      contentType: 'application/apply-patch+yaml',
    });

    expect(answer).toEqual({ kind: 'ConfigMap' });
    expect(received[0]).toMatchObject({
      method: 'PATCH',
      url: '/api/v1/namespaces/test?fieldManager=weft&force=true',
      body: '{"a":1}',
      headers: { authorization: 'Bearer token-1', 'content-type': 'application/apply-patch+yaml' },
    });
  });

  test('that is refused does not take those with it that are under way', async () => {
    const { cluster } = await serve(({ url }) =>
      url.includes('slow') ? { status: 200, body: { slow: true } } : failure(401, 'Unauthorized', 'Unauthorized'),
    );

    const answers = await Promise.allSettled(
      ['/slow', '/fast', '/fast', '/slow'].map((path) => cluster.request({ ...REQUEST, path })),
    );

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  });

  test("knows how far this clock is ahead of the API server's, once that has answered", async () => {
    const twoHoursAgo = new Date(Date.now() - 2 * 3_600_000).toUTCString();
    const { cluster } = await serve(() => ({ status: 200, headers: { date: twoHoursAgo } }));
    expect(cluster.clockLead()).toBeUndefined();
    await cluster.request(REQUEST);
    const seconds = (cluster.clockLead() ?? 0) / 1_000;
    expect(seconds).toBeGreaterThan(7_195);
    expect(seconds).toBeLessThan(7_260);
  });

  test('reuses its connections', async () => {
    const { cluster, http } = await serve(() => ({ status: 200 }));
    let connections = 0;
    http.on('connection', () => (connections += 1));

    for (let count = 0; count < 20; count += 1) await cluster.request(REQUEST);

    // One may still be busy with the end of an answer when the next request comes.
    expect(connections).toBeLessThanOrEqual(2);
  });

  test('fails as tooManyRequests with the time to wait', async () => {
    const { cluster } = await serve(() => ({
      ...failure(429, 'TooManyRequests', 'too many requests'),
      headers: { 'retry-after': '4' },
    }));

    await expect(cluster.request(REQUEST)).rejects.toMatchObject({
      kind: 'tooManyRequests',
      retryAfterMs: 4000,
      message: 'Cannot read Namespace test: too many requests.',
    });
  });

  test.each([
    'hang up',
    failure(429, 'TooManyRequests', 'busy'),
    failure(503, 'ServiceUnavailable', 'starting'),
  ] as const)('that changes nothing is sent again where it fails in passing: %j', async (first) => {
    const { cluster, received } = await serve((_, count) => (count === 1 ? first : { status: 200, body: { a: 1 } }));

    for (const question of [
      REQUEST,
      { ...REQUEST, method: 'PATCH', query: { dryRun: 'All' } },
      { ...REQUEST, method: 'POST', isQuestion: true },
    ] as const) {
      received.splice(0);
      await expect(cluster.request(question)).resolves.toEqual({ a: 1 });
      expect(received).toHaveLength(2);
    }
  });

  test('that changes something is sent once: what became of it is for its caller to look at', async () => {
    const { cluster, received } = await serve(() => 'hang up');

    await expect(cluster.request({ ...REQUEST, method: 'DELETE' })).rejects.toMatchObject({ kind: 'unreachable' });
    expect(received).toHaveLength(1);
  });

  test('that is refused is not sent again', async () => {
    const { cluster, received } = await serve(() => failure(403, 'Forbidden', 'not allowed'));

    await expect(cluster.request(REQUEST)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(received).toHaveLength(1);
  });

  test('takes renewed credentials from the kubeconfig after a 401', async () => {
    const { cluster, kubeconfig, url } = await serve(({ headers }) =>
      headers.authorization === 'Bearer token-2' ? { status: 200 } : failure(401, 'Unauthorized', 'Unauthorized'),
    );

    await expect(cluster.request(REQUEST)).rejects.toMatchObject({ kind: 'unauthorized' });
    await writeKubeConfig(kubeconfig, url, 'token-2');

    await expect(cluster.request(REQUEST)).resolves.toEqual({});
  });

  test('that nobody listens for fails as unreachable', async () => {
    const server = await serve(() => ({ status: 200 }));
    const port = await unusedPort();
    await writeKubeConfig(server.kubeconfig, `http://127.0.0.1:${port}`);

    await expect(connectCluster({ kubeconfig: server.kubeconfig }).request(REQUEST)).rejects.toMatchObject({
      kind: 'unreachable',
      message: `The Kubernetes cluster fake (http://127.0.0.1:${port}) cannot be reached: connection refused.`,
    });
  });

  test('whose host is unknown fails as unreachable', async () => {
    const server = await serve(() => ({ status: 200 }));
    await writeKubeConfig(server.kubeconfig, 'http://no-such-host.invalid');

    await expect(connectCluster({ kubeconfig: server.kubeconfig }).request(REQUEST)).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });

  test('whose connection breaks fails as unreachable', async () => {
    const { cluster } = await serve(() => 'hang up');

    await expect(cluster.request(REQUEST)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/cannot be reached: the connection was lost\.$/) as string,
    });
  });

  test('that gets no answer in time fails as unreachable', async () => {
    const { cluster, url } = await serve(() => 'never');

    await expect(cluster.request({ ...REQUEST, timeoutMilliseconds: 50 })).rejects.toMatchObject({
      kind: 'unreachable',
      message: `The Kubernetes cluster fake (${url}) did not answer within 0.05 s.`,
    });
  });

  test('ends with the reason of its signal when that is aborted', async () => {
    const { cluster, http } = await serve(() => 'never');
    const aborter = new AbortController();
    const reason = new Error('the run was cancelled');
    http.once('request', () => {
      aborter.abort(reason);
    });

    await expect(cluster.request({ ...REQUEST, signal: aborter.signal })).rejects.toBe(reason);
  });

  test('is not sent when its signal is already aborted', async () => {
    const { cluster, received } = await serve(() => ({ status: 200 }));
    const reason = new Error('the run was cancelled');

    await expect(cluster.request({ ...REQUEST, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(received).toEqual([]);
  });

  test('fails as unavailable when the answer is broken JSON', async () => {
    const { cluster } = await serve(() => ({ status: 200, body: '{"kind": "Conf' }));

    await expect(cluster.request(REQUEST)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'Cannot read Namespace test: the answer was cut short or is no Kubernetes answer.',
    });
  });

  test('does not follow a redirect, which no API server sends', async () => {
    const { cluster, received } = await serve(() => ({ status: 302, headers: { location: '/login' }, body: '' }));

    await expect(cluster.request(REQUEST)).rejects.toMatchObject({ kind: 'other', statusCode: 302 });
    expect(received).toHaveLength(1);
  });

  test('fails as untrusted when the certificate is not the one of the kubeconfig', async () => {
    const server = await serve(() => ({ status: 200 }));
    const tlsError = Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });

    const { connectionError } = await import('../../../../src/kubernetes/errors/transport.ts');

    expect(connectionError(server.cluster, tlsError)).toMatchObject({
      kind: 'untrusted',
      message: `The Kubernetes cluster fake (${server.url}) shows a certificate that the kubeconfig does not trust (DEPTH_ZERO_SELF_SIGNED_CERT). Is the kubeconfig older than the cluster?`,
    });
  });
});

describe('connecting to a cluster', () => {
  test('is refused when neither kubeconfig nor context is named', () => {
    expect(() => connectCluster({})).toThrow(
      'No cluster is named. Give a kubeconfig or a context: the current context is never taken unasked.',
    );
  });

  test('is refused with the contexts that there are when the named one is missing', async () => {
    const { kubeconfig } = await serve(() => ({ status: 200 }));

    expect(() => connectCluster({ kubeconfig, context: 'prod' })).toThrow(
      `The kubeconfig ${kubeconfig} has no context prod. It has: fake.`,
    );
  });

  test('is refused when the kubeconfig does not exist', () => {
    expect(() => connectCluster({ kubeconfig: '/nonexistent/kubeconfig' })).toThrow(
      "The kubeconfig /nonexistent/kubeconfig cannot be read: ENOENT: no such file or directory, open '/nonexistent/kubeconfig'.",
    );
  });

  test.each([
    { text: '{', reason: 'cannot be read' },
    { text: '', reason: 'cannot be read' },
    {
      text: '{"contexts": [], "clusters": [], "users": []}',
      reason: 'has no current context. Name one of its contexts: none',
    },
    {
      text: '{"contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}], "clusters": [], "users": [], "current-context": "a"}',
      reason: 'has no user u, which its context a names',
    },
    {
      text: '{"contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}], "clusters": [], "users": [{"name": "u", "user": {}}], "current-context": "a"}',
      reason: 'The context a of the kubeconfig names a cluster that is not in it',
    },
  ])('is refused when the kubeconfig is $text', async ({ text, reason }) => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-kubeconfig-'));
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, text);

    const connect = (): unknown => connectCluster({ kubeconfig });

    expect(connect).toThrow(KubernetesError);
    expect(connect).toThrow(reason);
    await rm(folder, { recursive: true });
  });

  test('is refused inside a cluster that this process is not in', () => {
    expect(() => connectCluster('in-cluster')).toThrow(
      'This process does not run in a pod with a service account token.',
    );
  });

  test('fails at the first request when the credential plugin cannot run', async () => {
    const { kubeconfig, url } = await serve(() => ({ status: 200 }));
    await writeFile(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: 'fake', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
        users: [
          {
            name: 'u',
            user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/nonexistent/plugin' } },
          },
        ],
        contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'u' } }],
        'current-context': 'fake',
      }),
    );

    await expect(connectCluster({ kubeconfig }).request(REQUEST)).rejects.toMatchObject({
      kind: 'misconfigured',
      message:
        'The program /nonexistent/plugin, with which the kubeconfig signs in to the context fake, is not there: install it, or correct users[].user.exec.command.',
    });
  });
});

async function unusedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
