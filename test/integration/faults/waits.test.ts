import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { PendingActivity, Temporal } from '../../../src/client/index.ts';
import { list, type Cluster } from '../../../src/kubernetes/index.ts';
import type { Description } from '../../../src/spec/index.ts';
import { startWorker, testCluster, type TestWorker } from '../../support/weft.ts';
import { documentOf } from '../network/described-network.ts';
import { faultyNetwork, testTemporal, type FaultyNetwork } from './faulty-network.ts';
import { forbidNew, type Hindrance } from './hindrances.ts';
import { nameImage } from './node-images.ts';

/*
 * Trouble with pods: what can be put right from outside is awaited, and the same run carries on; what cannot fails with
 * the reason, once everything that does not depend on it is done.
 */

const NAME = 'it-waits';

/** Nothing listens at port 1, so that the node has its answer at once. */
const MISSING_IMAGE = 'localhost:1/it-waits/fabric-peer:missing';
const PEER_IMAGE = 'ghcr.io/hyperledger/fabric-peer:2.5.9';

let cluster: Cluster;
let temporal: Temporal;
let worker: TestWorker;
let network: FaultyNetwork;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
  worker = await startWorker();
  network = faultyNetwork(NAME, { cluster, temporal });
});

afterAll(async () => {
  await network.remove();
  await worker.stop();
  await temporal.close();
  await cluster.close();
});

const hindrances: Hindrance[] = [];

afterEach(async () => {
  for (const hindrance of hindrances.splice(0)) await hindrance.lift();
});

/** The controllers and the kubelet try again ever more rarely: after a minute of trouble about once a minute. */
const NEWS_MS = 120_000;

// Each test goes on with the network as the one before left it.
describe('trouble that somebody puts right', { timeout: 300_000 }, () => {
  test('a quota that forbids volumes, then pods: the run says so, waits, and ends ready when it is raised', async () => {
    const [volumes, pods] = [
      await forbidNew(cluster, NAME, 'persistentvolumeclaims'),
      await forbidNew(cluster, NAME, 'pods'),
    ];
    hindrances.push(volumes, pods);
    const up = network.up('-o', 'json');
    await up.said(
      /waiting +startCertificateAuthority target=org1\/ca .*reason=QuotaExceeded msg=".*exceeded quota: it-persistentvolumeclaims/,
      NEWS_MS,
    );
    const run = await network.latestRun();
    expect(await pending('startCertificateAuthority')).toMatchObject({ lastFailure: { type: 'QuotaExceeded' } });
    await volumes.lift();

    await up.said(
      /waiting +awaitRollout target=org1\/ca .*reason=QuotaExceeded msg="org1-ca: its pod cannot be made: exceeded quota: it-pods/,
      NEWS_MS,
    );
    expect(await pending('awaitRollout')).toMatchObject({ waiting: { reason: 'QuotaExceeded' } });
    await pods.lift();

    const ended = await up.ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expect(await network.latestRun()).toEqual({ ...run, status: 'completed' });
    expect(await network.weft('status', '--exit-code')).toMatchObject({ exitCode: 0 });
  });

  test('an image that is not there yet: the run says so, waits, and ends ready when it is', async () => {
    network.describe(withPeers([{ name: 'peer1' }, { name: 'peer2', image: MISSING_IMAGE }]));
    const up = network.up('-o', 'json');
    await up.said(
      /waiting +awaitRollout target=org1\/peer2 .*reason=ImagePullBackOff msg="org1-peer2: image localhost:1\/it-waits\/fabric-peer:missing cannot be pulled: /,
      NEWS_MS,
    );
    const run = await network.latestRun();
    expect(await pending('awaitRollout')).toMatchObject({
      waiting: { reason: 'ImagePullBackOff', message: expect.stringContaining(MISSING_IMAGE) as unknown },
    });

    const image = await nameImage(PEER_IMAGE, MISSING_IMAGE);
    try {
      const ended = await up.ended;
      expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    } finally {
      await image.remove();
    }
    expect(await network.latestRun()).toEqual({ ...run, status: 'completed' });
    expect(await network.weft('status', '--exit-code')).toMatchObject({ exitCode: 0 });
  });
});

describe('trouble that stays', { timeout: 300_000 }, () => {
  const timeout = { rolloutTimeoutSeconds: 30 };

  test('fails each step with its reason, and everything else is done', async () => {
    const environment = { CORE_PEER_MSPCONFIGPATH: '/nowhere' };
    network.describe({
      ...withPeers([
        { name: 'peer1' },
        { name: 'peer3', environment },
        { name: 'peer4', image: 'localhost:1/it-waits/fabric-peer:never' },
        { name: 'peer5' },
      ]),
      kubernetes: timeout,
    });
    const before = await standing();
    const ended = await network.up('-o', 'json', '--yes').ended;
    expect(ended).toMatchObject({ exitCode: 1 });

    const document = documentOf(ended);
    expect(document.outcome).toBe('failed');
    const rollouts = document.steps.filter(({ step }) => step === 'awaitRollout');
    const outcomes = Object.fromEntries(rollouts.map(({ target, outcome }) => [target, outcome]));
    expect(outcomes).toMatchObject({ 'org1/peer3': 'failed', 'org1/peer4': 'failed', 'org1/peer5': 'created' });
    expect(Object.values(outcomes).filter((outcome) => outcome === 'failed')).toHaveLength(2);
    const reasonOf = (target: string): string | undefined => rollouts.find((step) => step.target === target)?.reason;
    expect(reasonOf('org1/peer3')).toMatch(
      /^org1-peer3: container peer ended with exit code \d+.* Its last log lines:\n[^]*\/nowhere/,
    );
    expect(reasonOf('org1/peer4')).toMatch(
      /^org1-peer4: image localhost:1\/it-waits\/fabric-peer:never cannot be pulled: /,
    );
    expect(JSON.parse(ended.stdout)).toMatchObject({ failure: { type: 'CrashLoop' } });

    expect(ended.stderr).toMatch(/✖ org1\/peer3: org1-peer3: container peer ended/);
    expect(ended.stderr).toMatch(/✖ org1\/peer4: org1-peer4: image .* cannot be pulled/);
    expect(ended.stderr).toMatch(/\d+ of \d+ steps are done and stay\. Then carry on with: weft up -f -/);
    expect(await standing()).toEqual(before);
  });

  test('an image that stays missing fails as ImagePullFailed', async () => {
    network.describe({
      ...withPeers([
        { name: 'peer1' },
        { name: 'peer4', image: 'localhost:1/it-waits/fabric-peer:never' },
        { name: 'peer5' },
      ]),
      kubernetes: { rolloutTimeoutSeconds: 10 },
    });
    const ended = await network.up('-o', 'json', '--yes').ended;
    expect(ended).toMatchObject({ exitCode: 1 });
    expect(JSON.parse(ended.stdout)).toMatchObject({ outcome: 'failed', failure: { type: 'ImagePullFailed' } });
  });

  test('is gone when the description is corrected: the same command carries on', async () => {
    network.describe(withPeers([{ name: 'peer1' }, { name: 'peer3' }, { name: 'peer4' }, { name: 'peer5' }]));
    const ended = await network.up('-o', 'json', '--yes').ended;
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expect(await network.weft('status', '--exit-code')).toMatchObject({ exitCode: 0 });
  });
});

type Peers = Exclude<Description['organizations'][number]['peers'], number | undefined>;

function withPeers(peers: Peers): Omit<Description, 'name'> {
  return { organizations: [{ name: 'org1', orderers: 1, peers }] };
}

/** The activity of a name that the run or a child of it has under way, as Temporal's own tools show it. */
async function pending(type: string): Promise<PendingActivity | undefined> {
  const ids = [network.workflowId, `${network.workflowId}/org1`];
  const runs = await Promise.all(ids.map((workflowId) => temporal.describe({ workflowId })));
  return runs.flatMap((run) => run?.activities ?? []).find((activity) => activity.type === type);
}

/** The pods of the nodes that no description here changes. */
async function standing(): Promise<Readonly<Record<string, string | undefined>>> {
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace: NAME });
  const byNode = pods.map(({ metadata }) => [metadata.labels?.['weft.dev/node'] ?? '', metadata.uid] as const);
  const uids = Object.fromEntries(byNode.filter(([node]) => STANDING.includes(node)));
  expect(Object.keys(uids).sort()).toEqual(STANDING);
  return uids;
}

const STANDING = ['org1-ca', 'org1-orderer1', 'org1-peer1'];
