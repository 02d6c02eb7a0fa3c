import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { clientCertificate, connectOrdererAdmin, type CertifiedKey } from '../../../src/fabric/index.ts';
import { awaitGone, list, observe, portForward, type Cluster } from '../../../src/kubernetes/index.ts';
import { objectPath } from '../../../src/kubernetes/client/paths.ts';
import { PORTS } from '../../../src/spec/index.ts';
import { eventually } from '../../support/eventually.ts';
import { startWorker, testCluster, weft, type TestWorker } from '../../support/weft.ts';
import { describedNetwork, documentOf, expectDone, type DescribedNetwork } from './described-network.ts';
import { operations } from './endpoint.ts';
import { lossesOf, type Losses } from './losses.ts';
import { dataOf } from './objects.ts';

/*
 * What a network that stands has lost: recognised before anything is made in its place, with the object's name and the way back.
 */

const NAME = 'it-lost';
const CHANNEL = 'mychannel';

/** One call of an orderer on a busy machine. */
const CALL_MS = 20_000;

/** Pods that somebody has restarted by hand. */
const RESTARTED_MS = 90_000;

let cluster: Cluster;
let losses: Losses;
let worker: TestWorker;
let testNetwork: DescribedNetwork;

beforeAll(async () => {
  cluster = testCluster();
  losses = lossesOf(cluster, NAME);
  worker = await startWorker();
  testNetwork = await describedNetwork(NAME, described());
  await expectDone(testNetwork.weft('up'));
});

afterAll(async () => {
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.close();
});

function described(
  orderers = 3,
  { environment, mspId }: { readonly environment?: Readonly<Record<string, string>>; readonly mspId?: string } = {},
): Exclude<Parameters<DescribedNetwork['describe']>[0], readonly unknown[]> {
  const names = Array.from({ length: orderers }, (_, at) => `orderer${at + 1}`);
  return {
    organizations: [
      { name: 'org0', orderers: names.map((name) => ({ name, ...(environment && { environment }) })) },
      { name: 'org1', peers: 1, ...(mspId === undefined ? {} : { mspId }) },
    ],
    channels: [{ name: CHANNEL }],
  };
}

/** Replaces entries of a ConfigMap, as somebody does by hand. */
async function editByHand(name: string, data: Readonly<Record<string, string>>): Promise<void> {
  const object = losses.reference('ConfigMap', name);
  await cluster.request({
    ...{ method: 'PATCH', path: objectPath(object), body: { data }, purpose: `edit ${name}` },
    contentType: 'application/merge-patch+json',
  });
}

/** Number of blocks of each orderer, by its name. */
async function heightsOf(): Promise<Map<string, number>> {
  const { stdout } = await expectDone(testNetwork.weft('status', '-o', 'json'));
  const { channels } = JSON.parse(stdout) as { channels: { orderers: { name: string; height: number }[] }[] };
  return new Map(channels.flatMap(({ orderers }) => orderers.map(({ name, height }) => [name, height] as const)));
}

async function expectRefused(
  what: RegExp,
  remedy = /Put .* back from a backup/,
  commands: readonly ('plan' | 'up')[] = ['plan', 'up'],
): Promise<void> {
  for (const command of commands) {
    const { exitCode, stderr } = await testNetwork.weft(command);
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toMatch(what);
    expect(stderr).toMatch(remedy);
  }
}

/** When each pod of the network's orderers was created and became ready, in that order. */
async function orderersByStart(): Promise<{ readonly created: string; readonly ready: string }[]> {
  const labelSelector = 'app.kubernetes.io/component=orderer';
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace: NAME, labelSelector });
  const times = pods.map(({ metadata, status }) => {
    const { conditions } = status as { conditions: { type: string; lastTransitionTime: string }[] };
    const ready = conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
    return { created: String(metadata['creationTimestamp']), ready };
  });
  return times.sort((one, other) => one.created.localeCompare(other.created));
}

describe('a Secret that cannot be made anew', { timeout: 240_000 }, () => {
  it("of the registrar's password: refused until it is put back, and no other is made", async () => {
    const name = 'org1-ca-config';
    const secret = await losses.kept('Secret', name);
    await losses.drop('Secret', name);
    await expectRefused(
      /✖ org1\/ca: Secret org1-ca-config in namespace it-lost is gone, although org1-ca has run with it\. It held the registrar's password/,
    );
    expect(await observe(cluster, losses.reference('Secret', name))).toBeUndefined();
    await losses.restore(secret);
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });
});

describe('the key of a consenter', { timeout: 300_000 }, () => {
  const ORDERER = 'org0-orderer1';

  it('is refused another one while the rest of the orderers are no quorum, and goes on with the one that is put back', async () => {
    const [secret, volume] = [`${ORDERER}-tls`, 'org0-orderer3'];
    const kept = await losses.kept('Secret', secret);
    await losses.drop('Secret', secret);
    await losses.stop(volume);
    await expectRefused(
      /Secret org0-orderer1-tls in namespace it-lost is gone, although org0-orderer1 has run with it\. mychannel knows it by that, and learns another one only while 2 of its 3 orderers are active: besides it there is 1/,
    );
    expect(await observe(cluster, losses.reference('Secret', secret))).toBeUndefined();
    await losses.restore(kept);
    await expectDone(testNetwork.weft('up'));
    await expectDone(testNetwork.weft('status', '--exit-code'));
  });

  it('is made anew, of one that is down and of one that runs, after the channel has learned it', async () => {
    const keys = async (): Promise<unknown> => (await dataOf(cluster, 'Secret', NAME, `${ORDERER}-tls`))['key.pem'];
    const before = await keys();
    for (const kind of ['msp', 'tls']) await losses.drop('Secret', `${ORDERER}-${kind}`);
    await losses.stop(ORDERER);
    await losses.drop('Secret', 'org0-orderer2-tls');
    const { stdout } = await testNetwork.weft('plan');
    expect(stdout).toMatch(/org0\/orderer1.*its keys are replaced/);
    await expectDone(testNetwork.weft('up'));
    const after = await keys();
    expect(after).toBeDefined();
    expect(after).not.toEqual(before);
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
    await expectDone(testNetwork.weft('status', '--exit-code'));
    expect(new Set((await heightsOf()).values()).size).toBe(1);
  });
});

describe('Secrets that can be made anew', { timeout: 240_000 }, () => {
  it('are made anew by one run, all of them at the same time, and the network is as described', async () => {
    const names = ['org1-peer1-tls', 'org1-admin-msp', 'org1-ca-tls', 'org1-ca-registrar'];
    for (const name of names) await losses.drop('Secret', name);
    await expectDone(testNetwork.weft('up'));
    for (const name of names) expect(await dataOf(cluster, 'Secret', NAME, name), name).not.toEqual({});
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });
});

describe('the CAs that the admin and the operations endpoints of orderers trust', { timeout: 240_000 }, () => {
  const ORDERERS = ['org0-orderer1', 'org0-orderer2', 'org0-orderer3'];

  /** Asks the admin endpoint of an orderer for its channels. */
  async function channelsAs(client: CertifiedKey, node = 'org0-orderer1'): Promise<readonly string[]> {
    const { 'tlsca.pem': tlsRoots = '' } = await dataOf(cluster, 'ConfigMap', NAME, 'org0-ca-certificates');
    const target = { namespace: NAME, service: node, port: PORTS.ordererAdmin };
    const connection = await portForward(cluster).connect(target, AbortSignal.timeout(CALL_MS));
    const { host, port } = connection;
    const admin = connectOrdererAdmin({ ...{ host, port, servername: node, tlsRoots, timeoutMs: CALL_MS }, ...client });
    try {
      return await admin.channels();
    } finally {
      await admin.close();
      await connection.close();
    }
  }

  const pairOf = async (secret: string): Promise<CertifiedKey> => {
    const { 'cert.pem': certificate = '', 'key.pem': key = '' } = await dataOf(cluster, 'Secret', NAME, secret);
    return { certificate, key };
  };

  /** That who collects metrics is let in by every orderer. */
  async function expectScraped(): Promise<void> {
    const data = await dataOf(cluster, 'Secret', NAME, 'org0-metrics-client');
    const { 'ca.crt': roots = '', 'tls.crt': certificate = '', 'tls.key': key = '' } = data;
    for (const node of ORDERERS) {
      const target = { namespace: NAME, service: node, port: PORTS.ordererOperations };
      const answer = await operations(cluster, target, { roots, client: { certificate, key }, path: '/metrics' });
      expect(answer, node).toMatchObject({
        status: 200,
        text: expect.stringContaining('consensus_etcdraft_is_leader{channel="mychannel"}') as string,
      });
    }
  }

  it('certify who administers them; who has a TLS certificate of the organization is refused, its Admin too', async () => {
    const client = await clientCertificate(await pairOf('org0-admin-ca'), { commonName: 'test', lifetimeHours: 1 });
    expect(await channelsAs(client)).toEqual([CHANNEL]);
    for (const secret of ['org0-orderer2-tls', 'org0-admin-tls']) {
      await expect(channelsAs(await pairOf(secret)), secret).rejects.toMatchObject({ kind: 'notAuthorized' });
    }
  });

  it('are made anew where they are lost, both at the same time, and the orderers restart with them one at a time', async () => {
    const [lost, metricsClient] = [await pairOf('org0-admin-ca'), await losses.kept('Secret', 'org0-metrics-client')];
    for (const name of ['org0-admin-ca', 'org0-operations-ca']) await losses.drop('Secret', name);
    const { stdout } = await testNetwork.weft('plan');
    expect(stdout).toMatch(/org0\/orderer1.*org0-admin-ca holds no CA/);
    expect(stdout).toMatch(/org0\/ca.*org0-operations-ca holds no CA/);
    await expectDone(testNetwork.weft('up'));
    await expectOneAtATime();
    const made = await pairOf('org0-admin-ca');
    expect(made.key).not.toBe(lost.key);
    await expect(
      channelsAs(await clientCertificate(lost, { commonName: 'test', lifetimeHours: 1 })),
    ).rejects.toMatchObject({ kind: 'notAuthorized' });
    expect((await losses.kept('Secret', 'org0-metrics-client'))['data']).not.toEqual(metricsClient['data']);
    await expectScraped();
    await expectDone(testNetwork.weft('status', '--exit-code'));
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });

  it('are given to orderers of a version that had none, one at a time', async () => {
    await Promise.all(ORDERERS.map(asBefore));
    await eventually(async () => {
      for (const node of ORDERERS) expect(await channelsAs(await pairOf('org0-admin-tls'), node)).toEqual([CHANNEL]);
    }, RESTARTED_MS);
    await expectDone(testNetwork.weft('up'));
    await expectOneAtATime();
    for (const node of ORDERERS) {
      await expect(channelsAs(await pairOf('org0-admin-tls'), node), node).rejects.toMatchObject({
        kind: 'notAuthorized',
      });
    }
    await expectScraped();
    await expectDone(testNetwork.weft('status', '--exit-code'));
  });

  /** Has an orderer let in who has a TLS certificate of its organization, and to its metrics everybody by HTTP, as versions before had it. */
  async function asBefore(node: string): Promise<void> {
    await editByHand(`${node}-config`, {
      ORDERER_ADMIN_TLS_CLIENTROOTCAS: '[/var/hyperledger/fabric/tls/ca.pem]',
      ORDERER_OPERATIONS_TLS_ENABLED: 'false',
    });
    const annotations = {
      ...{ 'weft.dev/admin-ca': null, 'weft.dev/operations-ca': null },
      'weft.dev/configuration': 'of a version before',
    };
    const http = { httpGet: { port: 'operations', scheme: 'HTTP' } };
    const probes = { startupProbe: http, livenessProbe: http, readinessProbe: http };
    await cluster.request({
      ...{ method: 'PATCH', path: objectPath(losses.reference('Deployment', node)), purpose: `edit ${node}` },
      body: {
        spec: { template: { metadata: { annotations }, spec: { containers: [{ name: 'orderer', ...probes }] } } },
      },
      contentType: 'application/strategic-merge-patch+json',
    });
  }

  /** That each orderer was ready before the next one was restarted. */
  async function expectOneAtATime(): Promise<void> {
    const starts = await orderersByStart();
    expect(starts).toHaveLength(ORDERERS.length);
    for (const [at, { created }] of starts.entries()) {
      const before = starts[at - 1];
      if (before !== undefined) expect(created >= before.ready, JSON.stringify(starts)).toBe(true);
    }
  }
});

describe('ConfigMaps', { timeout: 240_000 }, () => {
  it('are made anew as they were by one run, all of them at the same time', async () => {
    const names = [
      ...[`${CHANNEL}-genesis-block`, 'it-lost-tls-roots'],
      ...['org1-config', 'org1-msp-config', 'org1-ca-certificates'],
    ];
    const contents = (): Promise<unknown[]> =>
      Promise.all(
        names.map(async (name) => {
          const { data, binaryData } = await losses.kept('ConfigMap', name);
          return { name, data, binaryData };
        }),
      );
    const before = await contents();
    for (const name of names) await losses.drop('ConfigMap', name);
    await expectDone(testNetwork.weft('up'));
    expect(await contents()).toEqual(before);
  });
});

describe('the record', { timeout: 300_000 }, () => {
  const RECORD = `${NAME}-network`;

  it('that is gone: what stands is compared with, nodes restart one at a time, and it is written anew', async () => {
    const before = await dataOf(cluster, 'ConfigMap', NAME, RECORD);
    await losses.drop('ConfigMap', RECORD);
    await testNetwork.describe(described(3, { mspId: 'OtherMSP' }));
    await expectRefused(/organizations\[1\]\.mspId was "Org1MSP" and cannot become "OtherMSP"/, /Undo the change/);
    await testNetwork.describe(described(3, { environment: { FABRIC_LOGGING_SPEC: 'INFO:grpc=ERROR' } }));
    const { stderr } = await expectDone(testNetwork.weft('up'));
    expect(stderr).toMatch(/The record of it-lost was gone although the network stands\. .* It is written anew\./);
    const [first, second, third] = await orderersByStart();
    expect([second?.created, third?.created]).not.toContain(undefined);
    expect((first?.ready ?? '') <= (second?.created ?? '')).toBe(true);
    expect((second?.ready ?? '') <= (third?.created ?? '')).toBe(true);
    await testNetwork.describe(described());
    await expectDone(testNetwork.weft('up'));
    const after = await dataOf(cluster, 'ConfigMap', NAME, RECORD);
    expect({ ...after, 'identity.json': '' }).toEqual({ ...before, 'identity.json': '' });
  });

  it('in one namespace does not let a network of the same name come up in another', async () => {
    await testNetwork.describe({ ...described(), kubernetes: { namespace: 'it-lost-other' } });
    await expectRefused(/A network it-lost stands in namespace it-lost of cluster /, /Give this network another name/);
    const other = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'it-lost-other' } };
    expect(await observe(cluster, other)).toBeUndefined();
    await testNetwork.describe(described());
  });

  it('that somebody copied is believed neither elsewhere nor in its place, and another cluster is told apart', async () => {
    const record = await losses.kept('ConfigMap', RECORD);
    const copies = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'it-lost-copy' } };
    await losses.restore(copies);
    await losses.restore({ ...record, metadata: { ...record.metadata, namespace: 'it-lost-copy' } });
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
    await expectDone(testNetwork.weft('status', '--exit-code'));
    const byName = await weft('status', NAME);
    expect(byName.exitCode).toBe(1);
    expect(byName.stderr).toMatch(/ConfigMap it-lost-network in namespace it-lost-copy of cluster .* is a copy/);
    await cluster.request({ method: 'DELETE', path: objectPath(copies), purpose: 'remove the copy' });
    await awaitGone(cluster, copies, AbortSignal.timeout(60_000));

    const identity = JSON.parse(String((record['data'] as Record<string, string>)['identity.json'])) as {
      readonly clusters: Readonly<Record<string, string>>;
    };
    const clusters = Object.fromEntries(Object.keys(identity.clusters).map((name) => [name, 'another']));
    expect(clusters).not.toEqual({});
    await editByHand(RECORD, { 'identity.json': JSON.stringify({ ...identity, clusters }) });
    await expectRefused(
      /is connected to another one \(.*\) than that on which it-lost lives \(another\)/,
      /Connect the worker/,
      ['plan'],
    );

    await losses.drop('ConfigMap', RECORD);
    await losses.restore(record);
    await expectRefused(
      /ConfigMap it-lost-network in namespace it-lost of cluster .* is a copy/,
      /kubectl delete configmap/,
      ['up'],
    );
    await losses.drop('ConfigMap', RECORD);
    await expectDone(testNetwork.weft('up'));
    expect(documentOf(await expectDone(testNetwork.weft('up', '-o', 'json'))).outcome).toBe('unchanged');
  });
});

describe('a volume', { timeout: 300_000 }, () => {
  it('of a peer: it joins its channels again, with all their blocks', async () => {
    await losses.loseVolume('org1-peer1');
    await expectDone(testNetwork.weft('up'));
    await expectDone(testNetwork.weft('status', '--exit-code'));
  });

  it('of one of three orderers: it does not join again as if it were new; it leaves the channel, and comes again', async () => {
    await losses.loseVolume('org0-orderer3');
    await expectRefused(
      /✖ org0: PersistentVolumeClaim org0-orderer3 in namespace it-lost is gone, although org0-orderer3 has run with it/,
    );
    await testNetwork.describe(described(2));
    await expectDone(testNetwork.weft('up', '--yes'));
    await testNetwork.describe(described(3));
    await expectDone(testNetwork.weft('up'));
    await expectDone(testNetwork.weft('status', '--exit-code'));
    const heights = await heightsOf();
    expect(heights.size).toBe(3);
    expect(new Set(heights.values()).size).toBe(1);
  });

  it('of all orderers: none joins anything, since the peers are further', async () => {
    const orderers = ['org0-orderer1', 'org0-orderer2', 'org0-orderer3'];
    const claims = await Promise.all(orderers.map((name) => losses.kept('PersistentVolumeClaim', name)));
    for (const name of orderers) await losses.loseVolume(name);
    // Whoever has put empty volumes in their place has not brought the blocks back.
    for (const { apiVersion, kind, metadata, ...claim } of claims) {
      const { accessModes, resources, storageClassName } = claim['spec'] as Readonly<Record<string, unknown>>;
      await losses.restore({ apiVersion, kind, metadata, spec: { accessModes, resources, storageClassName } });
    }
    const { exitCode, stderr } = await testNetwork.weft('up');
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toMatch(
      /✖ mychannel@org0-orderer1: The ledger of mychannel is gone, although org0-orderer1 has run with it/,
    );
    const { stdout } = await testNetwork.weft('status', '-o', 'json');
    const { ready, channels } = JSON.parse(stdout) as {
      readonly ready: boolean;
      readonly channels: readonly { orderers: { status: string }[]; problems: string[] }[];
    };
    expect(channels[0]?.orderers.map(({ status }) => status)).toEqual(['absent', 'absent', 'absent']);
    // Nodes that run are not enough to be ready: the peers have blocks that nobody ordered.
    expect(ready).toBe(false);
    expect(channels[0]?.problems).toContainEqual(
      expect.stringMatching(/^org1-peer1 has \d+ blocks, and no orderer more than 0: /),
    );
  });

  it('of a CA: nothing is made in its place, and its published root stays', async () => {
    const before = await dataOf(cluster, 'ConfigMap', NAME, 'org1-ca-certificates');
    await losses.loseVolume('org1-ca');
    await expectRefused(
      /✖ org1\/ca: PersistentVolumeClaim org1-ca in namespace it-lost is gone, although org1-ca has run with it/,
    );
    expect(await observe(cluster, losses.reference('PersistentVolumeClaim', 'org1-ca'))).toBeUndefined();
    expect(await dataOf(cluster, 'ConfigMap', NAME, 'org1-ca-certificates')).toEqual(before);
  });
});
