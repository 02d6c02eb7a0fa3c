import {
  nodeName,
  quorumLoss,
  quorumLossInWords,
  reportOf,
  type Channel,
  type IssueReport,
  type Network,
} from '../../../spec/index.ts';
import { inspectChannel } from '../../channel-status.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';
import { orderingOf } from '../../inputs.ts';

/**
 * The channels whose consenters change in a way on which they would lose their quorum, as they are now. Only those are looked at whose
 * consenters change.
 *
 * @param standing the description that the network was brought up by
 */
export async function consenterIssues(run: ApplyRun, standing: Network): Promise<readonly IssueReport[]> {
  const { network, steps, reference } = run;
  const looks = network.channels.map(async (channel, at): Promise<readonly IssueReport[]> => {
    const earlier = standing.channels.find(({ name }) => name === channel.name);
    if (earlier === undefined) return [];
    const [before, after] = [consentersOf(standing, earlier), consentersOf(network, channel)];
    if (before.length === after.length && before.every((name) => after.includes(name))) return [];
    const seen = await inspectChannel({ queries: steps.queriesAt, reference }, channel, {
      ordering: orderingOf(standing, earlier),
      members: [],
    });
    const active = new Set(seen.orderers.flatMap(({ name, status }) => (status === 'active' ? [name] : [])));
    const loss = quorumLoss({ type: channel.consensus.type, standing: before, wanted: after, active });
    return loss === undefined
      ? []
      : [reportOf({ path: ['channels', at, 'orderers'], message: quorumLossInWords(loss) })];
  });
  return (await allDone(looks)).flat();
}

/** Kubernetes names of the consenters of a channel. */
function consentersOf({ organizations }: Network, { orderers }: Channel): string[] {
  return orderers.flatMap(({ organization, orderers: names }) => {
    const owner = organizations.find(({ name }) => name === organization);
    return owner === undefined ? [] : names.map((name) => nodeName(owner, { name }));
  });
}
