import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

import type { Heartbeat, Waiting } from '../../../src/activities/activity.ts';

/** An activity's surroundings, without a line in the log for every failure that a test provokes. */
export function mockActivity(info: Partial<Info> = {}): MockActivityEnvironment {
  return new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
}

/**
 * Runs an activity that waits.
 *
 * @param onWaiting told what it waits for, whenever it says so
 */
export function runWaiting<Input, Result>(
  activity: (input: Input) => Promise<Result>,
  input: Input,
  onWaiting: (waiting: Waiting, times: number) => void,
  info: Partial<Info> = {},
): Promise<Result> {
  const environment = mockActivity(info);
  let times = 0;
  environment.on('heartbeat', ({ reason, message }: Heartbeat) => {
    if (reason === undefined || message === undefined) return;
    times += 1;
    onWaiting({ reason, message }, times);
  });
  return environment.run(activity, input);
}
