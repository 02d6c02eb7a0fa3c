import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { inject } from 'vitest';

import type { Cluster } from '../../../src/kubernetes/index.ts';

/** Takes away something that a network stands on, and returns when whoever looks after it may bring it back. */
export type Outage = (cluster: Cluster, namespace: string) => Promise<void>;

/** Ends the pods of a node without a word to them. Its Deployment makes another. */
export function podOf(node: string): Outage {
  return async (cluster, namespace) => {
    await cluster.request({
      method: 'DELETE',
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { labelSelector: `weft.dev/node=${node}`, gracePeriodSeconds: 0 },
      purpose: `kill the pod of ${node}`,
    });
  };
}

/** Kills a process of the embedded platform. Its supervisor starts another. */
export function component(program: 'etcd' | 'kube-apiserver'): Outage {
  return () => {
    // Everything that an instance runs has a file of its folder on its command line.
    const folder = dirname(inject('platform').kubeconfig);
    const pids = readdirSync('/proc').filter((entry) => {
      const [executable = '', ...parameters] = commandLineOf(entry);
      return executable.endsWith(`/${program}`) && parameters.some((parameter) => parameter.includes(folder));
    });
    if (pids.length !== 1) throw new Error(`${pids.length} processes of ${folder} are ${program}.`);
    process.kill(Number(pids[0]), 'SIGKILL');
    return Promise.resolve();
  };
}

function commandLineOf(pid: string): string[] {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').split('\0');
  } catch {
    // No process, or one that has ended.
    return [];
  }
}

/** Has no name of the cluster resolve for a time. */
export function dns(seconds: number): Outage {
  return async (cluster) => {
    await scaleDns(cluster, 0);
    try {
      await wait(seconds * 1_000);
    } finally {
      await scaleDns(cluster, 1);
    }
  };
}

async function scaleDns(cluster: Cluster, replicas: number): Promise<void> {
  await cluster.request({
    method: 'PATCH',
    path: '/apis/apps/v1/namespaces/kube-system/deployments/coredns/scale',
    contentType: 'application/merge-patch+json',
    body: { spec: { replicas } },
    purpose: `scale the cluster's DNS to ${replicas}`,
  });
}
