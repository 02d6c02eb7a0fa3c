import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { runChannelTool } from '../tools/channel-tools.ts';
import { inPrivateFolder } from '../tools/private-folder.ts';
import type { FabricPrograms } from '../tools/programs.ts';
import type { ChannelBlueprint } from './blueprint.ts';
import { CHANNEL_PROFILE, configtxFiles, type Files } from './configtx.ts';

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
    await runChannelTool(tool, 'configtxgen', [
      ...['-configPath', folder, '-profile', CHANNEL_PROFILE],
      ...['-channelID', blueprint.name, '-outputBlock', join(folder, result)],
    ]);
    return readFile(join(folder, result));
  });
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
