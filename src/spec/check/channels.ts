import type { Finding, Path } from '../issues/issue.ts';
import { nearest } from '../issues/suggestion.ts';
import type { Network, NodeKind, Organization } from '../network.ts';
import { channelPlaces, type ChannelPlace } from './located.ts';
import { repeated } from './repeated.ts';

/** Who is in a channel: organizations and nodes that are not there, or stand twice. */
export function channelMistakes(network: Network): Finding[] {
  return [
    ...repeatedChannels(network),
    ...channelPlaces(network).flatMap((place) => [
      ...partMistakes(network, partOf(place, 'orderer')),
      ...partMistakes(network, partOf(place, 'peer')),
      ...foreignAnchors(place),
    ]),
  ];
}

function repeatedChannels({ channels }: Network): Finding[] {
  const places = channels.map(({ name }, at) => ({ value: name, path: ['channels', at, 'name'] }));
  return repeated(
    places,
    (name, first) => `"${name}" is already the name of ${first}: a channel needs a name of its own`,
  );
}

/** The ordering organizations of a channel, or its members. */
interface Part {
  readonly kind: NodeKind;
  readonly path: Path;
  readonly organizations: readonly { readonly organization: string; readonly nodes: readonly string[] }[];
}

/** Both lists are called after the nodes in them. */
const LISTS = { orderer: 'orderers', peer: 'peers' } as const satisfies Record<NodeKind, string>;

function partOf({ channel, path }: ChannelPlace, kind: NodeKind): Part {
  const organizations =
    kind === 'orderer'
      ? channel.orderers.map(({ organization, orderers }) => ({ organization, nodes: orderers }))
      : channel.peers.map(({ organization, peers }) => ({ organization, nodes: peers }));
  return { kind, path: [...path, LISTS[kind]], organizations };
}

function partMistakes(network: Network, part: Part): Finding[] {
  const { kind, path, organizations } = part;
  if (organizations.length === 0) return noOrganization(network, part);
  const places = organizations.map(({ organization }, at) => ({
    value: organization,
    path: [...path, at, 'organization'],
  }));
  return [
    ...repeated(places, (name) => `"${name}" stands here twice`),
    ...organizations.flatMap(({ organization, nodes }, at) => {
      const known = network.organizations.findIndex(({ name }) => name === organization);
      const found = network.organizations[known];
      if (found === undefined) return [unknownOrganization(organization, network, [...path, at, 'organization'])];
      const nodesIn = { organization: found, path: ['organizations', known, LISTS[kind]] };
      return nodeMistakes(nodes, nodesIn, kind, [...path, at]);
    }),
  ];
}

function noOrganization({ organizations }: Network, { kind, path }: Part): Finding[] {
  const list = LISTS[kind];
  const candidates = organizations.filter((organization) => organization[list].length > 0).map(({ name }) => name);
  const role = kind === 'orderer' ? 'order the channel' : 'are its members';
  if (candidates.length > 0) {
    return [{ path, message: `must name the organizations that ${role} (with ${list}: ${candidates.join(', ')})` }];
  }
  // That a network has no orderers at all is told once, of the network.
  if (kind === 'orderer') return [];
  const message = 'has no members: none of the organizations has peers';
  return [{ path, message, lookedIn: ['organizations'] }];
}

function unknownOrganization(name: string, { organizations }: Network, path: Path): Finding {
  const names = organizations.map((organization) => organization.name);
  return { path, ...unknown(name, 'organization', names), lookedIn: ['organizations'] };
}

/** `"og1" is no organization; did you mean "org1"?` */
export function unknown(name: string, kind: string, known: readonly string[]): Pick<Finding, 'message' | 'suggestion'> {
  const suggestion = nearest(name, known);
  if (suggestion !== undefined) {
    return { message: `"${name}" is no ${kind}; did you mean "${suggestion}"?`, suggestion };
  }
  const choice = known.length === 0 ? 'there is none' : `there are: ${known.join(', ')}`;
  return { message: `"${name}" is no ${kind} (${choice})` };
}

interface NodesIn {
  readonly organization: Organization;
  /** Where the organization has its nodes of this kind. */
  readonly path: Path;
}

function nodeMistakes(
  nodes: readonly string[],
  { organization, ...nodesIn }: NodesIn,
  kind: NodeKind,
  path: Path,
): Finding[] {
  const list = LISTS[kind];
  const names = organization[list].map(({ name }) => name);
  const lookedIn = nodesIn.path.slice(0, 2);
  if (names.length === 0) {
    const message = `"${organization.name}" has no ${list}`;
    return [{ path: [...path, 'organization'], message, lookedIn }];
  }
  const places = nodes.map((value, at) => ({ value, path: [...path, list, at] }));
  return [
    ...repeated(places, (name) => `"${name}" stands here twice`),
    ...places
      .filter(({ value }) => !names.includes(value))
      .map((place) => ({
        path: place.path,
        ...unknown(place.value, `${kind} of ${organization.name}`, names),
        lookedIn,
      })),
  ];
}

/** An anchor peer answers for the channel, so it must have it. */
function foreignAnchors({ channel, path }: ChannelPlace): Finding[] {
  return channel.peers.flatMap(({ organization, peers, anchorPeers }, at) => {
    const places = anchorPeers.map((value, position) => ({
      value,
      path: [...path, 'peers', at, 'anchorPeers', position],
    }));
    return [
      ...repeated(places, (name) => `"${name}" stands here twice`),
      ...places
        .filter(({ value }) => !peers.includes(value))
        .map((place) => ({
          path: place.path,
          ...unknown(place.value, `peer of ${organization} that joins the channel`, peers),
          lookedIn: ['organizations'],
        })),
    ];
  });
}
