import { issuesOfEach, type Issue, type Path } from '../issues/issue.ts';
import { quoted } from '../issues/words.ts';
import type { Collection } from '../network.ts';
import { mspIdsOf, type SignaturePolicy } from '../policy/signature-policy.ts';
import { duplicates } from './name-conflicts.ts';
import { endorsementIssues, foreignMsps, membersOnly, read, type OnChannel } from './policies.ts';

/** Private data collections that peers would refuse (fabric core/chaincode/lifecycle/scc.go, validateCollectionConfigs). */
export function collectionIssues(collections: readonly Collection[], where: OnChannel): Issue[] {
  const path = [...where.path, 'collections'];
  return [
    ...duplicates(
      collections.map(({ name }, at) => ({ value: name, path: [...path, at, 'name'] })),
      (name, first) => `"${name}" is already the name of ${first}: a collection needs a name of its own`,
    ),
    ...issuesOfEach(collections, (collection, at) => [
      ...peerCounts(collection, [...path, at]),
      ...memberIssues(collection, { ...where, path: [...path, at, 'policy'] }),
      ...writeIssues(collection, { ...where, path: [...path, at, 'endorsementPolicy'] }),
    ]),
  ];
}

function peerCounts({ requiredPeerCount, maxPeerCount }: Collection, path: Path): Issue[] {
  if (maxPeerCount >= requiredPeerCount) return [];
  const message = `must not be less than requiredPeerCount (found ${maxPeerCount}, requiredPeerCount is ${requiredPeerCount})`;
  return [{ path: [...path, 'maxPeerCount'], message }];
}

function memberIssues(collection: Collection, where: OnChannel): Issue[] {
  const { path } = where;
  const result = read(collection.policy, path);
  if ('issue' in result) return [result.issue];
  const { policy } = result;
  if (policy.kind === 'implicit' || policy.kind === 'reference' || !isAnyOf(policy)) {
    const message = `must be roles joined by OR, each of whose organizations holds the data (found ${quoted(collection.policy)})`;
    return [{ path, message }];
  }
  return foreignMsps(policy, path, membersOnly(where));
}

/** fabric core/chaincode/lifecycle/scc.go, validateSpOrConcat. */
function isAnyOf(policy: SignaturePolicy): boolean {
  return policy.kind === 'role' || (policy.n === 1 && policy.of.every(isAnyOf));
}

function writeIssues({ endorsementPolicy }: Collection, where: OnChannel): Issue[] {
  if (endorsementPolicy === undefined) return [];
  if ('signaturePolicy' in endorsementPolicy) {
    const path = [...where.path, 'signaturePolicy'];
    const { signaturePolicy } = endorsementPolicy;
    if (!signaturePolicy.startsWith('/')) return endorsementIssues(signaturePolicy, { ...where, path });
    return [
      {
        path,
        message: `must be a signature policy: a path belongs in channelConfigPolicy (found ${quoted(signaturePolicy)})`,
      },
    ];
  }
  const path = [...where.path, 'channelConfigPolicy'];
  const { channelConfigPolicy } = endorsementPolicy;
  if (channelConfigPolicy.startsWith('/')) return endorsementIssues(channelConfigPolicy, { ...where, path });
  return [
    {
      path,
      message: `must be the path of a policy of the channel, such as /Channel/Application/Endorsement (found ${quoted(channelConfigPolicy)})`,
    },
  ];
}

/** Data that reaches too few peers fails the endorsement of every transaction that writes it, and Fabric says so only then. */
export function collectionWarnings(collections: readonly Collection[], where: OnChannel): Issue[] {
  const { channel, members } = where.channel;
  return collections.flatMap(({ policy, requiredPeerCount }, at) => {
    const path = [...where.path, 'collections', at, 'requiredPeerCount'];
    const result = read(policy, path);
    if (!('policy' in result) || result.policy.kind === 'implicit' || result.policy.kind === 'reference') return [];
    const holders = mspIdsOf(result.policy);
    const organizations = members.filter(({ mspId }) => holders.includes(mspId)).map(({ name }) => name);
    const peers = channel.peers.filter(({ organization }) => organizations.includes(organization));
    const others = peers.reduce((sum, member) => sum + member.peers.length, 0) - 1;
    if (requiredPeerCount <= others) return [];
    const message = `asks for ${requiredPeerCount} other peers, but the collection's organizations have only ${Math.max(others, 0)} besides the endorsing one: every write to it will fail`;
    return [{ path, message }];
  });
}
