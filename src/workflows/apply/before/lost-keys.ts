import type { FailureType } from '../../../activities/failures.ts';
import { keyExchangeLoss, type Channel } from '../../../spec/index.ts';
import { inspectChannel } from '../../channel-status.ts';
import { refusal } from '../../durable/refusal.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { nameOf, nodesOf, orderingOf, type OrganizationNode } from '../../inputs.ts';
import { undescribedChannels } from '../nodes/replace-orderer-key.ts';
import type { Standing } from '../organizations/organizations.ts';
import { unchangedOf } from './unchanged-steps.ts';

/** A consenter of which a Secret with a key is gone. */
export interface OrdererWithLostKey extends OrganizationNode {
  /** Names of those Secrets. */
  readonly secrets: readonly string[];
}

/**
 * Finds the consenters whose keys are lost. Their channels can learn new ones of them while enough others are left.
 *
 * @throws ApplicationFailure `StateLost` where a channel cannot
 */
export async function findLostKeys(
  run: ApplyRun,
  { unchanged, inUse }: Standing,
): Promise<readonly OrdererWithLostKey[]> {
  const { network } = run;
  const lost = network.organizations.flatMap((organization) => {
    const { withoutKeys = [] } = unchangedOf(unchanged, organization);
    return nodesOf(organization).flatMap((node): OrdererWithLostKey[] => {
      const found = withoutKeys.find(({ name }) => name === nameOf(node) && inUse.consenters.has(name));
      return found === undefined ? [] : [{ ...node, secrets: found.secrets }];
    });
  });
  if (lost.length === 0) return lost;
  await allDone([
    ...network.channels.map((channel) => refuseWithoutQuorum(run, channel, inUse.consentersOf(channel.name), lost)),
    ...lost.map(async (orderer) => {
      const [other] = await undescribedChannels(run, orderer, inUse);
      if (other !== undefined)
        throw keyLost(orderer, `${other} knows it by that, which the description does not name.`);
    }),
  ]);
  return lost;
}

async function refuseWithoutQuorum(
  { network, reference, steps }: ApplyRun,
  channel: Channel,
  consenters: ReadonlySet<string>,
  lost: readonly OrdererWithLostKey[],
): Promise<void> {
  const concerned = lost.filter((orderer) => consenters.has(nameOf(orderer)));
  if (concerned.length === 0) return;
  const { orderers } = await inspectChannel({ queries: steps.queriesAt, reference }, channel, {
    ordering: orderingOf(network, channel),
    members: [],
  });
  const loss = keyExchangeLoss({
    type: channel.consensus.type,
    consenters: [...consenters],
    active: new Set(orderers.flatMap(({ name, status }) => (status === 'active' ? [name] : []))),
    lost: concerned.map(nameOf),
  });
  const orderer = concerned.find((node) => nameOf(node) === loss?.consenter);
  if (loss === undefined || orderer === undefined) return;
  throw keyLost(
    orderer,
    consenters.size === 1
      ? `${channel.name} knows it by that, and learns no other one of an orderer that is alone.`
      : `${channel.name} knows it by that, and learns another one only while ${loss.needed} of its ${consenters.size} orderers are active: besides it there ${loss.active === 1 ? 'is' : 'are'} ${loss.active}. Bring the others back first.`,
  );
}

function keyLost(orderer: OrdererWithLostKey, fact: string): Error {
  const what = `Secret ${orderer.secrets.join(' and ')} in namespace ${orderer.organization.namespace}`;
  const name = nameOf(orderer);
  return refusal(
    'StateLost' satisfies FailureType,
    `${what} is gone, although ${name} has run with it. ${fact} Nothing is made in its place.`,
    { kind: 'restoreState', object: what, node: name },
  );
}
