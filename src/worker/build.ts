import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

/** What `npm run build` has found out about the code that it compiled, so that a worker does not have to. */
export interface Build {
  /** The name of what the code does, by its sources (`keyOfSources`). */
  readonly buildId: string;
  /** Path of the compiled workflows, as one file. */
  readonly workflows: string;
  /** The same for workers that encrypt payloads. */
  readonly encryptingWorkflows: string;
}

/** Names of the files that scripts/build.ts writes into the folder of the compiled code. */
export const BUILD_FILE = 'build.json';
export const WORKFLOWS_FILE = 'workflows.bundle.js';
export const ENCRYPTING_WORKFLOWS_FILE = 'workflows-encrypting.bundle.js';

const buildSchema = z.object({ buildId: z.string().min(1) });

/**
 * Reads what the build has left beside the code that runs.
 *
 * @returns undefined in a checkout, whose sources run as they are
 * @throws the error of node:fs or zod if the file is there and cannot be used
 */
export async function readBuild(folder: URL = new URL('../', import.meta.url)): Promise<Build | undefined> {
  const text = await readFile(new URL(BUILD_FILE, folder), 'utf8').catch(ifNotFound);
  if (text === undefined) return undefined;
  const pathOf = (file: string): string => fileURLToPath(new URL(file, folder));
  return {
    ...buildSchema.parse(JSON.parse(text)),
    workflows: pathOf(WORKFLOWS_FILE),
    encryptingWorkflows: pathOf(ENCRYPTING_WORKFLOWS_FILE),
  };
}

function ifNotFound(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
