import type { ChannelEdit, Leaving } from '../../fabric/index.ts';
import { hostAndPort, serviceHost } from '../../spec/index.ts';
import type { NetworkSettings } from '../inputs.ts';

/** Who leaves a channel, by what its configuration knows them by. */
export interface LeavingChannel {
  readonly members: readonly LeavingOrganization[];
  readonly ordering: readonly LeavingOrganization[];
  /** Hosts and ports of orderers, such as `org0-orderer3.net.svc.cluster.local:6050`. */
  readonly consenters: readonly string[];
}

export interface LeavingOrganization {
  readonly mspId: string;
  /** The policies and collections that count it, in words. */
  readonly countedBy: readonly string[];
}

/** Where an ordering organization's Services are. */
export interface OrderingPlace {
  readonly name: string;
  readonly namespace: string;
}

type AddressSettings = Pick<NetworkSettings, 'kubernetes'>;

/**
 * Who leaves a channel if the description does not name them any more.
 *
 * @param of.ordering the organizations whose orderers leave by their Services' names, whoever has described them before
 */
export function leavingOf(
  settings: AddressSettings,
  { ordering, leaving }: { readonly ordering: readonly OrderingPlace[]; readonly leaving: LeavingChannel },
): Leaving {
  const isOfOurs = isOrdererOf(settings, ordering);
  return {
    isConsenter: (consenter) => isOfOurs(consenter) || leaving.consenters.includes(hostAndPort(consenter)),
    ordering: new Set(leaving.ordering.map(({ mspId }) => mspId)),
    members: new Set(leaving.members.map(({ mspId }) => mspId)),
  };
}

/** By what the organizations are counted that an edit takes out of the channel. */
export function countsInWords(
  { members, ordering }: Pick<LeavingChannel, 'members' | 'ordering'>,
  { leaves }: Pick<ChannelEdit, 'leaves'>,
): string[] {
  return [...members, ...ordering]
    .filter(({ mspId, countedBy }) => leaves.includes(mspId) && countedBy.length > 0)
    .map(({ mspId, countedBy }) => `${mspId} is counted by ${countedBy.join(', ')}`);
}

/**
 * Whether an address is that of an orderer which this network has or had. Such a consenter leaves the channel when the
 * description does not name it any more, before its node is removed; somebody else's stays.
 */
export function isOrdererOf(
  settings: AddressSettings,
  organizations: readonly OrderingPlace[],
): (consenter: { readonly host: string }) => boolean {
  return ({ host }) =>
    organizations.some((organization) => {
      const [service = ''] = host.split('.');
      return service.startsWith(`${organization.name}-`) && host === serviceHost(settings, organization, service);
    });
}
