import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Listener } from '../../../src/local/process/listeners.ts';

/** What of a machine a node could leave marks on. */
export interface MachineState {
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  readonly routes: readonly string[];
  readonly networkNamespaces: readonly string[];
  readonly packetFilter: readonly string[];
  /** Tables that programs have there for themselves. */
  readonly packetFilterTables: readonly string[];
  readonly cgroups: readonly string[];
  readonly strayFolders: readonly string[];
}

/** Folders in which Kubernetes, containerd and CNI keep things unless they are told otherwise. */
const usualFolders = [
  '/var/lib/kubelet',
  '/var/lib/containerd',
  '/var/lib/cni',
  '/var/log/pods',
  '/var/log/containers',
  '/run/containerd',
  '/run/cni',
  '/run/xtables.lock',
  '/opt/containerd',
  '/usr/libexec/kubernetes',
  '/etc/cni/net.d',
];

/** Looks at the machine. @param belongs - whether a name could be of the instance under test. */
export function observeMachine(belongs: (name: string) => boolean): MachineState {
  return {
    mounts: lines(readFileSync('/proc/self/mountinfo', 'utf8')).filter(belongs),
    links: readdirSync('/sys/class/net').filter(belongs),
    routes: lines(execFileSync('ip', ['route', 'show', 'table', 'all'], { encoding: 'utf8' })).filter(belongs),
    networkNamespaces: existsSync('/run/netns') ? readdirSync('/run/netns').sort() : [],
    packetFilter: packetFilter(),
    packetFilterTables: tables().filter(belongs),
    cgroups: cgroupFolders('/sys/fs/cgroup').filter(belongs),
    strayFolders: usualFolders.filter((folder) => existsSync(folder)),
  };
}

/** A process, told from a later one with the same pid. */
export interface ProcessMark {
  readonly pid: number;
  readonly startTime: string;
}

/** @returns the process and all below it, in whatever namespaces they are */
export function processTree(root: number): ProcessMark[] {
  const all = processes();
  const below = (pid: number): ProcessMark[] => [
    ...all.filter((process) => process.pid === pid),
    ...all.filter((process) => process.parent === pid).flatMap((process) => below(process.pid)),
  ];
  return below(root).map(({ pid, startTime }) => ({ pid, startTime }));
}

/** @returns those that still run */
export function survivors(marks: readonly ProcessMark[]): ProcessMark[] {
  const all = processes();
  return marks.filter((mark) => all.some(({ pid, startTime }) => pid === mark.pid && startTime === mark.startTime));
}

/** @returns the command lines of processes that carry a text in their environment or on their command line */
export function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .filter((entry) => readOrEmpty(entry, 'environ').includes(text) || readOrEmpty(entry, 'cmdline').includes(text))
    .map((entry) => readOrEmpty(entry, 'cmdline').replaceAll('\0', ' '));
}

/** The user id that every Linux keeps for those who own nothing. */
export const NOBODY = 65_534;

/** @returns whether a user of this machine gets a connection */
export function connectAs(user: number, { address, port }: Listener): 'connected' | 'refused' {
  const { status, stderr } = spawnSync(
    'setpriv',
    [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`],
    { encoding: 'utf8', timeout: 5_000 },
  );
  if (status === 0) return 'connected';
  if (/refused|reset/.test(stderr)) return 'refused';
  throw new Error(`Connecting to ${address}:${port} as ${user} ended with ${String(status)}: ${stderr}`);
}

/** Rules and chains, without counters and the times in comments. */
function packetFilter(): string[] {
  return ['iptables-save', 'ip6tables-save'].flatMap((program) =>
    lines(execFileSync(program, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/\[\d+:\d+\]/, '')),
  );
}

function tables(): string[] {
  return lines(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }));
}

function cgroupFolders(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

function processes(): (ProcessMark & { parent: number })[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const stat = readOrEmpty(entry, 'stat');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return stat === '' || fields[0] === 'Z'
        ? []
        : [{ pid: Number(entry), parent: Number(fields[1]), startTime: fields[19] ?? '' }];
    });
}

function readOrEmpty(pid: string, file: string): string {
  try {
    return readFileSync(join('/proc', pid, file), 'utf8');
  } catch {
    return '';
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
