import { fileURLToPath } from 'node:url';

import type { ApiPlan } from '../../local/index.ts';
import { keyOfSources } from '../../worker/sources.ts';

/** The HTTP API that comes with Weft, for the embedded platform to run. */
export async function weftApi(): Promise<ApiPlan> {
  return {
    command: [process.execPath, fileURLToPath(new URL('../main.ts', import.meta.url)), 'api'],
    sources: await keyOfSources(['src', 'kube']),
  };
}
