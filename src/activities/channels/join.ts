import { setTimeout as sleep } from 'node:timers/promises';

import { FabricError, genesisBlock, sameBlock } from '../../fabric/index.ts';
import { list, ownedBy } from '../../kubernetes/index.ts';
import type { Consensus } from '../../spec/index.ts';
import { untilCaughtUp } from '../peers/catching-up.ts';
import { blueprintOf } from './blueprint.ts';
import { failure } from '../failures.ts';
import { keepGenesisBlock, keptGenesisBlock } from './genesis-block.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { viewOrderer, withOrderer } from './orderers.ts';
import { leaderOf, orderingTrouble } from './ordering.ts';
import { withOrderingService, withPeer } from '../peers/sessions.ts';
import { lookOrExpect } from '../peers/readiness.ts';
import { asStep, UNCHANGED, type Decision, type StepResult } from '../activity.ts';
import type { ChannelNodeInput, ChannelInput, RunningNode } from '../inputs.ts';

export interface JoinInput extends ChannelNodeInput {
  /** The genesis block was made in this run, or would be: nobody can be in the channel yet. */
  readonly isNewChannel: boolean;
}

export interface JoinOrdererInput extends JoinInput {
  /** The channel's other orderers: who comes later starts from what they have. */
  readonly others: readonly RunningNode[];
}

export interface AwaitLeaderInput {
  /** Name of the network. */
  readonly network: string;
  /** Name of the channel. */
  readonly channel: string;
  /** What has to be there: a leader of Raft, or a quorum of BFT. */
  readonly consensus: Consensus['type'];
  readonly orderers: readonly RunningNode[];
}

export interface AwaitBlocksInput {
  /** Name of the channel. */
  readonly channel: string;
  readonly orderers: readonly RunningNode[];
  readonly peers: readonly RunningNode[];
}

export interface ChannelActivities {
  createGenesisBlock: (target: ChannelInput) => Promise<StepResult>;
  joinOrderer: (target: JoinOrdererInput) => Promise<StepResult>;
  awaitLeader: (target: AwaitLeaderInput) => Promise<StepResult>;
  joinPeer: (target: JoinInput) => Promise<StepResult>;
  awaitBlocks: (target: AwaitBlocksInput) => Promise<StepResult>;
}

/** How a channel comes to be: its genesis block, its orderers and their leader, its peers. */
export function createChannelActivities(dependencies: Dependencies): ChannelActivities {
  return {
    createGenesisBlock: asStep(async (target, { signal }) => {
      const place = { channel: target.channel.name, genesisNamespace: target.genesisNamespace };
      if ((await keptGenesisBlock(dependencies, place, signal)) !== undefined) return UNCHANGED;
      if (target.dryRun) return { outcome: 'created', reason: 'the channel has no genesis block' };
      const earlier = await blockOfOrderers(dependencies, target, signal);
      const block = earlier?.block ?? (await newGenesisBlock(dependencies, target, signal));
      const kept = await keepGenesisBlock(dependencies, place, block, { ...target, signal });
      return earlier === undefined ? kept : { ...kept, reason: `it was lost; ${earlier.node} still has it` };
    }),

    joinOrderer: asStep(async (target, { signal }) => {
      const { channel, dryRun } = target;
      const joins: Decision = { outcome: 'created', reason: 'had not joined' };
      const genesis = await requireGenesisBlock(dependencies, target, signal);
      if (genesis === undefined) return joins;
      return lookOrExpect(target, joins, () =>
        withOrderer(dependencies, target, signal, async (orderer) => {
          if ((await orderer.channel(channel)) !== undefined) {
            if (target.isNewChannel) await requireSameOrdererBlock(dependencies, target, genesis, signal);
            return UNCHANGED;
          }
          if (dryRun) return joins;
          const newest = target.isNewChannel ? undefined : await newestConfigBlock(dependencies, target, signal);
          try {
            await orderer.join(newest ?? genesis);
          } catch (error) {
            // An earlier attempt got through and its answer was lost.
            if (!(error instanceof FabricError) || error.kind !== 'alreadyExists') throw error;
          }
          return joins;
        }),
      );
    }),

    awaitLeader: asStep(async (target, { signal, waiting }) => {
      const { channel, consensus, orderers } = target;
      for (let looks = 1; ; looks += 1) {
        const views = await Promise.all(orderers.map((orderer) => viewOrderer(dependencies, orderer, channel, signal)));
        const trouble = orderingTrouble(channel, consensus, views);
        if (trouble === undefined) return UNCHANGED;
        // A channel that was just joined has none for a second.
        if (looks > LOOKS_BEFORE_WORDS) {
          if (await isLedByOneThatGoes(dependencies, target, signal)) return UNCHANGED;
          waiting(trouble);
        }
        await sleep(looks > LOOKS_BEFORE_WORDS ? SLOW_POLL_MS : POLL_MS, undefined, { signal });
      }
    }),

    joinPeer: asStep(async (target, { signal }) => {
      const { channel, dryRun } = target;
      const joins: Decision = { outcome: 'created', reason: 'had not joined' };
      const genesis = await requireGenesisBlock(dependencies, target, signal);
      if (genesis === undefined) return joins;
      return lookOrExpect(target, joins, () =>
        withPeer(dependencies, { admin: target.organization, peer: [target] }, signal, async (peer) => {
          if ((await peer.channels()).includes(channel)) {
            if (target.isNewChannel) requireSame(target, genesis, await peer.fetchBlock(channel, 'oldest'));
            return UNCHANGED;
          }
          if (!dryRun) await peer.joinChannel(genesis);
          return joins;
        }),
      );
    }),

    awaitBlocks: asStep(async ({ channel, orderers, peers }, { signal, waiting }) => {
      const views = await Promise.all(orderers.map((orderer) => viewOrderer(dependencies, orderer, channel, signal)));
      const goal = Math.max(...views.map((view) => view.channel?.height ?? 0));
      await Promise.all(
        peers.map((peer) =>
          withPeer(dependencies, { admin: peer.organization, peer: [peer] }, signal, (client) =>
            untilCaughtUp(client, { who: peer.node, channel, goal }, { signal, waiting }),
          ),
        ),
      );
      return UNCHANGED;
    }),
  };
}

/** An election takes about a second, and a look costs an orderer next to nothing. */
const POLL_MS = 150;

/** For what takes longer than an election. */
const SLOW_POLL_MS = 1_000;

/** About two elections. */
const LOOKS_BEFORE_WORDS = 15;

/** An orderer that the description no longer names is a consenter until this run has had it leave the channel, and may lead it. */
async function isLedByOneThatGoes(
  dependencies: Dependencies,
  { network, channel, orderers }: AwaitLeaderInput,
  signal: AbortSignal,
): Promise<boolean> {
  const organizations = new Map(orderers.map(({ organization }) => [organization.name, organization]));
  const standing = await Promise.all(
    [...organizations.values()].map(async (organization): Promise<RunningNode[]> => {
      const deployments = await list(
        dependencies.cluster,
        { apiVersion: 'apps/v1', kind: 'Deployment' },
        {
          namespace: organization.namespace,
          labelSelector: `${ownedBy(network)},weft.dev/organization=${organization.name},${ORDERER_LABEL}`,
          signal,
        },
      );
      return deployments.map(({ metadata }) => ({ node: metadata.name, organization }));
    }),
  );
  const going = standing.flat().filter(({ node }) => !orderers.some((orderer) => orderer.node === node));
  const views = await Promise.all(going.map((orderer) => viewOrderer(dependencies, orderer, channel, signal)));
  return leaderOf(views) !== undefined;
}

/** As kube/orderer.yaml has it. */
const ORDERER_LABEL = 'app.kubernetes.io/component=orderer';

/** In a dry run there may be none yet, and nodes that do not stand. */
async function requireGenesisBlock(
  dependencies: Dependencies,
  target: ChannelNodeInput,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const block = await keptGenesisBlock(dependencies, target, signal);
  if (block !== undefined || target.dryRun) return block;
  throw failure(
    'MaterialMissing',
    `The genesis block of ${target.channel} is not in namespace ${target.genesisNamespace}. It is made by the step createGenesisBlock: run weft up again.`,
  );
}

/** The genesis block as the orderers have it, should it have been lost elsewhere: there is only one for a channel. */
async function blockOfOrderers(
  dependencies: Dependencies,
  { channel, orderers }: ChannelInput,
  signal: AbortSignal,
): Promise<{ readonly node: string; readonly block: Uint8Array } | undefined> {
  for (const orderer of orderers) {
    const view = await viewOrderer(dependencies, orderer, channel.name, signal);
    if (view.channel === undefined) continue;
    const block = await withOrderingService(dependencies, [orderer], signal, (service) =>
      service.fetchBlock(channel.name, 'oldest'),
    );
    if (block !== undefined) return { node: orderer.node, block };
  }
  return undefined;
}

async function newGenesisBlock(
  dependencies: Dependencies,
  target: ChannelInput,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return genesisBlock(dependencies.programs, await blueprintOf(dependencies, target, signal), signal);
}

/** Who joins a channel that has been running for a while begins with its newest configuration. */
async function newestConfigBlock(
  dependencies: Dependencies,
  { channel, others }: JoinOrdererInput,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (others.length === 0) return undefined;
  return withOrderingService(dependencies, others, signal, (orderer) => orderer.fetchBlock(channel, 'config'));
}

async function requireSameOrdererBlock(
  dependencies: Dependencies,
  target: ChannelNodeInput,
  genesis: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const block = await withOrderingService(dependencies, [target], signal, (orderer) =>
    orderer.fetchBlock(target.channel, 'oldest'),
  );
  requireSame(target, genesis, block);
}

function requireSame({ channel, node }: ChannelNodeInput, genesis: Uint8Array, own: Uint8Array | undefined): void {
  if (own === undefined || sameBlock(genesis, own)) return;
  throw failure(
    'ChannelConflict',
    `${node} is in another channel of the name ${channel}: its first block is not this network's. Give the channel another name, or remove that node with its data (weft up without it and with --prune-data) and add it again.`,
  );
}
