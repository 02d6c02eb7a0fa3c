import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { list, observe, remove, type Cluster, type KubernetesObject } from '../../../src/kubernetes/index.ts';
import type { Condition, NetworkStatus } from '../../../src/workflows/messages.ts';
import { eventually } from '../../support/eventually.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { startWorker, testCluster, weft, type TestWorker } from '../../support/weft.ts';
import { describedNetwork, expectDone, type DescribedNetwork } from './described-network.ts';
import { processOf } from './processes.ts';

/*
 * One network, and what is told of it: at the end of a run, by `weft status` and by `weft history`, while it is well and while it is not.
 */

const NAME = 'it-told';
const NOT_READY = 6;

let cluster: Cluster;
let worker: TestWorker;
let network: DescribedNetwork;
let image: string;

interface Choice {
  readonly anchored?: boolean;
  /** Image of a chaincode that comes on top. */
  readonly extra?: string;
}

function described({ anchored = true, extra }: Choice = {}): Parameters<DescribedNetwork['describe']>[0] {
  const member = (organization: string) => (anchored ? organization : { organization, anchorPeers: [] });
  const basic = { name: 'basic', channel: 'trade', version: '1.0', image };
  return {
    organizations: [
      { name: 'org0', orderers: 3 },
      { name: 'org1', peers: 1 },
      { name: 'org2', peers: 1 },
    ],
    channels: [{ name: 'trade', peers: [member('org1'), member('org2')], batch: { timeout: '500ms' } }],
    chaincodes: [
      basic,
      // Whoever is asked is enough.
      { ...basic, name: 'own', endorsementPolicy: "OR('Org1MSP.peer','Org2MSP.peer')" },
      ...(extra === undefined ? [] : [{ ...basic, name: 'extra', image: extra }]),
    ],
    // What cannot start is given up soon.
    kubernetes: { rolloutTimeoutSeconds: extra === undefined ? 60 : 15 },
  };
}

beforeAll(async () => {
  cluster = testCluster();
  worker = await startWorker();
  image = await exampleChaincode();
  network = await describedNetwork(NAME, described());
});

afterAll(async () => {
  await network.remove(cluster);
  await worker.stop();
  await cluster.close();
});

async function status(): Promise<NetworkStatus> {
  const { stdout, stderr } = await weft('status', NAME, '-o', 'json');
  try {
    return JSON.parse(stdout) as NetworkStatus;
  } catch {
    throw new Error(`${stdout}\n${stderr}`);
  }
}

function unmet({ conditions }: { readonly conditions: readonly Condition[] }): string[] {
  return conditions.filter((one) => one.status !== 'True').map(({ type, reason }) => `${type} ${reason}`);
}

async function untilReady(): Promise<void> {
  await eventually(async () => {
    const { ready, conditions } = await status();
    if (!ready) throw new Error(JSON.stringify(conditions));
  }, 90_000);
}

async function podOf(node: string): Promise<KubernetesObject> {
  const labelSelector = `weft.dev/node=${node}`;
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace: NAME, labelSelector });
  const [pod] = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (pod === undefined) throw new Error(`${node} has no pod`);
  return pod;
}

interface Container {
  readonly restartCount: number;
  readonly started?: boolean;
  readonly ready: boolean;
}

async function containerOf(node: string): Promise<Container> {
  const { status: seen } = (await podOf(node)) as KubernetesObject & {
    readonly status?: { readonly containerStatuses?: readonly Container[] };
  };
  const [container] = seen?.containerStatuses ?? [];
  if (container === undefined) throw new Error(`${node} has no container yet`);
  return container;
}

async function signal(node: string, program: string, name: NodeJS.Signals): Promise<void> {
  const pid = await processOf(await podOf(node), program);
  if (pid === undefined) throw new Error(`${node} does not run`);
  process.kill(pid, name);
}

describe('a network whose members have no anchor peers', { timeout: 300_000 }, () => {
  it('is not ready once its peers have restarted: no transaction of a policy that wants both could be endorsed', async () => {
    await expectDone(network.weft('up'));
    await untilReady();
    await network.describe(described({ anchored: false }));
    // Peers that know each other go on knowing each other ...
    await expectDone(network.weft('up'));
    // ... until they start anew.
    for (const organization of ['org1', 'org2']) await signal(`${organization}-peer1`, 'peer', 'SIGKILL');
    await eventually(async () => {
      expect(unmet(await status())).toEqual(['ChaincodesReady NoAnchorPeers']);
    }, 90_000);
    const ended = await network.weft('up', '-o', 'json');
    expect(ended.exitCode, ended.stderr).toBe(NOT_READY);
    expect(ended.stderr).toContain(`✖ ${NAME} is not ready, though every step is done`);
    expect(ended.stderr).not.toContain('is ready:');
    const told = JSON.parse(ended.stdout) as NetworkStatus;
    expect(unmet(told)).toEqual(['ChaincodesReady NoAnchorPeers']);
    const [message = ''] = told.conditions.filter((one) => one.status !== 'True').map((one) => one.message);
    expect(message).toContain('basic: org1-peer1, org2-peer1: no known combination of peers');
    expect(message).toContain('describe anchorPeers');
    // Each of its endorsers is enough.
    expect(message).not.toMatch(/\bown\b/);
  });

  it('is told to be so by `weft status`, with the same words', async () => {
    const seen = await status();
    expect(unmet(seen)).toEqual(['ChaincodesReady NoAnchorPeers']);
    expect(seen.chaincodes.map(({ name, ready }) => ({ name, ready }))).toEqual([
      { name: 'basic', ready: false },
      { name: 'own', ready: true },
    ]);
    expect((await weft('chaincode', 'invoke', 'own', 'CreateAsset', ...ASSET, '--network', NAME)).exitCode).toBe(0);
    const listed = await weft('status');
    expect(listed.stdout).toMatch(new RegExp(`${NAME}.*(✖ no|not ready)`));
  });

  it('is ready once they have', async () => {
    await network.describe(described());
    await expectDone(network.weft('up'));
    await untilReady();
    const { exitCode, stdout } = await weft('status', NAME, '--exit-code');
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain(`${NAME} on `);
    expect((await weft('chaincode', 'invoke', 'basic', 'CreateAsset', ...ASSET, '--network', NAME)).exitCode).toBe(0);
  });

  it('is looked at again by an `up` that has nothing to do, within the time that it may take', async () => {
    const began = performance.now();
    const ended = await expectDone(network.weft('up', '-o', 'json'));
    console.info(`an up with nothing to do: ${((performance.now() - began) / 1000).toFixed(2)} s`);
    const { conditions, counts } = JSON.parse(ended.stdout) as NetworkStatus & { readonly counts: unknown };
    expect(counts).toMatchObject({ created: 0, updated: 0, removed: 0 });
    expect(conditions.map(({ type, status: value }) => `${type} ${value}`)).toEqual(
      [
        ...['CertificateAuthoritiesReady', 'OrderersReady', 'PeersInStep', 'ChannelsReady', 'ChaincodesReady'],
        ...['CertificatesValid', 'RecordApplied'],
      ].map((type) => `${type} True`),
    );
  });
});

const ASSET = ['car', 'blue', '5', 'Amara', '300'];

describe('disruption budgets', () => {
  it('keep a quorum: one for the orderers, and none where there is a single node', async () => {
    const budgets = await list(cluster, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }, { namespace: NAME });
    expect(budgets.map(({ metadata }) => metadata.name)).toEqual(['org0-orderers']);
    await eventually(async () => {
      const [budget] = await list(
        cluster,
        { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
        { namespace: NAME },
      );
      expect(budget).toMatchObject({ status: { currentHealthy: 3, disruptionsAllowed: 1, expectedPods: 3 } });
    }, 30_000);
  });
});

describe('liveness', { timeout: 240_000 }, () => {
  /** What the manifests give a process that does not answer, and some seconds. */
  const LONGER_THAN_LIVENESS_MS = 55_000;

  it('restarts a node whose process hangs, and not one that is slow to start', async () => {
    const before = await containerOf('org0-orderer2');
    await remove(cluster, await podOf('org2-peer1'), { network: NAME });
    const frozen = await eventually(async () => {
      const pid = await processOf(await podOf('org2-peer1'), 'peer');
      if (pid === undefined) throw new Error('org2-peer1 has not begun to start');
      process.kill(pid, 'SIGSTOP');
      return pid;
    }, 60_000);
    const held = sleep(LONGER_THAN_LIVENESS_MS);
    await signal('org0-orderer2', 'orderer', 'SIGSTOP');
    const stopped = Date.now();
    // A process that hangs is told as what it is; nothing waits for it.
    expect(unmet(await status()).join()).toContain('OrderersReady');
    await eventually(async () => {
      const { restartCount, ready } = await containerOf('org0-orderer2');
      expect({ restarted: restartCount > before.restartCount, ready }).toEqual({ restarted: true, ready: true });
    }, 120_000);
    console.info(`the kubelet restarted what hung within ${Math.round((Date.now() - stopped) / 1000)} s`);
    await held;
    expect(await containerOf('org2-peer1')).toMatchObject({ restartCount: 0, started: false });
    process.kill(frozen, 'SIGCONT');
    await untilReady();
    expect(await containerOf('org2-peer1')).toMatchObject({ restartCount: 0, ready: true });
  });
});

describe('an orderer that crashes', () => {
  it('is not green while nobody knows whether it will go on running', async () => {
    await signal('org0-orderer3', 'orderer', 'SIGKILL');
    await eventually(async () => {
      expect((await containerOf('org0-orderer3')).restartCount).toBe(1);
    }, 30_000);
    const seen = await status();
    // It may have led the channel, which has no leader for a moment then.
    expect(unmet(seen)).toContain('OrderersReady NodesNotReady');
    await untilReady();
  });
});

describe('a record that cannot be read', () => {
  it('is never green, hides none of the nodes, and is told with its reason', async () => {
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: NAME, name: `${NAME}-network` } };
    const patch = (state: string): Promise<unknown> =>
      cluster.request({
        method: 'PATCH',
        path: `/api/v1/namespaces/${NAME}/configmaps/${NAME}-network`,
        contentType: 'application/merge-patch+json',
        body: { data: { state } },
        purpose: 'spoil the record',
      });
    expect(await observe(cluster, reference)).toMatchObject({ data: { state: 'applied' } });
    await patch('half way');
    try {
      const seen = await status();
      expect(unmet(seen)).toContain('RecordApplied RecordUnreadable');
      expect(seen.ready).toBe(false);
      expect(seen.nodes).toHaveLength(8);
      expect((await weft('status', NAME, '--exit-code')).exitCode).toBe(NOT_READY);
    } finally {
      await patch('applied');
    }
  });
});

describe('what stands after a run that failed', { timeout: 300_000 }, () => {
  it('is usable: `connection`, `chaincode` and `status` work, and status says that the run has not come to its end', async () => {
    await network.describe(described({ extra: 'localhost:5000/no-such-image:1.0' }));
    const failed = await network.weft('up');
    expect(failed.exitCode, failed.stderr).toBe(1);
    const [connection, query, seen] = await Promise.all([
      weft('connection', '--admin', '--org', 'org1', '--network', NAME, '-o', 'json'),
      weft('chaincode', 'query', 'basic', 'ReadAsset', 'car', '--network', NAME),
      status(),
    ]);
    expect(connection.exitCode, connection.stderr).toBe(0);
    expect(query.exitCode, query.stderr).toBe(0);
    expect(query.stdout).toContain('"Amara"');
    expect(unmet(seen)).toEqual(['ChaincodesReady NotAnswering', 'RecordApplied RunNotFinished']);
    await network.describe(described());
    await expectDone(network.weft('up', '--yes'));
    await untilReady();
  });
});

describe('`weft history`', () => {
  it('lists the runs: who, when, what changed, and how each ended', async () => {
    await eventually(async () => {
      const { stdout, stderr } = await weft('history', NAME, '-o', 'json');
      expect(stderr).toBe('');
      const { runs } = JSON.parse(stdout) as { readonly runs: readonly Record<string, unknown>[] };
      expect(runs.map(({ operation, outcome }) => `${String(operation)} ${String(outcome)}`)).toEqual([
        'up done',
        'up failed',
        'up done',
        'up done',
        'up not ready',
        'up done',
        'up done',
      ]);
      expect(runs[0]).toMatchObject({ requestedBy: expect.stringContaining('@') as string });
      expect(runs.at(-1)).toMatchObject({ counts: { removed: 0 } });
      expect(String(runs[1]?.['reason'])).toContain('no-such-image');
    }, 20_000);
    const table = await weft('history', NAME, '--limit', '2');
    expect(table.stdout.split('\n')).toHaveLength(3);
  });
});
