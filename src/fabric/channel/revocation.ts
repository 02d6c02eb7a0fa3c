/* The certificates of an organization that a channel takes no more, within the channel's configuration. */
import { z } from 'zod';

import { describeRevocationList, type RevocationList } from '../msp/revocation.ts';
import { section, type ChannelConfig, type Section } from './config.ts';
import type { ChannelEdit } from './edit.ts';
import { organizationsOf } from './organizations.ts';

/**
 * A channel's configuration in which the MSP of an organization has a CA's revocation list. What that CA has revoked already according to the
 * channel stays revoked, and so do lists of other CAs.
 *
 * An organization that orders and is a member, too, must have the same MSP in both places, or Fabric refuses both.
 *
 * @param current the channel's newest configuration
 * @param list PEM
 */
export function configWithRevocations(
  current: ChannelConfig,
  { mspId, list }: { readonly mspId: string; readonly list: string },
): Pick<ChannelEdit, 'config' | 'changes' | 'postponed'> {
  const config = structuredClone(current);
  const sections = ['Orderer', 'Application'] as const satisfies readonly Section[];
  const isChanged = sections
    .flatMap((name) => organizationsOf(section(config, name)))
    .filter((organization) => organization.mspId === mspId)
    .map(({ group }) => {
      const value = group.values['MSP'];
      const msp = Msp.safeParse(value?.value);
      if (value === undefined || !msp.success) return false;
      const lists = withList(msp.data.config.revocation_list ?? [], list);
      if (lists === undefined) return false;
      value.value = { ...msp.data, config: { ...msp.data.config, revocation_list: lists } };
      return true;
    });
  return { config, changes: isChanged.includes(true) ? [`revocation list of ${mspId}`] : [], postponed: [] };
}

// msp.MSPConfig with msp.FabricMSPConfig (msp/msp_config.proto); a revocation list is base64 of PEM.
const Msp = z.looseObject({ config: z.looseObject({ revocation_list: z.array(z.string()).nullish() }) });

/** The lists of an MSP with one more, in place of those that it makes needless; undefined if it says nothing new. */
function withList(lists: readonly string[], list: string): readonly string[] | undefined {
  const added = describeRevocationList(list);
  const known = lists.map((encoded) => ({ encoded, list: described(encoded) }));
  const ofSameCa = known.flatMap((one) => (one.list?.issuer === added.issuer ? [one.list] : []));
  if ([...added.serials].every((serial) => ofSameCa.some(({ serials }) => serials.has(serial)))) return undefined;
  const isNeedless = (one: RevocationList | undefined): boolean =>
    one?.issuer === added.issuer && [...one.serials].every((serial) => added.serials.has(serial));
  const kept = known.filter((one) => !isNeedless(one.list)).map(({ encoded }) => encoded);
  return [...kept, Buffer.from(list, 'utf8').toString('base64')];
}

/** One that cannot be read is left as it is: Fabric has taken it. */
function described(encoded: string): RevocationList | undefined {
  try {
    return describeRevocationList(Buffer.from(encoded, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
