/* The updates of a channel's configuration, and the configuration in a block, by configtxlator. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { FabricError } from '../error.ts';
import { runChannelTool, type ChannelTool } from '../tools/channel-tools.ts';
import { inPrivateFolder } from '../tools/private-folder.ts';
import type { FabricPrograms } from '../tools/programs.ts';
import { ChannelConfig } from './config.ts';

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
    await runChannelTool({ programs, folder, signal, task }, 'configtxlator', [
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

async function encode(tool: ChannelTool, name: 'current' | 'wanted', config: ChannelConfig): Promise<void> {
  await writeFile(join(tool.folder, `${name}.json`), JSON.stringify(config));
  await runChannelTool(tool, 'configtxlator', [
    ...['proto_encode', '--type', 'common.Config', '--input', `${name}.json`, '--output', `${name}.pb`],
  ]);
}

async function compute(tool: ChannelTool, channel: string): Promise<Uint8Array | undefined> {
  try {
    await runChannelTool(tool, 'configtxlator', [
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
