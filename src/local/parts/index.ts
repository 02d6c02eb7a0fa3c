import { join } from 'node:path';

import { directoryOf, isComplete } from './cache.ts';
import { fabric, fabricCa, goParts, type BinaryName } from './catalog.ts';
import { goCommand } from './commands.ts';
import { PartsError } from './failure.ts';
import { goPart } from './go-parts.ts';
import { imageArchives, imagesPart } from './images.ts';
import { obtain, type Part } from './obtain.ts';
import type { Report } from './progress.ts';
import {
  cgoNeeds,
  findCniPlugins,
  installMissing,
  missingPackages,
  pythonNeeds,
  runtimeNeeds,
} from './system-packages.ts';
import { temporalPart } from './temporal-part.ts';

export type { BinaryName } from './catalog.ts';
export { PartsError } from './failure.ts';
export { coreDnsImage, pauseImage } from './images.ts';
export { formatProgressLine, type ProgressLine, type Report } from './progress.ts';

/** Where everything is that the embedded platform is made of. */
export interface Parts {
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
 * @throws PartsError when something cannot be obtained
 * @throws the signal's reason when the signal aborts; what was finished until then is kept
 */
export async function prepareParts(report: Report, signal?: AbortSignal): Promise<Parts> {
  const missing = allParts().filter((part) => !isComplete(part));
  const isMissing = (name: string): boolean => missing.some((part) => part.name === name);
  const needs = [
    ...runtimeNeeds,
    ...(isMissing(fabricCa.name) ? cgoNeeds : []),
    ...(isMissing('temporal') ? pythonNeeds : []),
  ];
  if (goParts.some(({ name }) => isMissing(name))) goCommand();
  await installMissing(needs, report, signal);
  // One after the other: each build uses all processors by itself.
  for (const part of missing) await obtain(part, report, signal);
  return locateParts();
}

/**
 * Finds what prepareParts obtained, without obtaining anything.
 *
 * @throws PartsError when something is missing
 */
export function locateParts(): Parts {
  const parts = allParts();
  const missing = [
    ...parts.filter((part) => !isComplete(part)).map((part) => `${part.name} ${part.version}`),
    ...missingPackages(runtimeNeeds),
  ];
  const cniPlugins = findCniPlugins();
  if (missing.length > 0 || cniPlugins === undefined) {
    throw new PartsError(
      `Not all parts of the embedded platform are on this machine; missing: ${missing.join(', ')}.`,
      'Run `weft local start` or `make up`, which build and install them.',
    );
  }
  const paths = new Map(
    parts.flatMap((part) => part.files.map((file) => [file, join(directoryOf(part), file)] as const)),
  );
  return {
    path: (binary) => pathOf(paths, binary),
    images: imageArchives(),
    cniPlugins,
    fabricSampleConfig: join(directoryOf(goPart(fabric)), fabric.samples.folder),
  };
}

/** In the order in which they are obtained: the images are made of the others. */
function allParts(): readonly Part[] {
  return [temporalPart(), ...goParts.map((part) => goPart(part)), imagesPart()];
}

function pathOf(paths: ReadonlyMap<string, string>, binary: BinaryName): string {
  const path = paths.get(join('bin', binary));
  if (path === undefined) throw new TypeError(`no part has a program named ${binary}`);
  return path;
}
