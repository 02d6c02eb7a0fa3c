import { weftApi } from './local/weft-api.ts';
import { weftWorker } from './local/weft-worker.ts';
import {
  findPlatform,
  formatProgressLine,
  platformCluster,
  platformService,
  preparePage as preparedPage,
  pushGoProgram,
  startPlatform,
} from '../local/index.ts';
import { explained } from './local/failure.ts';
import type { EmbeddedPlatform } from './session.ts';

/** The embedded platform as commands use it. */
export function embeddedPlatform(): EmbeddedPlatform {
  return {
    service: () => platformService(),
    environment: () => explained(() => findPlatform()),
    cluster: () => explained(() => platformCluster()),
    start: (report, signal) =>
      explained(async () => startPlatform({ report, signal, worker: await weftWorker(), api: await weftApi() })),
    pushGoProgram: (program, report, signal) => explained(() => pushGoProgram(program, { report, signal })),
  };
}

/** The page that `weft api` serves; see `preparePage` of src/local. */
export function preparePage(report: (line: string) => void): Promise<string> {
  return explained(() =>
    preparedPage((line) => {
      report(formatProgressLine(line));
    }),
  );
}
