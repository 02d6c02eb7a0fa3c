import type { FailureType } from '../../activities/failures.ts';
import type { Organization } from '../../spec/index.ts';
import { inUseBy, type InUse } from '../apply/before/in-use.ts';
import { enrolledServers } from '../apply/before/unchanged-steps.ts';
import {
  channelsOfConsenter,
  nextToReplace,
  replaceOrdererKey,
  undescribedChannels,
} from '../apply/nodes/replace-orderer-key.ts';
import { refusal } from '../durable/refusal.ts';
import type { ApplyRun } from '../durable/run.ts';
import { allDone } from '../durable/steps.ts';
import { identitiesOf, nodesOf, targetOf, type OrganizationNode, type TargetIdentity } from '../inputs.ts';

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
  const inUse = inUseBy(network);
  for (const orderer of replaced) refuseAlone(run, orderer, inUse);
  await allDone(replaced.map((orderer) => refuseUndescribed(run, orderer, inUse)));
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
  for (const orderer of replaced) {
    const { channels } = await nextToReplace(run, [orderer]);
    await replaceOrdererKey(run, orderer, { inUse, channels });
  }
  return new Set([...owners].filter((owner) => !isOrderer.has(owner)));
}

/** A leader hands the lead on before its own key is exchanged, and one that is alone has nobody to hand it on to. */
function refuseAlone(run: ApplyRun, orderer: OrganizationNode, inUse: InUse): void {
  const alone = channelsOfConsenter(run, orderer, inUse).filter(({ name }) => inUse.consentersOf(name).size === 1);
  const [channel] = alone;
  if (channel === undefined) return;
  throw refusal(
    'QuorumAtRisk' satisfies FailureType,
    `${targetOf(orderer)} is the only orderer of ${alone.map(({ name }) => name).join(', ')}: Fabric exchanges no key of a consenter that is alone. Nothing was touched.`,
    { kind: 'changeDescription', field: `orderers of the channel ${channel.name}` },
  );
}

/** What Weft does not know of knows the old key: the orderer would be no consenter there any more. */
async function refuseUndescribed(run: ApplyRun, orderer: OrganizationNode, inUse: InUse): Promise<void> {
  const others = await undescribedChannels(run, orderer, inUse);
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
