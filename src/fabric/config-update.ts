import type { ChannelConfig } from './channel-config.ts';
import type { ChannelBlueprint } from './config/channel-blueprint.ts';
import type { FabricPrograms } from './programs.ts';

/**
 * The first block of a new channel, by configtxgen. Each call makes another block, even from the same blueprint (times and
 * nonces are in it): keep the first one.
 *
 * @throws FabricError `refused` if configtxgen does not accept the blueprint
 */
export function genesisBlock(
  programs: FabricPrograms,
  blueprint: ChannelBlueprint,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return Promise.reject(new Error(`not there yet: ${programs.run.name} ${blueprint.name} ${String(signal.aborted)}`));
}

/**
 * The channel's configuration that a configuration block carries, by configtxlator.
 *
 * @param block a configuration block (common.Block): the genesis block, or the newest as the channel gives it
 */
export function channelConfig(
  programs: FabricPrograms,
  block: Uint8Array,
  signal: AbortSignal,
): Promise<ChannelConfig> {
  return Promise.reject(new Error(`not there yet: ${programs.run.name} ${block.length} ${String(signal.aborted)}`));
}

/**
 * The update that leads from one configuration to another, by configtxlator: a common.Envelope without signatures, as
 * `peer channel signconfigtx` takes it.
 *
 * @returns undefined if there is no difference
 */
export function configUpdateEnvelope(
  programs: FabricPrograms,
  update: { readonly channel: string; readonly current: ChannelConfig; readonly wanted: ChannelConfig },
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  return Promise.reject(new Error(`not there yet: ${programs.run.name} ${update.channel} ${String(signal.aborted)}`));
}
