import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { configtxFiles } from '../../../../src/fabric/channel/configtx.ts';
import type { ChannelBlueprint } from '../../../../src/fabric/index.ts';
import {
  BFT,
  channelBlueprint,
  newConsenter,
  newOrganization,
  type TestOrganization,
} from '../../../support/channel.ts';

let org0: TestOrganization;
let org1: TestOrganization;
let blueprint: ChannelBlueprint;

beforeAll(async () => {
  [org0, org1] = await Promise.all([newOrganization('org0', 'OrdererMSP'), newOrganization('org1', 'Org1MSP')]);
  const consenters = await Promise.all([newConsenter(org0, 'org0-orderer1'), newConsenter(org0, 'org0-orderer2')]);
  blueprint = channelBlueprint(org0, consenters, [org1]);
});

function profileOf(channel: ChannelBlueprint): Record<string, Record<string, unknown>> {
  const file = parse(configtxFiles(channel)['configtx.yaml'] ?? '') as {
    readonly Profiles: { readonly Channel: Record<string, Record<string, unknown>> };
  };
  return file.Profiles.Channel;
}

const meta = (rule: string): object => ({ Type: 'ImplicitMeta', Rule: rule });
const signature = (rule: string): object => ({ Type: 'Signature', Rule: rule });

describe('configtx.yaml of a Raft channel', () => {
  it('says what the blueprint says, and the rest as in the sample of Fabric', () => {
    expect(profileOf(blueprint)).toEqual({
      Policies: { Readers: meta('ANY Readers'), Writers: meta('ANY Writers'), Admins: meta('MAJORITY Admins') },
      Capabilities: { V2_0: true },
      Orderer: {
        OrdererType: 'etcdraft',
        EtcdRaft: {
          Consenters: ['org0-orderer1', 'org0-orderer2'].map((host) => ({
            Host: host,
            Port: 6050,
            ClientTLSCert: `consenters/${host}-6050/tls.pem`,
            ServerTLSCert: `consenters/${host}-6050/tls.pem`,
          })),
          Options: {
            TickInterval: '500ms',
            ElectionTick: 10,
            HeartbeatTick: 1,
            MaxInflightBlocks: 5,
            SnapshotIntervalSize: '16 MB',
          },
        },
        BatchTimeout: '2s',
        BatchSize: { MaxMessageCount: 500, AbsoluteMaxBytes: '10 MB', PreferredMaxBytes: '2 MB' },
        Organizations: [
          {
            Name: 'OrdererMSP',
            ID: 'OrdererMSP',
            MSPDir: 'organizations/org0/msp',
            Policies: {
              Readers: signature("OR('OrdererMSP.member')"),
              Writers: signature("OR('OrdererMSP.member')"),
              Admins: signature("OR('OrdererMSP.admin')"),
            },
            OrdererEndpoints: ['org0-orderer1:6050', 'org0-orderer2:6050'],
          },
        ],
        Policies: {
          Readers: meta('ANY Readers'),
          Writers: meta('ANY Writers'),
          Admins: meta('MAJORITY Admins'),
          BlockValidation: meta('ANY Writers'),
        },
        Capabilities: { V2_0: true },
      },
      Application: {
        Organizations: [
          {
            Name: 'Org1MSP',
            ID: 'Org1MSP',
            MSPDir: 'organizations/org1/msp',
            Policies: {
              Readers: signature("OR('Org1MSP.admin','Org1MSP.peer','Org1MSP.client')"),
              Writers: signature("OR('Org1MSP.admin','Org1MSP.client')"),
              Admins: signature("OR('Org1MSP.admin')"),
              Endorsement: signature("OR('Org1MSP.peer')"),
            },
            AnchorPeers: [{ Host: 'org1-peer1', Port: 7051 }],
          },
        ],
        Policies: {
          Readers: meta('ANY Readers'),
          Writers: meta('ANY Writers'),
          Admins: meta('MAJORITY Admins'),
          LifecycleEndorsement: meta('MAJORITY Endorsement'),
          Endorsement: meta('MAJORITY Endorsement'),
        },
        Capabilities: { V2_5: true },
      },
    });
  });

  it('takes for a signature policy what is no implicit one', () => {
    const endorsement = "OR('Org1MSP.peer', 'Org2MSP.peer')";
    const { policies } = blueprint;
    const profile = profileOf({
      ...blueprint,
      policies: { ...policies, application: { ...policies.application, endorsement, admins: 'ALL Admins' } },
    });
    expect(profile['Application']).toMatchObject({
      Policies: { Endorsement: signature(endorsement), Admins: meta('ALL Admins') },
    });
  });

  it('has what the CA of an organization has revoked where an MSP has it', () => {
    const members = blueprint.members.map((member) => ({ ...member, revocationList: 'the list of org1' }));
    const files = configtxFiles({ ...blueprint, members });
    expect(Object.entries(files).filter(([path]) => path.includes('/crls/'))).toEqual([
      ['organizations/org1/msp/crls/org1-ca.pem', 'the list of org1'],
    ]);
  });

  it('has every file that it names beside it', () => {
    const files = configtxFiles(blueprint);
    expect(Object.keys(files).sort()).toEqual([
      'configtx.yaml',
      'consenters/org0-orderer1-6050/identity.pem',
      'consenters/org0-orderer1-6050/tls.pem',
      'consenters/org0-orderer2-6050/identity.pem',
      'consenters/org0-orderer2-6050/tls.pem',
      'organizations/org0/msp/cacerts/org0-ca.pem',
      'organizations/org0/msp/config.yaml',
      'organizations/org0/msp/tlscacerts/org0-tlsca.pem',
      'organizations/org1/msp/cacerts/org1-ca.pem',
      'organizations/org1/msp/config.yaml',
      'organizations/org1/msp/tlscacerts/org1-tlsca.pem',
    ]);
    expect(files['organizations/org1/msp/cacerts/org1-ca.pem']).toBe(org1.roots.ca);
    expect(files['organizations/org1/msp/tlscacerts/org1-tlsca.pem']).toBe(org1.roots.tlsca);
    expect(files['consenters/org0-orderer2-6050/tls.pem']).toBe(blueprint.ordering[0]?.consenters[1]?.tlsCertificate);
  });

  it('quotes what older YAML would not take for a text', () => {
    const strange = channelBlueprint({ ...org0, mspId: 'on' }, [], []);
    expect(configtxFiles(strange)['configtx.yaml']).toContain('Name: "on"');
  });
});

describe('configtx.yaml of a BFT channel', () => {
  it('numbers the consenters and names their identities', () => {
    const { Orderer } = profileOf({ ...blueprint, consensus: BFT });
    expect(Orderer).toMatchObject({
      OrdererType: 'BFT',
      ConsenterMapping: [1, 2].map((id) => ({
        ID: id,
        Host: `org0-orderer${id}`,
        Port: 6050,
        MSPID: 'OrdererMSP',
        Identity: `consenters/org0-orderer${id}-6050/identity.pem`,
        ClientTLSCert: `consenters/org0-orderer${id}-6050/tls.pem`,
        ServerTLSCert: `consenters/org0-orderer${id}-6050/tls.pem`,
      })),
      SmartBFT: { RequestBatchMaxCount: 100, RequestBatchMaxInterval: '50ms', LeaderHeartbeatTimeout: '1m0s' },
    });
    expect(Orderer).not.toHaveProperty('EtcdRaft');
  });
});

describe('a root that is not one CA certificate', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['nothing', () => ''],
    ['an error page', () => '<html>502 Bad Gateway</html>'],
    ['two roots', () => org1.roots.ca + org1.roots.tlsca],
    ['a certificate of a node', async () => (await org1.identity('org1-peer1', 'peer')).certificate],
  ])('is refused before configtxgen sees it: %s', async (_what, root) => {
    const ca = await root();
    const members = [{ ...org1, roots: { ...org1.roots, ca }, anchorPeers: [] }];
    expect(() => configtxFiles({ ...blueprint, members })).toThrow(
      'The root of the enrollment CA of Org1MSP is not one CA certificate',
    );
  });
});
