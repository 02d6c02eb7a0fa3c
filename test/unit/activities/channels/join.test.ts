import { beforeEach, describe, expect, test, vi } from 'vitest';

import {
  createJoinActivities,
  type JoinActivities,
  type JoinInput,
  type JoinOrdererInput,
} from '../../../../src/activities/channels/join.ts';
import { FabricError } from '../../../../src/fabric/index.ts';
import { newBlock } from '../../fabric/channel/blocks.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { mockActivity, runWaiting } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import {
  base64,
  CONFIG_BLOCK,
  enrolled,
  FOREIGN_GENESIS,
  GENESIS,
  keptGenesis,
  ORG0,
  ORG1,
  PLAN,
  UP,
} from '../steps.ts';

/** What came after the newest configuration. */
const TRANSACTION = newBlock({ channel: 'mychannel', number: 5 }).serializeBinary();

vi.mock('node:timers/promises', () => import('../instant-timers.ts'));

const ORDERER: JoinOrdererInput = {
  ...UP,
  organization: ORG0,
  channel: 'mychannel',
  node: 'org0-orderer1',
  isNewChannel: true,
  others: ['org0-orderer2', 'org0-orderer3'],
  isShared: false,
  wasJoined: false,
};
const LATER_ORDERER: JoinOrdererInput = { ...ORDERER, isNewChannel: false };
const PEER: JoinInput = { ...UP, organization: ORG1, channel: 'mychannel', node: 'org1-peer1', isNewChannel: true };

let fabric: FakeFabric;
let store: ObjectStore;

beforeEach(() => {
  fabric = fakeFabric();
  store = objectStore([...enrolled(ORG0), ...enrolled(ORG1), keptGenesis()]);
});

function activities(): JoinActivities {
  return createJoinActivities(fabric.dependencies(store));
}

function joinOrderer(input: JoinOrdererInput): ReturnType<JoinActivities['joinOrderer']> {
  return mockActivity().run(activities().joinOrderer, input);
}

function joinPeer(input: JoinInput): ReturnType<JoinActivities['joinPeer']> {
  return mockActivity().run(activities().joinPeer, input);
}

describe('an orderer', () => {
  test('joins a new channel with its genesis block', async () => {
    expect(await joinOrderer(ORDERER)).toEqual({ outcome: 'created', reason: 'had not joined', attempts: 1 });
    expect(fabric.orderer('org0-orderer1').channels.get('mychannel')).toEqual([GENESIS]);
  });

  test('is asked as its Admin, by TLS, and leaves no connection open', async () => {
    await joinOrderer(ORDERER);
    expect(fabric.asked).toEqual([
      { node: 'org0-orderer1', as: "TLS certificate of org0's Admin", trusts: 'TLS root of org0' },
    ]);
    expect(fabric.open).toEqual([]);
  });

  test('stays as it is in a channel that it has joined', async () => {
    fabric.orderer('org0-orderer1').channels.set('mychannel', [GENESIS]);
    expect(await joinOrderer(ORDERER)).toMatchObject({ outcome: 'unchanged', reason: '' });
    expect(await joinOrderer(LATER_ORDERER)).toMatchObject({ outcome: 'unchanged', reason: '' });
    expect(fabric.changes).toEqual([]);
  });

  test('is not taken for a member of a new channel that began with another block', async () => {
    fabric.orderer('org0-orderer1').channels.set('mychannel', [FOREIGN_GENESIS]);
    await expect(joinOrderer(ORDERER)).rejects.toMatchObject({
      type: 'ChannelConflict',
      message: expect.stringContaining('org0-orderer1 is in another channel of the name mychannel') as string,
    });
  });

  test('joins a channel that runs with the newest configuration of the first other orderer that answers', async () => {
    fabric.down.add('org0-orderer2');
    fabric.orderer('org0-orderer3').channels.set('mychannel', [GENESIS, CONFIG_BLOCK, TRANSACTION]);
    expect(await joinOrderer(LATER_ORDERER)).toMatchObject({ outcome: 'created' });
    expect(fabric.orderer('org0-orderer1').channels.get('mychannel')).toEqual([CONFIG_BLOCK]);
  });

  test('joins with the configuration that another organization gave', async () => {
    await joinOrderer({ ...LATER_ORDERER, others: [], isShared: true, configBlock: base64(CONFIG_BLOCK) });
    expect(fabric.orderer('org0-orderer1').channels.get('mychannel')).toEqual([CONFIG_BLOCK]);
  });

  test.for([
    ['has no other orderer', []],
    ['has none that knows the channel', ['org0-orderer2']],
  ] as const)('asks for the configuration of another organization where its own %s', async ([, others]) => {
    expect(await joinOrderer({ ...LATER_ORDERER, others, isShared: true })).toMatchObject({
      outcome: 'unchanged',
      needsConfigBlock: true,
    });
    expect(fabric.changes).toEqual([]);
  });

  test.for<[string, Partial<JoinOrdererInput>]>([
    ['no other organization orders it', {}],
    ['the other organization has none either', { isShared: true, configBlock: '' }],
  ])('begins a channel that nobody has with its genesis block: %s', async ([, more]) => {
    const result = await joinOrderer({ ...LATER_ORDERER, ...more });
    expect(result).toMatchObject({ outcome: 'created' });
    expect(result).not.toHaveProperty('needsConfigBlock');
    expect(fabric.orderer('org0-orderer1').channels.get('mychannel')).toEqual([GENESIS]);
  });

  test('has joined although it says that the channel exists: an answer was lost', async () => {
    fabric.after = (call) => {
      if (call === 'org0-orderer1 join mychannel') throw new FabricError('alreadyExists', 'channel already exists');
    };
    expect(await joinOrderer(ORDERER)).toMatchObject({ outcome: 'created' });
  });

  test('has not joined if it refuses for any other reason', async () => {
    fabric.before = (call) => {
      if (call === 'org0-orderer1 join mychannel') throw new FabricError('refused', 'invalid join block');
    };
    await expect(joinOrderer(ORDERER)).rejects.toMatchObject({ type: 'FabricRefused', message: 'invalid join block' });
    expect(fabric.open).toEqual([]);
  });

  test('does not join without a kept genesis block', async () => {
    store = objectStore(enrolled(ORG0));
    await expect(joinOrderer(ORDERER)).rejects.toMatchObject({ type: 'MaterialMissing' });
  });

  test('that is down is awaited by the next attempt', async () => {
    fabric.down.add('org0-orderer1');
    await expect(joinOrderer(ORDERER)).rejects.toMatchObject({ type: 'ClusterUnavailable', nonRetryable: false });
  });
});

describe('a dry run of joining an orderer', () => {
  const PLANNED = { ...ORDERER, ...PLAN };

  test('says what would be done, and does nothing', async () => {
    expect(await joinOrderer(PLANNED)).toMatchObject({ outcome: 'created', reason: 'had not joined' });
    expect(fabric.changes).toEqual([]);
  });

  test('asks no other orderer', async () => {
    expect(await joinOrderer({ ...LATER_ORDERER, ...PLAN, isShared: true })).toMatchObject({ outcome: 'created' });
    expect(fabric.asked.map(({ node }) => node)).toEqual(['org0-orderer1']);
  });

  test('expects that it joins where nothing stands yet', async () => {
    fabric.down.add('org0-orderer1');
    expect(await joinOrderer(PLANNED)).toMatchObject({ outcome: 'created' });
    store = objectStore([keptGenesis()]);
    expect(await joinOrderer(PLANNED)).toMatchObject({ outcome: 'created' });
    store = objectStore([]);
    expect(await joinOrderer(PLANNED)).toMatchObject({ outcome: 'created' });
  });
});

describe('an orderer that has lost its ledger', () => {
  test.each([false, true])('does not join again as if it were new (dry run: %s)', async (dryRun) => {
    await expect(joinOrderer({ ...LATER_ORDERER, dryRun, wasJoined: true })).rejects.toMatchObject({
      type: 'StateLost',
      message: expect.stringMatching(
        /^The ledger of mychannel is gone, although org0-orderer1 has run with it\./,
      ) as string,
    });
    expect(fabric.changes).toEqual([]);
  });

  test('is none that is in the channel as ever', async () => {
    fabric.orderer('org0-orderer1').channels.set('mychannel', [GENESIS]);
    expect(await joinOrderer({ ...LATER_ORDERER, wasJoined: true })).toMatchObject({ outcome: 'unchanged' });
  });
});

describe('a peer', () => {
  test('joins with the genesis block, as its Admin asks', async () => {
    expect(await joinPeer(PEER)).toEqual({ outcome: 'created', reason: 'had not joined', attempts: 1 });
    expect(fabric.peer('org1-peer1').channels.get('mychannel')).toEqual([GENESIS]);
    expect(fabric.asked).toEqual([{ node: 'org1-peer1', as: 'Org1MSP', trusts: 'TLS root of org1' }]);
    expect(fabric.open).toEqual([]);
  });

  test('stays as it is in a channel that it has joined', async () => {
    fabric.peer('org1-peer1').channels.set('mychannel', [GENESIS]);
    expect(await joinPeer(PEER)).toEqual({ outcome: 'unchanged', reason: '', attempts: 1, height: 1 });
    fabric.before = (call) => {
      if (call === 'org1-peer1 ledger mychannel') throw new FabricError('notAuthorized', 'access denied');
    };
    expect(await joinPeer(PEER)).toMatchObject({ outcome: 'unchanged', height: 0 });
    expect(fabric.changes).toEqual([]);
  });

  test('joins beside the other channels that it is in', async () => {
    fabric.peer('org1-peer1').channels.set('otherchannel', [GENESIS]);
    expect(await joinPeer(PEER)).toMatchObject({ outcome: 'created' });
  });

  test('is not taken for a member of a new channel that began with another block', async () => {
    fabric.peer('org1-peer1').channels.set('mychannel', [FOREIGN_GENESIS]);
    await expect(joinPeer(PEER)).rejects.toMatchObject({ type: 'ChannelConflict' });
  });

  test('is not compared with the genesis block again in a channel that runs', async () => {
    fabric.peer('org1-peer1').channels.set('mychannel', [GENESIS]);
    fabric.before = (call) => {
      if (call.includes('fetchBlock')) throw new Error('its oldest block is asked for');
    };
    expect(await joinPeer({ ...PEER, isNewChannel: false })).toMatchObject({ outcome: 'unchanged' });
  });

  test('does not join in a dry run, and need not stand yet', async () => {
    const planned = { ...PEER, ...PLAN };
    expect(await joinPeer(planned)).toMatchObject({ outcome: 'created' });
    fabric.down.add('org1-peer1');
    expect(await joinPeer(planned)).toMatchObject({ outcome: 'created' });
    store = objectStore([]);
    expect(await joinPeer(planned)).toMatchObject({ outcome: 'created' });
    expect(fabric.changes).toEqual([]);
  });

  test('does not join without a kept genesis block', async () => {
    store = objectStore(enrolled(ORG1));
    await expect(joinPeer(PEER)).rejects.toMatchObject({ type: 'MaterialMissing' });
  });
});

describe('the wait for a block', () => {
  const AWAITED = { ...UP, organization: ORG1, channel: 'mychannel', peers: ['org1-peer1', 'org1-peer2'], height: 3 };

  beforeEach(() => {
    fabric.peer('org1-peer1').channels.set('mychannel', [GENESIS, GENESIS, GENESIS]);
    fabric.peer('org1-peer2').channels.set('mychannel', [GENESIS]);
  });

  test('ends when every peer has so many, and says until then which one lacks how many', async () => {
    const words: string[] = [];
    const result = await runWaiting(activities().awaitBlocks, AWAITED, ({ reason, message }) => {
      words.push(`${reason}: ${message}`);
      fabric.peer('org1-peer2').channels.get('mychannel')?.push(GENESIS);
    });
    expect(result).toMatchObject({ outcome: 'unchanged' });
    expect(words).toEqual([
      'CatchingUp: org1-peer2 has 1 of the 3 blocks of mychannel',
      'CatchingUp: org1-peer2 has 2 of the 3 blocks of mychannel',
    ]);
    expect(fabric.open).toEqual([]);
  });

  test('waits for a peer that lets nobody look: its organization had left, and is no member by the blocks that it has', async () => {
    const words: string[] = [];
    let looks = 0;
    fabric.before = (call) => {
      if (call !== 'org1-peer2 ledger mychannel') return;
      looks += 1;
      if (looks < 3) throw new FabricError('notAuthorized', 'access denied for [GetChainInfo][mychannel]');
      fabric.peer('org1-peer2').channels.set('mychannel', [GENESIS, GENESIS, GENESIS]);
    };
    await runWaiting(activities().awaitBlocks, AWAITED, ({ message }) => words.push(message));
    expect(new Set(words)).toEqual(
      new Set(['org1-peer2 tells its organization nothing yet, and has not all of the 3 blocks of mychannel']),
    );
  });

  test('ends at once where all have more', async () => {
    const words: string[] = [];
    await runWaiting(activities().awaitBlocks, { ...AWAITED, height: 1 }, ({ message }) => words.push(message));
    expect(words).toEqual([]);
  });
});
