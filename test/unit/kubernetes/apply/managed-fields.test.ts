import { describe, expect, test } from 'vitest';

import { isApplied } from '../../../../src/kubernetes/apply/managed-fields.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';

const MANIFEST: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'org1-peer1', namespace: 'test', labels: { 'weft.dev/node': 'org1-peer1' } },
  spec: {
    replicas: 1,
    template: {
      spec: {
        containers: [
          { name: 'peer', image: 'peer:2.5', args: ['node', 'start'], ports: [{ name: 'grpc', containerPort: 7051 }] },
        ],
        volumes: [{ name: 'tmp', emptyDir: {} }],
      },
    },
  },
};

/** What the API server tells of {@link MANIFEST} after it was applied; defaults and the status are its own. */
const OWNED = {
  'f:metadata': { 'f:labels': { 'f:weft.dev/node': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:template': {
      'f:spec': {
        'f:containers': {
          'k:{"name":"peer"}': {
            '.': {},
            'f:name': {},
            'f:image': {},
            'f:args': {},
            'f:ports': {
              'k:{"containerPort":7051,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:containerPort': {} },
            },
          },
        },
        'f:volumes': { 'k:{"name":"tmp"}': { '.': {}, 'f:name': {}, 'f:emptyDir': {} } },
      },
    },
  },
};

const ENTRY = { manager: 'weft', operation: 'Apply', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: OWNED };

function live(
  managedFields: readonly unknown[] = [ENTRY],
  change: (spec: Spec) => void = () => undefined,
): KubernetesObject {
  const spec = structuredClone(MANIFEST['spec']) as Spec;
  const [container] = spec.template.spec.containers;
  Object.assign(container ?? {}, { terminationMessagePath: '/dev/termination-log' });
  Object.assign(container?.ports[0] ?? {}, { protocol: 'TCP' });
  change(spec);
  const metadata = { ...MANIFEST.metadata, uid: 'uid-1', resourceVersion: '7', managedFields };
  return { ...MANIFEST, metadata, spec: { ...spec, revisionHistoryLimit: 10 }, status: { replicas: 1 } };
}

interface Spec {
  replicas?: number;
  template: { spec: { containers: Container[]; volumes: { name: string }[] } };
}

interface Container {
  image: string;
  args: string[];
  ports: { name: string; containerPort: number }[];
}

describe('a manifest is applied', () => {
  test('where the object has all of it, whatever the API server has added', () => {
    expect(isApplied(live(), MANIFEST)).toBe(true);
  });

  test('where others manage fields of the object, too', () => {
    const controller = { manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'apps/v1', fieldsV1: {} };
    expect(isApplied(live([controller, ENTRY]), MANIFEST)).toBe(true);
  });
});

describe('the API server is to be asked', () => {
  test.for<[string, (spec: Spec) => void]>([
    ['a value differs', (spec) => (spec.replicas = 2)],
    ['a value is missing', (spec) => delete spec.replicas],
    [
      'a value within a list differs',
      ({ template }) => Object.assign(template.spec.containers[0] ?? {}, { image: 'peer:3.0' }),
    ],
    ['an entry of a list is missing', ({ template }) => template.spec.volumes.splice(0)],
    ['somebody else has added to a list', ({ template }) => template.spec.volumes.push({ name: 'injected' })],
    ['a list is in another order', ({ template }) => template.spec.containers[0]?.args.reverse()],
  ])('where %s', ([, change]) => {
    expect(isApplied(live([ENTRY], change), MANIFEST)).toBe(false);
  });

  test.for<[string, readonly unknown[]]>([
    ['Weft has not applied the object', []],
    ['it was only updated by Weft, not applied', [{ ...ENTRY, operation: 'Update' }]],
    ['it was applied in another version of the API', [{ ...ENTRY, apiVersion: 'apps/v1beta1' }]],
    ['the fields are told in a form that is not known', [{ ...ENTRY, fieldsType: 'FieldsV2' }]],
    ['Weft is told twice', [ENTRY, ENTRY]],
  ])('where %s', ([, managedFields]) => {
    expect(isApplied(live(managedFields), MANIFEST)).toBe(false);
  });

  test.for<[string, object]>([
    ['a field', { 'f:spec': { ...OWNED['f:spec'], 'f:paused': {} } }],
    ['a label', { 'f:metadata': { 'f:labels': { 'f:weft.dev/node': {}, 'f:earlier': {} } } }],
    ['an entry of a list', withVolume({ 'k:{"name":"old"}': { '.': {}, 'f:name': {} } })],
    ['a value of a set', { 'f:metadata': { 'f:finalizers': { 'v:"weft.dev/earlier"': {} } } }],
    ['a port of another protocol', withPort('k:{"containerPort":7051,"protocol":"UDP"}')],
    ['an entry by its place', { 'f:spec': { 'f:template': { 'f:spec': { 'f:volumes': { 'i:0': {} } } } } }],
    ['an entry whose keys cannot be read', withVolume({ 'k:{': {} })],
  ])('where Weft owns what the manifest no longer has: %s', ([, fields]) => {
    expect(isApplied(live([{ ...ENTRY, fieldsV1: { ...OWNED, ...fields } }]), MANIFEST)).toBe(false);
  });
});

test('a value of a set that the manifest still has is no reason to ask', () => {
  const manifest = { ...MANIFEST, metadata: { ...MANIFEST.metadata, finalizers: ['weft.dev/kept'] } };
  const fields = { ...OWNED, 'f:metadata': { 'f:finalizers': { 'v:"weft.dev/kept"': {} } } };
  const standing = live([{ ...ENTRY, fieldsV1: fields }]);
  const object = { ...standing, metadata: { ...standing.metadata, finalizers: ['weft.dev/kept'] } };
  expect(isApplied(object, manifest)).toBe(true);
});

function withVolume(entries: object): object {
  return { 'f:spec': { 'f:template': { 'f:spec': { 'f:volumes': entries } } } };
}

function withPort(key: string): object {
  const container = { 'f:ports': { [key]: { 'f:containerPort': {} } } };
  return { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"peer"}': container } } } } };
}
