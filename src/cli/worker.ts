import { Command, InvalidArgumentError, Option } from 'commander';

import { temporalSettings } from '../client/index.ts';
import { endings } from '../worker/endings.ts';
import type { WorkerSettings } from '../worker/index.ts';
import type { LogFormat } from '../worker/log.ts';
import { workerVersion } from '../worker/version.ts';
import { EXIT } from './exit-codes.ts';
import { withCommonFlags, withExamples, withDestinationFlags, type CommonFlags } from './flags.ts';
import type { CommandRunner } from './command-runner.ts';
import type { CommandResult, Session } from './session.ts';
import { clusterName, hostDestination, type Destination, type DestinationFlags } from './destination.ts';
import { workerRoleCommand } from './worker-role.ts';

const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

const LOG_FORMATS = ['text', 'json'] as const satisfies readonly LogFormat[];

export interface WorkerFlags extends DestinationFlags {
  /** Name of the cluster that the worker runs in; it then needs no kubeconfig. */
  readonly inCluster?: string;
  /** Folder with Fabric's programs; absent means WEFT_FABRIC_BIN, else the PATH. */
  readonly fabricBin?: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logFormat: LogFormat;
  /** `host:port` for Prometheus. */
  readonly metrics?: string;
  /** `host:port` for health checks. */
  readonly healthListen?: string;
}

/** `weft worker`: carries out runs on one cluster until it is told to stop. */
export async function worker(flags: WorkerFlags, session: Session): Promise<CommandResult> {
  const { cluster, temporal, access } = await placeOf(flags, session);
  const { stop, drain, onSignal } = endings();
  const stopListening = session.terminal.onInterrupt(onSignal);
  try {
    // What does not answer is said in a sentence now, not by the SDK's core in a minute.
    await (await session.connect(temporal)).close();
    await session.runWorker({
      temporal,
      cluster,
      access,
      fabricBin: flags.fabricBin ?? session.env['WEFT_FABRIC_BIN'],
      version: await workerVersion(session.env),
      logLevel: flags.logLevel,
      logFormat: flags.logFormat,
      metricsAddress: flags.metrics,
      healthAddress: flags.healthListen,
      stop,
      drain,
      ready: () => {
        session.note(
          `Worker for ${cluster}: polls weft and weft-${cluster} of Temporal at ${temporal.address}. Ctrl-C stops it.\n`,
        );
      },
    });
  } finally {
    stopListening();
  }
  return { exitCode: EXIT.done, text: '' };
}

type Place = Pick<Destination, 'cluster' | 'temporal'> & { readonly access: WorkerSettings['access'] };

async function placeOf(flags: WorkerFlags, session: Session): Promise<Place> {
  if (flags.inCluster === undefined) return hostDestination(session, flags);
  return { cluster: clusterName(flags.inCluster), temporal: temporalSettings(session.env), access: 'in-cluster' };
}

/** @throws InvalidArgumentError if it is no address that can be listened at. */
function listenAddress(text: string): string {
  const { host, port } = /^(?<host>\[[0-9a-fA-F:.]+\]|[^\s:]+):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535 || Number(port) === 0) {
    throw new InvalidArgumentError('It must be HOST:PORT, for example 0.0.0.0:9464.');
  }
  return text;
}

export function workerCommand(run: CommandRunner): Command {
  const command = withDestinationFlags(
    new Command('worker').description('Carry out runs on one cluster, until Ctrl-C or SIGTERM'),
  )
    .option('--in-cluster <name>', 'work on the cluster that this process runs in, under this name')
    .option('--fabric-bin <folder>', "where Fabric's programs are (configtxgen, configtxlator); default: the PATH")
    .addOption(new Option('--log-level <level>', 'how much the worker logs').choices(LOG_LEVELS).default('INFO'))
    .addOption(
      new Option('--log-format <format>', 'lines for people, or JSON for programs')
        .choices(LOG_FORMATS)
        .default('text'),
    )
    .addOption(
      new Option('--metrics <host:port>', "serve the worker's metrics for Prometheus, under /metrics").argParser(
        listenAddress,
      ),
    )
    .addOption(
      new Option(
        '--health-listen <host:port>',
        'answer whether the worker lives (/livez) and whether it works on runs (/readyz)',
      ).argParser(listenAddress),
    );
  withCommonFlags(command).action((flags: WorkerFlags & CommonFlags) =>
    run(flags, (session) => worker(flags, session)),
  );
  command.enablePositionalOptions().addCommand(workerRoleCommand(run));
  return withExamples(command, [
    'weft worker --context kind-kind                          polls Temporal at localhost:7233',
    'TEMPORAL_ADDRESS=temporal:7233 weft worker --context prod-eu',
    'weft worker --in-cluster prod-eu                         in a pod, with its service account',
    'weft worker --metrics 0.0.0.0:9464                       for Prometheus',
  ]);
}
