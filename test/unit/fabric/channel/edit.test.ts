import { beforeAll, describe, expect, it } from 'vitest';

import {
  configWithCertificates,
  editedConfig,
  type ChannelConfig,
  type ConfigGroup,
} from '../../../../src/fabric/index.ts';
import { newAuthority, type TestAuthority } from '../ca/authority.ts';
import { base64, channelConfig, implicit, signature, type ConfigParts } from './channel-config.ts';

let authority: TestAuthority;
let base: ConfigParts;
let certificates: readonly string[];

beforeAll(async () => {
  authority = await newAuthority();
  certificates = await Promise.all([1, 2, 3, 4, 5].map(async () => (await authority.issue()).certificate));
  base = {
    ordering: [{ mspId: 'OrdererMSP', root: authority.chain, addresses: ['orderer1:6050', 'orderer2:6050'] }],
    members: [
      { mspId: 'Org1MSP', root: authority.chain, addresses: ['org1-peer1:7051'] },
      { mspId: 'Org2MSP', root: authority.chain, addresses: ['org2-peer1:7051'] },
    ],
    consenters: consenters(3),
  };
});

function consenters(count: number): ConfigParts['consenters'] {
  return certificates.slice(0, count).map((certificate, index) => ({ host: `orderer${index + 1}`, certificate }));
}

/** The edit that leads from the base to the base with some of its parts described otherwise. */
function edit(described: Partial<ConfigParts>, current: Partial<ConfigParts> = {}): ReturnType<typeof editedConfig> {
  return editedConfig(channelConfig({ ...base, ...current }), channelConfig({ ...base, ...described }));
}

function groupAt(config: ChannelConfig, ...path: readonly string[]): ConfigGroup {
  return path.reduce((group, name) => {
    const child = group.groups[name];
    if (child === undefined) throw new Error(`no group ${name}`);
    return child;
  }, config.channel_group);
}

describe('a channel that is as described', () => {
  it('does not change', () => {
    const current = channelConfig(base);
    expect(editedConfig(current, channelConfig(base))).toEqual({
      isRefresh: false,
      config: current,
      changes: [],
      postponed: [],
      leaves: [],
      unmanaged: [],
    });
  });

  it('does not change for another order of addresses or of names in a signature policy', () => {
    const [ordering] = base.ordering;
    const { changes } = edit(
      {
        ordering: ordering === undefined ? [] : [{ ...ordering, addresses: ['orderer2:6050', 'orderer1:6050'] }],
        applicationPolicies: { Endorsement: signature(1, 'Org2MSP.PEER', 'Org1MSP.PEER') },
      },
      { applicationPolicies: { Endorsement: signature(1, 'Org1MSP.PEER', 'Org2MSP.PEER') } },
    );
    expect(changes).toEqual([]);
  });
});

describe('settings', () => {
  it.each<[string, Partial<ConfigParts>, string]>([
    ['batch timeout', { batchTimeout: '1s' }, 'batch.timeout 2s -> 1s'],
    ['batch size', { maxMessageCount: 10 }, 'batch.maxMessageCount 500 -> 10'],
    ['options of Raft', { tickInterval: '1s' }, 'consensus.tickInterval 500ms -> 1s'],
    ['capability', { capability: 'V3_0' }, 'capabilities.application V2_5 -> V3_0'],
    [
      'policy',
      { applicationPolicies: { Admins: implicit('ALL', 'Admins') } },
      'policies.application.admins MAJORITY Admins -> ALL Admins',
    ],
    [
      'signature policy',
      { applicationPolicies: { Endorsement: signature(1, 'Org1MSP.PEER', 'Org2MSP.PEER') } },
      "policies.application.endorsement MAJORITY Endorsement -> OR('Org1MSP.peer','Org2MSP.peer')",
    ],
  ])('follow the description: %s', (_what, described, words) => {
    const { config, changes } = edit(described);
    expect(changes).toEqual([words]);
    expect(config).toEqual(channelConfig({ ...base, ...described }));
  });

  it.each<[string, string, boolean]>([
    ['V3_0', 'V2_5', true],
    ['V2_5', 'V2_0', true],
    ['V2_0', 'V1_4_3', true],
    ['V1_4_2', 'V1_4_3', false],
    ['V2_5', 'V10_0', false],
  ])('have no way back from a capability: from %s to %s, refused is %s', (before, capability, isRefused) => {
    const update = (): unknown => edit({ capability }, { capability: before }).changes;
    if (isRefused) expect(update).toThrow(`capability application is ${before} and cannot become ${capability}`);
    else expect(update()).toEqual([`capabilities.application ${before} -> ${capability}`]);
  });

  it('leave alone what the description does not speak of', () => {
    const current = channelConfig(base);
    const application = groupAt(current, 'Application');
    application.values['ACLs'] = { mod_policy: 'Admins', version: '3', value: { acls: { 'event/Block': {} } } };
    application.policies['Auditors'] = signature(1, 'Org9MSP.ADMIN');
    groupAt(current, 'Application', 'Org1MSP').policies['Endorsement'] = signature(1, 'Org1MSP.MEMBER');
    current.channel_group.policies['Admins'] = implicit('ANY', 'Admins');

    const { config, changes } = editedConfig(current, channelConfig({ ...base, batchTimeout: '1s' }));

    expect(changes).toEqual(['batch.timeout 2s -> 1s']);
    groupAt(current, 'Orderer').values['BatchTimeout'] = {
      mod_policy: 'Admins',
      version: '0',
      value: { timeout: '1s' },
    };
    expect(config).toEqual(current);
  });

  it('keep their versions and who may change them', () => {
    const current = channelConfig(base);
    groupAt(current, 'Orderer').values['BatchTimeout'] = {
      mod_policy: '/Channel/Application/Admins',
      version: '7',
      value: { timeout: '2s' },
    };
    const { config } = editedConfig(current, channelConfig({ ...base, batchTimeout: '1s' }));
    expect(groupAt(config, 'Orderer').values['BatchTimeout']).toEqual({
      mod_policy: '/Channel/Application/Admins',
      version: '7',
      value: { timeout: '1s' },
    });
  });

  it('are the options of BFT that are described, and not those that Fabric adds', () => {
    const current = channelConfig({ ...base, consensus: 'BFT' });
    const consensusType = groupAt(current, 'Orderer').values['ConsensusType'];
    Object.assign((consensusType?.value as { metadata: object }).metadata, { leader_rotation: 'ROTATION_OFF' });

    const { config, changes } = editedConfig(
      current,
      channelConfig({ ...base, consensus: 'BFT', leaderHeartbeatTimeout: '30s' }),
    );

    expect(changes).toEqual(['consensus.leaderHeartbeatTimeout 1m0s -> 30s']);
    expect(groupAt(config, 'Orderer').values['ConsensusType']?.value).toMatchObject({
      metadata: { leader_heartbeat_timeout: '30s', leader_rotation: 'ROTATION_OFF' },
    });
  });
});

describe('organizations', () => {
  it('that are missing are added as described', () => {
    const members = [...base.members, { mspId: 'Org3MSP', root: authority.chain, addresses: ['org3-peer1:7051'] }];
    const { config, changes } = edit({ members });
    expect(changes).toEqual(['adds Org3MSP']);
    expect(config).toEqual(channelConfig({ ...base, members }));
  });

  it('that are not described stay, and are named', () => {
    const { config, changes, unmanaged } = edit({ members: base.members.slice(0, 1), ordering: [] });
    expect(changes).toEqual([]);
    expect(unmanaged).toEqual(['ordering organization OrdererMSP', 'member Org2MSP']);
    expect(config).toEqual(channelConfig(base));
  });

  it('that leave are taken out, whatever another tool has called them', () => {
    const current = channelConfig(base);
    const application = groupAt(current, 'Application');
    application.groups['second-org'] = groupAt(current, 'Application', 'Org2MSP');
    delete application.groups['Org2MSP'];
    const [org1] = base.members;
    const described = channelConfig({ ...base, members: org1 === undefined ? [] : [org1] });

    const edited = editedConfig(current, described, { members: new Set(['Org1MSP', 'Org2MSP']) });

    expect(edited).toMatchObject({ changes: ['removes Org2MSP'], leaves: ['Org2MSP'], unmanaged: [] });
    expect(edited.config).toEqual(described);
  });

  it('that no longer order go when the last of their consenters has gone', () => {
    const second = { mspId: 'SecondMSP', root: authority.chain, addresses: ['orderer3:6050'] };
    const current = channelConfig({ ...base, ordering: [...base.ordering, second], consenters: consenters(4) });
    const described = channelConfig({ ...base, consenters: consenters(2) });
    const leaving = { isConsenter: () => true, ordering: new Set(['SecondMSP']) };

    const first = editedConfig(current, described, leaving);
    expect(first).toMatchObject({
      changes: ['removes consenter orderer3:6050'],
      postponed: ['removes consenter orderer4:6050', 'removes ordering organization SecondMSP'],
      leaves: ['SecondMSP'],
    });
    expect(groupAt(first.config, 'Orderer', 'SecondMSP')).toEqual(groupAt(current, 'Orderer', 'SecondMSP'));

    const last = editedConfig(first.config, described, leaving);
    expect(last).toMatchObject({
      changes: ['removes consenter orderer4:6050', 'removes ordering organization SecondMSP'],
      postponed: [],
    });
    expect(last.config).toEqual(described);
  });

  it('are known by their MSP ID, whatever another tool has called them', () => {
    const current = channelConfig(base);
    const application = groupAt(current, 'Application');
    application.groups['first-org'] = groupAt(current, 'Application', 'Org1MSP');
    delete application.groups['Org1MSP'];

    const edited = editedConfig(current, channelConfig(base));

    expect(edited).toMatchObject({ changes: [], unmanaged: [] });
  });

  it('are not added under a name that another one has', () => {
    const current = channelConfig(base);
    const application = groupAt(current, 'Application');
    application.groups['Org3MSP'] = groupAt(current, 'Application', 'Org2MSP');
    delete application.groups['Org2MSP'];
    const members = [...base.members, { mspId: 'Org3MSP', root: authority.chain }];

    expect(() => editedConfig(current, channelConfig({ ...base, members }))).toThrow(
      'The channel has another organization under the name Org3MSP; Org3MSP cannot be added',
    );
  });

  it('get their anchor peers and endpoints', () => {
    const [org1, org2] = base.members;
    const [orderer] = base.ordering;
    if (org1 === undefined || org2 === undefined || orderer === undefined) throw new Error('the base is another');
    const described = {
      members: [{ ...org1, addresses: ['org1-peer1:7051', 'org1-peer2:7051'] }, org2],
      ordering: [{ ...orderer, addresses: ['orderer1:6050', 'orderer2:6050', 'orderer3:6050'] }],
    };

    const { config, changes } = edit(described, { members: [org1, { mspId: 'Org2MSP', root: org2.root }] });

    expect(changes).toEqual(['orderer endpoints of OrdererMSP', 'anchor peers of Org1MSP', 'anchor peers of Org2MSP']);
    expect(config).toEqual(channelConfig({ ...base, ...described }));
  });

  it('lose the last anchor peer when none is described', () => {
    const [org1, org2] = base.members;
    if (org1 === undefined || org2 === undefined) throw new Error('the base is another');
    const { config, changes } = edit({ members: [{ mspId: 'Org1MSP', root: org1.root }, org2] });
    expect(changes).toEqual(['anchor peers of Org1MSP']);
    expect(groupAt(config, 'Application', 'Org1MSP').values['AnchorPeers']?.value).toEqual({ anchor_peers: [] });
  });

  it('get a new root beside the old one, and roles count under both', async () => {
    const root = (await newAuthority('org1-ca-again')).chain;
    const described = channelConfig({
      ...base,
      members: base.members.map((member) => (member.mspId === 'Org1MSP' ? { ...member, root } : member)),
    });

    const { config, changes } = editedConfig(channelConfig(base), described);

    expect(changes).toEqual(['new CA root of Org1MSP', 'new TLS CA root of Org1MSP']);
    expect(groupAt(config, 'Application', 'Org1MSP').values['MSP']?.value).toMatchObject({
      config: {
        root_certs: [base64(authority.chain), base64(root)],
        tls_root_certs: [base64(authority.chain), base64(root)],
        revocation_list: ['a list of this organization'],
        fabric_node_ous: {
          enable: true,
          peer_ou_identifier: { certificate: '', organizational_unit_identifier: 'peer' },
        },
      },
    });
    expect(editedConfig(config, described).changes).toEqual([]);
  });

  it('get a new TLS root alone, and roles stay bound to the CA that they are bound to', async () => {
    const root = (await newAuthority('org1-ca-again')).chain;
    const described = structuredClone(channelConfig(base));
    const wanted = groupAt(described, 'Application', 'Org1MSP').values['MSP']?.value as {
      config: { tls_root_certs: string[] };
    };
    wanted.config.tls_root_certs = [base64(root)];

    const { config, changes } = editedConfig(channelConfig(base), described);

    expect(changes).toEqual(['new TLS CA root of Org1MSP']);
    const [before, after] = [channelConfig(base), config].map(
      (one) => groupAt(one, 'Application', 'Org1MSP').values['MSP']?.value as { config: Record<string, unknown> },
    );
    expect(after?.config['fabric_node_ous']).toEqual(before?.config['fabric_node_ous']);
    expect(after?.config['root_certs']).toEqual(before?.config['root_certs']);
  });

  it('that order and become members come with the MSP that the channel knows, revocation lists included', () => {
    const both = { mspId: 'BothMSP', root: authority.chain };
    const current = channelConfig({ ...base, ordering: [...base.ordering, both] });
    const known = groupAt(current, 'Orderer', 'BothMSP').values['MSP'];
    if (known === undefined) throw new Error('the organization has an MSP');
    const { config: msp, ...others } = known.value as { config: Record<string, unknown> };
    known.value = { ...others, config: { ...msp, revocation_list: ['bGlzdA=='] } };
    const members = [...base.members, both];
    const { config } = editedConfig(current, channelConfig({ ...base, ordering: [...base.ordering, both], members }));
    expect(groupAt(config, 'Application', 'BothMSP').values['MSP']?.value).toEqual(known.value);
  });

  it('that order and are members get a new root in both places', async () => {
    const root = (await newAuthority('both-ca')).chain;
    const both = { mspId: 'BothMSP', root: authority.chain };
    const { config, changes } = edit(
      { ordering: [...base.ordering, { ...both, root }] },
      { ordering: [...base.ordering, both], members: [...base.members, both] },
    );
    expect(changes).toEqual(['new CA root of BothMSP', 'new TLS CA root of BothMSP']);
    const msps = ['Orderer', 'Application'].map((name) => groupAt(config, name, 'BothMSP').values['MSP']);
    expect(msps[0]).toEqual(msps[1]);
  });
});

describe('consenters', () => {
  it('are added one at a time', () => {
    const first = edit({ consenters: consenters(5) });
    expect(first).toMatchObject({
      changes: ['adds consenter orderer4:6050'],
      postponed: ['adds consenter orderer5:6050'],
    });
    expect(first.config).toEqual(channelConfig({ ...base, consenters: consenters(4) }));

    const second = editedConfig(first.config, channelConfig({ ...base, consenters: consenters(5) }));
    expect(second).toMatchObject({ changes: ['adds consenter orderer5:6050'], postponed: [] });
  });

  it('that are not described stay, and are named', () => {
    const { config, changes, unmanaged } = edit({ consenters: consenters(2) });
    expect({ changes, unmanaged }).toEqual({ changes: [], unmanaged: ['consenter orderer3:6050'] });
    expect(config).toEqual(channelConfig(base));
  });

  it('that leave go one at a time, after others have come', () => {
    const leaves = ({ host }: { readonly host: string }): boolean => host !== 'orderer1';
    const [, second, third] = consenters(3);
    const [fourth] = consenters(4).slice(-1);
    if (second === undefined || third === undefined || fourth === undefined) throw new Error('there are four');
    const described = channelConfig({ ...base, consenters: [fourth] });

    const first = editedConfig(channelConfig(base), described, { isConsenter: leaves });
    expect(first).toMatchObject({
      changes: ['adds consenter orderer4:6050'],
      postponed: ['removes consenter orderer2:6050', 'removes consenter orderer3:6050'],
      unmanaged: ['consenter orderer1:6050'],
    });
    const next = editedConfig(first.config, described, { isConsenter: leaves });
    expect(next.changes).toEqual(['removes consenter orderer2:6050']);
    const last = editedConfig(next.config, described, { isConsenter: leaves });
    expect(last).toMatchObject({ changes: ['removes consenter orderer3:6050'], postponed: [] });
    expect(last.config).toEqual(channelConfig({ ...base, consenters: [...consenters(1), fourth] }));
  });

  it('get a certificate of a new key', async () => {
    const [first, second, third] = consenters(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
    const renewed = [first, { ...second, certificate: (await authority.issue()).certificate }, third];
    const { config, changes } = edit({ consenters: renewed });
    expect(changes).toEqual(['new certificate of consenter orderer2:6050']);
    expect(config).toEqual(channelConfig({ ...base, consenters: renewed }));
  });

  describe('with certificates that were renewed for the same keys', () => {
    const ALL_ACTIVE = { areAllActive: true };

    /** A configuration with the first certificates of so many consenters, and the one with their renewed ones. */
    async function renewed(count: number): Promise<{ readonly before: ChannelConfig; readonly after: ChannelConfig }> {
      const pairs = await Promise.all(
        consenters(count).map(async ({ host }) => {
          const { certificate, key } = await authority.issue();
          return { host, before: certificate, after: (await authority.issue({ key })).certificate };
        }),
      );
      const config = (which: 'before' | 'after'): ChannelConfig =>
        channelConfig({ ...base, consenters: pairs.map(({ host, [which]: certificate }) => ({ host, certificate })) });
      return { before: config('before'), after: config('after') };
    }

    it('get them one after the other', async () => {
      const { before, after } = await renewed(3);
      const first = editedConfig(before, after, ALL_ACTIVE);
      expect(first).toMatchObject({
        changes: ['renewed certificate of consenter orderer1:6050'],
        postponed: [2, 3].map((number) => `renewed certificate of consenter orderer${number}:6050`),
        isRefresh: true,
      });
      const last = editedConfig(editedConfig(first.config, after, ALL_ACTIVE).config, after, ALL_ACTIVE);
      expect(last.config).toEqual(after);
      expect(editedConfig(last.config, after, ALL_ACTIVE).changes).toEqual([]);
    });

    it('keep the old ones where a consenter may be missing, and where there is one alone: orderers compare keys', async () => {
      const three = await renewed(3);
      expect(editedConfig(three.before, three.after).changes).toEqual([]);
      const one = await renewed(1);
      expect(editedConfig(one.before, one.after, ALL_ACTIVE).changes).toEqual([]);
    });

    it('get them after everything else', async () => {
      const { before } = await renewed(3);
      const { after } = await renewed(3);
      const { changes, isRefresh } = editedConfig(before, after, ALL_ACTIVE);
      expect({ changes, isRefresh }).toEqual({
        changes: ['new certificate of consenter orderer1:6050'],
        isRefresh: false,
      });
    });
  });

  describe('whose certificates are exchanged', () => {
    const at = (number: number, certificate: string): Parameters<typeof configWithCertificates>[1][number] => ({
      ...{ host: `orderer${number}`, port: 6050 },
      ...{ identity: certificate, tls: certificate },
    });

    it('get those of new keys one after the other, and nothing else changes', () => {
      const [, , , fourth = '', fifth = ''] = certificates;
      const exchanged = configWithCertificates(channelConfig(base), [at(1, fourth), at(2, fifth)]);
      expect(exchanged).toMatchObject({
        changes: ['new certificate of consenter orderer1:6050'],
        postponed: ['new certificate of consenter orderer2:6050'],
      });
      const consented = base.consenters.map((one, index) => (index === 0 ? { ...one, certificate: fourth } : one));
      expect(exchanged.config).toEqual(channelConfig({ ...base, consenters: consented }));
    });

    it('stay as they are where they have them, where nobody is at the address, and where one is alone', () => {
      const [first = '', , , fourth = ''] = certificates;
      expect(configWithCertificates(channelConfig(base), [at(1, first), at(9, fourth)]).changes).toEqual([]);
      const alone = channelConfig({ ...base, consenters: consenters(1) });
      expect(configWithCertificates(alone, [at(1, fourth)])).toMatchObject({ config: alone, changes: [] });
    });

    it('of BFT are known by their identities as well, by which blocks are judged', () => {
      const four = channelConfig({ ...base, consensus: 'BFT', consenters: consenters(4) });
      const [, , , , fifth = ''] = certificates;
      const { config } = configWithCertificates(four, [at(1, fifth)]);
      const { value } = groupAt(config, 'Orderer').policies['BlockValidation']?.policy ?? {};
      expect(value).toMatchObject({ identities: [{ principal: { id_bytes: base64(fifth) } }, {}, {}, {}] });
    });
  });

  it('that come under another address are the same ones', () => {
    const moved = consenters(3).map((consenter, index) => (index === 0 ? { ...consenter, host: 'moved1' } : consenter));
    const { config, changes, unmanaged } = edit({ consenters: moved });
    expect({ changes, unmanaged }).toEqual({
      changes: ['address of consenter orderer1:6050 -> moved1:6050'],
      unmanaged: [],
    });
    expect(config).toEqual(channelConfig({ ...base, consenters: moved }));
  });

  it('of BFT keep their numbers, and the policy of blocks names them all', () => {
    const four = { consensus: 'BFT', consenters: consenters(4) } as const;
    const current = channelConfig({ ...base, ...four });
    const described = channelConfig({ ...base, ...four, consenters: consenters(5).toReversed() });

    const { config, changes } = editedConfig(current, described);

    expect(changes).toEqual(['adds consenter orderer5:6050']);
    const orderer = groupAt(config, 'Orderer');
    expect(orderer.values['Orderers']?.value).toMatchObject({
      consenter_mapping: [1, 2, 3, 4, 5].map((id) => ({ id, host: `orderer${id}` })),
    });
    expect(orderer.policies['BlockValidation']?.policy).toMatchObject({
      type: 1,
      value: {
        identities: certificates.map((certificate) => ({
          principal: { mspid: 'OrdererMSP', id_bytes: base64(certificate) },
          principal_classification: 'IDENTITY',
        })),
        rule: { n_out_of: { n: 4, rules: [0, 1, 2, 3, 4].map((index) => ({ signed_by: index })) } },
      },
    });
  });
});

describe('consenters of BFT that leave', () => {
  it('take their number with them, and are not in the policy of blocks any more', () => {
    const five = channelConfig({ ...base, consensus: 'BFT', consenters: consenters(5) });
    const [first, ...others] = consenters(5);
    const described = channelConfig({ ...base, consensus: 'BFT', consenters: others });
    const { config, changes } = editedConfig(five, described, { isConsenter: () => true });
    expect(changes).toEqual([`removes consenter ${first?.host ?? ''}:6050`]);
    const orderer = groupAt(config, 'Orderer');
    expect(orderer.values['Orderers']?.value).toMatchObject({
      consenter_mapping: [2, 3, 4, 5].map((id) => ({ id, host: `orderer${id}` })),
    });
    expect(orderer.policies['BlockValidation']?.policy).toMatchObject({
      value: { rule: { n_out_of: { n: 3, rules: [0, 1, 2, 3].map((index) => ({ signed_by: index })) } } },
    });
  });
});

describe('another consensus', () => {
  it('is refused', () => {
    expect(() => edit({ consensus: 'BFT' })).toThrow("The channel's consensus is etcdraft");
  });
});
