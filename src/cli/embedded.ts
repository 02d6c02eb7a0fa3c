import type * as Environment from '../local/environment.ts';
import type * as Local from '../local/index.ts';
import { weftApi } from './local/weft-api.ts';
import { weftWorker } from './local/weft-worker.ts';
import { explained } from './local/failure.ts';
import type { EmbeddedPlatform } from './session.ts';

/** What runs the platform is loaded for those commands alone that turn to it. */
const loaded = (): Promise<typeof Local> => import('../local/index.ts');

/** Nearly every command asks where the platform is, and none of those needs more of it. */
const environment = (): Promise<typeof Environment> => import('../local/environment.ts');

/** The embedded platform as commands use it. */
export function embeddedPlatform(): EmbeddedPlatform {
  return {
    service: async () => (await loaded()).platformService(),
    environment: () => explained(async () => (await environment()).findPlatform()),
    cluster: () => explained(async () => (await environment()).platformCluster()),
    start: (report, signal) =>
      explained(async () => {
        const { startPlatform } = await loaded();
        return await startPlatform({ report, signal, worker: await weftWorker(), api: await weftApi() });
      }),
    pushGoProgram: (program, report, signal) =>
      explained(async () => (await loaded()).pushGoProgram(program, { report, signal })),
  };
}

/** The page that `weft api` serves; see `preparePage` of src/local. */
export function preparePage(report: (line: string) => void): Promise<string> {
  return explained(async () => {
    const { formatProgressLine, preparePage: prepared } = await loaded();
    return await prepared((line) => {
      report(formatProgressLine(line));
    });
  });
}
