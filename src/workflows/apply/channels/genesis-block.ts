import type { FailureType } from '../../../activities/failures.ts';
import type { OrganizationReference } from '../../../activities/inputs.ts';
import { onNode } from '../../../spec/index.ts';
import { refusal } from '../../durable/refusal.ts';
import { allDone, type Steps } from '../../durable/steps.ts';
import type { CreateChannelInput } from './create-channel.ts';

/** One organization in whose namespace the channel's genesis block is kept. */
interface Keeper {
  readonly organization: OrganizationReference;
  /** Kubernetes names of its orderers that may be in the channel already. */
  readonly orderers: readonly string[];
}

/**
 * Ensures that the channel's genesis block is kept in every namespace from which nodes join. It is created once: where it was
 * lost it is taken from another namespace, or from an orderer.
 *
 * @returns whether it was created now, or would be
 * @throws ApplicationFailure `StateLost` if an earlier run brought the channel up, and nobody who answers has its block
 */
export async function provideGenesisBlock(steps: Steps, input: CreateChannelInput): Promise<boolean> {
  const { base, channel, ordering, blueprint } = input;
  const [home] = ordering;
  if (home === undefined) throw new TypeError(`The channel ${channel.name} has no ordering organization.`);
  const keepers = keepersOf(input);
  const inputOf = ({
    organization,
  }: Keeper): typeof base & { organization: OrganizationReference; channel: string } => ({
    ...base,
    organization,
    channel: channel.name,
  });
  const found = await allDone(
    keepers.map(async (keeper) => ({
      keeper,
      ...(await steps
        .queriesAt(keeper.organization.cluster)
        .findGenesisBlock(onNode(channel, keeper.organization.name), {
          ...inputOf(keeper),
          orderers: keeper.orderers,
        })),
    })),
  );
  const without = found.filter(({ isKept }) => !isKept).map(({ keeper }) => keeper);
  if (without.length === 0) return false;

  const source = await earlierBlock();
  if (source === undefined) {
    if (input.consenters.length > 0) throw genesisBlockLost(channel.name);
    const step = steps.at(home.organization.cluster);
    const { block } = await step.createGenesisBlock(channel.name, {
      ...inputOf(home),
      ...(blueprint === undefined ? {} : { blueprint }),
    });
    if (block !== undefined) await keep(block, 'created');
    return true;
  }
  await keep(source.block, source.reason);
  return false;

  /** The block as somebody has it who is in the channel, or who keeps it. */
  async function earlierBlock(): Promise<{ readonly block: string; readonly reason: string } | undefined> {
    const keeping = found.find(({ isKept }) => isKept)?.keeper;
    if (keeping !== undefined) {
      const query = steps.queriesAt(keeping.organization.cluster);
      const block = await query.readGenesisBlock(onNode(channel, keeping.organization.name), inputOf(keeping));
      return { block, reason: `taken from ${keeping.organization.name}` };
    }
    const recovered = found.find(({ recovered: block }) => block !== undefined)?.recovered;
    return recovered && { block: recovered.block, reason: `it was lost; ${recovered.node} still has it` };
  }

  async function keep(block: string, reason: string): Promise<void> {
    await allDone(
      without.map((keeper) =>
        steps
          .at(keeper.organization.cluster)
          .keepGenesisBlock(onNode(channel, keeper.organization.name), { ...inputOf(keeper), block, reason }),
      ),
    );
  }
}

/** One organization for each namespace in which nodes of the channel are, and every organization that has orderers in it. */
function keepersOf({ base, ordering, members, consenters }: CreateChannelInput): Keeper[] {
  const places = new Set<string>();
  // A plan looks at those alone that are there: the others are nodes that it would make.
  const isThere = (node: string): boolean => !base.dryRun || consenters.includes(node);
  const orderersThere = ordering.map(({ organization, orderers }) => ({
    organization,
    orderers: orderers.filter(isThere),
  }));
  const all: Keeper[] = [...orderersThere, ...members.map((organization) => ({ organization, orderers: [] }))];
  return all.filter(({ organization, orderers }) => {
    const place = `${organization.cluster}/${organization.namespace}`;
    const isFirst = !places.has(place);
    places.add(place);
    return isFirst || orderers.length > 0;
  });
}

/** A second first block would begin another channel of the same name, which nobody who is in the one can join. */
function genesisBlockLost(channel: string): Error {
  const what = `the genesis block of ${channel}`;
  return refusal(
    'StateLost' satisfies FailureType,
    `${channel}: ${what} is gone from every namespace, and none of the orderers that answer has it. Another one would be another channel: none is made. Its orderers and its peers have it in their ledgers.`,
    { kind: 'restoreState', object: what },
  );
}
