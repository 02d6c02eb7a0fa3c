import { onNode, type Channel, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { membersOf, organizationNamed } from '../../inputs.ts';
import { orderingParticipants } from './channels.ts';
import { followPlans } from './config-update.ts';

/** What the enrollment CA of an organization has revoked. */
export interface Revocations {
  readonly organization: Organization;
  /** PEM. */
  readonly revocationList: string;
}

/**
 * Has every channel that organizations have a part in take over what their CAs have revoked, and awaits the peers that have to know it. After
 * that the peers which this description has in those channels take none of it.
 *
 * @throws ApplicationFailure `SignaturesMissing`; else the type of the first step that failed
 */
export async function revokeInChannels(run: ApplyRun, revocations: readonly Revocations[]): Promise<void> {
  await allDone(
    run.network.channels.map(async (channel) => {
      const ofChannel = revocations.filter(({ organization }) => hasPart(channel, organization));
      // One after the other: each update is of the configuration that the one before has left.
      let height = 0;
      for (const one of ofChannel) height = await revokeInChannel(run, channel, one);
      if (ofChannel.length > 0) await awaitPeers(run, channel, height);
    }),
  );
}

function hasPart({ orderers, peers }: Channel, { name }: Organization): boolean {
  return [...orderers, ...peers].some(({ organization }) => organization === name);
}

/** @returns number of blocks up to the configuration that has the list */
async function revokeInChannel(
  run: ApplyRun,
  channel: Channel,
  { organization: { mspId }, revocationList }: Revocations,
): Promise<number> {
  const { network, base, reference, steps } = run;
  const input = {
    ...{ base, channel, unready: [] },
    ordering: orderingParticipants(run, channel),
    members: channel.peers.map((member) => reference(organizationNamed(network, member.organization))),
  };
  const { height } = await followPlans(steps, input, [], (target, asked) =>
    steps.at(asked.organization.cluster).planRevocation(target, { ...asked, mspId, revocationList }),
  );
  return height;
}

async function awaitPeers(
  { network, base, reference, steps }: ApplyRun,
  channel: Channel,
  height: number,
): Promise<void> {
  await allDone(
    membersOf(network, channel).map(({ organization, nodes: peers }) => {
      const where = { organization: reference(organization), channel: channel.name, peers, height };
      return steps
        .at(where.organization.cluster)
        .awaitBlocks(onNode(channel, organization.name), { ...base, ...where });
    }),
  );
}
