import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** A file that workers read the workflows' code from. */
export interface WorkflowBundle {
  readonly codePath: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the bundle is made of, besides the packages that the lock file pins. */
const SOURCES = ['src/workflows', 'src/spec'];

/**
 * Bundles the workflows. That takes seconds of a processor at every start of a worker, so the bundle is kept beside the
 * installed packages, under a name made of everything that it depends on: the next worker finds it there.
 *
 * @throws the bundler's error when the sources do not compile
 */
export async function bundleWorkflows(): Promise<WorkflowBundle> {
  const key = await keyOfSources();
  const codePath = join(ROOT, 'node_modules/.cache/weft', `workflows-${key}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'src/workflows/index.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  // Another worker may do the same at this moment: whoever is last replaces a file by its equal.
  const unfinished = `${codePath}.${process.pid}`;
  await mkdir(dirname(codePath), { recursive: true });
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  for (const file of await readdir(dirname(codePath))) {
    if (!file.includes(key)) await rm(join(dirname(codePath), file), { force: true });
  }
  return { codePath };
}

async function keyOfSources(): Promise<string> {
  const files = await Promise.all(
    SOURCES.map(async (folder) => {
      const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    }),
  );
  const hash = createHash('sha256');
  for (const file of [...files.flat().sort(), join(ROOT, 'package-lock.json')]) {
    hash
      .update(file.slice(ROOT.length))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  }
  // Long enough that two sets of sources never share a name.
  return hash.digest('hex').slice(0, 16);
}
