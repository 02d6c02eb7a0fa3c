import { genesisBlock, sameBlock } from '../../fabric/index.ts';
import { observe } from '../../kubernetes/index.ts';
import { genesisBlockConfigMap } from '../../spec/index.ts';
import { asActivity, asStep, UNCHANGED, type Decision, type StepResult } from '../activity.ts';
import { applyManifest, type Dependencies } from '../cluster/manifests.ts';
import { asFailure, failure, isUnanswered } from '../failures.ts';
import type {
  ChannelBlueprint,
  ChannelInput,
  ChannelNodeInput,
  ChannelOrderersInput,
  NetworkInput,
} from '../inputs.ts';
import { isDown } from '../peers/readiness.ts';
import { withOrderer } from '../peers/sessions.ts';
import { withOrdererAdmin } from './orderers.ts';

/** Where a channel's genesis block is, as far as one organization knows. */
export interface FoundGenesisBlock {
  /** It is kept in the organization's namespace. */
  readonly isKept: boolean;
  /** Not kept, but one of the organization's orderers still has it: base64. */
  readonly recovered?: { readonly node: string; readonly block: string };
}

export interface CreateGenesisBlockInput extends ChannelInput {
  /** Absent in a dry run where an organization of the channel is not enrolled yet. */
  readonly blueprint?: ChannelBlueprint;
}

export interface CreatedGenesisBlock extends StepResult {
  /** The block, base64; absent in a dry run. It is public. */
  readonly block?: string;
}

export interface KeepGenesisBlockInput extends ChannelInput {
  /** Base64. */
  readonly block: string;
  /** Where it comes from. */
  readonly reason: string;
}

export interface GenesisBlockActivities {
  findGenesisBlock: (input: ChannelOrderersInput) => Promise<FoundGenesisBlock>;
  readGenesisBlock: (input: ChannelInput) => Promise<string>;
  createGenesisBlock: (input: CreateGenesisBlockInput) => Promise<CreatedGenesisBlock>;
  keepGenesisBlock: (input: KeepGenesisBlockInput) => Promise<StepResult>;
}

/** Label of the genesis block of a channel that was removed; kube/genesis-block.yaml says the same. */
export const REMOVED_LABEL = 'weft.dev/removed';

/** The first block of a channel: created once, and kept in every namespace from which nodes join. */
export function createGenesisBlockActivities(dependencies: Dependencies): GenesisBlockActivities {
  return {
    findGenesisBlock: asActivity(async (input, { signal }) => {
      if ((await keptGenesisBlock(dependencies, input, signal)) !== undefined) return { isKept: true };
      const recovered = await blockOfOrderers(dependencies, input, signal);
      return { isKept: false, ...(recovered === undefined ? {} : { recovered }) };
    }),

    readGenesisBlock: asActivity(async (input, { signal }) => {
      const block = await keptGenesisBlock(dependencies, input, signal);
      if (block === undefined) throw genesisBlockMissing(input);
      return Buffer.from(block).toString('base64');
    }),

    createGenesisBlock: asStep<CreateGenesisBlockInput, Omit<CreatedGenesisBlock, 'attempts'>>(
      async ({ channel, blueprint, dryRun }, { signal }) => {
        const created: Decision = { outcome: 'created', reason: 'the channel has no genesis block' };
        if (dryRun) return created;
        if (blueprint === undefined) throw new TypeError(`${channel} has no blueprint.`);
        const block = await genesisBlock(dependencies.programs, blueprint, signal);
        return { ...created, block: Buffer.from(block).toString('base64') };
      },
    ),

    keepGenesisBlock: asStep(async ({ block, reason, ...input }, { signal }) => {
      const kept = await applyGenesisBlock(dependencies, input, Buffer.from(block, 'base64'), { ...input, signal });
      return kept.outcome === 'created' ? { ...kept, reason } : kept;
    }),
  };
}

/** A kept genesis block. */
interface StoredGenesisBlock {
  /** Undefined if the ConfigMap holds none. */
  readonly block: Uint8Array | undefined;
  /** The channel was removed from the network. */
  readonly isRemoved: boolean;
}

type GenesisPlace = Pick<ChannelInput, 'organization' | 'channel'>;

/** Reads the ConfigMap with the genesis block; undefined only if the cluster says for certain that there is none. */
async function storedGenesisBlock(
  { cluster }: Dependencies,
  { organization: { namespace }, channel }: GenesisPlace,
  signal: AbortSignal,
): Promise<StoredGenesisBlock | undefined> {
  const name = genesisBlockConfigMap({ name: channel });
  const object = await observe(
    cluster,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } },
    { signal },
  );
  if (object === undefined) return undefined;
  const { 'genesis.block': block } = (object['binaryData'] ?? {}) as Record<string, string>;
  return {
    block: block === undefined ? undefined : Buffer.from(block, 'base64'),
    isRemoved: object.metadata.labels?.[REMOVED_LABEL] !== undefined,
  };
}

/**
 * The genesis block that is kept in the organization's namespace.
 *
 * @returns undefined only if the cluster says for certain that none is kept
 * @throws ApplicationFailure `ChannelConflict` if a removed channel had the name; `MaterialMissing` if the ConfigMap holds no block
 */
export async function keptGenesisBlock(
  dependencies: Dependencies,
  place: GenesisPlace,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const stored = await storedGenesisBlock(dependencies, place, signal);
  if (stored === undefined) return undefined;
  const { channel, organization } = place;
  if (stored.isRemoved) {
    throw failure(
      'ChannelConflict',
      `The channel ${channel} was removed from this network, and its peers still hold its blocks.`,
      { remedy: { kind: 'renameChannel', channel } },
    );
  }
  if (stored.block !== undefined) return stored.block;
  throw failure(
    'MaterialMissing',
    `ConfigMap ${genesisBlockConfigMap({ name: channel })} in namespace ${organization.namespace} holds no genesis block. Once it is deleted, the block is recovered from an orderer.`,
    {
      remedy: {
        kind: 'deleteObject',
        object: {
          kind: 'ConfigMap',
          namespace: organization.namespace,
          name: genesisBlockConfigMap({ name: channel }),
        },
      },
    },
  );
}

/**
 * The genesis block with which a node joins.
 *
 * @returns undefined only in a dry run, where it may be still to be created
 * @throws ApplicationFailure `MaterialMissing`, `ChannelConflict`
 */
export async function requireGenesisBlock(
  dependencies: Dependencies,
  input: ChannelInput,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const block = await keptGenesisBlock(dependencies, input, signal);
  if (block !== undefined || input.dryRun) return block;
  throw genesisBlockMissing(input);
}

function genesisBlockMissing({ channel, organization }: GenesisPlace): Error {
  return failure(
    'MaterialMissing',
    `The genesis block of ${channel} is not in namespace ${organization.namespace}. It is kept there by the step keepGenesisBlock.`,
    { remedy: { kind: 'runAgain' } },
  );
}

/** @throws ApplicationFailure `ChannelConflict` if a node's first block is not the channel's genesis block */
export function requireSameGenesisBlock(
  { channel, node }: ChannelNodeInput,
  genesis: Uint8Array,
  own: Uint8Array | undefined,
): void {
  if (own === undefined || sameBlock(genesis, own)) return;
  throw failure(
    'ChannelConflict',
    `${node} is in another channel of the name ${channel}: its first block is not this network's.`,
    { remedy: { kind: 'renameChannel', channel, node } },
  );
}

/** Marks the kept genesis block of a channel that is removed: peers cannot leave a channel while they run, so its name stays taken. */
export async function markChannelRemoved(
  dependencies: Dependencies,
  input: ChannelInput,
  signal: AbortSignal,
): Promise<Decision> {
  const stored = await storedGenesisBlock(dependencies, input, signal);
  if (stored?.block === undefined) return UNCHANGED;
  return applyGenesisBlock(dependencies, { ...input, isRemoved: true }, stored.block, { ...input, signal });
}

function applyGenesisBlock(
  dependencies: Dependencies,
  { organization, channel, isRemoved }: GenesisPlace & { readonly isRemoved?: boolean },
  block: Uint8Array,
  options: NetworkInput & { readonly signal: AbortSignal },
): Promise<Decision> {
  return applyManifest(
    dependencies,
    'genesis-block.yaml',
    {
      NETWORK: options.network.name,
      NAMESPACE: organization.namespace,
      CHANNEL: channel,
      REMOVED: isRemoved === true ? 'true' : null,
      BLOCK: Buffer.from(block).toString('base64'),
    },
    options,
  );
}

/**
 * The genesis block as the organization's orderers have it, should it have been lost elsewhere: there is only one for a channel.
 *
 * @returns undefined where none of them has it; one that does not run now is passed over
 * @throws ApplicationFailure `NodeUnreachable` where one that runs does not answer, and none of the others has it
 */
async function blockOfOrderers(
  dependencies: Dependencies,
  { organization, channel, orderers }: ChannelOrderersInput,
  signal: AbortSignal,
): Promise<{ readonly node: string; readonly block: string } | undefined> {
  const silences: string[] = [];
  for (const node of orderers) {
    try {
      const part = await withOrdererAdmin(dependencies, { organization, node }, signal, (admin) =>
        admin.channel(channel),
      );
      if (part === undefined) continue;
      const block = await withOrderer(dependencies, { organization, nodes: [node] }, signal, (orderer) =>
        orderer.fetchBlock(channel, 'oldest'),
      );
      if (block !== undefined) return { node, block: Buffer.from(block).toString('base64') };
    } catch (error) {
      signal.throwIfAborted();
      const { type, message } = asFailure(error);
      // An organization that leaves the network may have nobody left who asks.
      if (isDown(error) || type === 'MaterialMissing') continue;
      if (!isUnanswered(type)) throw error;
      silences.push(message);
    }
  }
  if (silences.length > 0) throw failure('NodeUnreachable', silences.join(' '));
  return undefined;
}
