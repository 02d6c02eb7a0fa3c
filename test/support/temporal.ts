import { join } from 'node:path';

import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, type MetricsExporterConfig } from '@temporalio/worker';

import { directoryOf, isComplete } from '../../src/local/artifacts/cache.ts';
import { temporalArtifact } from '../../src/local/artifacts/temporal-artifact.ts';

/**
 * The Temporal command line with its dev server, as the embedded platform has it. Tests never download it: a test that
 * cannot run must fail, and not hang on a host that does not answer.
 *
 * @throws Error when it is not there
 */
export function temporalExecutable(): string {
  const part = temporalArtifact();
  if (!isComplete(part)) {
    throw new Error(
      `Temporal's dev server is missing: there is no ${directoryOf(part)}/bin/temporal. \`make test\` obtains it.`,
    );
  }
  return join(directoryOf(part), 'bin/temporal');
}

/**
 * Starts a Temporal dev server on a free port, in memory. Whoever starts it calls `teardown`.
 *
 * One per process: Temporal's native core has one runtime, and its logging is set here.
 *
 * @param settings - of the server, as `--dynamic-config-value` takes them.
 * @param metrics - where this process' workers tell theirs; absent means nowhere.
 */
export async function startTemporal(
  settings: readonly string[] = [],
  metrics?: MetricsExporterConfig,
): Promise<TestWorkflowEnvironment> {
  // What tests provoke on purpose is logged as a warning by the worker: only what it does not expect is worth a line.
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'OFF' }, ...(metrics && { metrics }) },
  });
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalExecutable() },
      log: { format: 'pretty', level: 'never' },
      extraArgs: [`history.transferProcessorMaxPollRPS=${DISPATCHES_PER_SECOND}`, ...settings].flatMap((setting) => [
        '--dynamic-config-value',
        setting,
      ]),
    },
  });
}

/**
 * A dev server keeps all runs in one shard, and a shard hands out 20 tasks a second unless told otherwise: then every
 * step of a run waits 45 ms for its turn.
 */
const DISPATCHES_PER_SECOND = 1_000;
