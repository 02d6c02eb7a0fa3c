import type { Finding, Path } from '../issues/issue.ts';
import { nearest } from '../issues/suggestion.ts';
import type { ChannelPolicies, Network, Organization } from '../network.ts';
import { channelPlaces, type ChannelPlace } from './located.ts';
import { parsePolicy, type ImplicitPolicy, type Policy, type PolicyReference } from '../policy/policy.ts';
import { mspIdsOf, PolicyError, type SignaturePolicy } from '../policy/signature-policy.ts';

/** The policies of channels: that they can be read, and name nobody who is not there. */
export function channelPolicyMistakes(network: Network): Finding[] {
  return channelPlaces(network).flatMap((place) => {
    const { policies } = place.channel;
    const everyone = {
      ...place,
      network,
      organizations: [...place.ordering, ...place.members],
      circle: `has no part in channel ${place.channel.name}`,
    };
    return [
      ...groupMistakes(policies.application, [...place.path, 'policies', 'application'], 'application', everyone),
      ...groupMistakes(policies.orderer, [...place.path, 'policies', 'orderer'], 'orderer', everyone),
    ];
  });
}

/** Who may be named in a policy. */
export interface PolicyScope {
  readonly network: Network;
  readonly organizations: readonly Organization[];
  /** What is wrong with an organization that may not be named: `has no part in channel mychannel`. */
  readonly circle: string;
  /** All organizations of the channel are known. */
  readonly isComplete: boolean;
}

/** The policy that a text is, or what is wrong with it. */
export function read(text: string, path: Path): { readonly policy: Policy } | { readonly mistake: Finding } {
  try {
    return { policy: parsePolicy(text) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { mistake: { path, message: `cannot be read: ${error.message}` } };
  }
}

/** The names of MSPs in a signature policy that may not be in it. */
export function foreignMsps(policy: SignaturePolicy, path: Path, scope: PolicyScope): Finding[] {
  const allowed = scope.organizations.map(({ mspId }) => mspId);
  return mspIdsOf(policy)
    .filter((mspId) => !allowed.includes(mspId))
    .flatMap((mspId) => foreignMsp(mspId, path, scope));
}

function foreignMsp(mspId: string, path: Path, { network, organizations, circle, isComplete }: PolicyScope): Finding[] {
  const owner = network.organizations.find((organization) => organization.mspId === mspId);
  const lookedIn = ['organizations'];
  if (owner !== undefined) {
    // Whether it belongs to the channel is open as long as the channel names an organization that does not exist.
    return isComplete ? [{ path, message: `names "${mspId}", but ${owner.name} ${circle}`, lookedIn }] : [];
  }
  const meant = nearest(
    mspId,
    organizations.map((organization) => organization.mspId),
  );
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return [{ path, message: `names "${mspId}", but no organization has this MSP ID${hint}`, lookedIn }];
}

/** The policies that each organization has in either group of a channel, and an implicit policy can count. */
const SUB_POLICIES = {
  application: ['Readers', 'Writers', 'Admins', 'Endorsement'],
  orderer: ['Readers', 'Writers', 'Admins'],
} as const satisfies Record<keyof ChannelPolicies, readonly string[]>;

function groupMistakes(
  policies: ChannelPolicies[keyof ChannelPolicies],
  path: Path,
  group: keyof ChannelPolicies,
  scope: PolicyScope,
): Finding[] {
  return Object.entries(policies).flatMap(([name, text]: [string, string]) => {
    const place = [...path, name];
    const result = read(text, place);
    if ('mistake' in result) return [result.mistake];
    const { policy } = result;
    if (policy.kind === 'implicit') return uncounted(policy, group, place);
    if (policy.kind === 'reference') {
      const message = `must be an implicit or a signature policy, as a policy of a channel refers to no other (found "${text}")`;
      return [{ path: place, message }];
    }
    return foreignMsps(policy, place, scope);
  });
}

/** Fabric counts a policy that does not exist as one that is never fulfilled (common/policies/implicitmeta.go). */
function uncounted({ subPolicy }: ImplicitPolicy, group: keyof ChannelPolicies, path: Path): Finding[] {
  const known: readonly string[] = SUB_POLICIES[group];
  if (known.includes(subPolicy)) return [];
  const meant = nearest(subPolicy, known);
  const hint = meant === undefined ? ` (they have: ${known.join(', ')})` : `; did you mean "${meant}"?`;
  return [
    { path, message: `counts the policies "${subPolicy}" of organizations, which have none of that name${hint}` },
  ];
}

/** The policies of a channel that a reference can mean. An organization's part is called after its MSP ID. */
function pathsIn({ channel, ordering, members }: ChannelPlace): string[] {
  return [
    ...['Readers', 'Writers', 'Admins'].map((name) => `/Channel/${name}`),
    ...Object.keys(channel.policies.application).map((name) => `/Channel/Application/${capitalised(name)}`),
    ...Object.keys(channel.policies.orderer).map((name) => `/Channel/Orderer/${capitalised(name)}`),
    ...members.flatMap(({ mspId }) => SUB_POLICIES.application.map((name) => `/Channel/Application/${mspId}/${name}`)),
    ...ordering.flatMap(({ mspId }) => SUB_POLICIES.orderer.map((name) => `/Channel/Orderer/${mspId}/${name}`)),
  ];
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A transaction under a policy that does not exist is never valid, and Fabric says so only then. */
export function unknownReference({ path: found }: PolicyReference, path: Path, place: ChannelPlace): Finding[] {
  const known = pathsIn(place);
  if (known.includes(found) || !place.isComplete) return [];
  const meant = nearest(found, known);
  const hint = meant === undefined ? ', such as /Channel/Application/Endorsement' : `; did you mean "${meant}"?`;
  return [{ path, message: `must be the path of a policy of channel ${place.channel.name}${hint} (found "${found}")` }];
}
