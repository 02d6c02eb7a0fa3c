import { CancellationScope, isCancellation, setHandler } from '@temporalio/workflow';

import type {
  ChannelBlueprint,
  ChannelSettings,
  NetworkInput,
  OrganizationReference,
} from '../../../activities/inputs.ts';
import { onNode } from '../../../spec/index.ts';
import type { StepCalls } from '../../durable/activities.ts';
import { followPauses } from '../../durable/pause.ts';
import { allDone, recordSteps, type Steps } from '../../durable/steps.ts';
import {
  progressOf,
  progressQuery,
  type ChannelSignatures,
  type PendingUpdate,
  type StepRecord,
} from '../../messages.ts';
import { awaitLeader } from './await-leader.ts';
import type { LeavingParts } from './leaving.ts';
import { provideGenesisBlock } from './genesis-block.ts';
import { followDescription, type FollowedDescription } from './config-update.ts';
import { acceptSignatures } from './signature-wait.ts';

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
  /** Who was in it, and is not described any more. */
  readonly leaving: LeavingParts;
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
  const steps = recordSteps(followPauses());
  const pendingUpdates: PendingUpdate[] = [];
  setHandler(progressQuery, (since) => ({ ...progressOf(steps.changedSince(since)), pendingUpdates }));
  const wait = acceptSignatures(steps, input.channel.name, pendingUpdates);

  const isNew = await provideGenesisBlock(steps, input);
  const orderers = orderersOf(input);
  const join = (orderer: Orderer, at: Steps['at']): Promise<void> =>
    joinOrderer(steps, at(orderer.organization.cluster), input, { ...orderer, isNewChannel: isNew });
  const isReady = ({ node }: Orderer): boolean => !unready.includes(node);

  const bringUp = async (): Promise<FollowedDescription> => {
    await allDone(orderers.filter(isReady).map((orderer) => join(orderer, steps.at)));
    const led = base.dryRun ? 0 : await awaitLeader(steps, input);
    // A new channel begins with what the description says.
    const followed = isNew ? NEW_CHANNEL : await followDescription(steps, input, pendingUpdates, wait);
    if (followed.isChanged) {
      const { height } = followed;
      await allDone(orderers.filter(isReady).map((orderer) => awaitConsenter(steps, input, { ...orderer, height })));
    }
    return { ...followed, height: Math.max(led, followed.height) };
  };
  const stragglers = orderers.filter((orderer) => !isReady(orderer));
  const { height, signatures, absent } = await whileJoining(
    stragglers,
    (orderer) => join(orderer, steps.attemptsAt),
    bringUp,
  );
  return { steps: steps.records, isNew, height, absent, ...(signatures && { signatures }) };
}

const NEW_CHANNEL: FollowedDescription = { height: 0, isChanged: false };

interface Orderer {
  readonly organization: OrganizationReference;
  /** Kubernetes name. */
  readonly node: string;
}

function orderersOf({ ordering }: CreateChannelInput): Orderer[] {
  return ordering.flatMap(({ organization, orderers }) => orderers.map((node) => ({ organization, node })));
}

/** A consenter that has just been added follows the channel until it has the block that adds it, and refuses transactions as long. */
async function awaitConsenter(
  steps: Steps,
  { base, channel }: CreateChannelInput,
  { organization, node, height }: Orderer & { readonly height: number },
): Promise<void> {
  await steps.at(organization.cluster).awaitOrdererActive(onNode(channel, node), {
    ...{ ...base, organization, node },
    channels: [{ channel: channel.name, height, as: 'consenter' }],
  });
}

/** Who joins later starts from what its organization's other orderers have, or else from what those of another have. */
async function joinOrderer(
  steps: Steps,
  step: StepCalls,
  { base, channel, ordering, consenters, leaving }: CreateChannelInput,
  { organization, node, isNewChannel }: Orderer & { readonly isNewChannel: boolean },
): Promise<void> {
  const own = ordering.filter((part) => part.organization.name === organization.name);
  const others = ordering.filter((part) => !own.includes(part));
  // Where nobody else orders it any more, those who leave still have its blocks.
  const elsewhere = others.length > 0 ? others : leaving.ordering;
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

/**
 * Brings a channel up while orderers that are not ready join it, should they come: it does not wait for them, but it may need
 * them. However bringing it up ends, what has not joined by then is given up.
 *
 * @returns the channel's height, and the Kubernetes names of those that may not have joined
 */
async function whileJoining(
  orderers: readonly Orderer[],
  join: (orderer: Orderer) => Promise<void>,
  bringUp: () => Promise<FollowedDescription>,
): Promise<FollowedDescription & Pick<CreatedChannel, 'absent'>> {
  const scope = new CancellationScope();
  const joining = scope.run(() =>
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
  const goingOn = bringUp().finally(() => {
    scope.cancel();
  });
  const [followed, absent] = await allDone([goingOn, joining]);
  return { ...followed, absent: absent.flat() };
}
