import { describe, expect, test } from 'vitest';

import {
  createInspectionActivities,
  isNode,
  nodeStatus,
  nodesStatus,
  type NodesStatus,
  type NodeStatus,
} from '../../../../src/activities/status/nodes.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore } from '../object-store.ts';
import { dependenciesOf } from '../stored.ts';

const ROLLED_OUT = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

function deployment(component: string, status: object = ROLLED_OUT, image = 'fabric-peer:2.5.9'): KubernetesObject {
  const labels = {
    'app.kubernetes.io/managed-by': 'weft',
    'app.kubernetes.io/component': component,
    'weft.dev/network': 'net',
    'weft.dev/organization': 'org1',
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'org1-node', namespace: 'net', labels, generation: 1 },
    spec: { replicas: 1, template: { spec: { containers: [{ image }] } } },
    status,
  };
}

describe('the status of a node', () => {
  test('is ready without a reason when its Deployment is rolled out', () => {
    expect(nodeStatus(deployment('peer'), { diagnosis: { reason: 'Unready', message: 'stale' } }, [])).toEqual({
      name: 'org1-node',
      organization: 'org1',
      kind: 'peer',
      ready: true,
      reason: '',
      version: '2.5.9',
      certificates: [],
    });
  });

  test('says the diagnosis when it is not ready, else what the rollout waits for', () => {
    const waiting = deployment('peer', { ...ROLLED_OUT, availableReplicas: 0 });
    expect(nodeStatus(waiting, { diagnosis: { reason: 'ImagePullBackOff', message: 'no image' } }, [])).toMatchObject({
      ready: false,
      reason: 'no image',
      cause: 'ImagePullBackOff',
    });
    expect(nodeStatus(waiting, {}, []).reason).toContain('0 of 1 updated replicas are available');
  });

  test('is not ready without a pod, although a rollout to none is done', () => {
    const stopped = { ...deployment('peer', { observedGeneration: 1 }), spec: { replicas: 0 } };
    expect(nodeStatus(stopped, {}, [])).toMatchObject({
      ready: false,
      reason: 'org1-node: is scaled to 0, and has no pod.',
    });
  });

  test('tells since when it is as it is', () => {
    const conditions = [{ type: 'Available', status: 'True', lastTransitionTime: '2026-11-23T10:00:00Z' }];
    expect(nodeStatus(deployment('peer', { ...ROLLED_OUT, conditions }), {}, []).since).toBe('2026-11-23T10:00:00Z');
  });

  test('is not ready a moment after a crash, although its pod answers again', () => {
    const crash = { exitCode: 2, restarts: 3, at: '2026-11-23T10:00:00Z' };
    expect(nodeStatus(deployment('orderer'), { crash }, [])).toMatchObject({
      ...{ ready: false, since: crash.at },
      reason:
        'org1-node: ended with exit code 2, and has been started anew 3 times; it has not run for long enough since to be relied on.',
    });
  });

  test.each([
    ['ca', 'ca'],
    ['orderer', 'orderer'],
    ['peer', 'peer'],
  ])('of component %s is one of kind %s', (component, kind) => {
    expect(nodeStatus(deployment(component), {}, []).kind).toBe(kind);
  });

  test('has the version behind the last colon of the image, so that a registry may have a port', () => {
    const image = 'localhost:5000/fabric-peer:3.1.0';
    expect(nodeStatus(deployment('peer', ROLLED_OUT, image), {}, []).version).toBe('3.1.0');
  });
});

describe('a network', () => {
  const node = (name: string, ready: boolean): NodeStatus => ({
    ...nodeStatus(deployment('peer'), {}, []),
    name,
    ready,
  });

  test.each([
    ['every node is', [node('a', true), node('b', true)], true],
    ['one node is not', [node('a', true), node('b', false)], false],
    ['there are no nodes', [], false],
  ])('is ready or not where %s', (_, nodes, ready) => {
    expect(nodesStatus('net', nodes).ready).toBe(ready);
  });

  test('has its nodes in the order of their names', () => {
    expect(nodesStatus('net', [node('b', true), node('a', true)]).nodes.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test("counts a chaincode's server as no node", () => {
    expect(['ca', 'orderer', 'peer', 'chaincode'].filter((component) => isNode(deployment(component)))).toEqual([
      'ca',
      'orderer',
      'peer',
    ]);
  });
});

describe('inspectNodes', () => {
  test('sees the nodes of the namespaces that are named, and of no other network', async () => {
    const other = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'other' };
    const foreign = { ...deployment('peer'), metadata: { name: 'foreign', namespace: 'net', labels: other } };
    const { inspectNodes } = createInspectionActivities(dependenciesOf(objectStore([deployment('peer'), foreign])));
    const inspect = async (namespaces?: string[]): Promise<string[]> => {
      const input = { network: 'net', ...(namespaces && { namespaces }) };
      const status: NodesStatus = await mockActivity().run(inspectNodes, input);
      return status.nodes.map(({ name }) => name);
    };

    await expect(inspect(['net'])).resolves.toEqual(['org1-node']);
    await expect(inspect(['elsewhere'])).resolves.toEqual([]);
    await expect(inspect()).resolves.toEqual(['org1-node']);
  });

  test('that may not search the whole cluster asks for the description', async () => {
    const store = objectStore([deployment('peer')]);
    store.forbidden.add('/apis/apps/v1/deployments');
    const { inspectNodes } = createInspectionActivities(dependenciesOf(store));
    await expect(mockActivity().run(inspectNodes, { network: 'net' })).rejects.toMatchObject({
      type: 'ClusterForbidden',
      message: expect.stringContaining('Give its description, which says where it is.') as unknown,
    });
  });
});
