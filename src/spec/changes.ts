import { DEFAULT_POD_USER } from './defaults.ts';
import { CAPABILITY_LEVELS, isOlder, releaseOf, tagOf } from './fabric-version.ts';
import { reportOf, withReason, type Issue, type IssueReport, type Path } from './issues/issue.ts';
import type {
  Capabilities,
  Chaincode,
  Channel,
  Network,
  NetworkNode,
  NodeKind,
  NodeSettings,
  Organization,
} from './network.ts';
import { quantityValue } from './units.ts';

/**
 * The changes of a description that what stands cannot follow: Fabric or Kubernetes would refuse them half way, or accept them and
 * leave the network broken.
 *
 * @param standing the description that the network was brought up by
 * @param wanted the description that it shall have
 * @returns one issue a field of `wanted`, in its order
 */
export function refusedChanges(standing: Network, wanted: Network): readonly IssueReport[] {
  return withReason('CANNOT_CHANGE', [
    ...olderReleases(standing, wanted),
    ...otherPodUser(standing, wanted),
    ...wanted.organizations.flatMap((organization, at) => organizationChanges(standing, wanted, organization, at)),
    ...wanted.channels.flatMap((channel, at) => channelChanges(standing, channel, at)),
    ...wanted.chaincodes.flatMap((chaincode, at) => chaincodeChanges(standing, wanted, chaincode, at)),
  ]).map(reportOf);
}

/**
 * Ledgers and databases are written in the newer release's form, which the older one does not read. Counted is what nodes run: one that names
 * its own image is no matter of the network's release.
 */
function olderReleases(standing: Network, wanted: Network): Issue[] {
  const [before, after] = [standing.fabric, wanted.fabric];
  return (['version', 'caVersion'] as const).flatMap((field) =>
    isOlderTag(before[field], after[field]) && isRelied(standing, wanted, field)
      ? [olderIssue(['fabric', field], before[field], after[field])]
      : [],
  );
}

/** What another user has written on the volumes is closed to it, unless the kubelet changes their group, which not every volume allows. */
function otherPodUser(standing: Network, wanted: Network): Issue[] {
  const [before, after] = [standing, wanted].map(({ kubernetes }) => kubernetes.podUser ?? DEFAULT_POD_USER);
  if (before === after) return [];
  const message = `was ${before} and cannot become ${after}: the files on the volumes belong to the earlier user`;
  return [{ path: ['kubernetes', 'podUser'], message }];
}

/** Whether anything that stands runs the release that the whole network has, before and after. */
function isRelied(standing: Network, wanted: Network, field: 'version' | 'caVersion'): boolean {
  return wanted.organizations.some((organization) => {
    const earlier = standing.organizations.find(({ name }) => name === organization.name);
    if (earlier === undefined) return false;
    const [before, after] = [earlier, organization].map(({ certificateAuthority, orderers, peers }) =>
      field === 'caVersion' ? [{ name: '', ...certificateAuthority }] : [...orderers, ...peers],
    );
    return (after ?? []).some(
      ({ name, image }) =>
        image === undefined && before?.some((node) => node.name === name && node.image === undefined) === true,
    );
  });
}

function olderIssue(path: Path, before: string, after: string): Issue {
  return {
    path,
    message: `${after} is older than ${before}, which has written what is there: an older release does not read it`,
  };
}

/** Whether an image tag is certainly of an older line of releases, e.g. 2.4 after 2.5. */
function isOlderTag(before: string, after: string): boolean {
  const from = releaseOf(before);
  return from !== undefined && isOlder(after, from);
}

function organizationChanges(standing: Network, wanted: Network, organization: Organization, at: number): Issue[] {
  const earlier = standing.organizations.find(({ name }) => name === organization.name);
  if (earlier === undefined) return [];
  const path: Path = ['organizations', at];
  const [authority, before] = [organization.certificateAuthority, earlier.certificateAuthority];
  return [
    ...identityChanges(earlier, organization, path),
    ...podChanges(before, authority, defaultsOf(standing, wanted, 'caVersion'), [...path, 'certificateAuthority']),
    ...nodeChanges('orderer', earlier.orderers, organization.orderers, defaultsOf(standing, wanted, 'version'), path),
    ...nodeChanges('peer', earlier.peers, organization.peers, defaultsOf(standing, wanted, 'version'), path),
  ];
}

/** What makes an organization the one that it is, with the reason why it stays. */
const FIXED = {
  mspId: 'channels and certificates know the organization by it',
  namespace: 'its volumes and keys are there, and would be left behind',
  cluster: 'its volumes and keys are there, and would be left behind',
} as const;

function identityChanges(before: Organization, after: Organization, path: Path): Issue[] {
  return (['mspId', 'namespace', 'cluster'] as const).flatMap((field) => {
    if (before[field] === after[field]) return [];
    const [was, becomes] = [before[field], after[field]].map((value) =>
      value === undefined ? 'left open' : `"${value}"`,
    );
    return [{ path: [...path, field], message: `was ${was} and cannot become ${becomes}: ${FIXED[field]}` }];
  });
}

/** What a node has that does not say it itself, in the two descriptions. */
interface Defaults {
  readonly before: NodeDefaults;
  readonly after: NodeDefaults;
}

interface NodeDefaults {
  readonly storageClass: string | undefined;
  /** Tag of its image. */
  readonly tag: string;
}

function defaultsOf(standing: Network, wanted: Network, release: 'version' | 'caVersion'): Defaults {
  const of = ({ fabric, kubernetes }: Network): NodeDefaults => ({
    storageClass: kubernetes.storageClass,
    tag: fabric[release],
  });
  return { before: of(standing), after: of(wanted) };
}

function nodeChanges(
  kind: NodeKind,
  before: readonly NetworkNode[],
  after: readonly NetworkNode[],
  defaults: Defaults,
  path: Path,
): Issue[] {
  return after.flatMap((node, at) => {
    const earlier = before.find(({ name }) => name === node.name);
    return earlier === undefined ? [] : podChanges(earlier, node, defaults, [...path, `${kind}s`, at]);
  });
}

function podChanges(before: NodeSettings, after: NodeSettings, defaults: Defaults, path: Path): Issue[] {
  return [...storageChanges(before, after, defaults, path), ...olderImage(before, after, defaults, path)];
}

/** Kubernetes lets a claim grow where its class allows that, and nothing else. */
function storageChanges(before: NodeSettings, after: NodeSettings, defaults: Defaults, path: Path): Issue[] {
  const issues: Issue[] = [];
  const [classBefore, classAfter] = [
    before.storageClass ?? defaults.before.storageClass,
    after.storageClass ?? defaults.after.storageClass,
  ];
  if (classBefore !== classAfter) {
    const [was, becomes] = [classBefore, classAfter].map((name) =>
      name === undefined ? "the cluster's default" : `"${name}"`,
    );
    issues.push({
      path: [...path, 'storageClass'],
      message: `was ${was} and cannot become ${becomes}: a volume stays in the class in which it was made`,
    });
  }
  if (quantityValue(after.storage) < quantityValue(before.storage)) {
    issues.push({
      path: [...path, 'storage'],
      message: `${after.storage} is less than the ${before.storage} that the volume has: a volume cannot shrink`,
    });
  }
  return issues;
}

/** Where neither names an image, the release of the whole network says it. */
function olderImage(before: NodeSettings, after: NodeSettings, defaults: Defaults, path: Path): Issue[] {
  if (before.image === undefined && after.image === undefined) return [];
  const from = before.image === undefined ? defaults.before.tag : tagOf(before.image);
  const to = after.image === undefined ? defaults.after.tag : tagOf(after.image);
  return isOlderTag(from, to) ? [olderIssue([...path, 'image'], from, to)] : [];
}

function channelChanges({ channels }: Network, channel: Channel, at: number): Issue[] {
  const earlier = channels.find(({ name }) => name === channel.name);
  if (earlier === undefined) return [];
  const path: Path = ['channels', at];
  const issues = (['channel', 'orderer', 'application'] as const).flatMap((group) =>
    lowerCapability(group, earlier.capabilities[group], channel.capabilities[group], path),
  );
  const [before, after] = [earlier.consensus.type, channel.consensus.type];
  if (before === after) return issues;
  return [
    ...issues,
    {
      path: [...path, 'consensus', 'type'],
      message: `was ${before} and cannot become ${after}: Fabric changes it only while nobody uses the channel, with every orderer stopped in between`,
    },
  ];
}

/** fabric docs, updating_capabilities.md: once a channel has a level, there is no way back. */
function lowerCapability(group: keyof Capabilities, before: string, after: string, path: Path): Issue[] {
  const levels = Object.keys(CAPABILITY_LEVELS[group]);
  if (levels.indexOf(after) >= levels.indexOf(before)) return [];
  const message = `was ${before} and cannot become ${after}: Fabric has no way back from a capability`;
  return [{ path: [...path, 'capabilities', group], message }];
}

function chaincodeChanges(standing: Network, wanted: Network, chaincode: Chaincode, at: number): Issue[] {
  const path: Path = ['chaincodes', at];
  const ofName = standing.chaincodes.filter(({ name }) => name === chaincode.name);
  const earlier = ofName.find(({ channel }) => channel === chaincode.channel);
  if (earlier !== undefined) return collectionChanges(earlier, chaincode, path);
  const isStill = (name: string): boolean =>
    wanted.chaincodes.some((other) => other.name === chaincode.name && other.channel === name);
  const left = ofName.find(({ channel }) => !isStill(channel) && wanted.channels.some(({ name }) => name === channel));
  if (left === undefined) return [];
  const message = `was "${left.channel}" and cannot become "${chaincode.channel}": a definition and its data stay on their channel. Keep that chaincode, and add one`;
  return [{ path: [...path, 'channel'], message }];
}

/** fabric docs, private-data-arch.md: a definition may add collections, and change all but how long their data lives. */
function collectionChanges(before: Chaincode, after: Chaincode, path: Path): Issue[] {
  return before.collections.flatMap((earlier): Issue[] => {
    const at = after.collections.findIndex(({ name }) => name === earlier.name);
    const collection = after.collections[at];
    if (collection === undefined) {
      return [
        { path: [...path, 'collections'], message: `must keep "${earlier.name}": Fabric does not let a collection go` },
      ];
    }
    if (collection.blockToLive === earlier.blockToLive) return [];
    const message = `was ${earlier.blockToLive} and cannot become ${collection.blockToLive}: Fabric does not change how long the data of a collection lives`;
    return [{ path: [...path, 'collections', at, 'blockToLive'], message }];
  });
}
