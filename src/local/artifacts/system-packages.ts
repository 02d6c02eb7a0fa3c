import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cacheRoot } from './cache.ts';
import { findCommand, isExecutable } from './find-command.ts';
import { ArtifactError } from '../failure.ts';
import { withLock } from './lock.ts';
import { withProgress, type ReportProgress, type Say } from './progress.ts';
import { runTool } from './run-tool.ts';

/** Something that the distribution provides. What counts is that it is there, not which package brought it. */
export interface SystemNeed {
  /** The Debian and Ubuntu package that has it. */
  readonly package: string;
  readonly isPresent: () => boolean;
}

/** @returns the need of these commands */
export function commandsOf(debianPackage: string, commands: readonly string[]): SystemNeed {
  return { package: debianPackage, isPresent: () => commands.every((name) => findCommand(name) !== undefined) };
}

/** Where Debian and the CNI project put the plugins that containerd connects pods with. */
const cniFolders = ['/usr/lib/cni', '/opt/cni/bin'];
const cniPlugins = ['bridge', 'host-local', 'loopback', 'portmap'];

/** @returns the folder that has the CNI plugins, or undefined when none has all */
export function findCniPlugins(folders: readonly string[] = cniFolders): string | undefined {
  return folders.find((folder) => cniPlugins.every((plugin) => isExecutable(join(folder, plugin))));
}

/** What the embedded platform runs and does not build. Docker's containerd does as well as Debian's. */
export const runtimeNeeds: readonly SystemNeed[] = [
  commandsOf('containerd', ['containerd', 'containerd-shim-runc-v2', 'ctr']),
  commandsOf('runc', ['runc']),
  { package: 'containernetworking-plugins', isPresent: () => findCniPlugins() !== undefined },
  commandsOf('iptables', ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables']),
  commandsOf('nftables', ['nft']),
  commandsOf('conntrack', ['conntrack']),
  commandsOf('socat', ['socat']),
  commandsOf('iproute2', ['ip']),
  commandsOf('tini', ['tini']),
  commandsOf('util-linux', ['unshare', 'nsenter', 'flock', 'setpriv']),
  commandsOf('mount', ['mount', 'umount']),
];

/** What a static program with C code in it is linked with. */
export const cgoNeeds: readonly SystemNeed[] = [
  commandsOf('gcc', ['gcc']),
  { package: 'libc6-dev', isPresent: () => staticLibraries.some((library) => existsSync(library)) },
];

const staticLibraries = ['/usr/lib/x86_64-linux-gnu/libc.a', '/usr/lib/aarch64-linux-gnu/libc.a', '/usr/lib/libc.a'];

/** What Python packages are fetched with. A `pip3` on the PATH may belong to another Python, so Python is asked. */
export const pythonNeeds: readonly SystemNeed[] = [
  commandsOf('python3', ['python3']),
  { package: 'python3-pip', isPresent: () => spawnSync('python3', ['-m', 'pip', '--version']).status === 0 },
];

const policyFile = '/usr/sbin/policy-rc.d';

/** Debian's way to say that installing a package must not start its service: any answer but 0 forbids it. */
const ownPolicy =
  '#!/bin/sh\n# Weft is installing packages and uses none of their services; it removes this file at the end.\nexit 101\n';

/**
 * Installs what is missing from Debian or Ubuntu, and starts no service.
 *
 * @throws ArtifactError when it cannot: no root, another distribution, apt fails
 */
export async function installMissing(
  needs: readonly SystemNeed[],
  report: ReportProgress,
  signal?: AbortSignal,
): Promise<void> {
  if (needs.every((need) => need.isPresent()) && !isOwnPolicyLeft()) return;
  await withProgress(report, 'system packages', (say) =>
    withLock(
      join(cacheRoot(), 'locks', 'system-packages'),
      async () => {
        if (isOwnPolicyLeft()) rmSync(policyFile);
        const missing = missingPackages(needs);
        if (missing.length === 0) return 'all there';
        refuseWithoutApt(missing);
        await install(missing, say, signal);
        refuseStillMissing(missingPackages(needs));
        return `installed ${missing.join(' ')}`;
      },
      {
        signal,
        onWait: () => {
          say('waiting for another process that installs them');
        },
      },
    ),
  );
}

/** @returns the packages of the needs that are not met */
export function missingPackages(needs: readonly SystemNeed[]): readonly string[] {
  return [...new Set(needs.filter((need) => !need.isPresent()).map((need) => need.package))];
}

/** A run that was killed while apt worked leaves it behind. */
function isOwnPolicyLeft(): boolean {
  return existsSync(policyFile) && readFileSync(policyFile, 'utf8') === ownPolicy;
}

function refuseWithoutApt(missing: readonly string[]): void {
  const fact = `The embedded platform needs ${missing.join(', ')}, not installed on this machine`;
  if (findCommand('apt-get') === undefined) {
    throw new ArtifactError(
      `${fact}, and there is no apt-get.`,
      'Install what these Debian packages have, or use a cluster of your own with --context.',
    );
  }
  if (process.getuid?.() !== 0) {
    throw new ArtifactError(
      `${fact}, and only root may install.`,
      `Run this as root, or: sudo apt-get install ${missing.join(' ')}`,
    );
  }
}

async function install(packages: readonly string[], say: Say, signal?: AbortSignal): Promise<void> {
  const isPolicyOurs = !existsSync(policyFile);
  if (isPolicyOurs) writeFileSync(policyFile, ownPolicy, { mode: 0o755, flag: 'wx' });
  try {
    say('reading package lists');
    await apt(['update'], signal);
    say(`installing ${packages.join(' ')}`);
    await apt(['install', '--yes', '--no-install-recommends', ...packages], signal);
  } finally {
    if (isPolicyOurs) rmSync(policyFile, { force: true });
  }
}

/** A fresh machine may run its own unattended upgrade in its first minutes; apt waits for that long. */
const aptLockWaitSeconds = 300;

async function apt(args: readonly string[], signal?: AbortSignal): Promise<void> {
  await runTool('system packages', ['apt-get', '-o', `DPkg::Lock::Timeout=${aptLockWaitSeconds}`, ...args], {
    // Ubuntu's needrestart would ask which services to restart.
    env: { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' },
    signal,
    nextStep:
      'Make the command above work (is the network up, are the sources in /etc/apt right?), then run the same command again.',
  });
}

function refuseStillMissing(missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new ArtifactError(
    `apt-get installed ${missing.join(', ')}, but their programs are not there.`,
    `Look at what it did: apt-get install --reinstall ${missing.join(' ')}`,
  );
}
