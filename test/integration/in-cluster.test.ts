import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { answerOf, type WeftClient } from '../../src/api-client/index.ts';
import { portForward, type Cluster, type Connection } from '../../src/kubernetes/index.ts';
import { BESIDE, prepareBeside, startBeside } from '../support/in-cluster/beside.ts';
import { kubectl, prepareKubectl, rolledOut, watchEndings } from '../support/in-cluster/kubectl.ts';
import { importWeftImage } from '../support/in-cluster/weft-image.ts';
import { apiAt, endOf, firstStepOf, followEvents, putNetwork, type ApiRun } from '../support/served-api.ts';
import { testCluster, weft } from '../support/weft.ts';

/*
 * kube/weft as docs/operations.md ("In a cluster") says to install it: the example overlay as it stands, on a cluster that has Temporal and
 * PostgreSQL. The workers reach nodes by the names of their Services, and have Roles in the namespaces of the network and nowhere else.
 */

const OVERLAY = fileURLToPath(new URL('../../kube/weft/overlays/example', import.meta.url));
const NAMESPACE = 'weft';

const NETWORK = 'it-inside';
const ORGANIZATIONS = ['org0', 'org1'].map((name) => ({ name, namespace: `${NETWORK}-${name}` }));
const [ORDERERS, PEERS] = ORGANIZATIONS.map(({ namespace }) => namespace);

/** Compiling Weft and kubectl for the first time, and a Node in each of four pods on a busy machine. */
const INSTALLED_MS = 600_000;

/** Pods of Fabric on a busy machine; a run that waits for a worker waits for a Node to load as well. */
const RUN_MS = 150_000;

let cluster: Cluster;
let connection: Connection | undefined;
let api: WeftClient;

beforeAll(async () => {
  cluster = testCluster();
  const report = (): void => undefined;
  await prepareKubectl(report);
  await prepareBeside(report);
  const [, database] = await Promise.all([importWeftImage(await exampleImage(), report), startBeside()]);
  await kubectl(['apply', '--filename', '-'], restrictedNamespace(NAMESPACE));
  await kubectl(['create', 'secret', 'generic', 'weft-database', '-n', NAMESPACE, `--from-literal=url=${database}`]);
  for (const { namespace } of ORGANIZATIONS) {
    await kubectl(['apply', '--filename', '-'], restrictedNamespace(namespace));
    const role = await weft('worker', 'role', '--namespace', namespace, '--account-namespace', NAMESPACE);
    await kubectl(['apply', '--filename', '-'], role.stdout);
  }
}, INSTALLED_MS);

afterAll(async () => {
  await connection?.close();
  // Workers ask Temporal at their end whether a run needs them.
  await kubectl(['delete', 'namespace', '--ignore-not-found', NAMESPACE]);
  const namespaces = [BESIDE, ...ORGANIZATIONS.map(({ namespace }) => namespace)];
  await kubectl(['delete', 'namespace', '--ignore-not-found', ...namespaces]);
  await cluster.close();
});

describe('Weft in a cluster', { timeout: 2 * RUN_MS }, () => {
  it('is installed by one command, and becomes ready', async () => {
    await kubectl(['apply', '--kustomize', OVERLAY]);
    for (const name of ['weft-api', 'weft-worker']) await rolledOut(NAMESPACE, name, RUN_MS);
    await kubectl(['wait', 'job/weft-migrate', '-n', NAMESPACE, '--for=condition=complete', '--timeout=60s']);
  });

  it('lets nobody in without a token, which is made in a pod of the API', async () => {
    connection = await portForward(cluster).connect(
      { namespace: NAMESPACE, service: 'weft-api', port: 80 },
      AbortSignal.timeout(RUN_MS),
    );
    const url = `http://${connection.host}:${connection.port}`;
    expect((await fetch(`${url}/v1/networks`)).status).toBe(401);
    const made = ['weft', 'token', 'add', 'ana', '--role', 'admin'];
    const told = await kubectl(['exec', '-n', NAMESPACE, 'deployment/weft-api', '--', ...made]);
    api = apiAt(url, /weft_\S+/.exec(told)?.[0] ?? '');
    expect((await answerOf(api.GET('/v1/networks', {}))).data.networks).toEqual([]);
    expect(await (await fetch(url)).text()).toContain('<div id="page">');
  });

  it('has workers that may do nothing outside of the namespaces of the network', async () => {
    const may = async (...what: readonly string[]): Promise<string> => {
      const account = `system:serviceaccount:${NAMESPACE}:weft-worker`;
      // Exits with 1 where the answer is no.
      return kubectl(['auth', 'can-i', ...what, '--as', account]).catch(() => 'no');
    };
    expect(await may('get', 'secrets', '-n', ORGANIZATIONS[0]?.namespace ?? '')).toBe('yes');
    expect(await may('get', 'secrets', '-n', NAMESPACE)).toBe('no');
    expect(await may('create', 'namespaces')).toBe('no');
    expect(await may('list', 'nodes')).toBe('no');
  });

  it('brings a network up', async () => {
    expectReady(await endOf(api, await putNetwork(api, NETWORK, described(1)), RUN_MS));
    const { data } = await answerOf(api.GET('/v1/networks/{name}', { params: { path: { name: NETWORK } } }));
    expect(data.metadata).toMatchObject({ name: NETWORK });
    const pods = await kubectl(['get', 'pods', '-n', PEERS ?? '', '-o', 'name']);
    expect(pods).toContain('org1-peer1');
    expect(await kubectl(['get', 'pods', '-n', ORDERERS ?? '', '-o', 'name'])).toContain('org0-orderer1');
  });

  it('ends a run both of whose workers are taken away while it is open, and they end in good order', async () => {
    const workers = await podsOf('weft-worker');
    expect(workers).toHaveLength(2);
    const endings = watchEndings(NAMESPACE, 'app.kubernetes.io/name=weft-worker');
    const id = await putNetwork(api, NETWORK, described(2));
    await firstStepOf(api, id, RUN_MS);
    await kubectl(['delete', 'pod', '-n', NAMESPACE, '--wait=false', ...workers]);
    const run = await endOf(api, id, RUN_MS);
    expectReady(run);
    expect(await endings.of(workers)).toEqual(Object.fromEntries(workers.map((name) => [name, 0])));
  });

  it('loses no event of a run for whoever reads them from processes of the API that go', async () => {
    const gone = await podsOf('weft-api');
    const { data } = await answerOf(
      api.POST('/v1/networks/{name}:renew', {
        params: { path: { name: NETWORK } },
        body: { targets: ['org1/peer1'] },
      }),
    );
    let deleted: Promise<unknown> | undefined;
    const events = followEvents(api, data.id, () => {
      deleted ??= kubectl(['delete', 'pod', '-n', NAMESPACE, '--wait=false', ...gone]);
    });
    expectReady(await endOf(api, data.id, RUN_MS));
    const seen = await events.all;
    await deleted;
    expect(events.resumed()).toBeGreaterThan(0);
    const { data: list } = await answerOf(
      api.GET('/v1/runs/{id}/events', {
        params: { path: { id: data.id }, query: { watch: 'false', after: 0, pageSize: 1000 } },
      }),
    );
    if (typeof list !== 'object') throw new Error('A list was asked for.');
    expect(seen).toEqual(list.events.map(({ seq, type }) => ({ id: String(seq), type })));
    expect(seen.at(-1)?.type).toBe('run.finished');
  });

  it('takes the network down', async () => {
    const params = { path: { name: NETWORK }, query: { confirm: NETWORK } };
    const { data } = await answerOf(api.DELETE('/v1/networks/{name}', { params }));
    expect(await endOf(api, data.id, RUN_MS)).toMatchObject({ state: 'done' });
    for (const { namespace } of ORGANIZATIONS) {
      expect(await kubectl(['get', 'deployments,services,secrets,pvc', '-n', namespace, '-o', 'name'])).toBe('');
    }
  });
});

function described(peers: number): string {
  const nodes: Readonly<Record<string, object>> = { org0: { orderers: 1 }, org1: { peers } };
  return stringify({
    name: NETWORK,
    organizations: ORGANIZATIONS.map((organization) => ({ ...organization, ...nodes[organization.name] })),
    channels: [{ name: 'mychannel', orderers: ['org0'], peers: ['org1'] }],
  });
}

function expectReady(run: ApiRun): void {
  expect(run.state, JSON.stringify(run.error ?? run)).toBe('done');
}

/** A namespace whose pods have to be as restricted as Kubernetes knows. */
function restrictedNamespace(name: string): string {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

async function exampleImage(): Promise<string> {
  const { images } = z
    .object({ images: z.array(z.object({ newName: z.string(), newTag: z.string() })) })
    .parse(parse(await readFile(join(OVERLAY, 'kustomization.yaml'), 'utf8')));
  return images.map(({ newName, newTag }) => `${newName}:${newTag}`)[0] ?? '';
}

async function podsOf(name: string): Promise<string[]> {
  const query = ['-l', `app.kubernetes.io/name=${name}`, '-o', 'jsonpath={.items[*].metadata.name}'];
  return (await kubectl(['get', 'pods', '-n', NAMESPACE, ...query])).split(' ').filter(Boolean);
}
