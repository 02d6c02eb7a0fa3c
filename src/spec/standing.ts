import { caName, nodeName } from './names.ts';
import type { Network, NetworkNode, NodeKind, NodeSettings, Organization } from './network.ts';

/** A node as its objects in the cluster have it. */
export interface StandingNode {
  /** Name of its organization. */
  readonly organization: string;
  /** Kubernetes name, e.g. `org1-peer1`. */
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  /** Absent where its ConfigMap is gone, and of a CA. */
  readonly mspId?: string;
  /** Of its volume; absent where that is gone. */
  readonly storage?: string;
  readonly storageClass?: string;
}

/** What the objects of a network say of it where its record is gone. */
export interface StandingObjects {
  readonly nodes: readonly StandingNode[];
  /** Names of the channels whose genesis block is kept. */
  readonly channels: readonly string[];
}

/**
 * The description of a network that stands, as far as its objects say it; what they do not say is taken to be as it is wanted. It has the
 * organizations, nodes and channels alone that are there.
 */
export function standingNetwork(wanted: Network, { nodes, channels }: StandingObjects): Network {
  const organizations = wanted.organizations.flatMap((organization) => {
    const own = nodes.filter((node) => node.organization === organization.name);
    return own.length === 0 ? [] : [standingOrganization(wanted, organization, own)];
  });
  const standing = (organization: string, kind: NodeKind, names: readonly string[]): string[] => {
    const there = organizations.find(({ name }) => name === organization)?.[`${kind}s`] ?? [];
    return names.filter((name) => there.some((node) => node.name === name));
  };
  return {
    ...wanted,
    organizations,
    channels: wanted.channels
      .filter(({ name }) => channels.includes(name))
      .map((channel) => ({
        ...channel,
        orderers: channel.orderers
          .map((part) => ({ ...part, orderers: standing(part.organization, 'orderer', part.orderers) }))
          .filter(({ orderers }) => orderers.length > 0),
        peers: channel.peers
          .map((part) => ({ ...part, peers: standing(part.organization, 'peer', part.peers) }))
          .filter(({ peers }) => peers.length > 0),
      })),
    chaincodes: [],
  };
}

function standingOrganization(wanted: Network, organization: Organization, own: readonly StandingNode[]): Organization {
  const [first] = own;
  const named = (name: string): StandingNode | undefined => own.find((node) => node.name === name);
  const nodesOf = (described: readonly NetworkNode[]): NetworkNode[] =>
    described.flatMap((node) => {
      const found = named(nodeName(organization, node));
      return found === undefined ? [] : [standingSettings(wanted, node, found)];
    });
  const authority = named(caName(organization));
  return {
    ...organization,
    mspId: own.find(({ mspId }) => mspId !== undefined)?.mspId ?? organization.mspId,
    namespace: first?.namespace ?? organization.namespace,
    certificateAuthority:
      authority === undefined
        ? organization.certificateAuthority
        : standingSettings(wanted, organization.certificateAuthority, authority),
    orderers: nodesOf(organization.orderers),
    peers: nodesOf(organization.peers),
  };
}

function standingSettings<Settings extends NodeSettings>(
  { kubernetes }: Network,
  settings: Settings,
  { image, storage = settings.storage, storageClass }: StandingNode,
): Settings {
  // A claim has a class also where nobody asked for one: that of the cluster's default then.
  const isChosen = (settings.storageClass ?? kubernetes.storageClass) !== undefined;
  return { ...settings, image, storage, ...(isChosen && storageClass !== undefined ? { storageClass } : {}) };
}
