import { hostname, userInfo } from 'node:os';

import { OperationFailure, queueNames, type OperationContext } from '../../operations/index.ts';
import { clusterOfQueue } from '../../workflows/messages.ts';
import { CommandFailure } from '../command-failure.ts';
import type { Destination } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/**
 * Connects to a destination's Temporal, gives `work` what use cases need, and closes the connection afterwards.
 *
 * @throws CommandFailure (exit code 4) naming the task queues that no worker polls; what `work` throws
 */
export async function withContext<Result>(
  session: Session,
  destination: Destination,
  work: (context: OperationContext) => Promise<Result>,
): Promise<Result> {
  const temporal = await session.connect(destination.temporal);
  try {
    return await work({ temporal, cluster: destination.cluster, requestedBy: whoAmI(), now: session.now });
  } catch (error) {
    throw noWorker(error, destination) ?? error;
  } finally {
    await temporal.close();
  }
}

/** Whoever has no worker is told where it would have to poll, and which command starts it. */
function noWorker(error: unknown, { cluster, temporal, workerCommand }: Destination): CommandFailure | undefined {
  if (!(error instanceof OperationFailure) || error.problem.code !== 'NoWorker') return undefined;
  const { queues } = error.problem;
  const elsewhere = queues.flatMap((queue) => clusterOfQueue(queue) ?? []).filter((name) => name !== cluster);
  const others = elsewhere.map((name) => `weft worker --context ${name}`);
  // A worker of any cluster polls the queue of workflows.
  const commands = others.length === queues.length ? others : [workerCommand, ...others];
  return new CommandFailure(
    {
      exitCode: EXIT.unreachable,
      message: `no worker polls ${queueNames(queues)} of Temporal at ${temporal.address}. Nothing was started.`,
      hints: [`Start one, and leave it running: ${commands.join(', ')}`],
    },
    { cause: error },
  );
}

/** The user of this machine, e.g. `ana@laptop`: who a run or a token is told to be from. */
export function whoAmI(): string {
  return `${userInfo().username}@${hostname()}`;
}
