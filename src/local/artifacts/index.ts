import { dirname, join } from 'node:path';

import { directoryOf, isComplete } from './cache.ts';
import { fabric, fabricCa, goArtifacts, type BinaryName } from './catalog.ts';
import { findCommand, goCommand } from './find-command.ts';
import { ArtifactError } from '../failure.ts';
import { goArtifact } from './go-artifacts.ts';
import { imageArchives, imagesArtifact } from './images.ts';
import { obtain, type Artifact } from './obtain.ts';
import type { ReportProgress } from './progress.ts';
import {
  cgoNeeds,
  findCniPlugins,
  installMissing,
  missingPackages,
  pythonNeeds,
  runtimeNeeds,
  type SystemNeed,
} from './system-packages.ts';
import { temporalArtifact } from './temporal-artifact.ts';

export type { BinaryName } from './catalog.ts';
export { ArtifactError } from '../failure.ts';
export { coreDnsImage, pauseImage } from './images.ts';
export { formatProgressLine, type ProgressLine, type ReportProgress } from './progress.ts';

/** Where everything is that the embedded platform is made of. */
export interface Artifacts {
  /** @returns the absolute path of a program that was built or fetched; Debian's own are on the PATH */
  readonly path: (binary: BinaryName) => string;
  /** The node images: archives to import into containerd, and the names that they then have. */
  readonly images: readonly { readonly reference: string; readonly archive: string }[];
  /** The folder of the CNI plugins. */
  readonly cniPlugins: string;
  /** The folder with Fabric's sample core.yaml, orderer.yaml and configtx.yaml. */
  readonly fabricSampleConfig: string;
}

/**
 * Obtains what is missing of the embedded platform: installs system packages (root, Debian or Ubuntu), builds Go
 * modules, fetches Python packages, writes image archives. All but the first are kept in the user's cache by their
 * content, so that a second call, also from another checkout, finds them there at once.
 *
 * @param report receives progress while something is missing
 * @throws ArtifactError when something cannot be obtained
 * @throws the signal's reason when the signal aborts; what was finished until then is kept
 */
export async function prepareArtifacts(report: ReportProgress, signal?: AbortSignal): Promise<Artifacts> {
  await obtainAll(allArtifacts(), runtimeNeeds, report, signal);
  return locateArtifacts();
}

/** What a platform runs beside a Kubernetes node. */
export interface PlatformPrograms {
  /** Path of the Temporal CLI. */
  readonly temporal: string;
  /** Folder of the programs of Fabric that a worker calls. */
  readonly fabric: string;
}

/** The programs of Fabric that a worker calls. */
const FABRIC_TOOLS = ['configtxgen', 'configtxlator'] as const;

/**
 * Obtains what a platform needs that has no Kubernetes node of its own: Temporal, and Fabric's programs unless they are on the PATH. It needs no root, unless
 * a package of the distribution is missing that these are obtained with.
 *
 * @throws as prepareArtifacts
 */
export async function preparePrograms(report: ReportProgress, signal?: AbortSignal): Promise<PlatformPrograms> {
  const own = toolsOnPath();
  const needed = own === undefined ? [temporalArtifact(), goArtifact(fabric)] : [temporalArtifact()];
  await obtainAll(needed, [], report, signal);
  return { temporal: temporalProgram(), fabric: own ?? join(directoryOf(goArtifact(fabric)), 'bin') };
}

/** @returns the folder of the PATH that has both; undefined if there is none */
function toolsOnPath(): string | undefined {
  const folders = FABRIC_TOOLS.map((name) => findCommand(name)).map((path) => path && dirname(path));
  return folders.every((folder) => folder === folders[0]) ? folders[0] : undefined;
}

/** Where the Temporal CLI is that was obtained. @throws ArtifactError when it is not there */
export function temporalProgram(): string {
  const artifact = temporalArtifact();
  if (!isComplete(artifact)) {
    throw new ArtifactError(
      `The Temporal CLI ${artifact.version} is not on this machine.`,
      'Run `weft local start`, which fetches it.',
    );
  }
  return join(directoryOf(artifact), 'bin/temporal');
}

/** The programs among all that the embedded platform is made of. */
export function programsOf(artifacts: Pick<Artifacts, 'path'>): PlatformPrograms {
  return { temporal: artifacts.path('temporal'), fabric: dirname(artifacts.path('configtxgen')) };
}

/**
 * Obtains the Temporal CLI with its dev server alone, for tests that need no Kubernetes.
 *
 * @returns the program's path
 * @throws as prepareArtifacts
 */
export async function prepareTemporal(report: ReportProgress, signal?: AbortSignal): Promise<string> {
  await obtainAll([temporalArtifact()], [], report, signal);
  return temporalProgram();
}

async function obtainAll(
  artifacts: readonly Artifact[],
  needs: readonly SystemNeed[],
  report: ReportProgress,
  signal?: AbortSignal,
): Promise<void> {
  const missing = artifacts.filter((artifact) => !isComplete(artifact));
  const isMissing = (name: string): boolean => missing.some((artifact) => artifact.name === name);
  if (goArtifacts.some(({ name }) => isMissing(name))) goCommand();
  const buildNeeds = [
    ...(isMissing(fabricCa.name) ? cgoNeeds : []),
    ...(isMissing(temporalArtifact().name) ? pythonNeeds : []),
  ];
  await installMissing([...needs, ...buildNeeds], report, signal);
  // One after the other: each build uses all processors by itself.
  for (const artifact of missing) await obtain(artifact, report, signal);
}

/**
 * Finds what prepareArtifacts obtained, without obtaining anything.
 *
 * @throws ArtifactError when something is missing
 */
export function locateArtifacts(): Artifacts {
  const artifacts = allArtifacts();
  const missing = [
    ...artifacts.filter((artifact) => !isComplete(artifact)).map((artifact) => `${artifact.name} ${artifact.version}`),
    ...missingPackages(runtimeNeeds),
  ];
  const cniPlugins = findCniPlugins();
  if (missing.length > 0 || cniPlugins === undefined) {
    throw new ArtifactError(
      `Not all artifacts of the embedded platform are on this machine; missing: ${missing.join(', ')}.`,
      'Run `weft local start` or `make up`, which build and install them.',
    );
  }
  const paths = new Map(
    artifacts.flatMap((artifact) => artifact.files.map((file) => [file, join(directoryOf(artifact), file)] as const)),
  );
  return {
    path: (binary) => pathOf(paths, binary),
    images: imageArchives(),
    cniPlugins,
    fabricSampleConfig: join(directoryOf(goArtifact(fabric)), fabric.samples.folder),
  };
}

/** In the order in which they are obtained: the images are made of the others. */
function allArtifacts(): readonly Artifact[] {
  return [temporalArtifact(), ...goArtifacts.map((artifact) => goArtifact(artifact)), imagesArtifact()];
}

function pathOf(paths: ReadonlyMap<string, string>, binary: BinaryName): string {
  const path = paths.get(join('bin', binary));
  if (path === undefined) throw new TypeError(`no artifact has a program named ${binary}`);
  return path;
}
