import {
  BAD_RELEASES,
  CAPABILITY_LEVELS,
  isBefore,
  isOlder,
  KNOWN_RELEASES,
  knownReleaseOf,
  releaseInWords,
  releaseOf,
  tagOf,
  type Release,
} from '../fabric-version.ts';
import type { Issue, Path } from '../issues/issue.ts';
import type { Network, NodeKind } from '../network.ts';
import { locatedChannels, locatedNodes, type LocatedChannel, type LocatedNode } from './located.ts';

/** Which Fabric runs: releases that Weft knows, none that is known to be bad, and none that does not know a level of its channels. */
export function releaseIssues(network: Network): Issue[] {
  return [
    ...unknownVersion(network),
    ...badReleases(network),
    ...locatedChannels(network).flatMap((located) => newCapabilities(network, located)),
  ];
}

export function releaseWarnings(network: Network): Issue[] {
  return [...unknownImages(network), ...deadlocks(network)];
}

const KNOWN = KNOWN_RELEASES.map(releaseInWords).join(', ');

/** Newer lines may have another ledger format, another lifecycle, other programs: whoever comes to them first is not told by Fabric. */
function unknownVersion({ fabric: { version } }: Network): Issue[] {
  const path: Path = ['fabric', 'version'];
  const [oldest] = KNOWN_RELEASES;
  if (isOlder(version, oldest)) {
    return [{ path, message: `${version} is too old: Weft needs Fabric ${releaseInWords(oldest)} or later` }];
  }
  if (releaseOf(version) === undefined || knownReleaseOf(version) !== undefined) return [];
  return [{ path, message: `${version} is no release that Weft knows: ${KNOWN}` }];
}

/** Whoever builds images numbers them as they like. */
function unknownImages(network: Network): Issue[] {
  return locatedNodes(network).flatMap(({ node, path }) => {
    const tag = tagOf(node.image ?? '');
    if (releaseOf(tag) === undefined || knownReleaseOf(tag) !== undefined) return [];
    const message = `has the tag ${tag}, which is no release that Weft knows (${KNOWN}): that its node fits the others is not checked`;
    return [{ path: [...path, 'image'], message }];
  });
}

function badReleases(network: Network): Issue[] {
  return BAD_RELEASES.flatMap(({ tag, kind, fact }) => {
    const running = locatedNodes(network).filter((node) => node.kind === kind && runs(network, node).tag === tag);
    const paths = new Map(running.map((node) => [runs(network, node).path.join('.'), runs(network, node).path]));
    return [...paths.values()].map((path): Issue => ({ path, message: `${tag} is known to be bad: ${fact}` }));
  });
}

/** The release that a node runs, and where the description says so. */
function runs({ fabric: { version } }: Network, { node, path }: Pick<LocatedNode, 'node' | 'path'>): Runs {
  return node.image === undefined
    ? { tag: version, path: ['fabric', 'version'] }
    : { tag: tagOf(node.image), path: [...path, 'image'] };
}

interface Runs {
  readonly tag: string;
  readonly path: Path;
}

/** Which nodes of a channel have to know the levels of a group. */
const NODES = { channel: ['orderer', 'peer'], orderer: ['orderer'], application: ['peer'] } as const;

/** A node that does not know a level of its channel stops by itself. */
function newCapabilities(network: Network, located: LocatedChannel): Issue[] {
  const { channel, path } = located;
  return (['channel', 'orderer', 'application'] as const).flatMap((group) => {
    const levels: Readonly<Record<string, Release>> = CAPABILITY_LEVELS[group];
    const level = channel.capabilities[group];
    const since = levels[level];
    // With bft it is the consensus that wants the later release.
    if (since === undefined || (group === 'channel' && channel.consensus.type === 'bft')) return [];
    const needed = `needs Fabric ${releaseInWords(since)} or later`;
    const nodes = NODES[group].flatMap((kind) => nodesOf(network, located, kind));
    const pinned = nodes.filter(({ node }) => node.image !== undefined);
    const { version } = network.fabric;
    const isRelied = pinned.length < nodes.length || nodes.length === 0;
    return [
      ...(isRelied && isOlder(version, since)
        ? [{ path: [...path, 'capabilities', group], message: `${level} ${needed} (fabric.version is ${version})` }]
        : []),
      ...pinned.flatMap((node): Issue[] => {
        const { tag, path: place } = runs(network, node);
        const release = knownReleaseOf(tag);
        if (release === undefined || !isBefore(release, since)) return [];
        return [{ path: place, message: `is ${tag}, and the level ${level} of channel ${channel.name} ${needed}` }];
      }),
    ];
  });
}

/** The nodes of a kind in a channel. */
function nodesOf(network: Network, { channel }: LocatedChannel, kind: NodeKind): LocatedNode[] {
  const parts: readonly { readonly organization: string; readonly names: readonly string[] }[] =
    kind === 'orderer'
      ? channel.orderers.map(({ organization, orderers }) => ({ organization, names: orderers }))
      : channel.peers.map(({ organization, peers }) => ({ organization, names: peers }));
  return locatedNodes(network).filter(
    (node) =>
      node.kind === kind &&
      parts.some(
        ({ organization, names }) => organization === node.organization.name && names.includes(node.node.name),
      ),
  );
}

/** First release without the deadlock of SmartBFT at a view change (fabric release_notes/v3.1.1.md). */
const BFT_WITHOUT_DEADLOCK = [3, 1, 1] as const;

function deadlocks(network: Network): Issue[] {
  const { version } = network.fabric;
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  const at = BFT_WITHOUT_DEADLOCK.findIndex((number, position) => numbers[position] !== number);
  const isBad = numbers.length > 0 && at >= 0 && (numbers[at] ?? 0) < (BFT_WITHOUT_DEADLOCK[at] ?? 0);
  const usesBft = network.channels.some(({ consensus }) => consensus.type === 'bft');
  if (!isBad || !usesBft) return [];
  const message = `${version} can stop to order with bft, when a view changes while a block is committed: 3.1.1 and later do not`;
  return [{ path: ['fabric', 'version'], message }];
}
