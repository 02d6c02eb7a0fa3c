import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';

import type { DataConverter } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

import { FAILURE_CONVERTER_PATH } from '../codec/index.ts';
import { readBuild } from './build.ts';
import { keyOfSources, ROOT } from './sources.ts';

/** The workflows' code, or a file that workers read it from. */
export type WorkflowBundle = { readonly codePath: string } | { readonly code: string };

/** The parts of a data converter that run in workflows. */
type ConverterPaths = Pick<DataConverter, 'payloadConverterPath' | 'failureConverterPath'>;

/** What the bundle is made of, besides the packages that the lock file pins. */
export const BUNDLE_SOURCES = ['src/workflows', 'src/spec'];

/**
 * Bundles the workflows. That takes seconds of a processor at every start of a worker, so the bundle is kept beside the
 * installed packages, under a name made of everything that it depends on: the next worker finds it there. A compiled Weft
 * brings its bundles along, and writes nothing: its folder may be read-only.
 *
 * @param converter - the worker's data converter, whose own converters become part of the bundle
 * @throws the bundler's error when the sources do not compile
 */
export async function bundleWorkflows(converter: ConverterPaths = {}): Promise<WorkflowBundle> {
  const { payloadConverterPath, failureConverterPath } = converter;
  const converters = [payloadConverterPath, failureConverterPath].filter((path) => path !== undefined);
  const build = await readBuild();
  if (build !== undefined) {
    if (converters.length === 0) return { codePath: build.workflows };
    if (payloadConverterPath === undefined && failureConverterPath === FAILURE_CONVERTER_PATH)
      return { codePath: build.encryptingWorkflows };
    return { code: await compileWorkflows(converter) };
  }
  const key = await keyOfSources(BUNDLE_SOURCES, converters);
  const codePath = join(ROOT, 'node_modules/.cache/weft', `workflows-${key}.js`);
  if (existsSync(codePath)) {
    const now = new Date();
    await utimes(codePath, now, now);
    return { codePath };
  }
  const code = await compileWorkflows(converter);
  // Another worker may do the same at this moment: whoever is last replaces a file by its equal.
  const unfinished = `${codePath}.${process.pid}`;
  await mkdir(dirname(codePath), { recursive: true });
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  await removeUnused(dirname(codePath));
  return { codePath };
}

/**
 * Makes the workflows one file, with all that they import.
 *
 * @throws the bundler's error when the sources do not compile
 */
export async function compileWorkflows({
  payloadConverterPath,
  failureConverterPath,
}: ConverterPaths = {}): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflowModule('index'),
    workflowInterceptorModules: [workflowModule('durable/trace-header')],
    ...(payloadConverterPath === undefined ? {} : { payloadConverterPath }),
    ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
    logger: new DefaultLogger('ERROR'),
  });
  return code;
}

/** Beside this code: TypeScript in a checkout, JavaScript where Weft is compiled. */
function workflowModule(name: string): string {
  return join(import.meta.dirname, '../workflows', `${name}${extname(import.meta.filename)}`);
}

/** Workers of several builds may run side by side, each with its own bundle: only what nobody has used for long goes. */
async function removeUnused(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    // Another worker may remove the same at this moment.
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
    if (age > UNUSED_MS) await rm(path, { force: true });
  }
}

/** A week: longer than any run takes, short enough that a month of changes does not fill a disk. */
const UNUSED_MS = 7 * 24 * 3_600_000;
