import { Command } from 'commander';

import type { ExistingCluster } from '../../local/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, type CommonFlags } from '../flags.ts';
import { askExistingCluster, findExistingCluster } from './existing-cluster.ts';
import { explained } from './failure.ts';
import { writeResult } from './output.ts';
import { elapsed, elapsedReport } from './progress.ts';
import { weftApi } from './weft-api.ts';
import { weftWorker } from './weft-worker.ts';

interface StartFlags extends CommonFlags {
  readonly worker: boolean;
  readonly api: boolean;
  readonly context?: string;
  readonly kubeconfig?: string;
}

export function startCommand(): Command {
  return withCommonFlags(new Command('start'))
    .description('Start what does not run of the embedded platform, and wait until all of it is ready')
    .option(
      '--context <name>',
      'on a cluster that you have (kind, k3d, minikube): no Kubernetes is started, and no root needed',
    )
    .option(
      '--kubeconfig <path>',
      'the kubeconfig file that has the context (also WEFT_KUBECONFIG); default: as kubectl',
    )
    .option('--no-worker', 'without the worker, to run one of your own: weft worker')
    .option('--no-api', 'without the HTTP API and the page')
    .action(async (flags: StartFlags) => {
      const begin = Date.now();
      const said: string[] = [];
      const report = elapsedReport(flags.quiet === true);
      const { startPlatform } = await import('../../local/index.ts');
      const cluster = await chosenCluster(flags);
      const environment = await explained(() =>
        interruptible(async (signal) =>
          startPlatform({
            signal,
            ...(cluster && { cluster }),
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

/** @throws CommandFailure if there is no such context; KubernetesError if its cluster does not answer, or lets nobody in */
async function chosenCluster({ context, kubeconfig }: StartFlags): Promise<ExistingCluster | undefined> {
  if (context === undefined) {
    if (kubeconfig === undefined) return undefined;
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: '--kubeconfig goes with --context NAME: the current context is never taken unasked.',
    });
  }
  const cluster = await findExistingCluster(process.env, {
    context,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
  await askExistingCluster(cluster);
  return cluster;
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
