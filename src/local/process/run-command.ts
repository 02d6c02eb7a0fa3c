import { execFile } from 'node:child_process';

import { PlatformError } from '../failure.ts';

/**
 * Runs one of the system's programs to its end. Node's own execFile, not execa: these are single short calls, and the
 * import would be a third of the time of a start that finds everything running.
 *
 * @param input - what it reads from stdin.
 * @returns what it wrote to stdout.
 * @throws PlatformError with the last lines of its output when it fails.
 */
export function runCommand(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 64_000_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          new PlatformError(`${program} ${args.join(' ')} failed: ${stderr.trim() || error.message}`, { cause: error }),
        );
    });
    // A program that ends without reading its input closes the pipe; its exit code says what matters.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
