/*
 * configtxgen and configtxlator, each call in a private folder. Both pass files, not pipes: configtxlator opens /dev/stdout by
 * name, which is not there where stdout is a socket.
 */
import { FabricError } from '../error.ts';
import { errorOf, ProgramFailure, type FabricProgram, type FabricPrograms } from './programs.ts';

// Both programs take tenths of a second; the rest is for machines that are busy with other things.
const TIMEOUT_MS = 30_000;

export interface ChannelTool {
  readonly programs: FabricPrograms;
  readonly folder: string;
  readonly signal: AbortSignal;
  /** What the program is asked to do, for error messages. */
  readonly task: string;
}

/**
 * Runs one of the two to its end.
 *
 * @throws FabricError `refused` if it does not accept what it is given
 */
export async function runChannelTool(
  tool: ChannelTool,
  program: FabricProgram,
  args: readonly string[],
): Promise<void> {
  const { programs, folder, signal, task } = tool;
  try {
    await programs.run(program, args, { folder, signal, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    // Neither program talks to anybody: what they refuse, they refuse again.
    if (!(error instanceof ProgramFailure) || error.exitCode === undefined) throw error;
    throw new FabricError('refused', `${program} could not ${task}: ${errorOf(error.stderr)}`, { cause: error });
  }
}
