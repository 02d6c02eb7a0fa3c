import { issuesOfEach, type Issue, type Path } from '../issues/issue.ts';
import { suggestionFor } from '../issues/suggestion.ts';
import { quoted } from '../issues/words.ts';
import type { ChannelPolicies, Network, Organization } from '../network.ts';
import { parsePolicy, type ImplicitPolicy, type Policy, type PolicyReference } from '../policy/policy.ts';
import { mspIdsOf, PolicyError, type SignaturePolicy } from '../policy/signature-policy.ts';
import { locatedChannels, type LocatedChannel } from './located.ts';

/** The policies of channels: that they can be read, and name nobody who is not there. */
export function channelPolicyIssues(network: Network): Issue[] {
  return issuesOfEach(locatedChannels(network), ({ channel, path, ordering, members, isComplete }) => {
    const { application, orderer } = channel.policies;
    const organizations = [...ordering, ...members];
    const everyone = { network, organizations, circle: `has no part in channel ${channel.name}`, isComplete };
    return [
      ...groupIssues(application, [...path, 'policies', 'application'], 'application', everyone),
      ...groupIssues(orderer, [...path, 'policies', 'orderer'], 'orderer', everyone),
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
export function read(text: string, path: Path): { readonly policy: Policy } | { readonly issue: Issue } {
  try {
    return { policy: parsePolicy(text) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { issue: { path, message: `cannot be read: ${error.message}` } };
  }
}

/** The names of MSPs in a signature policy that may not be in it. */
export function foreignMsps(policy: SignaturePolicy, path: Path, scope: PolicyScope): Issue[] {
  const allowed = new Set(scope.organizations.map(({ mspId }) => mspId));
  return issuesOfEach(mspIdsOf(policy), (mspId) => (allowed.has(mspId) ? [] : foreignMsp(mspId, path, scope)));
}

function foreignMsp(mspId: string, path: Path, { network, organizations, circle, isComplete }: PolicyScope): Issue[] {
  const owner = network.organizations.find((organization) => organization.mspId === mspId);
  const lookedIn = ['organizations'];
  if (owner !== undefined) {
    // Whether it belongs to the channel is open as long as the channel names an organization that does not exist.
    return isComplete ? [{ path, message: `names ${quoted(mspId)}, but ${owner.name} ${circle}`, lookedIn }] : [];
  }
  const meant = suggestionFor(
    mspId,
    organizations.map((organization) => organization.mspId),
  );
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return [
    {
      path,
      message: `names ${quoted(mspId)}, but no organization has this MSP ID${hint}`,
      reason: 'UNKNOWN_NAME',
      lookedIn,
    },
  ];
}

/** The policies that each organization has in either group of a channel, and an implicit policy can count. */
const SUB_POLICIES = {
  application: ['Readers', 'Writers', 'Admins', 'Endorsement'],
  orderer: ['Readers', 'Writers', 'Admins'],
} as const satisfies Record<keyof ChannelPolicies, readonly string[]>;

function groupIssues(
  policies: ChannelPolicies[keyof ChannelPolicies],
  path: Path,
  group: keyof ChannelPolicies,
  scope: PolicyScope,
): Issue[] {
  return Object.entries(policies).flatMap(([name, text]: [string, string]) => {
    const at = [...path, name];
    const result = read(text, at);
    if ('issue' in result) return [result.issue];
    const { policy } = result;
    if (policy.kind === 'implicit') return uncounted(policy, group, at);
    if (policy.kind === 'reference') {
      const message = `must be an implicit or a signature policy, as a policy of a channel refers to no other (found ${quoted(text)})`;
      return [{ path: at, message }];
    }
    return foreignMsps(policy, at, scope);
  });
}

/** Fabric counts a policy that does not exist as one that is never fulfilled (common/policies/implicitmeta.go). */
function uncounted({ subPolicy }: ImplicitPolicy, group: keyof ChannelPolicies, path: Path): Issue[] {
  const known: readonly string[] = SUB_POLICIES[group];
  if (known.includes(subPolicy)) return [];
  const meant = suggestionFor(subPolicy, known);
  const hint = meant === undefined ? ` (they have: ${known.join(', ')})` : `; did you mean "${meant}"?`;
  return [
    { path, message: `counts the policies ${quoted(subPolicy)} of organizations, which have none of that name${hint}` },
  ];
}

/** The policies of a channel that a reference can mean. An organization's part is called after its MSP ID. */
function pathsIn({ channel, ordering, members }: LocatedChannel): string[] {
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
function unknownReference({ path: found }: PolicyReference, path: Path, located: LocatedChannel): Issue[] {
  const known = pathsIn(located);
  if (known.includes(found) || !located.isComplete) return [];
  const meant = suggestionFor(found, known);
  const hint = meant === undefined ? ', such as /Channel/Application/Endorsement' : `; did you mean "${meant}"?`;
  return [
    {
      path,
      message: `must be the path of a policy of channel ${located.channel.name}${hint} (found ${quoted(found)})`,
    },
  ];
}

/** Something of a chaincode, and the channel that it is on. */
export interface OnChannel {
  readonly network: Network;
  readonly channel: LocatedChannel;
  readonly path: Path;
}

/** Only members of a channel have peers with its chaincode. */
export function membersOnly({ network, channel }: OnChannel): PolicyScope {
  return {
    network,
    organizations: channel.members,
    circle: `is no member of channel ${channel.channel.name}`,
    isComplete: channel.isComplete,
  };
}

/** A policy by which transactions are endorsed: a signature policy, or the path of one of the channel's. */
export function endorsementIssues(text: string, where: OnChannel): Issue[] {
  const { path, channel } = where;
  const result = read(text, path);
  if ('issue' in result) return [result.issue];
  const { policy } = result;
  if (policy.kind === 'reference') return unknownReference(policy, path, channel);
  if (policy.kind !== 'implicit') return foreignMsps(policy, path, membersOnly(where));
  const message = `must be a signature policy, or the path of a policy of the channel such as /Channel/Application/Endorsement: only channels have implicit ones (found ${quoted(text)})`;
  return [{ path, message }];
}
