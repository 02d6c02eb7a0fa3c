import { FabricError } from '../../fabric/index.ts';
import { stateLost } from '../failures.ts';
import { asStep, UNCHANGED, type Decision, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import type { ChannelNodeInput, ChannelPeersInput } from '../inputs.ts';
import { awaitLedgerHeight, ledgerHeight } from '../peers/ledger-height.ts';
import { lookOrExpect } from '../peers/readiness.ts';
import { withOrderer, withPeer } from '../peers/sessions.ts';
import { requireGenesisBlock, requireSameGenesisBlock } from './genesis-block.ts';
import { withOrdererAdmin } from './orderers.ts';

export interface JoinInput extends ChannelNodeInput {
  /** The genesis block was created in this run, or would be: nobody can be in the channel yet. */
  readonly isNewChannel: boolean;
}

export interface JoinOrdererInput extends JoinInput {
  /** Kubernetes names of the organization's other orderers in the channel: who comes later starts from what they have. */
  readonly others: readonly string[];
  /**
   * The newest configuration block as another organization's orderers have it, base64, or empty if they have none. Absent means
   * that no other organization orders the channel, or that it was not asked yet.
   */
  readonly configBlock?: string;
  /** Other organizations order the channel, too. */
  readonly isShared: boolean;
  /** An earlier run brought the channel up with it: it is a consenter that has promised others what it has. */
  readonly wasJoined: boolean;
}

export interface JoinOrdererResult extends StepResult {
  /** It did not join: another organization's orderers have to be asked for the newest configuration block first. */
  readonly needsConfigBlock?: true;
}

export interface JoinPeerResult extends StepResult {
  /** How many blocks it has; absent where it joins only now, or would. */
  readonly height?: number;
}

export interface AwaitBlocksInput extends ChannelPeersInput {
  /** How many blocks every peer has to have. */
  readonly height: number;
}

export interface JoinActivities {
  joinOrderer: (input: JoinOrdererInput) => Promise<JoinOrdererResult>;
  joinPeer: (input: JoinInput) => Promise<JoinPeerResult>;
  awaitBlocks: (input: AwaitBlocksInput) => Promise<StepResult>;
}

/** How orderers and peers come into a channel. */
export function createJoinActivities(dependencies: Dependencies): JoinActivities {
  return {
    joinOrderer: asStep<JoinOrdererInput, Omit<JoinOrdererResult, 'attempts'>>(async (input, { signal }) => {
      const { organization, node, channel, dryRun, isNewChannel } = input;
      const joins: Decision = { outcome: 'created', reason: 'had not joined' };
      const genesis = await requireGenesisBlock(dependencies, input, signal);
      if (genesis === undefined) return joins;
      return lookOrExpect(input, joins, () =>
        withOrdererAdmin(dependencies, input, signal, async (orderer) => {
          if ((await orderer.channel(channel)) !== undefined) {
            if (isNewChannel) {
              const own = await withOrderer(dependencies, { organization, nodes: [node] }, signal, (itself) =>
                itself.fetchBlock(channel, 'oldest'),
              );
              requireSameGenesisBlock(input, genesis, own);
            }
            return UNCHANGED;
          }
          if (input.wasJoined) {
            throw stateLost(
              `The ledger of ${channel}`,
              node,
              'An orderer that comes back without its blocks stops for good, or orders a second time what it has ordered.',
            );
          }
          if (dryRun) return joins;
          const start = isNewChannel ? genesis : await newestConfigBlock(dependencies, input, genesis, signal);
          if (start === undefined) return { ...UNCHANGED, needsConfigBlock: true };
          try {
            await orderer.join(start);
          } catch (error) {
            // An earlier attempt got through and its answer was lost.
            if (!(error instanceof FabricError) || error.kind !== 'alreadyExists') throw error;
          }
          return joins;
        }),
      );
    }),

    joinPeer: asStep<JoinInput, Omit<JoinPeerResult, 'attempts'>>(async (input, { signal }) => {
      const { organization, node, channel, dryRun, isNewChannel } = input;
      const joins: Decision = { outcome: 'created', reason: 'had not joined' };
      const genesis = await requireGenesisBlock(dependencies, input, signal);
      if (genesis === undefined) return joins;
      return lookOrExpect(input, joins, () =>
        withPeer(dependencies, { organization, nodes: [node] }, signal, async (peer) => {
          if ((await peer.channels()).includes(channel)) {
            if (isNewChannel) requireSameGenesisBlock(input, genesis, await peer.fetchBlock(channel, 'oldest'));
            return { ...UNCHANGED, height: (await ledgerHeight(peer, channel)) ?? 0 };
          }
          if (!dryRun) await peer.joinChannel(genesis);
          return joins;
        }),
      );
    }),

    awaitBlocks: asStep(async ({ channel, organization, peers, height }, { signal, waiting }) => {
      await Promise.all(
        peers.map((node) =>
          withPeer(dependencies, { organization, nodes: [node] }, signal, (peer) =>
            awaitLedgerHeight(peer, { who: node, channel, goal: height }, { signal, waiting }),
          ),
        ),
      );
      return UNCHANGED;
    }),
  };
}

/**
 * The block with which an orderer joins a channel that has been running for a while: its newest configuration.
 *
 * @returns undefined if another organization's orderers have to be asked first
 */
async function newestConfigBlock(
  dependencies: Dependencies,
  { organization, channel, others, configBlock, isShared }: JoinOrdererInput,
  genesis: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (configBlock !== undefined) return configBlock === '' ? genesis : Buffer.from(configBlock, 'base64');
  const newest =
    others.length === 0
      ? undefined
      : await withOrderer(dependencies, { organization, nodes: others }, signal, (orderer) =>
          orderer.fetchBlock(channel, 'config'),
        );
  return newest ?? (isShared ? undefined : genesis);
}
