import { allDone, type Steps } from '../../durable/steps.ts';
import { onNode } from '../../../spec/index.ts';
import type { CreateChannelInput, OrderingParticipant } from './create-channel.ts';

/** How long a look at one organization's orderers may take, in seconds, where those of another may be enough. */
const FIRST_PATIENCE_SECONDS = 1;

/** A look that takes longer tells of a change no later than a person would ask. */
const LONGEST_PATIENCE_SECONDS = 30;

/**
 * Awaits that the channel can order: that one of its orderers leads, with Raft, or that a quorum takes part, with BFT.
 *
 * @returns the number of blocks that its orderers have
 */
export async function awaitLeader(steps: Steps, input: CreateChannelInput): Promise<number> {
  const { base, channel } = input;
  const ordering = withLeaving(input);
  const isShared = ordering.length > 1;
  const consenters = ordering.reduce((count, { orderers }) => count + orderers.length, 0);
  for (let patience = FIRST_PATIENCE_SECONDS; ; patience = Math.min(2 * patience, LONGEST_PATIENCE_SECONDS)) {
    const looks = await allDone(
      ordering.map(({ organization, orderers }) =>
        steps.at(organization.cluster).awaitLeader(isShared ? onNode(channel, organization.name) : channel.name, {
          ...base,
          organization,
          channel: channel.name,
          consensus: channel.consensus.type,
          orderers,
          consenters,
          // Alone, an organization's orderers are the only ones to wait for.
          ...(isShared ? { patienceSeconds: patience } : {}),
        }),
      ),
    );
    const active = looks.reduce((count, look) => count + look.active, 0);
    if (looks.some(({ isOrdering, quorum }) => isOrdering || active >= quorum)) {
      return Math.max(...looks.map(({ height }) => height));
    }
  }
}

/** Until the channel's configuration has changed, those who leave order it, too, and one of them may lead. */
function withLeaving({ ordering, leaving }: CreateChannelInput): readonly OrderingParticipant[] {
  const names = [...new Set([...ordering, ...leaving.ordering].map(({ organization }) => organization.name))];
  return names.flatMap((name) => {
    const parts = [...ordering, ...leaving.ordering].filter(({ organization }) => organization.name === name);
    const [first] = parts;
    return first === undefined ? [] : [{ ...first, orderers: parts.flatMap(({ orderers }) => orderers) }];
  });
}
