import { ArtifactError, PlatformError, PlatformNotRunning } from '../../local/failure.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';

/**
 * Carries out something on the embedded platform.
 *
 * @throws CommandFailure for what its user can understand and act on; anything else as it is.
 */
export async function explained<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw platformFailure(error) ?? error;
  }
}

/** @returns the embedded platform's error in the words of the command line, or undefined if it is none of its */
function platformFailure(error: unknown): CommandFailure | undefined {
  if (!(error instanceof PlatformError || error instanceof ArtifactError)) return undefined;
  const exitCode = error instanceof PlatformNotRunning ? EXIT.unreachable : EXIT.failed;
  return new CommandFailure({ exitCode, message: error.message }, { cause: error });
}
