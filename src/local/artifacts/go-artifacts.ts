import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { arch } from 'node:os';
import { basename, join } from 'node:path';

import { contentKey, sourcesOf } from './cache.ts';
import { goCommand } from './find-command.ts';
import { ArtifactError } from '../failure.ts';
import type { Artifact, Work } from './obtain.ts';
import { followGoBuild } from './go-build.ts';
import { runTool } from './run-tool.ts';

/** An artifact that is built from a Go module of `src/local/go`. */
export interface GoArtifact<Program extends string = string> {
  /** The artifact, and the folder of its module. */
  readonly name: string;
  readonly version: string;
  /** The Go package of each program. */
  readonly programs: Readonly<Record<Program, string>>;
  /** Values of variables that a program prints as its version: Go's `-X`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** A program with C code in it: it is linked statically, so that it runs in an image without a C library. */
  readonly cgo?: true;
  readonly tags?: readonly string[];
  /** Sample files that are copied out of a module of Go's module cache. */
  readonly samples?: { readonly module: string; readonly folder: string; readonly files: readonly string[] };
}

const modulesFolder = join(import.meta.dirname, '..', 'go');

/**
 * @param modules the folder that has the artifact's module
 * @returns how to obtain the artifact; its files are `bin/<program>` and `<samples' folder>/<file>`
 */
export function goArtifact(artifact: GoArtifact, modules: string = modulesFolder): Artifact {
  const module = join(modules, artifact.name);
  const flags = buildFlags(artifact);
  const programs = Object.keys(artifact.programs);
  const samples = artifact.samples?.files.map((file) => join(artifact.samples?.folder ?? '', file)) ?? [];
  return {
    name: artifact.name,
    version: artifact.version,
    key: contentKey(...sourcesOf(module), JSON.stringify({ ...artifact, flags, architecture: goArchitecture() })),
    files: [...programs.map((program) => join('bin', program)), ...samples],
    produce: async (directory, work) => {
      await build(artifact, flags, join(directory, 'bin'), { ...work, module });
      if (artifact.samples) await copySamples(artifact, artifact.samples, directory, { ...work, module });
    },
  };
}

interface ModuleWork extends Work {
  /** The folder of the artifact's module. */
  readonly module: string;
}

function buildFlags(artifact: GoArtifact): readonly string[] {
  const variables = Object.entries(artifact.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const linking = artifact.cgo ? ['-linkmode external', '-extldflags -static'] : [];
  return [
    '-mod=readonly',
    '-trimpath',
    // The version control's state of this checkout is not part of what is built.
    '-buildvcs=false',
    ...(artifact.tags ? [`-tags=${artifact.tags.join(',')}`] : []),
    `-ldflags=${['-s -w', ...linking, ...variables].join(' ')}`,
  ];
}

async function build(artifact: GoArtifact, flags: readonly string[], bin: string, work: ModuleWork): Promise<void> {
  mkdirSync(bin);
  const packages = Object.values(artifact.programs);
  const followed = followGoBuild(() => `building programs, ${countFiles(bin)} of ${packages.length} done`);
  work.say(followed.doing);
  await go(artifact, ['build', '-v', ...flags, '-o', `${bin}/`, ...packages], { work, onLine: followed.onLine });
  for (const [program, goPackage] of Object.entries(artifact.programs)) {
    const built = executableName(goPackage);
    if (built !== program) renameSync(join(bin, built), join(bin, program));
  }
}

/** Go names an executable after the last element of its package's path, leaving out a major version. */
function executableName(goPackage: string): string {
  return basename(goPackage.replace(/\/v\d+$/, ''));
}

function countFiles(directory: string): number {
  // The folder goes away when a build is ended.
  return existsSync(directory) ? readdirSync(directory).length : 0;
}

async function copySamples(
  artifact: GoArtifact,
  samples: NonNullable<GoArtifact['samples']>,
  directory: string,
  work: ModuleWork,
): Promise<void> {
  const source = await go(artifact, ['list', '-m', '-f', '{{.Dir}}', samples.module], { work });
  for (const file of samples.files) {
    const copy = join(directory, samples.folder, file);
    cpSync(join(source.trim(), samples.folder, file), copy);
    // Go's module cache is read-only, and so are copies from it.
    chmodSync(copy, 0o644);
  }
}

async function go(
  artifact: GoArtifact,
  args: readonly string[],
  { work, onLine }: { work: ModuleWork; onLine?: (line: string) => void },
): Promise<string> {
  return runTool(`${artifact.name} ${artifact.version}`, [goCommand(), ...args], {
    cwd: work.module,
    env: { GOOS: 'linux', GOARCH: goArchitecture(), CGO_ENABLED: artifact.cgo ? '1' : '0', GOWORK: 'off', GOFLAGS: '' },
    signal: work.signal,
    ...(onLine && { onLine }),
    nextStep:
      'Check that this machine reaches the Go module proxy (`go env GOPROXY`), that Go is as new as the message asks for ' +
      'and that the disk has some GB left (`df -h`), then run the same command again; what is built stays built.',
  });
}

const goArchitectures = new Map([
  ['x64', 'amd64'],
  ['arm64', 'arm64'],
]);

/** @returns Go's name of this machine's processor architecture */
export function goArchitecture(): string {
  const known = goArchitectures.get(arch());
  if (known === undefined) {
    throw new ArtifactError(
      `The embedded platform does not run on ${arch()} machines.`,
      'Use a cluster of your own with --context, or an amd64 or arm64 machine.',
    );
  }
  return known;
}
