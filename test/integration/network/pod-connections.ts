import { readFile } from 'node:fs/promises';

import { list, type Cluster, type KubernetesObject } from '../../../src/kubernetes/index.ts';
import { policyPod, type Flow } from '../../support/network-policies.ts';
import { processOf } from './processes.ts';

/*
 * The connections that pods of the embedded platform have opened, as its kernel tracks them: those that are open, and those that were closed within the
 * last two minutes. What leads to a Service is told by the pod that it came to.
 */

/** Of which a pod that is looked at has opened or taken one end. */
export async function connectionsOf(cluster: Cluster, namespace: string): Promise<Flow[]> {
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' });
  const byAddress = new Map(
    pods.flatMap((pod) => addressesOf(pod).map((address) => [address, policyPod(pod)] as const)),
  );
  const own = (end: Flow['from']): boolean => end !== 'elsewhere' && end.namespace === namespace;
  return (await trackedConnections(pods.filter(({ metadata }) => metadata.namespace === namespace))).flatMap(
    ({ source, target, port, protocol }) => {
      const from = byAddress.get(source);
      // From the machine itself: the kubelet's probes, and port-forwards.
      if (from === undefined) return [];
      const flow: Flow = { from, to: byAddress.get(target) ?? 'elsewhere', port, protocol };
      return own(flow.from) || own(flow.to) ? [flow] : [];
    },
  );
}

interface Tracked {
  readonly source: string;
  readonly target: string;
  readonly port: number;
  readonly protocol: Flow['protocol'];
}

/** @param pods of which one runs an orderer */
async function trackedConnections(pods: readonly KubernetesObject[]): Promise<Tracked[]> {
  const orderer = pods.find(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'orderer');
  const pid = orderer === undefined ? undefined : await processOf(orderer, 'orderer');
  // The container's parent is in the network of the machine, where connections between pods are tracked.
  const parent = /^PPid:\s*(\d+)$/m.exec(await readFile(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  const table = await readFile(`/proc/${String(parent)}/net/nf_conntrack`, 'utf8');
  return table.split('\n').flatMap((line) => {
    const protocol = / (tcp|udp) /.exec(line)?.[1]?.toUpperCase();
    const [source, , target] = [...line.matchAll(/\bsrc=(\S+)|\bdst=(\S+)/g)].map(([, src, dst]) => src ?? dst);
    // The second half is that of the answer, which comes from whoever took the connection.
    const [, , port] = [...line.matchAll(/\b[sd]port=(\d+)/g)].map(([, number]) => Number(number));
    if ((protocol !== 'TCP' && protocol !== 'UDP') || port === undefined) return [];
    return source === undefined || target === undefined ? [] : [{ source, target, port, protocol }];
  });
}

function addressesOf({ status }: KubernetesObject): string[] {
  const { podIP } = status as { readonly podIP?: string };
  return podIP === undefined ? [] : [podIP];
}
