import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { chooseCluster, existingCluster } from '../../../src/local/existing-cluster.ts';
import { clusterOf } from '../../../src/local/environment.ts';
import { resolveInstance, type Instance } from '../../../src/local/instance.ts';
import { rememberState } from '../../../src/local/state.ts';

const kind = { name: 'kind-dev', kubeconfig: '/home/ana/.kube/config', context: 'kind-dev' };

let folder: string;
let instance: Instance;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-cluster-'));
  instance = resolveInstance({ WEFT_DATA: folder });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the cluster of a platform', () => {
  it('is a node of its own where nobody has asked for another', () => {
    expect(chooseCluster(instance, undefined)).toBeUndefined();
    expect(clusterOf(instance)).toMatchObject({ cluster: 'local', context: 'weft-local' });
  });

  it('is the one that was asked for, at later starts as well', () => {
    expect(chooseCluster(instance, kind)).toEqual(kind);
    expect(chooseCluster(instance, undefined)).toEqual(kind);
    expect(clusterOf(instance)).toEqual({ cluster: 'kind-dev', kubeconfig: kind.kubeconfig, context: 'kind-dev' });
  });

  it('may be found in another file', () => {
    chooseCluster(instance, kind);
    chooseCluster(instance, { ...kind, kubeconfig: '/home/ana/other' });
    expect(existingCluster(instance)).toEqual({ ...kind, kubeconfig: '/home/ana/other' });
  });

  it('is not another one later, and nothing is remembered of that', () => {
    chooseCluster(instance, kind);
    const other = { ...kind, name: 'k3d/Two', context: 'k3d/Two' };
    expect(() => chooseCluster(instance, other)).toThrow(
      'The platform weft works on the cluster of the context kind-dev, and not on k3d/Two.\n' +
        'Start another beside it: WEFT_LOCAL_INSTANCE=weft-k3d-two weft local start --context k3d/Two; or remove this one: weft local reset',
    );
    expect(existingCluster(instance)).toEqual(kind);
  });

  it('is not one of somebody where the platform has a node', () => {
    rememberState(instance, { block: 3 });
    expect(() => chooseCluster(instance, kind)).toThrow('works on a Kubernetes of its own');
  });
});
