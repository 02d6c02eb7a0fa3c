import { FabricError } from '../../fabric/index.ts';
import { list, ownedBy } from '../../kubernetes/index.ts';
import { asActivity, asStep, type Decision, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import type { ChannelOrderersInput } from '../inputs.ts';
import { markChannelRemoved, REMOVED_LABEL } from './genesis-block.ts';
import { withOrdererAdmin } from './orderers.ts';

export interface FindChannelsInput {
  readonly network: string;
  readonly namespaces: readonly string[];
}

export interface ChannelRemovalActivities {
  /** Names of the network's channels, described or not. */
  findChannels: (input: FindChannelsInput) => Promise<string[]>;
  removeChannel: (input: ChannelOrderersInput) => Promise<StepResult>;
}

/** Channels that the description no longer names. */
export function createChannelRemovalActivities(dependencies: Dependencies): ChannelRemovalActivities {
  return {
    findChannels: asActivity(async ({ network, namespaces }, { signal }) => {
      const labelSelector = `${ownedBy(network)},weft.dev/channel,!${REMOVED_LABEL}`;
      const found = await Promise.all(
        namespaces.map((namespace) =>
          list(dependencies.cluster, { apiVersion: 'v1', kind: 'ConfigMap' }, { namespace, labelSelector, signal }),
        ),
      );
      return found.flat().flatMap(({ metadata }) => metadata.labels?.['weft.dev/channel'] ?? []);
    }),

    removeChannel: asStep(async (input, { signal }) => {
      const { organization, channel, orderers, dryRun } = input;
      const removed: Decision = {
        outcome: 'removed',
        reason: 'its orderers have left it, its peers keep its blocks',
      };
      if (dryRun) return removed;
      for (const node of orderers) {
        await withOrdererAdmin(dependencies, { organization, node }, signal, (admin) => admin.remove(channel)).catch(
          (error: unknown) => {
            // It was not in the channel, or has left it already.
            if (!(error instanceof FabricError) || error.kind !== 'notFound') throw error;
          },
        );
      }
      const marked = await markChannelRemoved(dependencies, input, signal);
      return marked.outcome === 'unchanged' && orderers.length === 0 ? marked : removed;
    }),
  };
}
