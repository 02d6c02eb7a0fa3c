import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { extname, join } from 'node:path';

import { PlatformError } from '../failure.ts';
import { filesOf, readIfPresent, writePrivateFile } from '../files.ts';
import type { Instance } from '../instance.ts';
import { findCommand } from '../artifacts/find-command.ts';
import { childrenOf, endProcess, lastLogLines, startProcess, sweepProcesses } from '../process/processes.ts';
import { findProcess, forgetProcess, type ProcessRecord } from '../process/record.ts';
import type { Addresses } from './addresses.ts';
import {
  sandboxConfigurationSchema,
  sandboxReportSchema,
  type SandboxConfiguration,
  type SandboxReport,
} from './sandbox/configuration.ts';
import { createCgroup, removeCgroup } from './cgroups.ts';
import { nodeConfiguration, writeNodeFiles } from './node-files.ts';
import { connectNode, disconnectNode, isConnected, refuseRegistryToPods, refuseUnknownServices } from './network.ts';
import { nodeComponents, type NodeContext } from './components.ts';
import { searchPath, versionOf, type NodePrograms } from './programs.ts';

/** Name of the node's outermost process in records and logs. */
export const nodeProcess = 'node';

/** Longer than the sandbox takes to end everything in it. */
const endingGraceMs = 20_000;

/** @returns the node's outermost process, if it runs; a namespace lives and dies with it */
export function findNode(instance: Instance): ProcessRecord | undefined {
  return findProcess(instance, nodeProcess);
}

/** @returns why a running node cannot stay as it is; undefined if it is the one that these programs would start */
export function nodeFault(instance: Instance, programs: NodePrograms, addresses: Addresses): string | undefined {
  const wanted = renderConfiguration(instance, contextOf(instance, programs, addresses));
  if (readIfPresent(filesOf(instance.directory).sandboxConfiguration) !== wanted) {
    return 'runs with another configuration or other versions';
  }
  if (!isConnected(instance, addresses)) return 'has lost its link to this machine';
  // The start was killed before it had given the node its address.
  return readSandboxReport(instance) === undefined ? 'was never started to its end' : undefined;
}

/**
 * Starts the sandbox with the node in it, and connects it with this machine. Left-overs of an earlier one are removed first.
 *
 * @returns its outermost process
 */
export async function startNode(
  instance: Instance,
  programs: NodePrograms,
  addresses: Addresses,
): Promise<ProcessRecord> {
  const context = contextOf(instance, programs, addresses);
  const { pki, sandboxConfiguration } = filesOf(instance.directory);
  await clearNode(instance);
  // X.509 takes a tenth of a second to load, and all other commands do without.
  const { writePki } = await import('./pki.ts');
  await writePki(pki, instance.name, addresses);
  writeNodeFiles(instance, context);
  writePrivateFile(sandboxConfiguration, renderConfiguration(instance, context));
  createCgroup(instance.cgroup);
  const record = await startProcess(instance, {
    name: nodeProcess,
    command: sandboxCommand(sandboxConfiguration),
    environment: { PATH: searchPath(), HOME: process.env['HOME'] },
  });
  await connectNode(instance, addresses, record.pid);
  return record;
}

/** Ends the node: its pods and databases are asked first, then killed. Data stays. */
export async function stopNode(instance: Instance): Promise<void> {
  const record = findNode(instance);
  // unshare itself ignores the request, as its manual says; init passes it on to the sandbox.
  const init = record === undefined ? undefined : childrenOf(record.pid)[0];
  if (record !== undefined)
    await endProcess(record, { graceMs: endingGraceMs, ...(init !== undefined && { ask: init }) });
  await clearNode(instance);
}

/** @returns how the node's components are, in the sandbox's own words; undefined if there is none to say it */
export function readSandboxReport(instance: Instance): SandboxReport | undefined {
  const text = readIfPresent(filesOf(instance.directory).sandboxReport);
  return text === undefined ? undefined : sandboxReportSchema.parse(JSON.parse(text));
}

/** @returns the versions of the programs that the node was started with, by the components' names, as far as they are known */
export function readComponentVersions(instance: Instance): ReadonlyMap<string, string> {
  const text = readIfPresent(filesOf(instance.directory).sandboxConfiguration);
  const configuration = sandboxConfigurationSchema.safeParse(text === undefined ? undefined : JSON.parse(text));
  // A node that an older Weft started may have another form of it.
  const components = configuration.data?.components ?? [];
  return new Map(
    components.flatMap(({ name, command: [program] }) => {
      const version = versionOf(program);
      return version === undefined ? [] : [[name, version] as const];
    }),
  );
}

/** How often a component may end before its start counts as failed: one may be too early, four are no accident. */
const toleratedEnds = 4;

/** @throws PlatformError when the node, or a component of it, fails again and again; with the last lines of that component's log. */
export function refuseFailingNode(instance: Instance, record: ProcessRecord): void {
  const current = findNode(instance);
  if (current?.pid !== record.pid) {
    throw new PlatformError(
      `The node has ended by itself. The last lines of its log:\n${lastLogLines(instance, nodeProcess)}`,
    );
  }
  const failing = readSandboxReport(instance)?.components.find(
    ({ restarts, state }) => restarts >= toleratedEnds && state !== 'ready',
  );
  if (failing === undefined) return;
  const end = failing.lastEnd ?? 'unknown';
  throw new PlatformError(
    `${failing.name} ends again and again (${end}). The last lines of its log:\n${lastLogLines(instance, failing.name)}`,
  );
}

function contextOf(instance: Instance, programs: NodePrograms, addresses: Addresses): NodeContext {
  return { nodeName: instance.name, addresses, files: filesOf(instance.directory), programs };
}

function renderConfiguration(instance: Instance, context: NodeContext): string {
  const { programs } = context;
  const configuration: SandboxConfiguration = {
    directory: instance.directory,
    nodeAddress: context.addresses.node,
    logs: context.files.logs,
    report: context.files.sandboxReport,
    preparations: [refuseUnknownServices(programs), refuseRegistryToPods(programs, context.addresses)],
    components: nodeComponents(context),
    filesDigest: createHash('sha256')
      .update(JSON.stringify(nodeConfiguration(instance, context)))
      .digest('hex'),
  };
  return `${JSON.stringify(configuration, undefined, 2)}\n`;
}

function sandboxCommand(configurationFile: string): [string, ...string[]] {
  const program = (name: string): string => findCommand(name) ?? name;
  return [
    program('unshare'),
    ...['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'],
    // Init: it reaps what containers and shims leave to it, and its end is the end of everything in the namespace.
    ...[program('tini'), '--'],
    ...[
      process.execPath,
      join(import.meta.dirname, 'sandbox', `main${extname(import.meta.filename)}`),
      configurationFile,
    ],
  ];
}

/**
 * Removes what is left of a node that does not run: stray processes, its link, its cgroups. The last cost most: a kubelet
 * that finds cgroups of dead containers looks for each of them for 3 s before it says that the node is ready.
 */
async function clearNode(instance: Instance): Promise<void> {
  await sweepProcesses(instance, nodeProcess);
  await disconnectNode(instance);
  await removeCgroup(instance.cgroup);
  forgetProcess(instance, nodeProcess);
  rmSync(filesOf(instance.directory).sandboxReport, { force: true });
}
