import { list, ownedBy } from '../../kubernetes/index.ts';
import { FabricError } from '../../fabric/index.ts';
import { keepGenesisBlock, keptGenesisBlock, REMOVED_LABEL } from './genesis-block.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { withOrderer } from './orderers.ts';
import { asActivity, asStep, UNCHANGED, type StepResult } from '../activity.ts';
import type { NetworkInput, RunningNode } from '../inputs.ts';

export interface FindChannelsInput {
  readonly network: string;
  readonly namespaces: readonly string[];
}

/** A channel that stands, described or not. */
export interface FoundChannel {
  readonly name: string;
  /** Namespace of its genesis block. */
  readonly genesisNamespace: string;
}

export interface RemoveChannelInput extends NetworkInput {
  readonly channel: string;
  readonly genesisNamespace: string;
  /** Every orderer of the network; those that are not in the channel have nothing to leave. */
  readonly orderers: readonly RunningNode[];
}

export interface ChannelRemovalActivities {
  findChannels: (input: FindChannelsInput) => Promise<FoundChannel[]>;
  removeChannel: (target: RemoveChannelInput) => Promise<StepResult>;
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
      return found.flat().map(({ metadata }) => ({
        name: metadata.labels?.['weft.dev/channel'] ?? '',
        genesisNamespace: metadata.namespace ?? '',
      }));
    }),

    removeChannel: asStep(async (target, { signal }) => {
      const { channel, orderers, dryRun } = target;
      const block = await keptGenesisBlock(dependencies, target, signal);
      if (block === undefined) return UNCHANGED;
      if (!dryRun) {
        for (const orderer of orderers) {
          await withOrderer(dependencies, orderer, signal, (admin) => admin.remove(channel)).catch((error: unknown) => {
            if (!(error instanceof FabricError) || error.kind !== 'notFound') throw error;
          });
        }
        // Peers cannot leave a channel while they run, so its name stays taken.
        await keepGenesisBlock(dependencies, { ...target, isRemoved: true }, block, { ...target, signal });
      }
      return { outcome: 'removed', reason: 'its orderers have left it, its peers keep its blocks' };
    }),
  };
}
