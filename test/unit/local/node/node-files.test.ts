import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { filesOf } from '../../../../src/local/files.ts';
import { resolveInstance, type Instance } from '../../../../src/local/instance.ts';
import { addressesOf } from '../../../../src/local/node/addresses.ts';
import { nodeConfiguration, writeNodeFiles } from '../../../../src/local/node/node-files.ts';
import { nodeComponents, type NodeContext } from '../../../../src/local/node/components.ts';
import { writePki } from '../../../../src/local/node/pki.ts';

let root: string;
let instance: Instance;
let context: NodeContext;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'weft-files-'));
  instance = resolveInstance({ WEFT_DATA: root, WEFT_LOCAL_INSTANCE: 'weft-test' });
  const program = (name: string): string => `/programs/${name}`;
  context = {
    nodeName: instance.name,
    addresses: addressesOf(5),
    files: filesOf(instance.directory),
    programs: {
      containerd: program('containerd'),
      runc: program('runc'),
      iptables: program('iptables'),
      cniPlugins: program('cni'),
      etcd: program('etcd'),
      kubeApiServer: program('kube-apiserver'),
      kubeControllerManager: program('kube-controller-manager'),
      kubeScheduler: program('kube-scheduler'),
      kubelet: program('kubelet'),
      kubeProxy: program('kube-proxy'),
      storageProvisioner: program('storage-provisioner'),
      registry: program('registry'),
    },
  };
  await writePki(context.files.pki, instance.name, context.addresses);
  writeNodeFiles(instance, context);
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('the configuration of a node', () => {
  it('names no path outside the instance, the programs and the memory of the sandbox', () => {
    const texts = [...Object.values(nodeConfiguration(instance, context)), JSON.stringify(nodeComponents(context))];
    const paths = texts.flatMap((text) => text.match(/(?<![\w.:/])\/[\w.-]+(\/[\w.-]+)+/g) ?? []);
    expect(paths.length).toBeGreaterThan(30);
    const own = [instance.directory, '/programs/', '/run/'];
    expect(paths.filter((path) => !own.some((prefix) => path.startsWith(prefix)))).toEqual([]);
  });

  it('starts each component after components that there are, and none after itself', () => {
    const started = new Set<string>();
    for (const { name, after } of nodeComponents(context)) {
      expect(after.filter((other) => !started.has(other))).toEqual([]);
      started.add(name);
    }
  });

  it('puts no secret on a command line', () => {
    const key = readFileSync(join(context.files.pki, 'admin.key'), 'utf8').split('\n')[1] ?? '';
    expect(key.length).toBeGreaterThan(20);
    expect(JSON.stringify(nodeComponents(context))).not.toContain(key);
  });

  it('keeps pods below the cgroup of the instance, and every image', () => {
    expect(parse(nodeConfiguration(instance, context)['kubelet.yaml'] ?? '')).toMatchObject({
      cgroupRoot: '/weft-test',
      imageGCHighThresholdPercent: 100,
    });
  });
});

describe('the kubeconfig', () => {
  it('leads to the node, under the name of the instance', () => {
    expect(parse(readFileSync(context.files.kubeconfig, 'utf8'))).toMatchObject({
      'current-context': 'weft-local-test',
      contexts: [{ name: 'weft-local-test', context: { cluster: 'weft-local-test', user: 'weft-local-test' } }],
      clusters: [{ name: 'weft-local-test', cluster: { server: 'https://10.245.0.22:6443' } }],
    });
  });

  it('is readable for its owner only', () => {
    expect(statSync(context.files.kubeconfig).mode & 0o777).toBe(0o600);
  });
});
