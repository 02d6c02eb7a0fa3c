import { describe, expect, it } from 'vitest';

import {
  readUpdateEnvelope,
  signatureProblem,
  signConfigUpdate,
  signUpdateEnvelope,
  updateEnvelope,
  type ChannelConfig,
  type SigningIdentity,
} from '../../../../src/fabric/index.ts';
import { newOrganization, type TestOrganization } from '../../../support/channel.ts';
import { configUpdateOf } from './config-update-of.ts';

const UPDATE = configUpdateOf('mychannel');
const [org1, org2, stranger] = await Promise.all([
  newOrganization('org1', 'Org1MSP'),
  newOrganization('org2', 'Org2MSP'),
  newOrganization('org9', 'Org2MSP'),
]);

async function member(organization: TestOrganization, role: 'admin' | 'client'): Promise<SigningIdentity> {
  return { mspId: organization.mspId, ...(await organization.identity(`${organization.name}-${role}`, role)) };
}

const base64 = (pem: string): string => Buffer.from(pem).toString('base64');

function mspOf({ mspId, roots }: TestOrganization, more: object = {}): unknown {
  const node_ous = { enable: true, admin_ou_identifier: { organizational_unit_identifier: 'admin', certificate: '' } };
  return {
    config: {
      ...{ name: mspId, root_certs: [base64(roots.ca)], tls_root_certs: [], intermediate_certs: null, admins: null },
      fabric_node_ous: node_ous,
      ...more,
    },
  };
}

function group(groups: Record<string, unknown>, values: Record<string, unknown> = {}): object {
  return { groups, values, policies: {}, mod_policy: 'Admins', version: '0' };
}

function configWith(...msps: readonly unknown[]): ChannelConfig {
  const members = msps.map((value, index) => [
    `member${index}`,
    group({}, { MSP: { value, mod_policy: 'Admins', version: '0' } }),
  ]);
  const groups = { Orderer: group({}), Application: group(Object.fromEntries(members) as Record<string, unknown>) };
  return { sequence: '3', channel_group: group(groups) } as ChannelConfig;
}

describe('the file of an update', () => {
  it('holds the channel, the update and who has signed it', async () => {
    const unsigned = updateEnvelope({ channel: 'mychannel', update: UPDATE, signatures: [] });
    const once = await signUpdateEnvelope(unsigned, await member(org1, 'admin'));
    const twice = await signUpdateEnvelope(once, await member(org2, 'admin'));
    expect(readUpdateEnvelope(twice)).toMatchObject({
      channel: 'mychannel',
      signatures: [{ mspId: 'Org1MSP' }, { mspId: 'Org2MSP' }],
    });
    expect(Buffer.from(readUpdateEnvelope(twice).update)).toEqual(Buffer.from(UPDATE));
  });

  it('is signed once by each', async () => {
    const unsigned = updateEnvelope({ channel: 'mychannel', update: UPDATE, signatures: [] });
    const admin = await member(org1, 'admin');
    const once = await signUpdateEnvelope(unsigned, admin);
    expect(await signUpdateEnvelope(once, admin)).toEqual(once);
  });

  it.each([
    ['something else', Buffer.from('no envelope')],
    ['nothing', new Uint8Array()],
    ['an update of two channels', updateEnvelope({ channel: 'other', update: UPDATE, signatures: [] })],
    ['no update', updateEnvelope({ channel: 'mychannel', update: new Uint8Array(), signatures: [] })],
  ])('is not %s', (_what, bytes) => {
    expect(() => readUpdateEnvelope(bytes)).toThrow(/^This is no update of a channel's configuration: /);
  });
});

describe('a signature of an update', () => {
  const config = configWith(mspOf(org1), mspOf(org2));

  it('counts if an Admin of an organization of the channel has given it', async () => {
    const signature = await signConfigUpdate(UPDATE, await member(org2, 'admin'));
    expect(signatureProblem(config, UPDATE, signature)).toBeUndefined();
  });

  it('counts if the channel names its certificate as that of an Admin', async () => {
    const client = await member(org2, 'client');
    const signature = await signConfigUpdate(UPDATE, client);
    const named = configWith(mspOf(org2, { admins: [base64(client.certificate)], fabric_node_ous: null }));
    expect(signatureProblem(named, UPDATE, signature)).toBeUndefined();
  });

  it.each([
    [
      'of another update',
      org2,
      'admin',
      configUpdateOf('mychannel', 'other'),
      'the signature of Org2MSP is not one of this update',
    ],
    ['of who is no Admin', org2, 'client', UPDATE, 'who has signed is no admin of Org2MSP'],
    ['of another CA', stranger, 'admin', UPDATE, 'the certificate of who has signed is of no CA of Org2MSP'],
  ] as const)('does not count if it is one %s', async (_what, organization, role, signed, problem) => {
    const signature = await signConfigUpdate(signed, await member(organization, role));
    expect(signatureProblem(config, UPDATE, signature)).toBe(problem);
  });

  it('does not count if its organization is none of the channel', async () => {
    const signature = await signConfigUpdate(UPDATE, await member(org2, 'admin'));
    expect(signatureProblem(configWith(mspOf(org1)), UPDATE, signature)).toBe(
      'Org2MSP is no organization of the channel',
    );
  });

  it('does not count if its certificate cannot be read', async () => {
    const admin = { ...(await member(org2, 'admin')), certificate: 'no certificate' };
    expect(signatureProblem(config, UPDATE, await signConfigUpdate(UPDATE, admin))).toBe(
      'the signature of Org2MSP has no certificate that can be read',
    );
  });
});
