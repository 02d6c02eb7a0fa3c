import type { FailureType } from '../../activities/failures.ts';
import { addressOf, type Organization } from '../../spec/index.ts';
import { enrolledServers } from '../apply/before/unchanged-steps.ts';
import { orderingParticipants } from '../apply/channels/channels.ts';
import { inUseBy } from '../apply/before/in-use.ts';
import { followPlans } from '../apply/channels/config-update.ts';
import { launchNode } from '../apply/nodes/launch-node.ts';
import { awaitOrdererActive, nextOrderer } from '../apply/nodes/roll-nodes.ts';
import { refusal } from '../durable/refusal.ts';
import type { ApplyRun } from '../durable/run.ts';
import { allDone } from '../durable/steps.ts';
import {
  identitiesOf,
  nameOf,
  nodesOf,
  orderingOf,
  organizationNamed,
  targetOf,
  type OrganizationNode,
  type TargetIdentity,
} from '../inputs.ts';

/**
 * Gives identities new keys. Orderers one at a time: every channel that one serves knows its new key before it starts with that, and it takes
 * part again before the next one's turn comes. Of all others nobody has to know the key beforehand.
 *
 * @param owners e.g. `org0/orderer1`
 * @returns whose pods start anew after that; orderers have
 * @throws ApplicationFailure `QuorumAtRisk` before anything is touched where an orderer is alone in a channel, or is a consenter of one that the
 *   network's description does not name
 */
export async function replaceKeys(run: ApplyRun, owners: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const { network, base, reference, steps } = run;
  const orderers = network.organizations.flatMap(nodesOf).filter((node) => node.kind === 'orderer');
  const replaced = orderers.filter((node) => owners.has(targetOf(node)));
  for (const orderer of replaced) refuseAlone(run, orderer);
  await allDone(replaced.map((orderer) => refuseUndescribed(run, orderer)));
  const isOrderer = new Set(orderers.map(targetOf));
  await allDone(
    network.organizations.flatMap((organization) =>
      identities(run, organization)
        .filter(({ target }) => owners.has(target) && !isOrderer.has(target))
        .map(async ({ target, input }) => {
          const step = steps.at(reference(organization).cluster);
          await step.prepareKey(target, input);
          if (!base.dryRun) await step.adoptKey(target, input);
        }),
    ),
  );
  for (const orderer of replaced) await replaceOrderersKey(run, orderer);
  return new Set([...owners].filter((owner) => !isOrderer.has(owner)));
}

async function replaceOrderersKey(run: ApplyRun, orderer: OrganizationNode): Promise<void> {
  const { network, base, reference, steps } = run;
  const { organization, node } = orderer;
  const step = steps.at(reference(organization).cluster);
  const identity = identities(run, organization).find(({ target }) => target === targetOf(orderer));
  if (identity === undefined) throw new TypeError(`${targetOf(orderer)} has no identity.`);
  if (base.dryRun) {
    await step.prepareKey(identity.target, identity.input);
    return;
  }
  const { channels } = await nextOrderer(run, [orderer]);
  const { certificates } = await step.prepareKey(identity.target, identity.input);
  if (certificates === undefined) throw new TypeError(`${targetOf(orderer)} has no certificates of its next keys.`);
  const consenter = { ...addressOf(network, organization, node, 'orderer'), ...certificates };
  // All channels of one orderer back to back: between the first and its restart it serves only those that do not know its new key yet.
  await allDone(
    servedBy(run, orderer).map((channel) => {
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
  await awaitOrdererActive(run, orderer, { inUse: inUseBy(network), channels });

  /** Those who do not change are asked about the channel first: the one that does may learn of it last. */
  function lastOf(names: readonly string[]): readonly string[] {
    return names.toSorted((one, other) => Number(one === nameOf(orderer)) - Number(other === nameOf(orderer)));
  }
}

function servedBy({ network }: ApplyRun, orderer: OrganizationNode): ApplyRun['network']['channels'] {
  return network.channels.filter((channel) =>
    orderingOf(network, channel).some(({ nodes }) => nodes.includes(nameOf(orderer))),
  );
}

/** A leader hands the lead on before its own key is exchanged, and one that is alone has nobody to hand it on to. */
function refuseAlone(run: ApplyRun, orderer: OrganizationNode): void {
  const alone = servedBy(run, orderer).filter(
    (channel) => orderingOf(run.network, channel).flatMap(({ nodes }) => nodes).length === 1,
  );
  const [channel] = alone;
  if (channel === undefined) return;
  throw refusal(
    'QuorumAtRisk' satisfies FailureType,
    `${targetOf(orderer)} is the only orderer of ${alone.map(({ name }) => name).join(', ')}: Fabric exchanges no key of a consenter that is alone. Nothing was touched.`,
    { kind: 'changeDescription', field: `orderers of the channel ${channel.name}` },
  );
}

/** What Weft does not know of knows the old key: the orderer would be no consenter there any more. */
async function refuseUndescribed(run: ApplyRun, orderer: OrganizationNode): Promise<void> {
  const { reference, steps } = run;
  const organization = reference(orderer.organization);
  const input = { organization, node: nameOf(orderer) };
  const { channels = [] } = await steps
    .queriesAt(organization.cluster)
    .inspectConsentedChannels(targetOf(orderer), input);
  const described = new Set(servedBy(run, orderer).map(({ name }) => name));
  const others = channels.filter((name) => !described.has(name));
  if (others.length === 0) return;
  throw refusal(
    'QuorumAtRisk' satisfies FailureType,
    `${targetOf(orderer)} is a consenter of ${others.join(', ')}, too, which the description does not say: with another key it would be none there. Nothing was touched.`,
    { kind: 'changeDescription', field: 'channels[].orderers' },
  );
}

function identities(run: ApplyRun, organization: Organization): TargetIdentity[] {
  return identitiesOf(run.base, organization, {
    chaincodeServers: enrolledServers(run, organization),
    consenters: [],
  });
}
