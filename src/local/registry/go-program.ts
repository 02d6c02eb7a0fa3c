import { PlatformError } from '../failure.ts';
import { goCommand } from '../artifacts/find-command.ts';
import { goArchitecture } from '../artifacts/go-artifacts.ts';
import { followGoBuild } from '../artifacts/go-build.ts';
import type { Work } from '../artifacts/obtain.ts';
import { runTool } from '../artifacts/run-tool.ts';

/**
 * Builds the Go program in a folder: static, so that it runs in an image that has nothing else, and from the same sources
 * with the same Go always the same bytes.
 *
 * @param directory - has the package main; its settings for Go (GOFLAGS, GOPROXY, …) are the user's own.
 * @param program - the file to write.
 * @throws PlatformError when the folder's package is no program.
 * @throws ArtifactError when Go is missing or the build fails, with the compiler's output.
 */
export async function buildGoProgram(directory: string, program: string, { say, signal }: Work): Promise<void> {
  const settings = {
    cwd: directory,
    env: { GOOS: 'linux', GOARCH: goArchitecture(), CGO_ENABLED: '0' },
    signal,
    nextStep:
      'Make it build (`go build` in the folder says the same), then run the same command again. ' +
      'If modules are missing: `go mod tidy`, and does this machine reach the Go module proxy (`go env GOPROXY`)?',
  };
  say('looking at the sources');
  const name = (await runTool(directory, [goCommand(), 'list', '-f', '{{.Name}}'], settings)).trim();
  if (name !== 'main') {
    throw new PlatformError(
      `${directory} is no program: its package is ${name}, not main.\nName the folder that has \`package main\` and \`func main\`.`,
    );
  }
  const { doing, onLine } = followGoBuild(() => 'building');
  say(doing);
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];
  await runTool(directory, [goCommand(), 'build', '-v', ...flags, '-o', program, '.'], { ...settings, onLine });
}
