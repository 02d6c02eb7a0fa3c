import { extname, join } from 'node:path';

import type { WorkerPlan } from '../../local/index.ts';
import { ownBuildId } from '../../worker/version.ts';

/** The worker that comes with Weft, for the embedded platform to run. */
export async function weftWorker(): Promise<WorkerPlan> {
  return {
    command: [process.execPath, join(import.meta.dirname, '../../worker', `main${extname(import.meta.filename)}`)],
    sources: await ownBuildId(),
  };
}
