import { beforeAll, describe, expect, test } from 'vitest';

import { configWithRevocations, type ChannelConfig } from '../../../../src/fabric/index.ts';
import { newAuthority, type TestAuthority } from '../ca/authority.ts';
import { channelConfig } from './channel-config.ts';

let config: ChannelConfig;
let ca: TestAuthority;
let certificates: readonly string[];

beforeAll(async () => {
  ca = await newAuthority('org1-ca');
  // Both orders the channel and is a member of it.
  const org1 = { mspId: 'Org1MSP', root: ca.chain };
  const org2 = { mspId: 'Org2MSP', root: (await newAuthority('org2-ca')).chain };
  config = channelConfig({ ordering: [org1], members: [org1, org2], consenters: [] });
  const issued = await Promise.all([ca.issue(), ca.issue(), ca.issue()]);
  certificates = issued.map(({ certificate }) => certificate);
});

/** The revocation lists of an organization, PEM, on each side of the channel on which it is. */
function listsOf({ channel_group: { groups } }: ChannelConfig, mspId: string): unknown[] {
  return ['Orderer', 'Application'].flatMap((side) => {
    const msp = groups[side]?.groups[mspId]?.values['MSP']?.value as
      { readonly config: { readonly revocation_list?: readonly string[] } } | undefined;
    if (msp === undefined) return [];
    const lists = (msp.config.revocation_list ?? []).map((list) => Buffer.from(list, 'base64').toString());
    // The fixture has one that cannot be read, which stays.
    return [lists.filter((list) => list.startsWith('-----BEGIN'))];
  });
}

function revoke(current: ChannelConfig, list: string): ReturnType<typeof configWithRevocations> {
  return configWithRevocations(current, { mspId: 'Org1MSP', list });
}

describe('what a CA has revoked', () => {
  test('is in the MSP of its organization, the same on both sides of the channel, and in no other', async () => {
    const list = await ca.revocationList(certificates.slice(0, 1));
    const edit = revoke(config, list);
    expect(edit.changes).toEqual(['revocation list of Org1MSP']);
    expect(listsOf(edit.config, 'Org1MSP')).toEqual([[list], [list]]);
    expect(listsOf(edit.config, 'Org2MSP')).toEqual([[]]);
    expect(listsOf(config, 'Org1MSP')).toEqual([[], []]);
  });

  test('changes nothing where the channel knows it, by a list that was signed anew, too', async () => {
    const { config: known } = revoke(config, await ca.revocationList(certificates));
    const again = revoke(known, await ca.revocationList(certificates.slice(1)));
    expect(again.changes).toEqual([]);
    expect(again.config).toEqual(known);
  });

  test('takes the place of what the same CA has said before', async () => {
    const { config: known } = revoke(config, await ca.revocationList(certificates.slice(0, 1)));
    const list = await ca.revocationList(certificates.slice(0, 2));
    expect(listsOf(revoke(known, list).config, 'Org1MSP')).toEqual([[list], [list]]);
  });

  test('stays revoked though the CA has forgotten it, and so does what another CA has revoked', async () => {
    const forgotten = await ca.revocationList(certificates.slice(0, 1));
    const other = await newAuthority('older-ca');
    const others = await other.revocationList([(await other.issue()).certificate]);
    const known = revoke(revoke(config, forgotten).config, others).config;
    const list = await ca.revocationList(certificates.slice(1));
    expect(listsOf(revoke(known, list).config, 'Org1MSP')).toEqual(Array(2).fill([forgotten, others, list]));
  });

  test('is nothing while it has revoked nobody', async () => {
    expect(revoke(config, await ca.revocationList([])).changes).toEqual([]);
  });
});
