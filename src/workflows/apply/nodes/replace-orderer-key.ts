import { addressOf } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { identitiesOf, nameOf, organizationNamed, targetOf, type OrganizationNode } from '../../inputs.ts';
import type { ChannelStatus } from '../../messages.ts';
import type { InUse } from '../before/in-use.ts';
import { orderingParticipants } from '../channels/channels.ts';
import { followPlans } from '../channels/config-update.ts';
import { launchNode } from './launch-node.ts';
import { awaitOrdererActive, nextOrderer } from './roll-nodes.ts';

/**
 * Gives an orderer new keys: every channel that it serves knows them before it starts with them, and it takes part again when this is done.
 *
 * @param channels as they are before; of no meaning to a plan
 */
export async function replaceOrdererKey(
  run: ApplyRun,
  orderer: OrganizationNode,
  { inUse, channels }: { readonly inUse: InUse; readonly channels: readonly ChannelStatus[] },
): Promise<void> {
  const { network, base, reference, steps } = run;
  const { organization, node } = orderer;
  const step = steps.at(reference(organization).cluster);
  const identities = identitiesOf(base, organization, { chaincodeServers: [], consenters: [] });
  const identity = identities.find(({ target }) => target === targetOf(orderer));
  if (identity === undefined) throw new TypeError(`${targetOf(orderer)} has no identity.`);
  if (base.dryRun) {
    await step.prepareKey(identity.target, identity.input);
    return;
  }
  const { certificates } = await step.prepareKey(identity.target, identity.input);
  if (certificates === undefined) throw new TypeError(`${targetOf(orderer)} has no certificates of its next keys.`);
  const consenter = { ...addressOf(network, organization, node, 'orderer'), ...certificates };
  // All channels of one orderer back to back: between the first and its restart it serves only those that do not know its new key yet.
  await allDone(
    channelsOfConsenter(run, orderer, inUse).map((channel) => {
      const input = {
        ...{ base, channel, unready: [nameOf(orderer)] },
        ordering: orderingParticipants(run, channel).map((part) => ({ ...part, orderers: lastOf(part.orderers) })),
        members: channel.peers.map((member) => reference(organizationNamed(network, member.organization))),
      };
      return followPlans(steps, input, [], (target, asked) =>
        steps.at(asked.organization.cluster).planCertificateExchange(target, { ...asked, certificates: [consenter] }),
      );
    }),
  );
  await step.adoptKey(identity.target, identity.input);
  await launchNode(run, orderer);
  await awaitOrdererActive(run, orderer, { inUse, channels });

  /** Those who do not change are asked about the channel first: the one that does may learn of it last. */
  function lastOf(names: readonly string[]): readonly string[] {
    return names.toSorted((one, other) => Number(one === nameOf(orderer)) - Number(other === nameOf(orderer)));
  }
}

/**
 * The orderer that gets new keys next, with the channels as they are before; a plan looks at none.
 *
 * @throws ApplicationFailure `QuorumAtRisk` where a channel would stop meanwhile
 */
export async function nextToReplace(run: ApplyRun, left: readonly OrganizationNode[]): ReturnType<typeof nextOrderer> {
  const [first] = left;
  return run.base.dryRun && first !== undefined ? { node: first, channels: [] } : nextOrderer(run, left);
}

/**
 * Gives orderers whose keys are lost new ones, one after the other: those first that take no part, whom the others can do without.
 *
 * @param prerequisites.ready awaits the CAs of all organizations, and what they publish
 */
export async function replaceLostKeys(
  run: ApplyRun,
  lost: readonly OrganizationNode[],
  { inUse, ready }: { readonly inUse: InUse; readonly ready: () => Promise<unknown> },
): Promise<void> {
  if (lost.length === 0) return;
  await ready();
  for (let left = lost; left.length > 0;) {
    const { node, channels } = await nextToReplace(run, left);
    left = left.filter((other) => other !== node);
    await replaceOrdererKey(run, node, { inUse, channels });
  }
}

/** The channels of the description in which an orderer is a consenter by now. */
export function channelsOfConsenter(
  { network }: Pick<ApplyRun, 'network'>,
  orderer: OrganizationNode,
  inUse: InUse,
): ApplyRun['network']['channels'] {
  return network.channels.filter(({ name }) => inUse.consentersOf(name).has(nameOf(orderer)));
}

/** The channels in which an orderer is a consenter, and which are not described; none where it does not answer. */
export async function undescribedChannels(
  run: ApplyRun,
  orderer: OrganizationNode,
  inUse: InUse,
): Promise<readonly string[]> {
  const { reference, steps } = run;
  const organization = reference(orderer.organization);
  const input = { organization, node: nameOf(orderer) };
  const { channels = [] } = await steps
    .queriesAt(organization.cluster)
    .inspectConsentedChannels(targetOf(orderer), input);
  const described = new Set(channelsOfConsenter(run, orderer, inUse).map(({ name }) => name));
  return channels.filter((name) => !described.has(name));
}
