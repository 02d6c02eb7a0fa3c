import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';

import { contentKey, directoryOf, isComplete, sourcesOf } from '../../src/local/parts/cache.ts';
import { temporalPart } from '../../src/local/parts/temporal-part.ts';

/**
 * The Temporal command line with its dev server, as the embedded platform has it. Tests never download it: a test that
 * cannot run must fail, and not hang on a host that does not answer.
 *
 * @throws Error when it is not there
 */
export function temporalExecutable(): string {
  const part = temporalPart();
  if (!isComplete(part)) {
    throw new Error(
      `Temporal's dev server is missing: there is no ${directoryOf(part)}/bin/temporal. \`make test\` obtains it.`,
    );
  }
  return join(directoryOf(part), 'bin/temporal');
}

/**
 * Starts a Temporal dev server on a free port, in memory. Whoever starts it calls `teardown`.
 *
 * One per process: Temporal's native core has one runtime, and its logging is set here.
 */
export async function startTemporal(): Promise<TestWorkflowEnvironment> {
  // What tests provoke on purpose is logged as a warning by the worker: only what it does not expect is worth a line.
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'OFF' } },
  });
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalExecutable() },
      log: { format: 'pretty', level: 'never' },
      extraArgs: ['--dynamic-config-value', `history.transferProcessorMaxPollRPS=${DISPATCHES_PER_SECOND}`],
    },
  });
}

/**
 * A dev server keeps all runs in one shard, and a shard hands out 20 tasks a second unless told otherwise: then every
 * step of a run waits 45 ms for its turn.
 */
const DISPATCHES_PER_SECOND = 1_000;

/**
 * Bundles the workflows of src/workflows, as a worker does at its start. That takes some seconds, so the bundle is kept
 * beside the installed packages under a name made of everything that it depends on: the next test file finds it there.
 */
export async function bundleWorkflows(): Promise<WorkflowBundle> {
  const key = contentKey(
    ...['src/workflows', 'src/spec'].flatMap((folder) => sourcesOf(join(root, folder))),
    await readFile(join(root, 'package-lock.json'), 'utf8'),
  );
  const codePath = join(root, 'node_modules/.cache/weft', `workflows-${key}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'src/workflows/index.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  // Another test file may do the same at this moment: whoever is last replaces a file by its equal.
  const unfinished = `${codePath}.${process.pid}`;
  await mkdir(dirname(codePath), { recursive: true });
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  for (const file of await readdir(dirname(codePath))) {
    if (!file.includes(key)) await rm(join(dirname(codePath), file), { force: true });
  }
  return { codePath };
}

/** A file that workers read the bundle from. */
export interface WorkflowBundle {
  readonly codePath: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
