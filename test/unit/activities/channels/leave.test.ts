import { beforeEach, describe, expect, test, vi } from 'vitest';

import type { StepResult } from '../../../../src/activities/activity.ts';
import { createLeaveActivities } from '../../../../src/activities/channels/leave.ts';
import type { ChannelNodeInput } from '../../../../src/activities/inputs.ts';
import { FabricError } from '../../../../src/fabric/index.ts';
import type { ClusterRequest, KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, GENESIS, ORG0, PLAN, UP } from '../steps.ts';

vi.mock('node:timers/promises', () => import('../instant-timers.ts'));

const ORDERER: ChannelNodeInput = { ...UP, organization: ORG0, node: 'org0-orderer3', channel: 'mychannel' };

let fabric: FakeFabric;
let store: ObjectStore;
let jobs: KubernetesObject[];
let end: 'Complete' | 'Failed';

beforeEach(() => {
  fabric = fakeFabric();
  const labels = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' };
  const deployment = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: ORDERER.node, namespace: 'net', labels } },
    spec: { replicas: 1, template: { spec: { containers: [{ image: 'registry/fabric-orderer:2.5.0' }] } } },
  };
  store = objectStore([...enrolled(ORG0), deployment]);
  fabric.orderer(ORDERER.node).channels.set('mychannel', [GENESIS]).set('other', [GENESIS]);
  jobs = [];
  end = 'Complete';
  store.onRequest = ({ method, path, body }: ClusterRequest) => {
    if (method === 'PATCH' && path.includes('/jobs/')) jobs.push(body as KubernetesObject);
    const job = store.all().find(({ kind }) => kind === 'Job');
    if (job !== undefined) store.put({ ...job, status: { conditions: [{ type: end, status: 'True' }] } });
  };
});

function leave(input: Partial<ChannelNodeInput> = {}): Promise<StepResult> {
  return mockActivity().run(createLeaveActivities(fabric.dependencies(store)).leaveChannel, { ...ORDERER, ...input });
}

describe('an orderer that leaves a channel', () => {
  test('deletes its blocks, and then loses its log and snapshots of that channel alone', async () => {
    expect(await leave()).toMatchObject({ outcome: 'removed' });
    expect(fabric.changes).toEqual(['org0-orderer3 remove mychannel']);
    expect([...fabric.orderer(ORDERER.node).channels.keys()]).toEqual(['other']);
    const [job, ...others] = jobs.map(({ spec }) => spec as { template: { spec: { containers: unknown[] } } });
    expect(others).toEqual([]);
    expect(job?.template.spec.containers).toMatchObject([
      {
        image: 'registry/fabric-orderer:2.5.0',
        command: [
          ...['rm', '-rf', '/var/hyperledger/fabric/data/etcdraft/wal/mychannel'],
          '/var/hyperledger/fabric/data/etcdraft/snapshot/mychannel',
        ],
      },
    ]);
    expect(store.left().filter((name) => name.startsWith('Job'))).toEqual([]);
    expect(fabric.open).toEqual([]);
  });

  test('runs meanwhile, in its other channels', async () => {
    await leave();
    expect(store.writes.filter((name) => name.startsWith('Deployment'))).toEqual([]);
  });

  test('is cleaned although it has left already: the attempt before may have come no further', async () => {
    fabric.orderer(ORDERER.node).channels.delete('mychannel');
    expect(await leave()).toMatchObject({ outcome: 'removed' });
    expect(jobs).toHaveLength(1);
  });

  test('is not cleaned before its blocks are gone', async () => {
    let looks = 0;
    fabric.before = (call) => {
      if (call !== 'org0-orderer3 channel mychannel') return;
      looks += 1;
      expect(jobs).toEqual([]);
      const { channels } = fabric.orderer(ORDERER.node);
      if (looks < 3) channels.set('mychannel', [GENESIS]);
      else channels.delete('mychannel');
    };
    await leave();
    expect(looks).toBe(3);
    expect(jobs).toHaveLength(1);
  });

  test('is nothing to do when it is removed already', async () => {
    store.forget('Deployment', ORDERER.node);
    expect(await leave()).toMatchObject({ outcome: 'unchanged' });
    expect([fabric.changes, jobs]).toEqual([[], []]);
  });

  test('is only told about in a dry run', async () => {
    expect(await leave(PLAN)).toMatchObject({ outcome: 'removed' });
    expect([fabric.changes, jobs]).toEqual([[], []]);
  });

  test('stays as it is where it refuses', async () => {
    fabric.before = (call) => {
      if (call === 'org0-orderer3 remove mychannel') throw new FabricError('notAuthorized', 'no');
    };
    await expect(leave()).rejects.toMatchObject({ type: 'FabricRefused' });
    expect(jobs).toEqual([]);
  });

  test('fails by the name of the Job that failed', async () => {
    end = 'Failed';
    await expect(leave()).rejects.toMatchObject({ type: 'VolumeJobFailed' });
  });
});
