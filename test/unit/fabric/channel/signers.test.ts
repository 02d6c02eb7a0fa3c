import { beforeAll, describe, expect, it } from 'vitest';

import { editedConfig, signersNeeded, signersOfComers, type ChannelConfig } from '../../../../src/fabric/index.ts';
import { newAuthority } from '../ca/authority.ts';
import { channelConfig, implicit, signature, type ConfigParts } from './channel-config.ts';

const ALL = ['OrdererMSP', 'Org1MSP', 'Org2MSP', 'Org3MSP', 'Org4MSP'];

let base: ConfigParts;

beforeAll(async () => {
  const authority = await newAuthority();
  const { certificate } = await authority.issue();
  const organization = (mspId: string): ConfigParts['members'][number] => ({ mspId, root: authority.chain });
  base = {
    ordering: [organization('OrdererMSP')],
    members: [organization('Org1MSP'), organization('Org2MSP'), organization('Org3MSP')],
    consenters: [{ host: 'orderer1', certificate }],
  };
});

function signers(
  described: Partial<ConfigParts>,
  { current = channelConfig(base), available = ALL }: { current?: ChannelConfig; available?: readonly string[] } = {},
): ReturnType<typeof signersNeeded> {
  return signersNeeded(current, editedConfig(current, channelConfig({ ...base, ...described })).config, available);
}

function withApplicationAdmins(policy: ReturnType<typeof implicit>): ChannelConfig {
  const config = channelConfig(base);
  const application = config.channel_group.groups['Application'];
  if (application !== undefined) application.policies['Admins'] = policy;
  return config;
}

describe('an update of a channel is signed by', () => {
  it('nobody, if nothing changes', () => {
    expect(signers({})).toEqual({ signers: [], unmet: [], missing: [] });
  });

  it('a majority of the members that there are now, to add another one', () => {
    const members = [...base.members, { mspId: 'Org4MSP', root: base.members[0]?.root ?? '' }];
    expect(signers({ members })).toEqual({ signers: ['Org1MSP', 'Org2MSP'], unmet: [], missing: [] });
    expect(signers({ members }, { available: ['Org3MSP', 'Org2MSP', 'Org1MSP'] }).signers).toEqual([
      'Org3MSP',
      'Org2MSP',
    ]);
  });

  it('one or all of the members, if the channel says so', () => {
    const described = { capability: 'V3_0' };
    const any = withApplicationAdmins(implicit('ANY', 'Admins'));
    const all = withApplicationAdmins(implicit('ALL', 'Admins'));
    expect(signersNeeded(any, withCapability(any), ALL).signers).toEqual(['Org1MSP']);
    expect(signersNeeded(all, withCapability(all), ALL).signers).toEqual(['Org1MSP', 'Org2MSP', 'Org3MSP']);
    expect(signers(described).signers).toEqual(['Org1MSP', 'Org2MSP']);
  });

  it('those whom a signature policy names', () => {
    const current = withApplicationAdmins(signature(2, 'Org3MSP.ADMIN', 'OrdererMSP.MEMBER'));
    expect(signersNeeded(current, withCapability(current), ALL).signers).toEqual(['OrdererMSP', 'Org3MSP']);
  });

  it('the organization alone, to set its anchor peers', () => {
    const members = base.members.map((member) =>
      member.mspId === 'Org2MSP' ? { ...member, addresses: ['org2-peer1:7051'] } : member,
    );
    expect(signers({ members })).toEqual({ signers: ['Org2MSP'], unmet: [], missing: [] });
  });

  it('the ordering organizations, to change batches or consenters', () => {
    expect(signers({ batchTimeout: '1s' })).toEqual({ signers: ['OrdererMSP'], unmet: [], missing: [] });
  });

  it('members and ordering organizations, to change what is theirs together', () => {
    expect(signers({ batchTimeout: '1s', capability: 'V3_0' }).signers).toEqual(['OrdererMSP', 'Org1MSP', 'Org2MSP']);
  });

  it('a majority of both sides, to change the channel itself', () => {
    const current = channelConfig(base);
    const wanted = structuredClone(current);
    wanted.channel_group.values['Capabilities'] = {
      mod_policy: 'Admins',
      version: '0',
      value: { capabilities: { V3_0: {} } },
    };
    expect(signersNeeded(current, wanted, ALL).signers).toEqual(['OrdererMSP', 'Org1MSP', 'Org2MSP']);
  });

  it('those whom an element of its own names, by an absolute path', () => {
    const current = channelConfig(base);
    const value = current.channel_group.groups['Orderer']?.values['BatchTimeout'];
    if (value !== undefined) value.mod_policy = '/Channel/Application/Org3MSP/Admins';
    expect(signers({ batchTimeout: '1s' }, { current }).signers).toEqual(['Org3MSP']);
  });
});

describe('an update that cannot be signed', () => {
  it('says which policy wants whom', () => {
    expect(signers({ capability: 'V3_0', batchTimeout: '1s' }, { available: ['Org1MSP', 'OrdererMSP'] })).toEqual({
      // Org1MSP as well: the one that is missing is not enough without it.
      signers: ['Org1MSP', 'OrdererMSP'],
      unmet: ['/Channel/Application/Admins wants MAJORITY Admins of Org1MSP, Org2MSP, Org3MSP'],
      missing: ['Org2MSP'],
    });
  });

  it('is one that only a peer or an unknown policy could allow', () => {
    const peers = withApplicationAdmins(signature(1, 'Org1MSP.PEER'));
    expect(signersNeeded(peers, withCapability(peers), ALL)).toEqual({
      ...{ signers: [], missing: [] },
      unmet: ["/Channel/Application/Admins wants OR('Org1MSP.peer')"],
    });
    const none = channelConfig(base);
    delete none.channel_group.groups['Application']?.policies['Admins'];
    expect(signersNeeded(none, withCapability(none), ALL).unmet).toEqual([
      '/Channel/Application/Admins wants what nobody can give: there is no such policy',
    ]);
  });
});

describe('an organization that comes to a channel and is not enrolled yet', () => {
  const comers = { Orderer: ['OrdererMSP'], Application: ['Org1MSP', 'Org4MSP'] };

  it('is let in by a majority of the members that there are, and says who is missing of them', () => {
    const current = channelConfig(base);
    expect(signersOfComers(current, comers, ALL)).toEqual({ signers: ['Org1MSP', 'Org2MSP'], unmet: [], missing: [] });
    expect(signersOfComers(current, comers, ['OrdererMSP', 'Org1MSP', 'Org4MSP'])).toEqual({
      signers: ['Org1MSP'],
      unmet: ['/Channel/Application/Admins wants MAJORITY Admins of Org1MSP, Org2MSP, Org3MSP'],
      missing: ['Org2MSP'],
    });
  });

  it('that orders is let in by those that order', () => {
    const ordering = { Orderer: ['OrdererMSP', 'OtherMSP'], Application: ['Org1MSP'] };
    expect(signersOfComers(channelConfig(base), ordering, ALL).signers).toEqual(['OrdererMSP']);
  });

  it('needs nobody where it is there', () => {
    const there = { Orderer: ['OrdererMSP'], Application: ['Org1MSP'] };
    expect(signersOfComers(channelConfig(base), there, ALL)).toEqual({ signers: [], unmet: [], missing: [] });
  });
});

function withCapability(config: ChannelConfig): ChannelConfig {
  const wanted = structuredClone(config);
  const value = wanted.channel_group.groups['Application']?.values['Capabilities'];
  if (value !== undefined) value.value = { capabilities: { V3_0: {} } };
  return wanted;
}
