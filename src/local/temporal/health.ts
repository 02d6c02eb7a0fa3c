import { z } from 'zod';

import { runCommand } from '../process/run-command.ts';

/** Asked of the server by its own command line: gRPC clients take longer to load than it takes to answer. */
const answerTimeout = ['--command-timeout', '3s'];

/** Between two questions in milliseconds: each is a process of its own, which takes time from what is awaited. */
export const ASK_INTERVAL_MS = 250;

/** @returns whether the server serves, and its default namespace is there */
export async function isServing(program: string, address: string): Promise<boolean> {
  try {
    await runCommand(program, [
      'operator',
      'namespace',
      'describe',
      '--namespace',
      'default',
      '--address',
      address,
      ...answerTimeout,
    ]);
    return true;
  } catch {
    return false;
  }
}

/** The answer in the server's own words, which alone names workers of every version. */
const taskQueueSchema = z.object({
  pollers: z
    .array(
      z.object({
        identity: z.string().optional(),
        last_access_time: z.object({ seconds: z.number() }).optional(),
        deployment_options: z.object({ build_id: z.string().optional() }).optional(),
      }),
    )
    .nullish(),
  versioning_info: z
    .object({ current_deployment_version: z.object({ build_id: z.string().optional() }).optional() })
    .optional(),
});

/**
 * @param pid - of the worker's process. (The SDK calls a worker `<pid>@<host>`.)
 * @param since - it asked for work after this time: the server remembers those that have ended.
 * @returns whether the worker asks for work on the task queue, and new runs go to its build
 */
export async function takesRuns(
  program: string,
  address: string,
  { taskQueue, pid, since }: { taskQueue: string; pid: number; since: Date },
): Promise<boolean> {
  try {
    const answer = await runCommand(program, [
      ...['task-queue', 'describe', '--task-queue', taskQueue, '--legacy-mode'],
      ...['--address', address, '-o', 'json'],
      ...answerTimeout,
    ]);
    const { pollers, versioning_info: versions } = taskQueueSchema.parse(JSON.parse(answer));
    const current = versions?.current_deployment_version?.build_id;
    return (pollers ?? []).some(
      ({ identity, last_access_time: lastAccess, deployment_options: deployment }) =>
        identity?.startsWith(`${pid}@`) === true &&
        (lastAccess?.seconds ?? 0) >= Math.floor(since.getTime() / 1_000) &&
        (deployment?.build_id === undefined || deployment.build_id === current),
    );
  } catch {
    return false;
  }
}
