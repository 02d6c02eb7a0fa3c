import { Command, Option } from 'commander';

import { temporalSettings } from '../client/index.ts';
import type { WorkerSettings } from '../worker/index.ts';
import { EXIT } from './exit-codes.ts';
import { withCommonFlags, withExamples, withTargetFlags, type CommonFlags } from './flags.ts';
import type { Run } from './command.ts';
import type { CommandResult, Session } from './session.ts';
import { clusterName, resolveTarget, type Target, type TargetFlags } from './target.ts';

const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

export interface WorkerFlags extends TargetFlags {
  /** Name of the cluster that the worker runs in; it then needs no kubeconfig. */
  readonly inCluster?: string;
  /** Folder with Fabric's programs; absent means WEFT_FABRIC_BIN, else the PATH. */
  readonly fabricBin?: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** `weft worker`: carries out runs on one cluster until it is told to stop. */
export async function worker(flags: WorkerFlags, session: Session): Promise<CommandResult> {
  const { cluster, temporal, access } = await placeOf(flags, session);
  const stop = new AbortController();
  const stopListening = session.terminal.onInterrupt(() => {
    stop.abort();
  });
  try {
    // What does not answer is said in a sentence now, not by the SDK's core in a minute.
    await (await session.connect(temporal)).close();
    await session.runWorker({
      temporal,
      cluster,
      access,
      fabricBin: flags.fabricBin ?? session.env['WEFT_FABRIC_BIN'],
      logLevel: flags.logLevel,
      signal: stop.signal,
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

type Place = Pick<Target, 'cluster' | 'temporal'> & { readonly access: WorkerSettings['access'] };

async function placeOf(flags: WorkerFlags, session: Session): Promise<Place> {
  if (flags.inCluster === undefined) return resolveTarget(session, flags, false);
  return { cluster: clusterName(flags.inCluster), temporal: temporalSettings(session.env), access: 'in-cluster' };
}

export function workerCommand(run: Run): Command {
  const command = withTargetFlags(
    new Command('worker').description('Carry out runs on one cluster, until Ctrl-C or SIGTERM'),
  )
    .option('--in-cluster <name>', 'work on the cluster that this process runs in, under this name')
    .option(
      '--fabric-bin <folder>',
      "where Fabric's programs are (peer, configtxgen, configtxlator); default: the PATH",
    )
    .addOption(new Option('--log-level <level>', 'how much the worker logs').choices(LOG_LEVELS).default('INFO'));
  withCommonFlags(command).action((flags: WorkerFlags & CommonFlags) =>
    run(flags, (session) => worker(flags, session)),
  );
  return withExamples(command, [
    'weft worker --context kind-kind                          polls Temporal at localhost:7233',
    'TEMPORAL_ADDRESS=temporal:7233 weft worker --context prod-eu',
    'weft worker --in-cluster prod-eu                         in a pod, with its service account',
  ]);
}
