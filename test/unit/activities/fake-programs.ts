import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ProgramFailure, type ChannelConfig, type FabricPrograms } from '../../../src/fabric/index.ts';

/** What the programs make and read. */
export interface ProgramFacts {
  /** What configtxgen makes, whatever the blueprint says. */
  readonly genesis: Uint8Array;
  /** The configurations in blocks that configtxlator can read. */
  readonly configs?: readonly { readonly block: Uint8Array; readonly config: ChannelConfig }[];
}

/** Stand-ins for configtxgen and configtxlator, which read and write the same files; the integration tests run the real ones. */
export function fakePrograms({ genesis, configs = [] }: ProgramFacts): FabricPrograms {
  return {
    async run(program, args, { folder }) {
      const fileOf = (option: string): string => join(folder, args[args.indexOf(option) + 1] ?? '');
      if (program === 'configtxgen') await writeFile(args[args.indexOf('-outputBlock') + 1] ?? '', genesis);
      else if (args[0] === 'proto_decode') await decode(fileOf('--input'), fileOf('--output'), configs);
      else if (args[0] === 'proto_encode') await copyFile(fileOf('--input'), fileOf('--output'));
      else await computeUpdate(fileOf('--original'), fileOf('--updated'), fileOf('--output'));
      return { stdout: new Uint8Array(), stderr: '' };
    },
  };
}

async function decode(input: string, output: string, configs: ProgramFacts['configs'] = []): Promise<void> {
  const block = await readFile(input);
  const known = configs.find((one) => block.equals(one.block));
  if (known === undefined) throw new Error('This block has no configuration here.');
  await writeFile(output, JSON.stringify({ data: { data: [{ payload: { data: { config: known.config } } }] } }));
}

async function computeUpdate(original: string, updated: string, output: string): Promise<void> {
  const [before, after] = await Promise.all([readFile(original), readFile(updated)]);
  if (before.equals(after)) {
    const stderr = 'configtxlator: error: Error computing update: no differences detected between original and updated';
    throw new ProgramFailure('configtxlator', { exitCode: 1, signal: undefined, stderr });
  }
  await writeFile(output, 'a ConfigUpdate');
}
