import { issuesOfEach, type Issue, type Path } from '../issues/issue.ts';
import { unknownName } from '../issues/suggestion.ts';
import { namesInWords } from '../issues/words.ts';
import { byName } from '../names.ts';
import type { Network, NodeKind, Organization } from '../network.ts';
import { locatedChannels, type LocatedChannel } from './located.ts';
import { duplicates } from './name-conflicts.ts';

/** Who is in a channel: organizations and nodes that are not there, or stand twice. */
export function channelIssues(network: Network): Issue[] {
  const organizations = organizationsByName(network);
  return [
    ...duplicateChannels(network),
    ...issuesOfEach(locatedChannels(network), (located) => [
      ...sectionIssues(sectionOf(located, 'orderer'), organizations),
      ...sectionIssues(sectionOf(located, 'peer'), organizations),
      ...foreignAnchors(located),
    ]),
  ];
}

/** Each organization by its name, with its position in the description. */
type Organizations = ReadonlyMap<string, { readonly organization: Organization; readonly position: number }>;

function organizationsByName({ organizations }: Network): Organizations {
  return byName(organizations.map((organization, position) => ({ name: organization.name, organization, position })));
}

function duplicateChannels({ channels }: Network): Issue[] {
  return duplicates(
    channels.map(({ name }, at) => ({ value: name, path: ['channels', at, 'name'] })),
    (name, first) => `"${name}" is already the name of ${first}: a channel needs a name of its own`,
  );
}

/** One of a channel's two lists: its ordering organizations, or its members. */
interface Section {
  readonly kind: NodeKind;
  readonly path: Path;
  readonly parts: readonly { readonly organization: string; readonly nodes: readonly string[] }[];
}

/** Both lists are called after the nodes in them. */
const LISTS = { orderer: 'orderers', peer: 'peers' } as const satisfies Record<NodeKind, string>;

function sectionOf({ channel, path }: LocatedChannel, kind: NodeKind): Section {
  const parts =
    kind === 'orderer'
      ? channel.orderers.map(({ organization, orderers }) => ({ organization, nodes: orderers }))
      : channel.peers.map(({ organization, peers }) => ({ organization, nodes: peers }));
  return { kind, path: [...path, LISTS[kind]], parts };
}

function sectionIssues(section: Section, organizations: Organizations): Issue[] {
  const { kind, path, parts } = section;
  if (parts.length === 0) return noOrganization(section, organizations);
  const names = parts.map(({ organization }, at) => ({ value: organization, path: [...path, at, 'organization'] }));
  return [
    ...duplicates(names, (name) => `"${name}" stands here twice`),
    ...issuesOfEach(parts, ({ organization, nodes }, at) => {
      const found = organizations.get(organization);
      if (found === undefined) return [unknownOrganization(organization, organizations, [...path, at, 'organization'])];
      const lookedIn = ['organizations', found.position];
      return nodeIssues(nodes, { organization: found.organization, kind, lookedIn, path: [...path, at] });
    }),
  ];
}

function noOrganization({ kind, path }: Section, organizations: Organizations): Issue[] {
  const list = LISTS[kind];
  const candidates = [...organizations.values()]
    .filter(({ organization }) => organization[list].length > 0)
    .map(({ organization }) => organization.name);
  const role = kind === 'orderer' ? 'order the channel' : 'are its members';
  if (candidates.length > 0) {
    const message = `must name the organizations that ${role} (with ${list}: ${namesInWords(candidates)})`;
    return [{ path, message }];
  }
  // That a network has no orderers at all is told once, of the network.
  if (kind === 'orderer') return [];
  const message = 'has no members: none of the organizations has peers';
  return [{ path, message, lookedIn: ['organizations'] }];
}

function unknownOrganization(name: string, organizations: Organizations, path: Path): Issue {
  return { path, ...unknownName(name, 'organization', [...organizations.keys()]), lookedIn: ['organizations'] };
}

/** Where the names of nodes are looked up. */
interface NodeLookup {
  readonly organization: Organization;
  readonly kind: NodeKind;
  /** The organization's place in the description. */
  readonly lookedIn: Path;
  /** The place in the channel that names the nodes. */
  readonly path: Path;
}

function nodeIssues(nodes: readonly string[], { organization, kind, lookedIn, path }: NodeLookup): Issue[] {
  const list = LISTS[kind];
  const names = organization[list].map(({ name }) => name);
  if (names.length === 0) {
    const message = `"${organization.name}" has no ${list}`;
    return [{ path: [...path, 'organization'], message, lookedIn }];
  }
  const located = nodes.map((value, at) => ({ value, path: [...path, list, at] }));
  return [
    ...duplicates(located, (name) => `"${name}" stands here twice`),
    ...issuesOfEach(located, (node) =>
      names.includes(node.value)
        ? []
        : [{ path: node.path, ...unknownName(node.value, `${kind} of ${organization.name}`, names), lookedIn }],
    ),
  ];
}

/** An anchor peer answers for the channel, so it must have it. */
function foreignAnchors({ channel, path }: LocatedChannel): Issue[] {
  return issuesOfEach(channel.peers, ({ organization, peers, anchorPeers }, at) => {
    const located = anchorPeers.map((value, position) => ({
      value,
      path: [...path, 'peers', at, 'anchorPeers', position],
    }));
    return [
      ...duplicates(located, (name) => `"${name}" stands here twice`),
      ...issuesOfEach(located, (anchor) => {
        if (peers.includes(anchor.value)) return [];
        const unknown = unknownName(anchor.value, `peer of ${organization} that joins the channel`, peers);
        return [{ path: anchor.path, ...unknown, lookedIn: ['organizations'] }];
      }),
    ];
  });
}
