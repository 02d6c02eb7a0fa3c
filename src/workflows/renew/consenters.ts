import type { ConsenterCertificates, PublicCertificates } from '../../activities/inputs.ts';
import { addressOf, nodeName, type Channel } from '../../spec/index.ts';
import { orderingParticipants } from '../apply/channels/channels.ts';
import { followPlans } from '../apply/channels/config-update.ts';
import { inspectChannel } from '../channel-status.ts';
import type { ApplyRun } from '../durable/run.ts';
import { allDone } from '../durable/steps.ts';
import { orderingOf, organizationNamed } from '../inputs.ts';
import { lookAtCertificates } from './look.ts';

/**
 * Has the channels take over what was renewed of their orderers, one certificate an update. Nobody waits for it: orderers know each other by
 * their keys. So it is left to a later run where an orderer takes no part, which Fabric would refuse.
 */
export async function refreshConsenters(run: ApplyRun): Promise<void> {
  const { network, base, reference, steps } = run;
  if (base.dryRun) return;
  const looks = await lookAtCertificates({ ...run, queries: steps.queriesAt });
  const certificates = new Map(looks.flatMap(({ orderers }) => Object.entries(orderers)));
  await allDone(
    network.channels.map(async (channel) => {
      const inspection = { queries: steps.queriesAt, reference };
      const { problems } = await inspectChannel(inspection, channel, {
        ordering: orderingOf(network, channel),
        members: [],
      });
      if (problems.length > 0) return;
      const consenters = consentersOf(run, channel, certificates);
      const input = {
        ...{ base, channel, unready: [] },
        ordering: orderingParticipants(run, channel),
        members: channel.peers.map(({ organization }) => reference(organizationNamed(network, organization))),
      };
      await followPlans(steps, input, [], async (target, asked) => {
        const step = steps.at(asked.organization.cluster);
        const plan = await step.planCertificateExchange(target, { ...asked, certificates: consenters });
        return { ...plan, isRefresh: true };
      });
    }),
  );
}

/** The orderers of a channel, each with its address and its certificates. */
function consentersOf(
  { network }: ApplyRun,
  channel: Channel,
  certificates: ReadonlyMap<string, PublicCertificates>,
): ConsenterCertificates[] {
  return channel.orderers.flatMap(({ organization, orderers }) => {
    const owner = organizationNamed(network, organization);
    return owner.orderers
      .filter(({ name }) => orderers.includes(name))
      .flatMap((node) => {
        const own = certificates.get(nodeName(owner, node));
        return own === undefined ? [] : [{ ...addressOf(network, owner, node, 'orderer'), ...own }];
      });
  });
}
