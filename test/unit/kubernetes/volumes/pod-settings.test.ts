import { describe, expect, test } from 'vitest';

import { nodePod, podVariables, type KubernetesObject } from '../../../../src/kubernetes/index.ts';

function deployment(pod: object, container: object = {}): KubernetesObject {
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'org1-peer1' } },
    spec: { template: { spec: { ...pod, containers: [{ name: 'peer', image: 'peer:1', ...container }] } } },
  };
}

describe('the pod of a node, as its Deployment has it', () => {
  test.each([
    ['runs as the user that it names', { securityContext: { runAsUser: 7051, fsGroup: 7051 } }, { user: 7051 }],
    [
      'runs as whom the platform assigns where it names none',
      { securityContext: { runAsNonRoot: true } },
      { user: 'assigned' },
    ],
    ['pulls with the Secrets that it names', { imagePullSecrets: [{ name: 'a' }] }, { imagePullSecrets: ['a'] }],
    ['pulls with none where it names none', {}, { imagePullSecrets: [] }],
  ])('%s', (_, pod, expected) => {
    expect(nodePod(deployment(pod))).toMatchObject({ image: 'peer:1', ...expected });
  });

  test('keeps its resources and its variables, references to Secrets included', () => {
    const resources = { requests: { cpu: '50m' } };
    const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'secret', key: 'a' } } }];
    expect(nodePod(deployment({}, { resources, env }))).toMatchObject({ resources, env });
  });

  test('is no pod without a container', () => {
    const empty = { ...deployment({}), spec: { template: { spec: { containers: [] } } } };
    expect(() => nodePod(empty)).toThrow();
  });

  test.each([
    [
      { user: 7051, imagePullSecrets: ['a', 'b'] },
      { POD_USER: 7051, IMAGE_PULL_SECRETS: [{ name: 'a' }, { name: 'b' }] },
    ],
    [
      { user: 'assigned', imagePullSecrets: [] },
      { POD_USER: null, IMAGE_PULL_SECRETS: null },
    ],
  ] as const)('fills a manifest in: %j', (settings, expected) => {
    expect(podVariables(settings)).toEqual(expected);
  });
});
