import { issuesOfEach, type Issue } from '../issues/issue.ts';
import { quoted } from '../issues/words.ts';
import type { Network, Organization } from '../network.ts';
import type { Policy } from '../policy/policy.ts';
import type { SignaturePolicy } from '../policy/signature-policy.ts';
import { locatedChannels } from './located.ts';
import { read } from './policies.ts';

/**
 * Policies after which nobody could change a channel again: what they ask for no Admin of the channel's organizations can give, and
 * to correct them is a change, too.
 */
export function governanceIssues(network: Network): Issue[] {
  return issuesOfEach(locatedChannels(network), ({ channel, path, ordering, members, isComplete }) => {
    if (!isComplete) return [];
    const circles = { application: members, orderer: ordering };
    return (['application', 'orderer'] as const).flatMap((group) => {
      const at = [...path, 'policies', group, 'admins'];
      const text = channel.policies[group].admins;
      const result = read(text, at);
      if ('issue' in result || isMet(result.policy, circles[group])) return [];
      const message = `asks for what no Admin can give, so that nobody could change ${channel.name} again: Admins sign as admin or member (found ${quoted(text)})`;
      return [{ path: at, message }];
    });
  });
}

/** Whether all Admins together meet a policy. An organization that is in no description is told elsewhere. */
function isMet(policy: Policy, organizations: readonly Organization[]): boolean {
  switch (policy.kind) {
    case 'implicit':
      // The only policy of an organization that asks for a peer and nobody else.
      return policy.subPolicy !== 'Endorsement';
    case 'reference':
      return true;
    case 'role':
    case 'outOf': {
      const known = new Set(organizations.map(({ mspId }) => mspId));
      return isSigned(policy, known);
    }
  }
}

/** With NodeOUs an Admin is a member, and neither a client, nor a peer, nor an orderer. */
function isSigned(policy: SignaturePolicy, known: ReadonlySet<string>): boolean {
  if (policy.kind === 'outOf') return policy.of.filter((part) => isSigned(part, known)).length >= policy.n;
  return !known.has(policy.mspId) || policy.role === 'admin' || policy.role === 'member';
}
