import { beforeEach, describe, expect, test } from 'vitest';

import {
  createOrganizationActivities,
  type OrganizationActivities,
} from '../../../../src/activities/nodes/organization.ts';
import type { StepResult } from '../../../../src/activities/activity.ts';
import { mockActivity } from '../mock-activity.ts';
import { describedNetwork } from '../network.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { dependenciesOf } from '../stored.ts';

const ORGANIZATION = describedNetwork().organization('org1');
const CONFIG = describedNetwork().organizationConfig('org1');
const ROOTS = [
  { name: 'org0', tlsca: 'root of org0' },
  { name: 'org1', tlsca: 'root of org1' },
];

let store: ObjectStore;
let activities: OrganizationActivities;

beforeEach(() => {
  store = objectStore([]);
  activities = createOrganizationActivities(dependenciesOf(store));
});

describe('what the nodes of an organization share', () => {
  test('is Fabric’s base configuration of both kinds of node', async () => {
    await mockActivity().run(activities.applyOrganizationConfig, CONFIG);
    const config = store.dataOf('ConfigMap', 'org1-config');
    expect(config?.['core.yaml']).toContain('peer:');
    expect(config?.['orderer.yaml']).toContain('General:');
  });

  test('is a disruption budget for each kind of node of which there are several, and none for one alone', async () => {
    const budgets = (): string[] =>
      ['org1-orderers', 'org1-peers'].filter((name) => store.find('PodDisruptionBudget', name) !== undefined);
    const apply = (orderers: number, peers: number): Promise<StepResult> =>
      mockActivity().run(activities.applyOrganizationConfig, { ...CONFIG, nodes: { orderers, peers } });
    await apply(3, 1);
    expect(budgets()).toEqual(['org1-orderers']);
    expect(store.find('PodDisruptionBudget', 'org1-orderers')).toMatchObject({
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: { 'weft.dev/organization': 'org1', 'app.kubernetes.io/component': 'orderer' } },
      },
    });
    expect(await apply(1, 2)).toMatchObject({ outcome: 'updated' });
    expect(budgets()).toEqual(['org1-peers']);
    expect(await apply(1, 2)).toMatchObject({ outcome: 'unchanged' });
  });

  test('is how their roles are told by the OUs of certificates of their own CA', async () => {
    await mockActivity().run(activities.writeNodeOuConfig, ORGANIZATION);
    expect(store.dataOf('ConfigMap', 'org1-msp-config')?.['config.yaml']).toContain('cacerts/org1-ca.pem');
  });

  test('are the TLS roots that it is given, a file for each organization, and nothing is read of others', async () => {
    const { network } = ORGANIZATION;
    const read: string[] = [];
    store.onRequest = ({ method, path }) => {
      if (method === 'GET') read.push(path);
    };
    const input = { network, dryRun: false, namespace: 'net', roots: ROOTS };
    expect(await mockActivity().run(activities.publishTlsRoots, input)).toMatchObject({ outcome: 'created' });
    expect(store.dataOf('ConfigMap', 'net-tls-roots')).toEqual({
      'org0.pem': 'root of org0',
      'org1.pem': 'root of org1',
    });
    expect(new Set(read)).toEqual(new Set(['/api/v1/namespaces/net/configmaps/net-tls-roots']));
    expect(store.find('ConfigMap', 'net-tls-roots')?.metadata.labels).not.toHaveProperty('weft.dev/organization');
  });
});
