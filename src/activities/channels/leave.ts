import { setTimeout as sleep } from 'node:timers/promises';

import { FabricError, type OrdererAdmin } from '../../fabric/index.ts';
import { asStep, UNCHANGED, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { failure } from '../failures.ts';
import type { ChannelNodeInput } from '../inputs.ts';
import { observeNode, runVolumeJob } from '../nodes/volume-job.ts';
import { withOrdererAdmin } from './orderers.ts';

export interface LeaveActivities {
  leaveChannel: (input: ChannelNodeInput) => Promise<StepResult>;
}

/** How an orderer leaves a channel whose configuration does not name it as a consenter any more. */
export function createLeaveActivities(dependencies: Dependencies): LeaveActivities {
  return {
    leaveChannel: asStep(async (input, { signal, waiting }) => {
      const deployment = await observeNode(dependencies, input, signal);
      if (deployment === undefined) return UNCHANGED;
      const left: Decision = {
        outcome: 'removed',
        reason: 'its blocks there go, and its part in the consensus: it can come back as a new one',
      };
      if (input.dryRun) return left;
      await withOrdererAdmin(dependencies, input, signal, (admin) => leave(admin, input, { signal, waiting }));
      // Whether an earlier attempt has come so far is not to be seen from outside; once more does no harm.
      const job = { ...input, manifest: 'orderer-clean.yaml', task: 'clean' } as const;
      await runVolumeJob(dependencies, job, deployment, { signal, waiting });
      return left;
    }),
  };
}

/** An orderer deletes the blocks behind its answer. */
const POLL_MS = 300;

async function leave(
  admin: OrdererAdmin,
  { channel, node }: ChannelNodeInput,
  { signal, waiting }: Pick<StepContext, 'signal' | 'waiting'>,
): Promise<void> {
  await admin.remove(channel).catch((error: unknown) => {
    // An earlier attempt had it leave.
    if (!(error instanceof FabricError) || error.kind !== 'notFound') throw error;
  });
  for (;;) {
    const part = await admin.channel(channel);
    if (part === undefined) return;
    if (part.status === 'failed') {
      throw failure('NotRemoved', `${node} could not delete its blocks of ${channel}. Its log says why.`, {
        remedy: { kind: 'runAgain' },
      });
    }
    waiting({ reason: 'Leaving', message: `${node} is deleting its blocks of ${channel}` });
    await sleep(POLL_MS, undefined, { signal });
  }
}
