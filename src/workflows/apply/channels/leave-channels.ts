import { nodeTargetName, onNode, type Departure, type Organization } from '../../../spec/index.ts';
import type { ApplyRun } from '../../durable/run.ts';
import { allDone } from '../../durable/steps.ts';

/**
 * Has nodes leave the channels whose configuration does not count them any more: orderers while they run, peers of an organization one after
 * the other, since each stops meanwhile.
 *
 * @param departures of all channels
 * @param options.pruneData nodes that go altogether lose their volumes, and with them all that a peer would leave
 */
export async function leaveChannels(
  run: ApplyRun,
  departures: readonly Departure[],
  options: { readonly pruneData: boolean },
): Promise<void> {
  await allDone([...leaveAsOrderers(run, departures), ...unjoinPeers(run, departures, options)]);
}

/** The volume of an orderer that goes altogether goes with it. */
function leaveAsOrderers({ base, reference, steps }: ApplyRun, departures: readonly Departure[]): Promise<unknown>[] {
  return departures
    .filter(({ kind }) => kind === 'orderer')
    .flatMap(({ channel, organization, nodes }) =>
      nodes
        .filter(({ stays }) => stays)
        .map(({ name: node }) => {
          const at = reference(organization);
          const input = { ...base, organization: at, channel, node };
          return steps.at(at.cluster).leaveChannel(onNode({ name: channel }, node), input);
        }),
    );
}

/** A peer that leaves channels. */
interface LeavingPeer {
  readonly name: string;
  readonly stays: boolean;
  readonly channels: readonly string[];
}

function unjoinPeers(
  { network, base, reference, steps }: ApplyRun,
  departures: readonly Departure[],
  { pruneData }: { readonly pruneData: boolean },
): Promise<unknown>[] {
  const leaving = departures.filter(({ kind }) => kind === 'peer');
  const organizations = new Map(leaving.map(({ organization }) => [organization.name, organization]));
  return [...organizations.values()].map(async (organization) => {
    const at = reference(organization);
    for (const { name, stays, channels } of peersOf(organization, leaving)) {
      if (pruneData && !stays) continue;
      await steps.at(at.cluster).unjoinPeer(nodeTargetName(organization, { name: shortName(organization, name) }), {
        ...{ ...base, organization: at, node: name, channels },
        startsAgain: stays,
        rolloutTimeoutSeconds: network.kubernetes.rolloutTimeoutSeconds,
      });
    }
  });
}

function peersOf({ name: owner }: Organization, departures: readonly Departure[]): LeavingPeer[] {
  const peers = new Map<string, LeavingPeer>();
  for (const { channel, organization, nodes } of departures) {
    if (organization.name !== owner) continue;
    for (const { name, stays } of nodes) {
      peers.set(name, { name, stays, channels: [...(peers.get(name)?.channels ?? []), channel] });
    }
  }
  return [...peers.values()];
}

function shortName(organization: Organization, node: string): string {
  return node.slice(`${organization.name}-`.length);
}
