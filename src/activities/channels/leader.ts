import { setTimeout as sleep } from 'node:timers/promises';

import { list, ownedBy } from '../../kubernetes/index.ts';
import type { Consensus } from '../../spec/index.ts';
import { asStep, UNCHANGED, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import type { ChannelOrderersInput, NetworkInput, OrganizationReference } from '../inputs.ts';
import { requireRaftLog } from '../nodes/raft-log.ts';
import { viewOrderer, type OrdererView } from './orderers.ts';
import { mayBeApart, orderingView, orderingWait, type OrderingView } from './ordering.ts';
import { unheardOrderers } from './unheard-orderers.ts';

export interface AwaitLeaderInput extends ChannelOrderersInput {
  /** What has to be there: a leader of Raft, or a quorum of BFT. */
  readonly consensus: Consensus['type'];
  /** Number of all orderers of the channel, those of other organizations included. */
  readonly consenters: number;
  /** How long to wait where another organization's orderers may be enough; absent means without end. */
  readonly patienceSeconds?: number;
}

export interface AwaitOrdererInput extends NetworkInput {
  readonly organization: OrganizationReference;
  /** Kubernetes name. */
  readonly node: string;
  /** In which it has to take part, and how many blocks of each it has to have. */
  readonly channels: readonly OrdererGoal[];
}

/** What an orderer has to be in a channel. */
export interface OrdererGoal {
  /** Name of the channel. */
  readonly channel: string;
  /** Number of blocks that it has to have. */
  readonly height: number;
  /** A part that it has to have; absent means any. */
  readonly as?: 'consenter';
  /** Another orderer led the channel before: whoever leads it now has to have a stream to this one. Absent means nobody did. */
  readonly isLed?: boolean;
}

export interface LeaderActivities {
  awaitLeader: (input: AwaitLeaderInput) => Promise<StepResult & OrderingView>;
  awaitOrdererActive: (input: AwaitOrdererInput) => Promise<StepResult>;
}

/** The waits until a channel can order, and until an orderer takes part again. */
export function createLeaderActivities(dependencies: Dependencies): LeaderActivities {
  return {
    awaitLeader: asStep(async (input, { signal, waiting }) => {
      const { organization, channel, orderers } = input;
      const deadline = Date.now() + (input.patienceSeconds ?? Infinity) * 1000;
      let unheard: readonly string[] = [];
      for (let looks = 1; ; looks += 1) {
        const views = await viewAll(dependencies, organization, orderers, channel, signal);
        const view = orderingView(input, views);
        if (view.isOrdering || Date.now() > deadline) return { ...UNCHANGED, ...view };
        // A channel that was just joined has no leader for a second.
        if (looks > LOOKS_BEFORE_WORDS) {
          if (await isLedByRemovedOrderer(dependencies, input, signal))
            return { ...UNCHANGED, ...view, isOrdering: true };
          if ((looks - LOOKS_BEFORE_WORDS) % LOOKS_BETWEEN_LOGS === 1)
            unheard = mayBeApart(input, views) ? await allUnheard(dependencies, input, signal) : [];
          waiting(orderingWait(input, views, unheard));
        }
        await sleep(looks > LOOKS_BEFORE_WORDS ? SLOW_POLL_MS : POLL_MS, undefined, { signal });
      }
    }),

    awaitOrdererActive: asStep(async ({ organization, node, channels, network }, { signal, waiting }) => {
      for (let looks = 1; ; looks += 1) {
        const seen = await Promise.all(
          channels.map(async (goal) => ({
            goal,
            view: await viewOrderer(dependencies, { organization, node }, goal.channel, signal),
          })),
        );
        const facts = [...seen.map(({ goal, view }) => behindInWords(goal, view)), unheardInWords(seen)];
        const behind = facts.filter((fact) => fact !== undefined);
        if (behind.length === 0) return UNCHANGED;
        if (looks > LOOKS_BEFORE_WORDS)
          await requireRaftLog(dependencies.cluster, { organization, node, network }, signal);
        if (looks > LOOKS_BEFORE_WORDS) waiting({ reason: 'CatchingUp', message: `${node}: ${behind.join('; ')}` });
        await sleep(looks > LOOKS_BEFORE_WORDS ? SLOW_POLL_MS : POLL_MS, undefined, { signal });
      }
    }),
  };
}

/**
 * What an orderer lacks of what it has to have of a channel; undefined if it lacks nothing. One that is not in the channel has nothing to catch up
 * with: whether it may join is decided when it does.
 */
export function behindInWords(goal: OrdererGoal, { channel, silence }: OrdererView): string | undefined {
  if (silence !== undefined) return `does not answer for ${goal.channel}: ${silence}`;
  if (channel === undefined) return undefined;
  if (channel.status !== 'active') return `is ${channel.status} in ${goal.channel}, not active`;
  if (goal.as === 'consenter' && channel.consensusRelation !== 'consenter') {
    return `is a ${channel.consensusRelation} of ${goal.channel}, and no consenter yet`;
  }
  return channel.height >= goal.height
    ? undefined
    : `has ${channel.height} of the ${goal.height} blocks of ${goal.channel}`;
}

/**
 * That who leads the channels has not all connected to an orderer again; undefined if they have. An orderer answers, and has all blocks, seconds
 * before: who lost the connection to it tries again only when the attempt that it began meanwhile is over (gRPC's, of up to 20 s), or after a pause that grew. Until then it
 * does not count towards a quorum, and a channel would stop with the next orderer that restarts. No gauge tells channels apart.
 */
export function unheardInWords(
  seen: readonly { readonly goal: OrdererGoal; readonly view: OrdererView }[],
): string | undefined {
  const followed = seen.filter(
    ({ goal, view: { consensus } }) => goal.isLed === true && consensus?.consensus === 'raft' && !consensus.isLeader,
  );
  const streams = Math.max(0, ...followed.map(({ view }) => view.consensus?.streams ?? 0));
  if (streams >= followed.length) return undefined;
  const channels = followed.map(({ goal }) => goal.channel).join(', ');
  return `waits for the leader of ${channels} to connect to it again`;
}

/** An election takes about a second, and a look costs an orderer next to nothing. */
const POLL_MS = 150;

/** For what takes longer than an election. */
const SLOW_POLL_MS = 1_000;

/** About two elections. */
const LOOKS_BEFORE_WORDS = 15;

/** Logs are read less often than orderers are asked. */
const LOOKS_BETWEEN_LOGS = 10;

/** What each orderer says of others that it does not reach. */
async function allUnheard(
  { cluster }: Dependencies,
  { network, organization, orderers, channel }: AwaitLeaderInput,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const said = await Promise.all(
    orderers.map((node) => unheardOrderers(cluster, { organization, node, network }, channel, signal)),
  );
  return said.filter((words) => words !== undefined);
}

function viewAll(
  dependencies: Dependencies,
  organization: OrganizationReference,
  nodes: readonly string[],
  channel: string,
  signal: AbortSignal,
): Promise<OrdererView[]> {
  return Promise.all(nodes.map((node) => viewOrderer(dependencies, { organization, node }, channel, signal)));
}

/** An orderer that the description no longer names is a consenter until this run has had it leave the channel, and may lead it. */
async function isLedByRemovedOrderer(
  dependencies: Dependencies,
  { network, channel, consensus: type, organization, orderers }: AwaitLeaderInput,
  signal: AbortSignal,
): Promise<boolean> {
  const deployments = await list(
    dependencies.cluster,
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    {
      namespace: organization.namespace,
      labelSelector: `${ownedBy(network.name)},weft.dev/organization=${organization.name},${ORDERER_LABEL}`,
      signal,
    },
  );
  const removed = deployments.map(({ metadata }) => metadata.name).filter((node) => !orderers.includes(node));
  const views = await viewAll(dependencies, organization, removed, channel, signal);
  return views.some(
    // With BFT it says nothing of a quorum that blocks are delivered.
    ({ consensus, knowsLeader }) => consensus?.isLeader === true || (type === 'raft' && knowsLeader === true),
  );
}

/** As kube/orderer.yaml has it. */
const ORDERER_LABEL = 'app.kubernetes.io/component=orderer';
