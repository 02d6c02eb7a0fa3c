import { fileURLToPath } from 'node:url';

import type { WorkerPlan } from '../../local/index.ts';
import { keyOfSources } from '../../worker/sources.ts';
import { WORKER_SOURCES } from '../../worker/version.ts';

/** The worker that comes with Weft, for the embedded platform to run. */
export async function weftWorker(): Promise<WorkerPlan> {
  return {
    command: [process.execPath, fileURLToPath(new URL('../../worker/main.ts', import.meta.url))],
    sources: await keyOfSources(WORKER_SOURCES),
  };
}
