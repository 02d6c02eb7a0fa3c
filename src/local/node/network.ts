import { existsSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

import { PlatformError } from '../failure.ts';
import type { Instance } from '../instance.ts';
import { runCommand } from '../process/run-command.ts';
import { until } from '../process/wait.ts';
import { blockPrefix, type Addresses } from './addresses.ts';
import { ports, serviceRange } from './cluster-network.ts';
import type { NodePrograms } from './programs.ts';

/**
 * Connects a node with this machine by a veth pair. The namespace has no name and no mount: it goes with the node's
 * processes, however they end, and takes the pair along, at the latest when the last connections have timed out.
 *
 * @param pid - a process that is in, or about to enter, the node's own network namespace.
 */
export async function connectNode(instance: Instance, addresses: Addresses, pid: number): Promise<void> {
  await until(() => isApart(pid), {
    what: `process ${pid} enters a network namespace of its own`,
    timeoutMs: 5_000,
    intervalMs: 5,
  });
  await disconnectNode(instance);
  await runCommand('ip', ['-batch', '-'], hostCommands(instance.link, addresses.host, pid));
  await runCommand('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', '-batch', '-'], nodeCommands(addresses));
}

/** Removes the link of a node, if there still is one. */
export async function disconnectNode({ link }: Instance): Promise<void> {
  if (!hasInterface(link)) return;
  try {
    await runCommand('ip', ['link', 'delete', link]);
  } catch (error) {
    // The kernel removes it by itself a moment after the node's last process.
    if (hasInterface(link)) throw error;
  }
}

/**
 * The command that has connections refused that are meant for a Service which kube-proxy does not know yet. Without it they go
 * out to nowhere, and the kernel remembers that: they hang for two minutes, although the Service is there a moment later.
 */
export function refuseUnknownServices({ iptables }: Pick<NodePrograms, 'iptables'>): [string, ...string[]] {
  return [iptables, '--wait', '--append', 'FORWARD', '--destination', serviceRange, '--jump', 'REJECT'];
}

/**
 * The command that has the registry refuse everybody but the node itself, which pulls at its loopback, and this machine at its end of the link: the registry knows
 * no users, and a pod could replace or delete the images of all others.
 */
export function refuseRegistryToPods(
  { iptables }: Pick<NodePrograms, 'iptables'>,
  { host }: Addresses,
): [string, ...string[]] {
  return [
    ...([iptables, '--wait', '--append', 'INPUT', '--protocol', 'tcp', '--dport', String(ports.registry)] as const),
    ...['!', '--in-interface', 'lo', '!', '--source', host],
    ...['--jump', 'REJECT', '--reject-with', 'tcp-reset'],
  ];
}

/** @returns whether the machine has its end of the link, with its address */
export function isConnected({ link }: Instance, { host }: Addresses): boolean {
  return networkInterfaces()[link]?.some(({ address }) => address === host) === true;
}

function hasInterface(link: string): boolean {
  return existsSync(`/sys/class/net/${link}`);
}

function isApart(pid: number): boolean {
  try {
    return ['net', 'mnt'].every(
      (kind) => readlinkSync(`/proc/${pid}/ns/${kind}`) !== readlinkSync(`/proc/self/ns/${kind}`),
    );
  } catch (error) {
    throw new PlatformError(
      `The node's first process has ended at once: unshare needs root and the kernel's namespaces.`,
      { cause: error },
    );
  }
}

function hostCommands(link: string, address: string, pid: number): string {
  return [
    `link add ${link} type veth peer name eth0 netns ${pid}`,
    `address add ${address}/${blockPrefix} dev ${link}`,
    `link set ${link} up`,
    '',
  ].join('\n');
}

function nodeCommands({ host, node }: Addresses): string {
  return [
    'link set lo up',
    `address add ${node}/${blockPrefix} dev eth0`,
    'link set eth0 up',
    // Packets to a Service need a route before kube-proxy's rules give them an address that has one.
    `route add default via ${host}`,
    '',
  ].join('\n');
}
