import { section, type ChannelConfig, type ConfigGroup, type Section } from './config.ts';
import {
  consensusType,
  editConsenters,
  exchangeCertificates,
  type ConsenterAddress,
  type ConsenterCertificates,
} from './consenters.ts';
import {
  addOrganizations,
  addRoots,
  organizationsOf,
  removeOrganizations,
  replaceList,
  unmanagedOrganizations,
} from './organizations.ts';
import { editBatch, editCapabilities, editConsensusOptions, editPolicies } from './settings.ts';
import { FabricError } from '../error.ts';

/** What a channel's configuration becomes when it follows a description. */
export interface ChannelEdit {
  /** The configuration to ask for. */
  readonly config: ChannelConfig;
  /** What changes, each in words such as `batch.timeout 2s -> 1s` or `adds Org3MSP`. Empty if nothing does. */
  readonly changes: readonly string[];
  /** What is left for an update after this one: Fabric lets the consenters change one at a time. In words, too. */
  readonly postponed: readonly string[];
  /** MSP IDs of the organizations that leave one side of the channel, with this update or a later one. */
  readonly leaves: readonly string[];
  /** What the channel has and the description does not name, and which stays: `member Org9MSP`, `consenter host:port`. */
  readonly unmanaged: readonly string[];
  /** Nothing changes but certificates of consenters that were renewed for the same keys: the channel goes on without that, too. */
  readonly isRefresh: boolean;
}

/** Who leaves a channel if the description does not name them. */
export interface Leaving {
  readonly isConsenter: (consenter: ConsenterAddress) => boolean;
  /** MSP IDs of organizations that order it. */
  readonly ordering: ReadonlySet<string>;
  /** MSP IDs of members. */
  readonly members: ReadonlySet<string>;
}

/** What an edit may do. */
export interface EditRules extends Leaving {
  /** All consenters take part, so that Fabric lets a certificate be exchanged. */
  readonly areAllActive: boolean;
}

const CAUTIOUS: EditRules = {
  ...{ isConsenter: () => false, ordering: new Set(), members: new Set() },
  areAllActive: false,
};

/**
 * A channel's configuration edited after its description. What the description does not speak of stays as it is: ACLs,
 * foreign organizations, revocation lists, policies of organizations, values that Weft does not know.
 *
 * @param current the channel's newest configuration
 * @param described the configuration in a genesis block made of the description (see genesisBlock)
 * @param rules who leaves, by default nobody; whether all consenters take part, by default some may not
 * @throws FabricError `refused` if an update cannot lead from one to the other: another kind of consensus, a capability downward
 */
export function editedConfig(
  current: ChannelConfig,
  described: ChannelConfig,
  rules: Partial<EditRules> = {},
): ChannelEdit {
  const leaving = { ...CAUTIOUS, ...rules };
  const config = structuredClone(current);
  const [channel, orderer, application] = [
    config.channel_group,
    section(config, 'Orderer'),
    section(config, 'Application'),
  ];
  const wanted = {
    channel: described.channel_group,
    orderer: section(described, 'Orderer'),
    application: section(described, 'Application'),
  };
  refuseOtherConsensus(orderer, wanted.orderer);

  const [undescribed, strangers] = [
    unmanagedOrganizations(orderer, wanted.orderer),
    unmanagedOrganizations(application, wanted.application),
  ];
  const unmanaged = [
    ...undescribed.filter((mspId) => !leaving.ordering.has(mspId)).map((mspId) => `ordering organization ${mspId}`),
    ...strangers.filter((mspId) => !leaving.members.has(mspId)).map((mspId) => `member ${mspId}`),
  ];
  const members = strangers.filter((mspId) => leaving.members.has(mspId));
  const changes = [
    ...editCapabilities('channel', channel, wanted.channel),
    ...editCapabilities('orderer', orderer, wanted.orderer),
    ...editCapabilities('application', application, wanted.application),
    ...editBatch(orderer, wanted.orderer),
    ...editConsensusOptions(orderer, wanted.orderer),
    ...editPolicies('orderer', orderer, wanted.orderer),
    ...editPolicies('application', application, wanted.application),
    ...addOrganizations(orderer, wanted.orderer, application).map((mspId) => `adds ordering organization ${mspId}`),
    ...addOrganizations(application, wanted.application, orderer).map((mspId) => `adds ${mspId}`),
    ...removeOrganizations(application, members).map((mspId) => `removes ${mspId}`),
    ...editRoots(config, described),
    ...editLists(orderer, wanted.orderer, { value: 'Endpoints', list: 'addresses', words: 'orderer endpoints' }),
    ...editLists(application, wanted.application, {
      value: 'AnchorPeers',
      list: 'anchor_peers',
      words: 'anchor peers',
    }),
  ];
  const consenters = editConsenters(orderer, wanted.orderer, {
    isRemovable: leaving.isConsenter,
    areAllActive: leaving.areAllActive,
  });
  const goes = undescribed.filter((mspId) => leaving.ordering.has(mspId));
  const words = goes.map((mspId) => `removes ordering organization ${mspId}`);
  // The TLS certificate of each consenter must be of an organization that orders (orderer/consensus/etcdraft/util.go).
  const isLast = consenters.postponed.length === 0;
  if (isLast) removeOrganizations(orderer, goes);
  return {
    config,
    changes: [...changes, ...consenters.changes, ...(isLast ? words : [])],
    postponed: [...consenters.postponed, ...(isLast ? [] : words)],
    leaves: [...members, ...goes],
    unmanaged: [...unmanaged, ...consenters.unmanaged],
    isRefresh: changes.length === 0 && goes.length === 0 && consenters.isRefresh,
  };
}

/**
 * A channel's configuration in which the certificates of one consenter are exchanged.
 *
 * @param current the channel's newest configuration
 * @param certificates of consenters, by their addresses; those that the channel has already change nothing
 */
export function configWithCertificates(
  current: ChannelConfig,
  certificates: readonly ConsenterCertificates[],
): Pick<ChannelEdit, 'config' | 'changes' | 'postponed'> {
  const config = structuredClone(current);
  return { config, ...exchangeCertificates(section(config, 'Orderer'), certificates) };
}

function refuseOtherConsensus(orderer: ConfigGroup, described: ConfigGroup): void {
  const [is, wanted] = [consensusType(orderer), consensusType(described)];
  if (is === wanted) return;
  throw new FabricError(
    'refused',
    `The channel's consensus is ${is}, and an update of its configuration alone cannot make it ${wanted}. Describe it ` +
      `as it is, or migrate it by hand (https://hyperledger-fabric.readthedocs.io/en/latest/raft_bft_migration.html).`,
  );
}

/** An organization that orders and is a member, too, must have the same MSP in both places, or Fabric refuses both. */
function editRoots(config: ChannelConfig, described: ChannelConfig): readonly string[] {
  const sections = ['Orderer', 'Application'] as const satisfies readonly Section[];
  const of = (channel: ChannelConfig) => sections.flatMap((name) => organizationsOf(section(channel, name)));
  const wanted = new Map(of(described).map(({ mspId, group }) => [mspId, group]));
  const changes = of(config).flatMap((organization) => {
    const group = wanted.get(organization.mspId);
    return group === undefined ? [] : addRoots(organization, group);
  });
  return [...new Set(changes)];
}

function editLists(
  parent: ConfigGroup,
  described: ConfigGroup,
  { words, ...list }: { readonly value: 'Endpoints' | 'AnchorPeers'; readonly list: string; readonly words: string },
): readonly string[] {
  const wanted = new Map(organizationsOf(described).map(({ mspId, group }) => [mspId, group]));
  return organizationsOf(parent).flatMap(({ mspId, group }) => {
    const organization = wanted.get(mspId);
    if (organization === undefined || !replaceList(group, organization, list)) return [];
    return [`${words} of ${mspId}`];
  });
}
