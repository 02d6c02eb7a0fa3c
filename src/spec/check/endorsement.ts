import type { Finding, Path } from '../issues/issue.ts';
import type { Network } from '../network.ts';
import type { ChannelPlace } from './located.ts';
import { foreignMsps, read, unknownReference, type PolicyScope } from './policies.ts';

/** Something of a chaincode, and the channel that it is on. */
export interface OnChannel {
  readonly network: Network;
  readonly place: ChannelPlace;
  readonly path: Path;
}

/** Only members of a channel have peers with its chaincode. */
export function membersOnly({ network, place }: OnChannel): PolicyScope {
  return {
    network,
    organizations: place.members,
    circle: `is no member of channel ${place.channel.name}`,
    isComplete: place.isComplete,
  };
}

/** A policy by which transactions are endorsed: a signature policy, or the path of one of the channel's. */
export function endorsementMistakes(text: string, where: OnChannel): Finding[] {
  const { path, place } = where;
  const result = read(text, path);
  if ('mistake' in result) return [result.mistake];
  const { policy } = result;
  if (policy.kind === 'reference') return unknownReference(policy, path, place);
  if (policy.kind !== 'implicit') return foreignMsps(policy, path, membersOnly(where));
  const message = `must be a signature policy, or the path of a policy of the channel such as /Channel/Application/Endorsement: only channels have implicit ones (found "${text}")`;
  return [{ path, message }];
}
