import { verify, createPublicKey } from 'node:crypto';

import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import configtx from '@hyperledger/fabric-protos/lib/common/configtx_pb.js';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import {
  createConfigUpdateActivities,
  decisionOf,
  type CheckedSignatures,
  type ConfigUpdateActivities,
  type ConfigUpdatePlan,
  type PlanConfigUpdateInput,
  type SignedConfigUpdate,
  type SubmitConfigUpdateInput,
} from '../../../../src/activities/channels/config-update.ts';
import { countsInWords, isOrdererOf, leavingOf } from '../../../../src/activities/channels/leaving.ts';
import {
  FabricError,
  signUpdateEnvelope,
  updateEnvelope,
  type ChannelBlueprint,
  type SigningIdentity,
} from '../../../../src/fabric/index.ts';
import { channelBlueprint, newOrganization, type TestOrganization } from '../../../support/channel.ts';
import {
  channelConfig,
  implicit,
  type ConfigConsenter,
  type ConfigOrganization,
  type ConfigParts,
} from '../../fabric/channel/channel-config.ts';
import { newBlock, newConfigBlock } from '../../fabric/channel/blocks.ts';
import { configUpdateOf } from '../../fabric/channel/config-update-of.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { fakePrograms } from '../fake-programs.ts';
import { mockActivity, runWaiting } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { base64, CONFIG_BLOCK, enrolled, GENESIS, ORG0, PLAN, UP } from '../steps.ts';

vi.mock('node:timers/promises', () => import('../instant-timers.ts'));

const NOBODY = { members: [], ordering: [], consenters: [] };

const ORDERERS = { ...UP, organization: ORG0, channel: 'mychannel', orderers: ['org0-orderer1', 'org0-orderer2'] };

let fabric: FakeFabric;
let store: ObjectStore;

beforeEach(() => {
  fabric = fakeFabric();
  store = objectStore(enrolled(ORG0));
  for (const name of ORDERERS.orderers) {
    const transaction = newBlock({ channel: 'mychannel', number: 5 }).serializeBinary();
    fabric.orderer(name).channels.set('mychannel', [GENESIS, CONFIG_BLOCK, transaction]);
  }
});

function activities(programs = fakePrograms({ genesis: GENESIS })): ConfigUpdateActivities {
  return createConfigUpdateActivities(fabric.dependencies(store, programs));
}

describe('the newest configuration block', () => {
  const read = (): Promise<string> => mockActivity().run(activities().readConfigBlock, ORDERERS);

  test('is given by the first orderer that can be reached', async () => {
    fabric.down.add('org0-orderer1');
    expect(await read()).toBe(base64(CONFIG_BLOCK));
  });

  test('is empty where that orderer has none', async () => {
    fabric.orderer('org0-orderer1').channels.clear();
    expect(await read()).toBe('');
  });
});

describe('planning the next update of a channel', () => {
  let blueprint: ChannelBlueprint;
  /** What the channel has and the description says, but for what differs. */
  let parts: ConfigParts;
  let consenter: (host: string) => Promise<ConfigConsenter>;
  let member: (mspId: string) => ConfigOrganization;

  beforeAll(async () => {
    const org0 = await newOrganization('org0', 'OrdererMSP');
    blueprint = channelBlueprint(org0, [], []);
    consenter = async (host) => ({ host, certificate: (await org0.tls(host, [host])).certificate });
    member = (mspId) => ({ mspId, root: org0.roots.ca });
    parts = {
      ordering: [{ ...member('OrdererMSP'), addresses: ['org0-orderer1:6050'] }],
      members: [member('Org1MSP'), member('Org2MSP')],
      consenters: [await consenter('org0-orderer1')],
    };
  });

  const plan = (
    { current = {}, described = {} }: { current?: Partial<ConfigParts>; described?: Partial<ConfigParts> },
    more: Partial<PlanConfigUpdateInput> = {},
  ): Promise<ConfigUpdatePlan> => {
    const programs = fakePrograms({
      genesis: GENESIS,
      configs: [
        { block: CONFIG_BLOCK, config: { ...channelConfig({ ...parts, ...current }), sequence: '7' } },
        { block: GENESIS, config: channelConfig({ ...parts, ...described }) },
      ],
    });
    return mockActivity().run(activities(programs).planConfigUpdate, {
      ...ORDERERS,
      blueprint,
      available: ['OrdererMSP', 'Org1MSP', 'Org2MSP'],
      organizations: { ordering: ['OrdererMSP'], members: ['Org1MSP', 'Org2MSP'] },
      ordering: [ORG0],
      leaving: NOBODY,
      areAllReady: true,
      ...more,
    });
  };

  test('finds nothing to do where the channel is as described, and says how far it is', async () => {
    const found = await plan({});
    expect(found).toMatchObject({ outcome: 'unchanged', reason: '', changes: [], signers: [], unmet: [] });
    // The configuration block is number 4, the one after it is no configuration.
    expect(found).toMatchObject({ sequence: 7, height: 5 });
    expect(found).not.toHaveProperty('update');
  });

  test('gives the update, what it changes, and who must sign it', async () => {
    expect(await plan({ described: { batchTimeout: '1s' } })).toMatchObject({
      outcome: 'unchanged',
      changes: ['batch.timeout 2s -> 1s'],
      update: base64(Buffer.from('a ConfigUpdate')),
      signers: ['OrdererMSP'],
      unmet: [],
      sequence: 7,
      height: 5,
    });
  });

  test('names the policies that nobody available can satisfy', async () => {
    const described = { applicationPolicies: { Endorsement: implicit('ANY', 'Endorsement') } };
    const planned = await plan({ described }, { available: ['OrdererMSP'] });
    expect(planned.unmet).toEqual([expect.stringContaining('/Channel/Application/Admins wants') as string]);
  });

  test('keeps what the description does not name, and says so', async () => {
    const members = [...parts.members, member('Org9MSP')];
    expect(await plan({ current: { members } })).toMatchObject({
      outcome: 'unchanged',
      reason: 'member Org9MSP is not described, and stays',
      changes: [],
    });
  });

  test("lets a consenter leave that was this network's, and no other", async () => {
    const own = 'org0-orderer9.net.svc.cluster.local';
    const consenters = [...parts.consenters, await consenter(own)];
    const foreign = [...parts.consenters, await consenter('orderer.example.com')];
    expect((await plan({ current: { consenters } })).changes).toEqual([expect.stringContaining(own) as string]);
    expect(await plan({ current: { consenters: foreign } })).toMatchObject({
      changes: [],
      reason: 'consenter orderer.example.com:6050 is not described, and stays',
    });
  });

  test('says in a dry run what would change, later rounds included, and computes no update', async () => {
    const added = await Promise.all(['org0-orderer2', 'org0-orderer3'].map((host) => consenter(host)));
    const planned = await plan({ described: { consenters: [...parts.consenters, ...added] } }, PLAN);
    expect(planned).toMatchObject({ outcome: 'updated', signers: ['OrdererMSP'], unmet: [], missing: [], height: 5 });
    expect(planned.changes).toHaveLength(2);
    expect(planned.reason).toBe(planned.changes.join('; '));
    expect(planned).not.toHaveProperty('update');
  });

  test('names who leaves in a dry run, with what counts it', async () => {
    const planned = await plan(
      { described: { members: parts.members.slice(0, 1) } },
      { ...PLAN, leaving: { ...NOBODY, members: [{ mspId: 'Org2MSP', countedBy: ['collection prices of basic'] }] } },
    );
    expect(planned).toMatchObject({
      outcome: 'updated',
      reason: 'removes Org2MSP; Org2MSP is counted by collection prices of basic',
    });
  });

  test('has who leaves sign, too, where the policies of the channel want that', async () => {
    const planned = await plan(
      { described: { members: parts.members.slice(0, 1) } },
      { leaving: { ...NOBODY, members: [{ mspId: 'Org2MSP', countedBy: [] }] } },
    );
    expect(planned).toMatchObject({ changes: ['removes Org2MSP'], signers: ['Org1MSP', 'Org2MSP'], unmet: [] });
  });

  test('says in a dry run whose signatures are not there', async () => {
    const described = { members: [...parts.members, member('Org3MSP')] };
    const planned = await plan({ described }, { ...PLAN, available: ['OrdererMSP', 'Org1MSP', 'Org3MSP'] });
    expect(planned).toMatchObject({
      changes: ['adds Org3MSP'],
      unmet: ['/Channel/Application/Admins wants MAJORITY Admins of Org1MSP, Org2MSP'],
      missing: ['Org2MSP'],
    });
  });

  test('expects a change in a dry run before an organization is enrolled, and says who lets it in', async () => {
    const unknown = {
      ...{ ...ORDERERS, ...PLAN, ordering: [], leaving: NOBODY, areAllReady: true },
      available: ['OrdererMSP', 'Org1MSP', 'Org3MSP'],
      organizations: { ordering: ['OrdererMSP'], members: ['Org1MSP', 'Org3MSP'] },
    };
    const expected = {
      ...{ outcome: 'updated', reason: 'an organization of it is not enrolled yet', changes: [], height: 0 },
    };
    const programs = fakePrograms({
      genesis: GENESIS,
      configs: [{ block: CONFIG_BLOCK, config: channelConfig(parts) }],
    });
    expect(await mockActivity().run(activities(programs).planConfigUpdate, unknown)).toMatchObject({
      ...expected,
      ...{ signers: ['Org1MSP'], missing: ['Org2MSP'] },
    });
    for (const name of ORDERERS.orderers) fabric.down.add(name);
    expect(await mockActivity().run(activities().planConfigUpdate, unknown)).toMatchObject({
      ...expected,
      ...{ signers: [], unmet: [], missing: [] },
    });
  });

  test('expects a change in a dry run while no orderer is ready, which it says', async () => {
    for (const name of ORDERERS.orderers) fabric.down.add(name);
    expect(await plan({}, PLAN)).toMatchObject({
      outcome: 'updated',
      reason: 'its orderers are not ready yet, so that it is not known what changes',
    });
    await expect(plan({})).rejects.toMatchObject({ type: 'NodeUnreachable' });
  });

  test('waits for an orderer that has the channel', async () => {
    for (const name of ORDERERS.orderers) fabric.orderer(name).channels.clear();
    await expect(plan({})).rejects.toMatchObject({
      type: 'NodeUnreachable',
      message: 'No orderer gave the configuration of mychannel.',
    });
  });
});

describe('what a plan is said to do', () => {
  test.for<[readonly string[], readonly string[], string, string]>([
    [[], [], 'unchanged', ''],
    [['adds Org3MSP', 'batch'], [], 'updated', 'adds Org3MSP; batch'],
    [[], ['member Org9MSP'], 'unchanged', 'member Org9MSP is not described, and stays'],
    [['batch'], ['member Org9MSP'], 'updated', 'batch; member Org9MSP is not described, and stays'],
  ])('%j, beside %j, is %s: %s', ([changes, unmanaged, outcome, reason]) => {
    expect(decisionOf(changes, { unmanaged })).toEqual({ outcome, reason });
  });
});

describe('who leaves a channel', () => {
  const known = {
    members: [{ mspId: 'Org3MSP', countedBy: ['collection prices of basic', 'policies.application.admins'] }],
    ordering: [{ mspId: 'SecondMSP', countedBy: [] }],
    consenters: ['orderer9.example.com:443'],
  };

  test.for([
    ['org0-orderer2.net.svc.cluster.local', 6050, true],
    ['orderer9.example.com', 443, true],
    ['orderer9.example.com', 6050, false],
    ['orderer9.example.org', 443, false],
  ] as const)('is a consenter at %s:%i if that is or was an address of the network: %s', ([host, port, expected]) => {
    const { isConsenter } = leavingOf(UP.network, { ordering: [ORG0], leaving: known });
    expect(isConsenter({ host, port })).toBe(expected);
  });

  test('is told with all that counts it, if it is in the channel', () => {
    const words = 'Org3MSP is counted by collection prices of basic, policies.application.admins';
    expect(countsInWords(known, { leaves: ['Org3MSP', 'SecondMSP'] })).toEqual([words]);
    expect(countsInWords(known, { leaves: ['SecondMSP'] })).toEqual([]);
  });
});

describe("whether an address is that of one of the network's orderers", () => {
  const isOwn = isOrdererOf(UP.network, [
    { name: 'org0', namespace: 'net' },
    { name: 'org3', namespace: 'three' },
  ]);

  test.for([
    ['org0-orderer1.net.svc.cluster.local', true],
    ['org3-orderer1.three.svc.cluster.local', true],
    ['org0-orderer1.three.svc.cluster.local', false],
    ['org01-orderer1.net.svc.cluster.local', false],
    ['org0.net.svc.cluster.local', false],
    ['org0-orderer1.net.svc.example.com', false],
    ['org0-orderer1', false],
  ] as const)('%s: %s', ([host, expected]) => {
    expect(isOwn({ host })).toBe(expected);
  });
});

describe('signing an update', () => {
  test("signs it with the key of the organization's own Admin", async () => {
    const { certificate, key } = await (await newOrganization('org0', 'OrdererMSP')).identity('Admin', 'admin');
    const secret = store.find('Secret', 'org0-admin-msp');
    const of = (text: string): string => Buffer.from(text).toString('base64');
    const data = { ...(secret?.['data'] as object), 'cert.pem': of(certificate), 'key.pem': of(key) };
    if (secret !== undefined) store.put({ ...secret, data });

    const update = Buffer.from('a ConfigUpdate');
    const signed: SignedConfigUpdate = await mockActivity().run(activities().signConfigUpdate, {
      ...ORDERERS,
      update: base64(update),
    });
    expect(signed).toMatchObject({ outcome: 'updated', reason: 'signed' });
    const signature = configtx.ConfigSignature.deserializeBinary(Buffer.from(signed.signature, 'base64'));
    const header = signature.getSignatureHeader_asU8();
    expect(Buffer.from(header).includes(certificate)).toBe(true);
    const message = Buffer.concat([header, update]);
    expect(verify('sha256', message, createPublicKey(certificate), signature.getSignature_asU8())).toBe(true);
  });

  test('needs the Admin', async () => {
    store = objectStore([]);
    await expect(mockActivity().run(activities().signConfigUpdate, { ...ORDERERS, update: '' })).rejects.toMatchObject({
      type: 'MaterialMissing',
    });
  });
});

describe('submitting an update', () => {
  const SUBMITTED: SubmitConfigUpdateInput = {
    ...ORDERERS,
    update: base64(Buffer.from('a ConfigUpdate')),
    signatures: [],
    sequence: 1,
    reason: 'batch.timeout 2s -> 1s',
  };
  const submit = (attempt = 1, input = SUBMITTED): ReturnType<ConfigUpdateActivities['submitConfigUpdate']> =>
    mockActivity({ attempt }).run(activities().submitConfigUpdate, input);
  const refuse = (words = 'bad update'): void => {
    fabric.before = (call) => {
      if (call === 'org0-orderer1 broadcast') throw new FabricError('refused', words);
    };
  };
  /** What an earlier attempt sent was ordered. */
  const isOrdered = (): void => {
    const later = newConfigBlock({ channel: 'mychannel', number: 6, sequence: 2 });
    fabric.orderer('org0-orderer1').channels.get('mychannel')?.push(later);
  };

  test('sends it to an orderer with the signatures that were made', async () => {
    const envelopes: Uint8Array[] = [];
    const { signature }: SignedConfigUpdate = await mockActivity().run(activities().signConfigUpdate, SUBMITTED);
    const dependencies = fabric.dependencies(store);
    const { submitConfigUpdate } = createConfigUpdateActivities({
      ...dependencies,
      nodes: {
        ...dependencies.nodes,
        connectOrderer: (...asked) => ({
          ...dependencies.nodes.connectOrderer(...asked),
          broadcast: (envelope) => Promise.resolve(void envelopes.push(envelope)),
        }),
      },
    });
    expect(await mockActivity().run(submitConfigUpdate, { ...SUBMITTED, signatures: [signature] })).toMatchObject({
      outcome: 'updated',
      reason: 'batch.timeout 2s -> 1s',
    });
    const [envelope = new Uint8Array()] = envelopes;
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
    const content = configtx.ConfigUpdateEnvelope.deserializeBinary(payload.getData_asU8());
    expect(Buffer.from(content.getConfigUpdate_asU8()).toString()).toBe('a ConfigUpdate');
    expect(content.getSignaturesList().map((one) => base64(one.serializeBinary()))).toEqual([signature]);
    expect(fabric.open).toEqual([]);
  });

  test('sends it at the first attempt without looking', async () => {
    isOrdered();
    await submit();
    expect(fabric.changes).toEqual(['org0-orderer1 broadcast']);
  });

  test('looks first at a later attempt: it may have been ordered although the answer was lost', async () => {
    isOrdered();
    expect(await submit(2)).toMatchObject({ outcome: 'updated', reason: 'batch.timeout 2s -> 1s' });
    expect(fabric.changes).toEqual([]);
  });

  test('sends it again at a later attempt where the channel still has the configuration before', async () => {
    await submit(2);
    expect(fabric.changes).toEqual(['org0-orderer1 broadcast']);
  });

  test('takes a refusal for success where the update was ordered already', async () => {
    refuse();
    isOrdered();
    expect(await submit()).toMatchObject({ outcome: 'updated' });
  });

  test('fails with any other refusal', async () => {
    refuse('it is not signed by enough');
    await expect(submit()).rejects.toMatchObject({ type: 'FabricRefused', message: 'it is not signed by enough' });
    expect(fabric.open).toEqual([]);
  });

  test('takes no mistake of the code for an answer of the orderer', async () => {
    isOrdered();
    fabric.before = (call) => {
      if (call === 'org0-orderer1 broadcast') throw new TypeError('is not a function');
    };
    await expect(submit()).rejects.toMatchObject({ type: 'Defect' });
  });
});

describe('planning the exchange of a certificate', () => {
  test('gives the update for the first that differs, and who must sign it; nothing else of the channel is looked at', async () => {
    const org0 = await newOrganization('org0', 'OrdererMSP');
    const [first, second, next] = await Promise.all(
      ['org0-orderer1', 'org0-orderer2', 'org0-orderer1'].map(
        async (host) => (await org0.tls(host, [host])).certificate,
      ),
    );
    if (first === undefined || second === undefined || next === undefined) throw new Error('there are three');
    const current = channelConfig({
      ordering: [{ mspId: 'OrdererMSP', root: org0.roots.ca, addresses: [] }],
      members: [{ mspId: 'Org1MSP', root: org0.roots.ca }],
      consenters: [
        { host: 'org0-orderer1', certificate: first },
        { host: 'org0-orderer2', certificate: second },
      ],
    });
    const programs = fakePrograms({
      genesis: GENESIS,
      configs: [{ block: CONFIG_BLOCK, config: { ...current, sequence: '7' } }],
    });
    const planned = await mockActivity().run(activities(programs).planCertificateExchange, {
      ...ORDERERS,
      available: ['OrdererMSP'],
      certificates: [{ host: 'org0-orderer1', port: 6050, identity: next, tls: next }],
    });
    expect(planned).toMatchObject({
      outcome: 'unchanged',
      changes: ['new certificate of consenter org0-orderer1:6050'],
      ...{ signers: ['OrdererMSP'], unmet: [], sequence: 7, height: 5 },
      update: base64(Buffer.from('a ConfigUpdate')),
    });
  });
});

describe('the wait for an update', () => {
  const AWAITED = { ...ORDERERS, after: 1 };

  test('ends after a while where the update was lost, and says so', async () => {
    const start = Date.now();
    const now = vi.spyOn(Date, 'now').mockImplementation(() => start + (now.mock.calls.length - 1) * 20_000);
    try {
      const awaited = mockActivity().run(activities().awaitConfigSequence, AWAITED);
      expect(await awaited).toMatchObject({ outcome: 'unchanged', reason: 'the update was not ordered within 30 s' });
    } finally {
      now.mockRestore();
    }
  });

  test('ends when the channel has a later configuration, and says what it waits for', async () => {
    const words: string[] = [];
    await runWaiting(activities().awaitConfigSequence, AWAITED, ({ reason, message }, times) => {
      words.push(`${reason}: ${message}`);
      if (times < 3) return;
      const later = newConfigBlock({ channel: 'mychannel', number: 6, sequence: 2 });
      fabric.orderer('org0-orderer1').channels.get('mychannel')?.push(later);
    });
    expect(words).toEqual(Array(3).fill('Ordering: the update of mychannel is being ordered'));
    expect(fabric.open).toEqual([]);
  });

  test('ends at once where it has one already', async () => {
    const words: string[] = [];
    await runWaiting(activities().awaitConfigSequence, { ...AWAITED, after: 0 }, ({ message }) => words.push(message));
    expect(words).toEqual([]);
  });
});

describe('the wait for signatures', () => {
  const AWAITED = { ...ORDERERS, after: 1, missing: ['Org8MSP', 'Org9MSP'] };

  test('says whose are missing, and ends only when the channel has another configuration', async () => {
    const words: string[] = [];
    const ended = await runWaiting(activities().awaitSignatures, AWAITED, ({ reason, message }, times) => {
      words.push(`${reason}: ${message}`);
      if (times < 3) return;
      const later = newConfigBlock({ channel: 'mychannel', number: 6, sequence: 2 });
      fabric.orderer('org0-orderer1').channels.get('mychannel')?.push(later);
    });
    expect(words).toEqual(Array(3).fill('SignaturesMissing: mychannel is changed when Org8MSP, Org9MSP has signed it'));
    expect(ended).toMatchObject({ outcome: 'unchanged', reason: expect.stringContaining('planned anew') as unknown });
  });
});

describe('signatures that are handed in', () => {
  const UPDATE = configUpdateOf('mychannel');

  /** @param given.signer who signs; undefined means nobody */
  async function check(given: {
    readonly signer?: SigningIdentity;
    readonly member?: TestOrganization;
    readonly envelope?: Uint8Array;
    readonly sequence?: string;
  }): Promise<CheckedSignatures> {
    const members = given.member === undefined ? [] : [{ mspId: given.member.mspId, root: given.member.roots.ca }];
    const config = channelConfig({ ordering: [], members, consenters: [] });
    for (const group of Object.values(config.channel_group.groups['Application']?.groups ?? {})) {
      const msp = group.values['MSP']?.value as { config: Record<string, unknown> };
      msp.config['fabric_node_ous'] = {
        enable: true,
        admin_ou_identifier: { organizational_unit_identifier: 'admin' },
      };
    }
    const configs = [{ block: CONFIG_BLOCK, config: { ...config, sequence: given.sequence ?? '7' } }];
    const unsigned = given.envelope ?? updateEnvelope({ channel: 'mychannel', update: UPDATE, signatures: [] });
    const envelope = given.signer === undefined ? unsigned : await signUpdateEnvelope(unsigned, given.signer);
    return mockActivity().run(activities(fakePrograms({ genesis: GENESIS, configs })).checkSignatures, {
      ...{ ...ORDERERS, update: base64(UPDATE), sequence: 7, missing: ['Org9MSP'] },
      envelope: base64(envelope),
    });
  }

  async function identity(organization: TestOrganization, role: 'admin' | 'client'): Promise<SigningIdentity> {
    return { mspId: organization.mspId, ...(await organization.identity(`${organization.name}-${role}`, role)) };
  }

  test('are taken from an Admin of an organization whose signature is awaited', async () => {
    const org9 = await newOrganization('org9', 'Org9MSP');
    expect(await check({ member: org9, signer: await identity(org9, 'admin') })).toMatchObject({
      kind: 'good',
      signatures: [{ mspId: 'Org9MSP' }],
    });
  });

  test('are refused from anybody else, who is named', async () => {
    const [org8, org9] = await Promise.all([newOrganization('org8', 'Org8MSP'), newOrganization('org9', 'Org9MSP')]);
    expect(await check({ member: org9, signer: await identity(org9, 'client') })).toEqual({
      kind: 'refused',
      reason: 'who has signed is no admin of Org9MSP.',
    });
    const nobody = { kind: 'refused', reason: 'It has no signature of Org9MSP.' };
    expect(await check({ member: org9, signer: await identity(org8, 'admin') })).toEqual(nobody);
    expect(await check({ member: org9 })).toEqual(nobody);
  });

  test.each([
    ['no update', Buffer.from('no envelope'), /^This is no update of a channel's configuration: .*\.$/],
    [
      'one of another channel',
      updateEnvelope({ channel: 'other', update: configUpdateOf('other'), signatures: [] }),
      /^This is an update of other, not of mychannel\.$/,
    ],
    [
      'another one of the channel',
      updateEnvelope({ channel: 'mychannel', update: configUpdateOf('mychannel', 'another'), signatures: [] }),
      /^This is another update of mychannel than the one that waits\./,
    ],
  ])('are refused with %s', async (_what, envelope, reason) => {
    expect(await check({ envelope })).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) as unknown });
  });

  test('are worth nothing when the channel has changed meanwhile', async () => {
    const org9 = await newOrganization('org9', 'Org9MSP');
    const signer = await identity(org9, 'admin');
    expect(await check({ member: org9, signer, sequence: '8' })).toEqual({ kind: 'outdated' });
  });
});
