/*
 * A channel's first block and the updates of its configuration, made by configtxgen and configtxlator. Both programs pass
 * files, not pipes: configtxlator opens /dev/stdout by name, which is not there where stdout is a socket.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { z } from 'zod';

import { ChannelConfig } from './config.ts';
import type { ChannelBlueprint } from './blueprint.ts';
import { CHANNEL_PROFILE, configtxFiles, type Files } from './configtx.ts';
import { FabricError } from '../error.ts';
import { inPrivateFolder } from '../tools/private-folder.ts';
import { lastLogLines, ProgramFailure, type FabricProgram, type FabricPrograms } from '../tools/programs.ts';

/**
 * The first block of a new channel, by configtxgen. Each call makes another block, even from the same blueprint (times and
 * nonces are in it): keep the first one.
 *
 * @throws FabricError `refused` if configtxgen does not accept the blueprint
 */
export function genesisBlock(
  programs: FabricPrograms,
  blueprint: ChannelBlueprint,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const files = configtxFiles(blueprint);
  return inPrivateFolder(async (folder) => {
    await writeFiles(folder, files);
    const tool = { programs, folder, signal, task: `make the first block of channel ${blueprint.name}` };
    const result = 'genesis.block';
    await make(tool, 'configtxgen', [
      ...['-configPath', folder, '-profile', CHANNEL_PROFILE],
      ...['-channelID', blueprint.name, '-outputBlock', join(folder, result)],
    ]);
    return readFile(join(folder, result));
  });
}

/**
 * The channel's configuration that a configuration block carries, by configtxlator.
 *
 * @param block a configuration block (common.Block): the genesis block, or the newest as the channel gives it
 * @throws FabricError `refused` if it is another block, or none
 */
export function channelConfig(
  programs: FabricPrograms,
  block: Uint8Array,
  signal: AbortSignal,
): Promise<ChannelConfig> {
  return inPrivateFolder(async (folder) => {
    const task = 'read the configuration in a block';
    await writeFile(join(folder, 'block.pb'), block);
    await make({ programs, folder, signal, task }, 'configtxlator', [
      ...['proto_decode', '--type', 'common.Block', '--input', 'block.pb', '--output', 'block.json'],
    ]);
    const parsed = ConfigBlock.safeParse(JSON.parse(await readFile(join(folder, 'block.json'), 'utf8')));
    if (parsed.success) return parsed.data.data.data[0].payload.data.config;
    const paths = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new FabricError('refused', `This block carries no configuration of a channel: it lacks ${paths}`);
  });
}

/**
 * The update that leads from one configuration to another, by configtxlator.
 *
 * @returns a common.ConfigUpdate; undefined if there is no difference
 */
export function configUpdate(
  programs: FabricPrograms,
  update: { readonly channel: string; readonly current: ChannelConfig; readonly wanted: ChannelConfig },
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { channel, current, wanted } = update;
  return inPrivateFolder(async (folder) => {
    const tool = { programs, folder, signal, task: `compute an update of channel ${channel}` };
    await Promise.all([encode(tool, 'current', current), encode(tool, 'wanted', wanted)]);
    return compute(tool, channel);
  });
}

// Both programs take tenths of a second; the rest is for machines that are busy with other things.
const TIMEOUT_MS = 30_000;

interface Tool {
  readonly programs: FabricPrograms;
  readonly folder: string;
  readonly signal: AbortSignal;
  /** What the program is asked to do, for error messages. */
  readonly task: string;
}

async function make(tool: Tool, program: FabricProgram, args: readonly string[]): Promise<void> {
  const { programs, folder, signal, task } = tool;
  try {
    await programs.run(program, args, { folder, signal, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    // Neither program talks to anybody: what they refuse, they refuse again.
    if (!(error instanceof ProgramFailure) || error.exitCode === undefined) throw error;
    throw new FabricError('refused', `${program} could not ${task}: ${lastLogLines(error.stderr)}`, { cause: error });
  }
}

async function encode(tool: Tool, name: 'current' | 'wanted', config: ChannelConfig): Promise<void> {
  await writeFile(join(tool.folder, `${name}.json`), JSON.stringify(config));
  await make(tool, 'configtxlator', [
    ...['proto_encode', '--type', 'common.Config', '--input', `${name}.json`, '--output', `${name}.pb`],
  ]);
}

async function compute(tool: Tool, channel: string): Promise<Uint8Array | undefined> {
  try {
    await make(tool, 'configtxlator', [
      ...['compute_update', '--channel_id', channel],
      ...['--original', 'current.pb', '--updated', 'wanted.pb', '--output', 'update.pb'],
    ]);
  } catch (error) {
    // The program's only way to say it (internal/configtxlator/update/update.go).
    if (error instanceof FabricError && error.message.includes('no differences detected')) return undefined;
    throw error;
  }
  return readFile(join(tool.folder, 'update.pb'));
}

// A configuration block has one transaction, a common.ConfigEnvelope.
const ConfigBlock = z.object({
  data: z.object({
    data: z.tuple([z.object({ payload: z.object({ data: z.object({ config: ChannelConfig }) }) })]),
  }),
});

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
