import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PlatformError } from '../failure.ts';
import { until } from '../process/wait.ts';

/** A mounted cgroup hierarchy. Version 1 has one per controller, version 2 has one in all; a machine may have both. */
export interface Hierarchy {
  readonly path: string;
  readonly version: 1 | 2;
}

/**
 * Makes the cgroup that holds a node's pods, in every hierarchy.
 *
 * @param name - its path from the root, as `/weft`.
 * @throws PlatformError when there are no cgroups, or this process' part of them may not have children.
 */
export function createCgroup(name: string, hierarchies: readonly Hierarchy[] = mountedHierarchies()): void {
  if (hierarchies.length === 0) {
    throw new PlatformError(
      'No cgroup hierarchy is mounted below /sys/fs/cgroup.\nMount cgroups (cgroup2 on /sys/fs/cgroup will do).',
    );
  }
  const isUnified = hierarchies.every(({ version }) => version === 2);
  for (const { path, version } of hierarchies) {
    if (isUnified) delegateControllers(path);
    const directory = join(path, name);
    mkdirSync(directory, { recursive: true });
    if (version === 1) inheritProcessors(path, directory);
    else if (isUnified) delegateControllers(directory);
  }
}

/** Removes a node's cgroup with all below it, once the processes in it have ended. */
export async function removeCgroup(name: string): Promise<void> {
  for (const directory of cgroupFolders(name)) {
    await until(() => isRemoved(directory), {
      what: `the cgroup ${directory} is left by its last process`,
      timeoutMs: 10_000,
      intervalMs: 50,
    });
  }
}

/** @returns the node's folders in the cgroup file systems */
export function cgroupFolders(name: string): string[] {
  return mountedHierarchies()
    .map(({ path }) => join(path, name))
    .filter((directory) => existsSync(directory));
}

function mountedHierarchies(): Hierarchy[] {
  // proc_pid_mountinfo(5): field 5 is the mount point; the type follows the separator.
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line): Hierarchy[] => {
      const [mount = '', source = ''] = line.split(' - ');
      const path = mount.split(' ')[4];
      const type = source.split(' ')[0];
      if (path?.startsWith('/sys/fs/cgroup') !== true) return [];
      if (type === 'cgroup') return [{ path, version: 1 }];
      return type === 'cgroup2' ? [{ path, version: 2 }] : [];
    });
}

/** Controllers that the kubelet asks for in version 2. */
const controllers = ['cpuset', 'cpu', 'io', 'memory', 'pids', 'hugetlb'];

/** In version 2 a cgroup has the controllers that its parent hands down. */
function delegateControllers(directory: string): void {
  const present = readFileSync(join(directory, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const handedDown = readFileSync(join(directory, 'cgroup.subtree_control'), 'utf8').trim().split(' ');
  const missing = controllers.filter((controller) => present.includes(controller) && !handedDown.includes(controller));
  if (missing.length === 0) return;
  try {
    writeFileSync(join(directory, 'cgroup.subtree_control'), missing.map((controller) => `+${controller}`).join(' '));
  } catch (error) {
    throw new PlatformError(
      `The cgroup ${directory} cannot hand down ${missing.join(', ')}: ${error instanceof Error ? error.message : String(error)}\n` +
        'In a container, move its processes out of the root cgroup first, as an init of its own (docker run --init is not enough) does.',
      { cause: error },
    );
  }
}

/** In version 1 a new cpuset has no processor and no memory node, and nothing could run in it. */
function inheritProcessors(hierarchy: string, directory: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const parent = join(hierarchy, file);
    if (existsSync(parent)) writeFileSync(join(directory, file), readFileSync(parent, 'utf8'));
  }
}

/** Tries to remove a folder, deepest first. @returns whether it is gone; false while a process is still in it */
function isRemoved(directory: string): boolean {
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory() && !isRemoved(join(directory, entry.name))) return false;
    }
    rmdirSync(directory);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return true;
    if (code === 'EBUSY') return false;
    throw error;
  }
}
