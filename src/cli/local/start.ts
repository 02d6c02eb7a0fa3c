import { Command } from 'commander';

import { startPlatform } from '../../local/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, type CommonFlags } from '../flags.ts';
import { explained } from './failure.ts';
import { writeResult } from './output.ts';
import { elapsed, elapsedReport } from './progress.ts';
import { weftApi } from './weft-api.ts';
import { weftWorker } from './weft-worker.ts';

export function startCommand(): Command {
  return withCommonFlags(new Command('start'))
    .description('Start what does not run of the embedded platform, and wait until all of it is ready')
    .option('--no-worker', 'without the worker, to run one of your own: weft worker')
    .option('--no-api', 'without the HTTP API and the page')
    .action(async (flags: CommonFlags & { worker: boolean; api: boolean }) => {
      const begin = Date.now();
      const said: string[] = [];
      const report = elapsedReport(flags.quiet === true);
      const environment = await explained(() =>
        interruptible(async (signal) =>
          startPlatform({
            signal,
            report: (message) => {
              said.push(message);
              report(message);
            },
            worker: flags.worker ? await weftWorker() : 'none',
            api: flags.api ? await weftApi() : 'none',
          }),
        ),
      );
      report(
        said.length > 0
          ? `the embedded platform is ready (${elapsed(begin)})`
          : 'the embedded platform runs already, all of it is ready',
      );
      writeResult(flags.output, 'Use it: eval "$(weft local env)"', environment);
    });
}

/** Ctrl-C once stops what was started, twice leaves everything as it is at that moment. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    const exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    if (controller.signal.aborted) process.exit(exitCode);
    controller.abort(new CommandFailure({ exitCode, message: 'interrupted; what this start had started is stopped.' }));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return await work(controller.signal);
  } catch (error) {
    // Some of what was aborted wraps the reason in errors of its own.
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
