import { addressOf, hostAndPort } from './addresses.ts';
import { nodeName, onNode } from './names.ts';
import type { Channel, Network, NetworkNode, NodeKind, Organization } from './network.ts';
import { parsePolicy } from './policy/policy.ts';
import { mspIdsOf } from './policy/signature-policy.ts';

/** An organization with nodes that leave one side of a channel: as orderers its ordering, as peers its members. */
export interface Departure {
  /** Name of the channel, which goes on without them. */
  readonly channel: string;
  readonly kind: NodeKind;
  /** As it was described last. */
  readonly organization: Organization;
  /** The nodes that leave, as they were described. */
  readonly nodes: readonly DepartingNode[];
  /** The organization leaves this side of the channel altogether. */
  readonly isWhole: boolean;
  /** The policies and collections that count an organization that leaves altogether, each in words. */
  readonly countedBy: readonly string[];
}

export interface DepartingNode {
  /** Kubernetes name. */
  readonly name: string;
  /** By which the channel knows it, host and port. */
  readonly address: string;
  /** The description still names the node. */
  readonly stays: boolean;
}

/**
 * Who leaves the channels of a network that follows another description. A channel that is not described any more is no matter of this: it is
 * removed as a whole.
 *
 * @param earlier the descriptions that what stands was made by, the newest first
 * @param wanted the description that it shall follow
 */
export function departuresOf(earlier: readonly Network[], wanted: Network): readonly Departure[] {
  const found = earlier.flatMap((standing) =>
    wanted.channels.flatMap((channel) => {
      const before = standing.channels.find(({ name }) => name === channel.name);
      if (before === undefined) return [];
      return (['orderer', 'peer'] as const).flatMap((kind) =>
        departuresFrom(standing, before, { wanted, channel, kind }),
      );
    }),
  );
  const keys = [...new Set(found.map(keyOf))];
  return keys.flatMap((key) => {
    const [first, ...others] = found.filter((departure) => keyOf(departure) === key);
    return first === undefined ? [] : [others.reduce(joined, first)];
  });
}

interface Side {
  readonly wanted: Network;
  /** As it is wanted. */
  readonly channel: Channel;
  readonly kind: NodeKind;
}

function departuresFrom(standing: Network, before: Channel, side: Side): Departure[] {
  const { wanted, channel, kind } = side;
  const remaining = partsOf(channel, kind);
  return partsOf(before, kind).flatMap((part): Departure[] => {
    const organization = standing.organizations.find(({ name }) => name === part.organization);
    const left = remaining.find((other) => other.organization === part.organization);
    if (organization === undefined) return [];
    const nodes = nodesOf(organization, kind).filter(
      ({ name }) => part.nodes.includes(name) && left?.nodes.includes(name) !== true,
    );
    const isWhole = left === undefined;
    if (nodes.length === 0 && !isWhole) return [];
    const still = wanted.organizations.find(({ name }) => name === organization.name);
    return [
      {
        ...{ channel: channel.name, kind, organization, isWhole },
        nodes: nodes.map((node) => ({
          name: nodeName(organization, node),
          address: hostAndPort(addressOf(standing, organization, node, kind)),
          stays: still !== undefined && nodesOf(still, kind).some(({ name }) => name === node.name),
        })),
        countedBy: isWhole ? countsOf(standing, before, { organization, kind }) : [],
      },
    ];
  });
}

interface ChannelPart {
  /** Name of the organization. */
  readonly organization: string;
  /** Names of its nodes within it. */
  readonly nodes: readonly string[];
}

function partsOf({ orderers, peers }: Channel, kind: NodeKind): readonly ChannelPart[] {
  return kind === 'orderer'
    ? orderers.map((part) => ({ organization: part.organization, nodes: part.orderers }))
    : peers.map((part) => ({ organization: part.organization, nodes: part.peers }));
}

function nodesOf({ orderers, peers }: Organization, kind: NodeKind): readonly NetworkNode[] {
  return kind === 'orderer' ? orderers : peers;
}

function keyOf({ channel, kind, organization }: Departure): string {
  return `${channel}/${kind}/${organization.name}`;
}

/** A run that has not come to its end may have brought in more than the one before. */
function joined(one: Departure, other: Departure): Departure {
  const more = other.nodes.filter(({ name }) => one.nodes.every((node) => node.name !== name));
  return { ...one, nodes: [...one.nodes, ...more] };
}

/** The policies and collections that count an organization, in words. */
function countsOf(
  { chaincodes }: Network,
  channel: Channel,
  { organization: { mspId }, kind }: Pick<Departure, 'organization' | 'kind'>,
): string[] {
  const group = kind === 'orderer' ? 'orderer' : 'application';
  const members = partsOf(channel, kind).length;
  const own = Object.entries(channel.policies[group]).flatMap(([name, text]: [string, string]) =>
    counted(`policies.${group}.${name}`, text, { mspId, members }),
  );
  const other = group === 'orderer' ? 'application' : 'orderer';
  const beside = Object.entries(channel.policies[other]).flatMap(([name, text]: [string, string]) =>
    named(`policies.${other}.${name}`, text, mspId),
  );
  if (kind === 'orderer') return [...own, ...beside];
  const agreed = chaincodes
    .filter((chaincode) => chaincode.channel === channel.name)
    .flatMap(({ name, endorsementPolicy, collections }) => [
      ...named(`endorsementPolicy of ${name}`, endorsementPolicy, mspId),
      ...collections.flatMap((collection) => collectionCounts(collection, name, mspId)),
    ]);
  return [...own, ...beside, ...agreed];
}

function collectionCounts(
  { name, policy, endorsementPolicy }: Network['chaincodes'][number]['collections'][number],
  chaincode: string,
  mspId: string,
): string[] {
  const write =
    endorsementPolicy !== undefined && 'signaturePolicy' in endorsementPolicy ? endorsementPolicy : undefined;
  return [
    ...named(`collection ${name} of ${chaincode}`, policy, mspId),
    ...(write === undefined ? [] : named(`endorsementPolicy of collection ${name}`, write.signaturePolicy, mspId)),
  ];
}

/** A policy that counts all organizations of its group; of an implicit one it is told what it comes to. */
function counted(what: string, text: string, { mspId, members }: { mspId: string; members: number }): string[] {
  const policy = parsePolicy(text);
  if (policy.kind !== 'implicit') return named(what, text, mspId);
  // One of any is enough before and after.
  return policy.rule === 'ANY' ? [] : [`${what} (${text}: of ${members}, then of ${members - 1})`];
}

function named(what: string, text: string, mspId: string): string[] {
  const policy = parsePolicy(text);
  if (policy.kind === 'reference') return policy.path.split('/').includes(mspId) ? [`${what} (${text})`] : [];
  if (policy.kind === 'implicit') return [];
  return mspIdsOf(policy).includes(mspId) ? [`${what} (${text})`] : [];
}

/**
 * A departure as people are asked about it: `org3 leaves mychannel`, or the nodes that leave it and stay otherwise.
 *
 * @returns empty where nodes leave that go altogether: those are asked about by themselves
 */
export function departureInWords({
  channel,
  kind,
  organization,
  isWhole,
  nodes,
  countedBy,
}: Departure): readonly string[] {
  const does = kind === 'orderer' ? 'orders' : 'is a member of';
  if (isWhole) {
    const counts = countedBy.length === 0 ? '' : `; it is counted by ${countedBy.join(', ')}`;
    return [`${organization.name} no longer ${does} ${channel}${counts}`];
  }
  return nodes.filter(({ stays }) => stays).map(({ name }) => `${onNode({ name: channel }, name)} leaves the channel`);
}
