import { CancellationScope, isCancellation, setHandler } from '@temporalio/workflow';

import type {
  ChannelBlueprint,
  ChannelSettings,
  NetworkInput,
  OrganizationReference,
} from '../../../activities/inputs.ts';
import { onNode } from '../../../spec/index.ts';
import type { StepCalls } from '../../durable/activities.ts';
import { allDone, recordSteps, type Steps } from '../../durable/steps.ts';
import {
  progressOf,
  progressQuery,
  type ChannelSignatures,
  type PendingUpdate,
  type StepRecord,
} from '../../messages.ts';
import { awaitLeader } from './await-leader.ts';
import { provideGenesisBlock } from './genesis-block.ts';
import { followDescription } from './config-update.ts';

/** One channel, as its child workflow is given it. */
export interface CreateChannelInput {
  readonly base: NetworkInput;
  readonly channel: ChannelSettings;
  /** The organizations that order it, with the Kubernetes names of their orderers. The first one keeps that place. */
  readonly ordering: readonly OrderingParticipant[];
  readonly members: readonly OrganizationReference[];
  /** Kubernetes names of orderers that are not ready; the channel gets on without them as long as a leader can be elected. */
  readonly unready: readonly string[];
  /** Kubernetes names of the orderers with which an earlier run brought the channel up. */
  readonly consenters: readonly string[];
  /** What its configuration is made of; absent in a dry run where an organization is not enrolled yet. */
  readonly blueprint?: ChannelBlueprint;
}

export interface OrderingParticipant {
  readonly organization: OrganizationReference;
  /** Kubernetes names. */
  readonly orderers: readonly string[];
}

export interface CreatedChannel {
  readonly steps: readonly StepRecord[];
  /** Its genesis block was created in this run, or would be: nobody could be in it yet. */
  readonly isNew: boolean;
  /** Number of blocks that its orderers had; 0 in a dry run. */
  readonly height: number;
  /** Kubernetes names of orderers that may not have joined: they were not ready, and the channel got on without them. */
  readonly absent: readonly string[];
  /** Who would have to sign a change of its configuration; absent where there is none, and of a run that makes it. */
  readonly signatures?: ChannelSignatures;
}

/**
 * One channel until peers can join: its genesis block, which is created once and kept, the orderers that join, their leader,
 * and what has changed in its configuration since. It begins when the orderers are launched.
 */
export async function createChannel(input: CreateChannelInput): Promise<CreatedChannel> {
  const { base, unready } = input;
  const steps = recordSteps();
  const pendingUpdates: PendingUpdate[] = [];
  setHandler(progressQuery, (since) => ({ ...progressOf(steps.changedSince(since)), pendingUpdates }));

  const isNew = await provideGenesisBlock(steps, input);
  const orderers = orderersOf(input);
  const stragglers = joinWhileOthersGoOn(
    orderers.filter(({ node }) => unready.includes(node)),
    (orderer) =>
      joinOrderer(steps, steps.attemptsAt(orderer.organization.cluster), input, { ...orderer, isNewChannel: isNew }),
  );
  await allDone(
    orderers
      .filter(({ node }) => !unready.includes(node))
      .map((orderer) =>
        joinOrderer(steps, steps.at(orderer.organization.cluster), input, { ...orderer, isNewChannel: isNew }),
      ),
  );
  const led = base.dryRun ? 0 : await awaitLeader(steps, input);
  // A new channel begins with what the description says.
  const { height, signatures } = isNew ? NEW_CHANNEL : await followDescription(steps, input, pendingUpdates);
  return {
    ...{ steps: steps.records, isNew, height: Math.max(led, height), absent: await stragglers.stop() },
    ...(signatures && { signatures }),
  };
}

const NEW_CHANNEL = { height: 0, signatures: undefined };

interface Orderer {
  readonly organization: OrganizationReference;
  /** Kubernetes name. */
  readonly node: string;
}

function orderersOf({ ordering }: CreateChannelInput): Orderer[] {
  return ordering.flatMap(({ organization, orderers }) => orderers.map((node) => ({ organization, node })));
}

/** Who joins later starts from what its organization's other orderers have, or else from what those of another have. */
async function joinOrderer(
  steps: Steps,
  step: StepCalls,
  { base, channel, ordering, consenters }: CreateChannelInput,
  { organization, node, isNewChannel }: Orderer & { readonly isNewChannel: boolean },
): Promise<void> {
  const own = ordering.filter((part) => part.organization.name === organization.name);
  const elsewhere = ordering.filter((part) => !own.includes(part));
  const target = onNode(channel, node);
  const input = {
    ...{ ...base, organization, node, isNewChannel },
    channel: channel.name,
    others: own.flatMap(({ orderers }) => orderers).filter((other) => other !== node),
    isShared: elsewhere.length > 0,
    wasJoined: consenters.includes(node),
  };
  const { needsConfigBlock } = await step.joinOrderer(target, input);
  if (needsConfigBlock !== true) return;
  const blocks = elsewhere.map((part) =>
    steps.queriesAt(part.organization.cluster).readConfigBlock(onNode(channel, part.organization.name), {
      ...{ ...base, ...part },
      channel: channel.name,
    }),
  );
  const configBlock = (await allDone(blocks)).find((block) => block !== '') ?? '';
  await step.joinOrderer(target, { ...input, configBlock });
}

/** Orderers that are not ready. The channel does not wait for them, but it may need them. */
interface Stragglers {
  /** Gives up what has not joined. @returns the Kubernetes names of those that may not have */
  readonly stop: () => Promise<readonly string[]>;
}

function joinWhileOthersGoOn(orderers: readonly Orderer[], join: (orderer: Orderer) => Promise<void>): Stragglers {
  const scope = new CancellationScope();
  const joins = scope.run(() =>
    allDone(
      orderers.map(async (orderer): Promise<readonly string[]> => {
        try {
          await join(orderer);
          return [];
        } catch (error) {
          if (!isCancellation(error)) throw error;
          return [orderer.node];
        }
      }),
    ),
  );
  // Awaited in stop(); a rejection before that is no reason to fail the workflow's task.
  joins.catch(() => undefined);
  return {
    stop: async () => {
      scope.cancel();
      return (await joins).flat();
    },
  };
}
