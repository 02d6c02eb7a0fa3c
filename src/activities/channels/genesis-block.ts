import { observe } from '../../kubernetes/index.ts';
import { genesisBlockConfigMap } from '../../spec/index.ts';
import { failure } from '../failures.ts';
import { applyManifest, type Dependencies } from '../cluster/manifests.ts';
import type { Decision } from '../activity.ts';
import type { NetworkInput } from '../inputs.ts';

/** Label of the genesis block of a channel that was removed; kube/genesis-block.yaml says the same. */
export const REMOVED_LABEL = 'weft.dev/removed';

/** Where the genesis block of a channel is kept. */
export interface GenesisPlace {
  /** Name of the channel. */
  readonly channel: string;
  readonly genesisNamespace: string;
}

/**
 * @returns undefined only if the cluster says for certain that none is kept
 * @throws ApplicationFailure `ChannelConflict` if the channel was removed
 */
export async function keptGenesisBlock(
  { cluster }: Dependencies,
  { channel, genesisNamespace }: GenesisPlace,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const object = await observe(
    cluster,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: genesisNamespace, name: genesisBlockConfigMap({ name: channel }) },
    },
    { signal },
  );
  if (object === undefined) return undefined;
  if (object.metadata.labels?.[REMOVED_LABEL] !== undefined) {
    throw failure(
      'ChannelConflict',
      `The channel ${channel} was removed from this network, and its peers still hold its blocks: give the new channel another name.`,
    );
  }
  const { 'genesis.block': block } = (object['binaryData'] ?? {}) as Record<string, string>;
  if (block !== undefined) return Buffer.from(block, 'base64');
  throw failure(
    'MaterialMissing',
    `ConfigMap ${genesisBlockConfigMap({ name: channel })} in namespace ${genesisNamespace} holds no genesis block. Remove it, then run weft up again: the block is recovered from an orderer.`,
  );
}

export function keepGenesisBlock(
  dependencies: Dependencies,
  { channel, genesisNamespace, isRemoved }: GenesisPlace & { readonly isRemoved?: boolean },
  block: Uint8Array,
  options: NetworkInput & { readonly signal: AbortSignal },
): Promise<Decision> {
  return applyManifest(
    dependencies,
    'genesis-block.yaml',
    {
      NETWORK: options.network.name,
      NAMESPACE: genesisNamespace,
      CHANNEL: channel,
      REMOVED: isRemoved === true ? 'true' : null,
      BLOCK: Buffer.from(block).toString('base64'),
    },
    options,
  );
}
