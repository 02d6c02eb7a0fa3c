import { z } from 'zod';

import { FabricError } from '../error.ts';

/*
 * A channel's configuration (common.Config in fabric-protos, common/configtx.proto) in the JSON form of configtxlator: a
 * tree of groups with values and policies, each with the name of the policy that may change it. What a value holds
 * depends on its name; members that Weft does not know are kept as they are.
 */

export interface ConfigGroup {
  groups: Record<string, ConfigGroup>;
  policies: Record<string, ConfigPolicy>;
  values: Record<string, ConfigValue>;
  mod_policy: string;
  version: string;
}

export type ConfigValue = z.infer<typeof ConfigValue>;
export type ConfigPolicy = z.infer<typeof ConfigPolicy>;
export type ChannelConfig = z.infer<typeof ChannelConfig>;

const ConfigValue = z.looseObject({ mod_policy: z.string(), version: z.string(), value: z.unknown() });

const ConfigPolicy = z.looseObject({
  mod_policy: z.string(),
  version: z.string(),
  /** Null only if the channel's makers left it out; nobody can satisfy it then. */
  policy: z.looseObject({ type: z.number(), value: z.unknown() }).nullable(),
});

const ConfigGroup: z.ZodType<ConfigGroup> = z.looseObject({
  get groups() {
    return z.record(z.string(), ConfigGroup);
  },
  policies: z.record(z.string(), ConfigPolicy),
  values: z.record(z.string(), ConfigValue),
  mod_policy: z.string(),
  version: z.string(),
});

export const ChannelConfig = z.looseObject({ sequence: z.string(), channel_group: ConfigGroup });

/** The groups below the channel's own: its orderers with their organizations, and its members. */
export type Section = 'Orderer' | 'Application';

/** @throws FabricError `refused` if the channel has no such group: then it is not one for transactions */
export function section(config: ChannelConfig, name: Section): ConfigGroup {
  const group = config.channel_group.groups[name];
  if (group === undefined) throw new FabricError('refused', `This channel has no ${name} group in its configuration`);
  return group;
}
