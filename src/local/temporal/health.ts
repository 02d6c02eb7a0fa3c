import { z } from 'zod';

import { runCommand } from '../process/command.ts';

/** Asked of the server by its own command line: gRPC clients take longer to load than it takes to answer. */
const answerTimeout = ['--command-timeout', '3s'];

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

const taskQueueSchema = z.object({
  pollers: z.array(z.object({ lastAccessTime: z.string().optional() })).nullish(),
});

/**
 * @param since - pollers that asked last before this time do not count: the server remembers those that have ended.
 * @returns whether somebody polls the task queue
 */
export async function isPolled(
  program: string,
  address: string,
  { taskQueue, since }: { taskQueue: string; since: Date },
): Promise<boolean> {
  try {
    const answer = await runCommand(program, [
      'task-queue',
      'describe',
      '--task-queue',
      taskQueue,
      '--address',
      address,
      '-o',
      'json',
      ...answerTimeout,
    ]);
    const { pollers } = taskQueueSchema.parse(JSON.parse(answer));
    return (pollers ?? []).some(
      ({ lastAccessTime }) => lastAccessTime !== undefined && new Date(lastAccessTime) >= since,
    );
  } catch {
    return false;
  }
}
