import { ApplicationFailure } from '@temporalio/workflow';

import type { FoundChannel } from '../activities/channel-removal.ts';

/*
 * What is asked before a run, not during it: nothing waits half done for an answer.
 */

/** Refuses to go on where a channel would be lost. */
export function channelRemovalNotApproved(channels: readonly FoundChannel[]): ApplicationFailure {
  const names = channels.map(({ name }) => name);
  return ApplicationFailure.create({
    type: 'ChannelRemovalNotApproved',
    nonRetryable: true,
    message:
      `The description no longer names the channel ${names.join(', ')}, which stands. Nothing was touched. Its blocks cannot be ` +
      'brought back once its orderers have left it: describe it again, or have it removed by `weft up --remove-channels`, ' +
      'or {"removeChannels": true} as the second argument of applyNetwork.',
    details: [{ channels: names }],
  });
}

/** Refuses to go on where nodes would be removed. */
export function removalNotApproved(targets: readonly string[]): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'RemovalNotApproved',
    nonRetryable: true,
    message:
      `The description no longer names ${targets.join(', ')}. Nothing was touched. ` +
      'To remove them, run again with approval: `weft up --yes`, or {"approveRemoval": true} as the second argument of applyNetwork.',
    details: [{ removals: targets }],
  });
}
