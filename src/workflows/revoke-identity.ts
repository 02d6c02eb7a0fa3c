import { nodeTargetName, onNode, type Channel, type Organization } from '../spec/index.ts';
import { orderingParticipants } from './apply/channels/channels.ts';
import { followPlans } from './apply/channels/config-update.ts';
import type { ApplyRun } from './durable/run.ts';
import { allDone } from './durable/steps.ts';
import { checkedName } from './identities/arguments.ts';
import { beginIdentityRun } from './identities/begin.ts';
import { membersOf, organizationInput, organizationNamed } from './inputs.ts';
import type { NamedIdentity, NetworkSelector, RunResult } from './messages.ts';

/**
 * Revokes an application's identity: at its CA, then in every channel that its organization has a part in. At the end the peers that this
 * description has in those channels refuse it.
 *
 * @throws ApplicationFailure `InvalidArgument`, `InvalidWorkflowId`; `NetworkUnknown` if there is no such network; `SignaturesMissing`; else the
 *   type of the first step that failed
 */
export async function revokeIdentity(given: NetworkSelector, wanted: NamedIdentity): Promise<RunResult> {
  const named = checkedName(wanted);
  const { organization, ...run } = await beginIdentityRun(given, named);
  const { network, base, reference, steps } = run;
  const { revocationList } = await steps
    .at(reference(organization).cluster)
    .revokeIdentity(nodeTargetName(organization, named), {
      ...organizationInput(base, organization),
      identity: named.name,
    });
  const channels = network.channels.filter((channel) => hasPart(channel, organization));
  await allDone(channels.map((channel) => revokeInChannel(run, channel, { organization, revocationList })));
  return { network: network.name, steps: steps.results(), endpoints: [] };
}

function hasPart({ orderers, peers }: Channel, { name }: Organization): boolean {
  return [...orderers, ...peers].some(({ organization }) => organization === name);
}

/** Has a channel take over what an organization's CA has revoked, and awaits the peers that have to know it. */
async function revokeInChannel(
  run: ApplyRun,
  channel: Channel,
  { organization, revocationList }: { readonly organization: Organization; readonly revocationList: string },
): Promise<void> {
  const { network, base, reference, steps } = run;
  const input = {
    ...{ base, channel, unready: [] },
    ordering: orderingParticipants(run, channel),
    members: channel.peers.map((member) => reference(organizationNamed(network, member.organization))),
  };
  const { height } = await followPlans(steps, input, [], (target, asked) =>
    steps
      .at(asked.organization.cluster)
      .planRevocation(target, { ...asked, mspId: organization.mspId, revocationList }),
  );
  await allDone(
    membersOf(network, channel).map(({ organization: member, nodes: peers }) => {
      const where = { organization: reference(member), channel: channel.name, peers, height };
      return steps.at(where.organization.cluster).awaitBlocks(onNode(channel, member.name), { ...base, ...where });
    }),
  );
}
