import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  channelConfig,
  clientCertificate,
  configUpdate,
  configUpdateTransaction,
  configWithRevocations,
  connectOrderer,
  consensusMetrics,
  describeBlock,
  editedConfig,
  fabricPrograms,
  genesisBlock,
  readUpdateEnvelope,
  sameBlock,
  selfSignedAuthority,
  signatureProblem,
  signConfigUpdate,
  signersNeeded,
  signUpdateEnvelope,
  updateEnvelope,
  type CertifiedKey,
  type ChannelBlueprint,
  type ChannelConfig,
  type ConsensusMetrics,
  type Orderer,
  type SigningIdentity,
} from '../../src/fabric/index.ts';
import { locateArtifacts } from '../../src/local/artifacts/index.ts';
import { BFT, channelBlueprint, newOrganization, RAFT, type TestOrganization } from '../support/channel.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { peerProgram } from '../support/peer-program.ts';
import { startOrderer, type TestOrderer } from '../support/orderers.ts';

/*
 * A channel of three real orderers, from its first block on: configtxgen and configtxlator make what src/fabric asks for,
 * and the orderers judge it. Tests build on each other, in this order.
 */

// An election takes a second with these options; the rest is for machines that are busy with other tests.
const ELECTION_TIMEOUT_MS = 30_000;
const COMMAND_TIMEOUT_MS = 30_000;

const CHANNEL = 'mychannel';
const { signal } = new AbortController();
const programs = fabricPrograms({ folder: dirname(locateArtifacts().path('configtxgen')) });

let organizations: readonly [TestOrganization, TestOrganization, TestOrganization, TestOrganization];
let orderers: TestOrderer[];
let blueprint: ChannelBlueprint;
let genesis: Uint8Array;

beforeAll(async () => {
  organizations = await Promise.all([
    newOrganization('org0', 'OrdererMSP'),
    newOrganization('org1', 'Org1MSP'),
    newOrganization('org2', 'Org2MSP'),
    newOrganization('org3', 'Org3MSP'),
  ]);
  const [org0, org1, org2] = organizations;
  orderers = await Promise.all([1, 2, 3].map((number) => startOrderer(org0, `org0-orderer${number}`)));
  blueprint = {
    ...channelBlueprint(org0, consenters(), [org1, org2]),
    consensus: { ...RAFT, tickInterval: '100ms' },
  };
});

afterAll(async () => {
  await Promise.all(orderers.map((orderer) => orderer[Symbol.asyncDispose]()));
});

function consenters(): readonly TestOrderer['consenter'][] {
  return orderers.map(({ consenter }) => consenter);
}

/** What each orderer that stands says of the channel's consensus. */
async function metrics(): Promise<readonly ConsensusMetrics[]> {
  const all = await Promise.all(orderers.map(({ operations }) => consensusMetrics(operations)));
  return all.flatMap((channels) => channels.get(CHANNEL) ?? []);
}

function untilLed(): Promise<readonly ConsensusMetrics[]> {
  return eventually(async () => {
    const all = await metrics();
    expect(all.filter(({ isLeader }) => isLeader)).toHaveLength(1);
    return all;
  }, ELECTION_TIMEOUT_MS);
}

async function described(wanted: ChannelBlueprint): Promise<ChannelConfig> {
  return channelConfig(programs, await genesisBlock(programs, wanted, signal), signal);
}

async function adminOf(organization: TestOrganization | undefined): Promise<SigningIdentity> {
  if (organization === undefined) throw new Error('there is no such organization');
  const { name, mspId } = organization;
  return { mspId, ...(await organization.identity(`${name}-admin`, 'admin')) };
}

/** Asks the first orderer in the name of its organization's Admin. */
async function ask<Result>(act: (orderer: Orderer) => Promise<Result>): Promise<Result> {
  const [org0] = organizations;
  const [first] = consenters();
  const endpoint = { host: 'localhost', port: first?.port ?? 0, tlsRoots: org0.roots.tlsca };
  const orderer = connectOrderer(endpoint, await adminOf(org0), { signal, timeoutMs: COMMAND_TIMEOUT_MS });
  try {
    return await act(orderer);
  } finally {
    orderer.close();
  }
}

async function newestConfigBlock(): Promise<Uint8Array> {
  const block = await ask((orderer) => orderer.fetchBlock(CHANNEL, 'config'));
  if (block === undefined) throw new Error('the orderer does not have the channel');
  return block;
}

async function currentConfig(): Promise<ChannelConfig> {
  return channelConfig(programs, await newestConfigBlock(), signal);
}

/** Signs by Fabric's own program in the name of one, by Weft in that of the others, each in the file that the one before has signed. */
async function signedFile(update: Uint8Array, mspIds: readonly string[]): Promise<Uint8Array> {
  const [first, ...others] = mspIds.map((mspId) => organizations.find((one) => one.mspId === mspId));
  if (first === undefined) throw new Error('somebody has to sign');
  // It signs without any peer.
  const nowhere = { name: 'none', host: 'localhost', port: 1, tlsRoots: first.roots.tlsca };
  await using program = await peerProgram(first, nowhere);
  const path = await program.write('update.pb', '');
  await writeFile(path, updateEnvelope({ channel: CHANNEL, update, signatures: [] }));
  await program.run('channel', 'signconfigtx', '-f', path);
  let envelope: Uint8Array = await readFile(path);
  for (const other of others) envelope = await signUpdateEnvelope(envelope, await adminOf(other));
  return envelope;
}

/** Signs in the name of each, and submits in that of the ordering organization. */
async function submit(update: Uint8Array | undefined, mspIds: readonly string[]): Promise<void> {
  if (update === undefined) throw new Error('there is nothing to submit');
  const signing = mspIds.map((mspId) => adminOf(organizations.find((one) => one.mspId === mspId)));
  const signatures = await Promise.all(signing.map(async (admin) => signConfigUpdate(update, await admin)));
  const sender = await adminOf(organizations[0]);
  const transaction = await configUpdateTransaction({ channel: CHANNEL, configUpdate: update, signatures, sender });
  await ask((orderer) => orderer.broadcast(transaction));
}

describe('a new channel', () => {
  it('has a first block of its own, each time another one', async () => {
    const [block, other] = [
      await genesisBlock(programs, blueprint, signal),
      await genesisBlock(programs, blueprint, signal),
    ];
    genesis = block;
    expect(describeBlock(block)).toMatchObject({ channel: CHANNEL, number: 0 });
    expect([sameBlock(block, block), sameBlock(block, other)]).toEqual([true, false]);
  });

  it('has what the CA of an organization has revoked, and is not told it again', async () => {
    const [, org1] = organizations;
    const { certificate } = await org1.identity('app1', 'client');
    const revocationList = await org1.signRevocationList([certificate]);
    const members = blueprint.members.map((one) => (one.name === org1.name ? { ...one, revocationList } : one));
    const config = await channelConfig(
      programs,
      await genesisBlock(programs, { ...blueprint, members }, signal),
      signal,
    );
    const msp = config.channel_group.groups['Application']?.groups['Org1MSP']?.values['MSP']?.value;
    expect(msp).toMatchObject({ config: { revocation_list: [Buffer.from(revocationList).toString('base64')] } });
    expect(configWithRevocations(config, { mspId: org1.mspId, list: revocationList }).changes).toEqual([]);
  });

  it('is not made of a policy that does not parse, and configtxgen says why', async () => {
    const { application } = blueprint.policies;
    const policies = { ...blueprint.policies, application: { ...application, endorsement: "OR('Org1MSP.pear')" } };
    await expect(genesisBlock(programs, { ...blueprint, policies }, signal)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        /^configtxgen could not make the first block of channel mychannel: .*'pear' in token 'Org1MSP.pear'$/,
      ) as string,
    });
  });

  it('is not made with a consensus that its Fabric does not know', async () => {
    await expect(genesisBlock(programs, { ...blueprint, consensus: BFT }, signal)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('invalid keys: ConsenterMapping, SmartBFT') as string,
    });
  });

  it('has a configuration that only a configuration block can tell', async () => {
    await expect(channelConfig(programs, new Uint8Array([1, 2]), signal)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('configtxlator could not read the configuration in a block: ') as string,
    });
  });

  it('is in no orderer before one joins', async () => {
    const [first] = orderers;
    expect(await first?.admin().channels()).toEqual([]);
    expect(await first?.admin().channel(CHANNEL)).toBeUndefined();
    expect(await metrics()).toEqual([]);
  });

  it('is joined by each orderer as a consenter', async () => {
    for (const orderer of orderers) {
      expect(await orderer.admin().join(genesis)).toMatchObject({ consensusRelation: 'consenter', height: 1 });
      expect(await orderer.admin().channel(CHANNEL)).toEqual({
        status: 'active',
        consensusRelation: 'consenter',
        height: 1,
      });
      expect(await orderer.admin().channels()).toEqual([CHANNEL]);
    }
  });

  it('elects one leader, who hears of all', async () => {
    const all = await untilLed();
    expect(all).toHaveLength(3);
    expect(all).toEqual(all.map(() => expect.objectContaining({ consensus: 'raft', clusterSize: 3 }) as unknown));
  });

  it('is not joined twice, by whichever block', async () => {
    const other = await genesisBlock(programs, blueprint, signal);
    for (const block of [genesis, other]) {
      await expect(orderers[0]?.admin().join(block)).rejects.toMatchObject({
        kind: 'alreadyExists',
        message: 'Orderer localhost could not join the channel: cannot join: channel already exists',
      });
    }
  });

  it('is given by the orderers as the block that they joined with', async () => {
    const block = await ask((orderer) => orderer.fetchBlock(CHANNEL, 'oldest'));
    expect(sameBlock(block ?? new Uint8Array(), genesis)).toBe(true);
  });
});

/** A CA for the admin endpoint of the first orderer. */
function newAdminCa(key?: string): Promise<CertifiedKey> {
  const commonName = 'org0-orderer1-admin-ca';
  return selfSignedAuthority({ commonName, lifetimeHours: 1, ...(key === undefined ? {} : { key }) });
}

function certified(ca: CertifiedKey): Promise<CertifiedKey> {
  return clientCertificate(ca, { commonName: 'admin', lifetimeHours: 1 });
}

describe('an orderer', () => {
  it('refuses what is no block of a channel', async () => {
    await expect(orderers[0]?.admin().join(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['the TLS CA of its organization', () => organizations[0].tls('org0-orderer2', [])],
    ['the TLS CA of another organization', () => organizations[1].tls('stranger', [])],
    ['another CA of the same name', async () => certified(await newAdminCa())],
  ])('refuses a client whose certificate is of %s', async (_, client) => {
    await expect(orderers[0]?.admin(await client()).channels()).rejects.toMatchObject({
      kind: 'notAuthorized',
      message: expect.stringContaining('does not accept the TLS certificate') as string,
    });
  });

  it('takes a client of the CA for its admin endpoint, and of that with a certificate which it does not have yet', async () => {
    const ca = orderers[0]?.adminCa;
    for (const trusted of [ca, await newAdminCa(ca?.key)]) {
      const client = trusted && (await certified(trusted));
      expect(await orderers[0]?.admin(client).channels()).toBeInstanceOf(Array);
    }
  });

  it.each([
    ['nobody in particular', () => undefined],
    ['the TLS CA of its organization', () => organizations[0].tls('org0-orderer2', [])],
    ['the CA for its admin endpoint', async () => orderers[0] && certified(orderers[0].adminCa)],
  ])('tells its metrics to no client whose certificate is of %s', async (_, client) => {
    const [orderer] = orderers;
    if (orderer?.operations.tls === undefined) throw new Error('there is no orderer');
    const tls = { ...orderer.operations.tls, ...((await client()) ?? { certificate: '', key: '' }) };
    expect(await consensusMetrics(orderer.operations)).toBeInstanceOf(Map);
    await expect(consensusMetrics({ ...orderer.operations, tls })).rejects.toMatchObject({
      kind: 'notAuthorized',
      message: expect.stringContaining('does not accept the TLS certificate') as string,
    });
  });

  it('is untrusted if its own certificate is, and unreachable if nothing listens', async () => {
    const tlsRoots = organizations[1].roots.tlsca;
    await expect(orderers[0]?.admin({ tlsRoots }).channels()).rejects.toMatchObject({
      kind: 'untrusted',
      message: expect.stringContaining('the TLS certificate of localhost') as string,
    });
    const port = await freePort();
    await expect(orderers[0]?.admin({ port }).channels()).rejects.toMatchObject({
      kind: 'unreachable',
      message: `Orderer localhost could not list its channels: nothing listens at 127.0.0.1:${port}`,
    });
  });
});

describe('a configuration update', () => {
  it('is none when the channel is as described', async () => {
    const current = await currentConfig();
    const edit = editedConfig(current, await described(blueprint));
    const nothing = { changes: [], postponed: [], leaves: [], unmanaged: [], isRefresh: false };
    expect(edit).toEqual({ config: current, ...nothing });
    expect(await configUpdate(programs, { channel: CHANNEL, current, wanted: edit.config }, signal)).toBeUndefined();
  });

  it("is accepted with the signatures that it needs, each given in a file by Weft or by Fabric's own program, and with one less it is not", async () => {
    const [org0, org1, org2, org3] = organizations;
    const { application } = blueprint.policies;
    blueprint = {
      ...channelBlueprint(org0, consenters(), [org1, org2, org3]),
      consensus: { ...RAFT, tickInterval: '100ms', electionTick: 20 },
      batch: { ...blueprint.batch, timeout: '1s', maxMessageCount: 10, preferredMaxBytes: '512 KB' },
      policies: { ...blueprint.policies, application: { ...application, endorsement: "OR('Org1MSP.peer')" } },
    };
    blueprint = {
      ...blueprint,
      members: blueprint.members.map((member) =>
        member.mspId === 'Org2MSP' ? { ...member, anchorPeers: [{ host: 'org2-peer2', port: 7051 }] } : member,
      ),
    };
    const current = await currentConfig();
    const { config, changes, unmanaged } = editedConfig(current, await described(blueprint));
    expect(unmanaged).toEqual([]);
    expect(changes).toEqual([
      'batch.timeout 2s -> 1s',
      'batch.maxMessageCount 500 -> 10',
      'batch.preferredMaxBytes 2097152 -> 524288',
      'consensus.electionTick 10 -> 20',
      "policies.application.endorsement MAJORITY Endorsement -> OR('Org1MSP.peer')",
      'adds Org3MSP',
      'anchor peers of Org2MSP',
    ]);

    const { signers, unmet } = signersNeeded(current, config, ['OrdererMSP', 'Org1MSP', 'Org2MSP']);
    expect({ signers, unmet }).toEqual({ signers: ['OrdererMSP', 'Org1MSP', 'Org2MSP'], unmet: [] });
    const update = await configUpdate(programs, { channel: CHANNEL, current, wanted: config }, signal);
    for (const missing of signers) {
      const others = signers.filter((mspId) => mspId !== missing);
      await expect(submit(update, others)).rejects.toMatchObject({ name: 'FabricError' });
    }
    if (update === undefined) throw new Error('there is something to change');
    const signed = readUpdateEnvelope(await signedFile(update, signers));
    expect(signed).toMatchObject({ channel: CHANNEL, signatures: signers.map((mspId) => ({ mspId })) });
    expect(Buffer.from(signed.update)).toEqual(Buffer.from(update));
    const problems = signed.signatures.map(({ signature }) => signatureProblem(current, update, signature));
    expect(problems).toEqual(signers.map(() => undefined));
    const sender = await adminOf(org0);
    const signatures = signed.signatures.map(({ signature }) => signature);
    await ask(async (orderer) =>
      orderer.broadcast(await configUpdateTransaction({ channel: CHANNEL, configUpdate: update, signatures, sender })),
    );

    const updated = await eventually(async () => {
      const config = await currentConfig();
      expect(config.sequence).toBe('1');
      return config;
    }, COMMAND_TIMEOUT_MS);
    expect(editedConfig(updated, await described(blueprint))).toMatchObject({ changes: [], postponed: [] });
  });

  it('of one organization alone needs nobody else', async () => {
    blueprint = {
      ...blueprint,
      members: blueprint.members.map((member) =>
        member.mspId === 'Org3MSP' ? { ...member, anchorPeers: [{ host: 'org3-peer9', port: 7051 }] } : member,
      ),
    };
    const current = await currentConfig();
    const { config, changes } = editedConfig(current, await described(blueprint));
    expect(changes).toEqual(['anchor peers of Org3MSP']);
    const { signers } = signersNeeded(current, config, ['OrdererMSP', 'Org1MSP', 'Org2MSP', 'Org3MSP']);
    expect(signers).toEqual(['Org3MSP']);
    await submit(await configUpdate(programs, { channel: CHANNEL, current, wanted: config }, signal), signers);
  });

  it('brings a fourth consenter into the channel', async () => {
    const [org0] = organizations;
    const fourth = await startOrderer(org0, 'org0-orderer4');
    orderers.push(fourth);
    const [ordering] = blueprint.ordering;
    if (ordering === undefined) throw new Error('there is one');
    blueprint = {
      ...blueprint,
      ordering: [
        { ...ordering, consenters: consenters(), endpoints: consenters().map(({ host, port }) => `${host}:${port}`) },
      ],
    };
    const current = await eventually(async () => {
      const config = await currentConfig();
      expect(config.sequence).toBe('2');
      return config;
    }, COMMAND_TIMEOUT_MS);
    const { config, changes } = editedConfig(current, await described(blueprint));
    expect(changes).toEqual(['orderer endpoints of OrdererMSP', `adds consenter localhost:${fourth.consenter.port}`]);
    const { signers } = signersNeeded(current, config, ['OrdererMSP', 'Org1MSP', 'Org2MSP', 'Org3MSP']);
    expect(signers).toEqual(['OrdererMSP']);
    await submit(await configUpdate(programs, { channel: CHANNEL, current, wanted: config }, signal), signers);

    await eventually(async () => {
      expect((await currentConfig()).sequence).toBe('3');
    }, COMMAND_TIMEOUT_MS);
    await fourth.admin().join(await newestConfigBlock());
    await eventually(async () => {
      expect(await fourth.admin().channel(CHANNEL)).toEqual({
        status: 'active',
        consensusRelation: 'consenter',
        height: 4,
      });
      expect((await metrics()).map(({ clusterSize }) => clusterSize)).toEqual([4, 4, 4, 4]);
    }, ELECTION_TIMEOUT_MS);
  });
});

describe('a consenter that leaves a channel', () => {
  it('is removed while it runs, and can come back with what it has kept', async () => {
    const fourth = orderers[3];
    if (fourth === undefined) throw new Error('there is a fourth orderer');
    const isFourth = ({ port }: { readonly port: number }): boolean => port === fourth.consenter.port;
    const edit = async (expected: string, count: number): Promise<void> => {
      const current = await currentConfig();
      const [ordering] = blueprint.ordering;
      if (ordering === undefined) throw new Error('there is one');
      const wanted = { ...blueprint, ordering: [{ ...ordering, consenters: consenters().slice(0, count) }] };
      const { config, changes } = editedConfig(current, await described(wanted), { isConsenter: isFourth });
      expect(changes).toEqual([expected]);
      const update = await configUpdate(programs, { channel: CHANNEL, current, wanted: config }, signal);
      await submit(update, ['OrdererMSP']);
      await eventually(async () => {
        expect((await currentConfig()).sequence).not.toBe(current.sequence);
      }, COMMAND_TIMEOUT_MS);
    };
    const others = orderers.slice(0, 3);
    const sizes = async (of: readonly TestOrderer[]): Promise<unknown[]> => {
      const seen = await Promise.all(of.map(({ operations }) => consensusMetrics(operations)));
      return seen.map((channels) => channels.get(CHANNEL)?.clusterSize);
    };

    await edit(`removes consenter localhost:${fourth.consenter.port}`, 3);
    await eventually(async () => {
      expect(await sizes(others)).toEqual([3, 3, 3]);
    }, ELECTION_TIMEOUT_MS);
    // As its node is when it is removed and its volume kept.
    await fourth.kill();

    await fourth.start();
    await edit(`adds consenter localhost:${fourth.consenter.port}`, 4);
    await eventually(async () => {
      expect(await sizes(orderers)).toEqual([4, 4, 4, 4]);
      expect(await fourth.admin().channel(CHANNEL)).toMatchObject({
        status: 'active',
        consensusRelation: 'consenter',
        height: 6,
      });
    }, ELECTION_TIMEOUT_MS);
  });
});

describe('when the leader is lost', () => {
  it('another one leads, and the lost one is unreachable', async () => {
    const led = await untilLed();
    const lost = orderers[led.findIndex(({ isLeader }) => isLeader)];
    if (lost === undefined) throw new Error('there is a leader');
    await lost.kill();
    await expect(lost.admin().channels()).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(consensusMetrics(lost.operations)).rejects.toMatchObject({ kind: 'unreachable' });
    await eventually(async () => {
      const others = await Promise.all(
        orderers.filter((orderer) => orderer !== lost).map(({ operations }) => consensusMetrics(operations)),
      );
      expect(others.filter((channels) => channels.get(CHANNEL)?.isLeader)).toHaveLength(1);
    }, ELECTION_TIMEOUT_MS);
    await lost.start();
    expect(await lost.admin().channel(CHANNEL)).toMatchObject({ status: 'active', consensusRelation: 'consenter' });
  });
});

describe('an orderer that leaves the channel', () => {
  it('does not have it any more, and cannot leave it again', async () => {
    const [first] = orderers;
    await first?.admin().remove(CHANNEL);
    await eventually(async () => {
      expect(await first?.admin().channel(CHANNEL)).toBeUndefined();
    }, COMMAND_TIMEOUT_MS);
    await expect(first?.admin().remove(CHANNEL)).rejects.toMatchObject({
      kind: 'notFound',
      message: `Orderer localhost could not leave channel ${CHANNEL}: cannot remove: channel does not exist`,
    });
  });
});
