import { beforeEach, describe, expect, test } from 'vitest';

import { createUnjoinActivities, type UnjoinPeerInput } from '../../../../src/activities/peers/unjoin.ts';
import type { StepResult } from '../../../../src/activities/activity.ts';
import type { ClusterRequest, KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { rollOut } from '../deployments.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, GENESIS, ORG1, PLAN, UP } from '../steps.ts';

const PEER: UnjoinPeerInput = {
  ...UP,
  organization: ORG1,
  node: 'org1-peer1',
  channels: ['mychannel', 'other'],
  startsAgain: true,
  rolloutTimeoutSeconds: 60,
};

const LABELS = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' };

let fabric: FakeFabric;
let store: ObjectStore;
/** What the cluster was told to do with the peer and its Jobs, in order. */
let done: string[];
/** How the Job of a channel ends: by `left` the peer has left it, anything else is the last line of its log. */
let ends: (channel: string) => string;

beforeEach(() => {
  fabric = fakeFabric();
  store = objectStore([...enrolled(ORG1), peerDeployment(1)]);
  rollOut(store, PEER.node);
  fabric.peer(PEER.node).channels.set('mychannel', [GENESIS]).set('third', [GENESIS]);
  done = [];
  ends = (channel) => {
    if (!fabric.peer(PEER.node).channels.delete(channel)) return `ledger [${channel}] does not exist`;
    return 'left';
  };
  store.onRequest = controllers;
});

function peerDeployment(replicas: number): KubernetesObject {
  const containers = [{ name: 'peer', image: 'registry/fabric-peer:2.5.0', resources: { requests: { cpu: '50m' } } }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: PEER.node, namespace: 'net', labels: LABELS },
    spec: { replicas, selector: { matchLabels: { 'weft.dev/node': PEER.node } }, template: { spec: { containers } } },
  };
}

/** What the controllers of a cluster do: a Deployment's pod is there if it is wanted, and a Job ends. */
function controllers({ method, path, body }: ClusterRequest): void {
  if (method === 'PATCH' && path.endsWith('/deployments/org1-peer1')) {
    const { replicas } = (body as { spec: { replicas: number } }).spec;
    done.push(replicas === 0 ? 'stop' : 'start');
    fabric.down[replicas === 0 ? 'add' : 'delete'](PEER.node);
  }
  if (method === 'DELETE' && path.includes('/jobs/')) done.push('remove Job');
  if (method !== 'GET') return;
  for (const job of store.all().filter(({ kind }) => kind === 'Job')) {
    if (job['status'] !== undefined) continue;
    const channel = channelOf(job);
    const end = ends(channel);
    done.push(`${channel}: ${end}`);
    const type = end === 'left' ? 'Complete' : 'Failed';
    store.put({ ...job, status: { conditions: [{ type, status: 'True' }] } });
    const pod = { name: `${job.metadata.name}-x`, namespace: 'net', labels: { 'job-name': job.metadata.name } };
    store.put({ apiVersion: 'v1', kind: 'Pod', metadata: pod });
    store.logs.set(pod.name, end);
  }
  const deployment = store.find('Deployment', PEER.node);
  if (deployment !== undefined) rollOut(store, PEER.node);
}

function channelOf(job: KubernetesObject): string {
  const { template } = job['spec'] as { template: { spec: { containers: { command: string[] }[] } } };
  return template.spec.containers[0]?.command.at(-1) ?? '';
}

function unjoin(input: Partial<UnjoinPeerInput> = {}): Promise<StepResult> {
  return mockActivity().run(createUnjoinActivities(fabric.dependencies(store)).unjoinPeer, { ...PEER, ...input });
}

function replicas(): number | undefined {
  return (store.find('Deployment', PEER.node)?.['spec'] as { replicas: number } | undefined)?.replicas;
}

describe('a peer that leaves channels', () => {
  test('is stopped, has a Job on its volume for each that it is in, and runs again', async () => {
    expect(await unjoin()).toMatchObject({
      outcome: 'removed',
      reason: 'leaves mychannel, with its ledger there; it is stopped meanwhile',
    });
    expect(done).toEqual(['stop', 'mychannel: left', 'remove Job', 'start']);
    expect([...fabric.peer(PEER.node).channels.keys()]).toEqual(['third']);
    expect(replicas()).toBe(1);
    expect(fabric.open).toEqual([]);
  });

  test('runs its Job with its own image, beside none of its Service', async () => {
    let job: KubernetesObject | undefined;
    store.onRequest = (request) => {
      if (request.method === 'PATCH' && request.path.includes('/jobs/')) job = request.body as KubernetesObject;
      controllers(request);
    };
    await unjoin();
    expect(job).toMatchObject({
      metadata: { name: expect.stringMatching(/^org1-peer1-unjoin-[0-9a-f]{8}$/) as string },
      spec: {
        backoffLimit: 0,
        template: {
          spec: {
            containers: [
              {
                image: 'registry/fabric-peer:2.5.0',
                command: ['peer', 'node', 'unjoin', '--channelID', 'mychannel'],
                resources: { requests: { cpu: '50m' } },
              },
            ],
          },
        },
      },
    });
    expect(JSON.stringify((job?.['spec'] as { template: object }).template)).not.toContain('"weft.dev/node"');
  });

  test('is left alone when it is in none of them', async () => {
    expect(await unjoin({ channels: ['other'] })).toMatchObject({ outcome: 'unchanged' });
    expect(done).toEqual([]);
  });

  test('is left alone when it is removed already', async () => {
    store.forget('Deployment', PEER.node);
    expect(await unjoin()).toMatchObject({ outcome: 'unchanged' });
  });

  test('is only told about in a dry run, although it may not be ready', async () => {
    expect(await unjoin(PLAN)).toMatchObject({ outcome: 'removed' });
    fabric.down.add(PEER.node);
    expect(await unjoin(PLAN)).toMatchObject({ outcome: 'removed' });
    expect(done).toEqual([]);
  });

  test('stays down if it is removed next', async () => {
    await unjoin({ startsAgain: false });
    expect(done).toEqual(['stop', 'mychannel: left', 'remove Job']);
    expect(replicas()).toBe(0);
  });

  test.for([
    ['does not answer', () => fabric.down.add(PEER.node)],
    [
      'has nobody left who could ask it',
      () => {
        store.forget('Secret', 'org1-admin-msp');
      },
    ],
  ] as const)('is removed with what it has on its volume, if it %s', async ([, happens]) => {
    happens();
    expect(await unjoin({ startsAgain: false })).toMatchObject({
      outcome: 'unchanged',
      reason: 'does not answer: what it has of mychannel, other stays on its volume',
    });
    expect(done).toEqual([]);
  });

  test('waits while it is not ready, which is no word on its channels', async () => {
    fabric.down.add(PEER.node);
    await expect(unjoin()).rejects.toMatchObject({ type: 'NodeUnreachable' });
    expect(done).toEqual([]);
  });
});

describe('an attempt after one that was lost', () => {
  test('goes on with a peer that is stopped: what it has left already is left', async () => {
    store.put(peerDeployment(0));
    fabric.down.add(PEER.node);
    fabric.peer(PEER.node).channels.delete('mychannel');
    expect(await unjoin()).toMatchObject({ outcome: 'removed' });
    expect(done).toEqual([
      ...['mychannel: ledger [mychannel] does not exist', 'remove Job'],
      ...['other: ledger [other] does not exist', 'remove Job', 'start'],
    ]);
  });

  test('takes the result of a Job that ended unseen, and does not run it again', async () => {
    store.put(peerDeployment(0));
    let fails = 1;
    store.onRequest = (request) => {
      controllers(request);
      if (request.method === 'DELETE' && fails-- > 0) throw new Error('the worker died');
    };
    await expect(unjoin({ channels: ['mychannel'] })).rejects.toThrow('the worker died');
    store.put(peerDeployment(0));
    expect(await unjoin({ channels: ['mychannel'] })).toMatchObject({ outcome: 'removed' });
    expect(done.filter((what) => what.startsWith('mychannel'))).toEqual(['mychannel: left']);
  });
});

describe('a peer that cannot leave', () => {
  test('runs again, and the failure ends with what the Job has logged', async () => {
    ends = () => 'CouchDB does not answer';
    await expect(unjoin()).rejects.toMatchObject({
      type: 'VolumeJobFailed',
      message: expect.stringMatching(/on mychannel in the volume of org1-peer1.*\nCouchDB does not answer$/s) as string,
    });
    expect(done).toEqual(['stop', 'mychannel: CouchDB does not answer', 'remove Job', 'start']);
  });

  test('runs again even if it would be removed next', async () => {
    ends = () => 'no space left';
    await expect(unjoin({ startsAgain: false })).rejects.toMatchObject({ type: 'VolumeJobFailed' });
    expect(replicas()).toBe(1);
  });

  test('is told about if it is still there when it runs again', async () => {
    ends = () => 'left';
    await expect(unjoin()).rejects.toMatchObject({
      type: 'NotRemoved',
      message: 'org1-peer1 is still in mychannel, although it was told to leave.',
    });
  });
});
