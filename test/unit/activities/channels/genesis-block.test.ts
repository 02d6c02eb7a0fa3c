import { beforeAll, beforeEach, describe, expect, test } from 'vitest';

import {
  createGenesisBlockActivities,
  markChannelRemoved,
  REMOVED_LABEL,
  requireSameGenesisBlock,
  type GenesisBlockActivities,
} from '../../../../src/activities/channels/genesis-block.ts';
import type { ChannelOrderersInput } from '../../../../src/activities/inputs.ts';
import { FabricError, type ChannelBlueprint } from '../../../../src/fabric/index.ts';
import { channelBlueprint, newOrganization } from '../../../support/channel.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { fakePrograms } from '../fake-programs.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { base64, enrolled, FOREIGN_GENESIS, GENESIS, keptGenesis, ORG0, PLAN, UP } from '../steps.ts';
import { without } from '../stored.ts';

const CHANNEL: ChannelOrderersInput = {
  ...UP,
  organization: ORG0,
  channel: 'mychannel',
  orderers: ['org0-orderer1', 'org0-orderer2'],
};

let fabric: FakeFabric;
let store: ObjectStore;

beforeEach(() => {
  fabric = fakeFabric();
  store = objectStore(enrolled(ORG0));
});

function run<Input, Result>(
  activity: (of: GenesisBlockActivities) => (input: Input) => Promise<Result>,
  input: Input,
): Promise<Result> {
  const made = createGenesisBlockActivities(fabric.dependencies(store, fakePrograms({ genesis: GENESIS })));
  return mockActivity().run(activity(made), input);
}

function removedGenesis(): ReturnType<typeof keptGenesis> {
  const { metadata, ...object } = keptGenesis();
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [REMOVED_LABEL]: 'true' } } };
}

describe('finding the genesis block of a channel', () => {
  const find = (input = CHANNEL): ReturnType<GenesisBlockActivities['findGenesisBlock']> =>
    run((of) => of.findGenesisBlock, input);

  test('finds the one that is kept, and asks no orderer', async () => {
    store = objectStore([keptGenesis()]);
    expect(await find()).toEqual({ isKept: true });
    expect(fabric.asked).toEqual([]);
  });

  test('recovers it from the first orderer that has it', async () => {
    fabric.orderer('org0-orderer2').channels.set('mychannel', [GENESIS, FOREIGN_GENESIS]);
    expect(await find()).toEqual({ isKept: false, recovered: { node: 'org0-orderer2', block: base64(GENESIS) } });
  });

  test('passes over an orderer that does not answer', async () => {
    fabric.down.add('org0-orderer1');
    fabric.orderer('org0-orderer2').channels.set('mychannel', [GENESIS]);
    expect(await find()).toMatchObject({ recovered: { node: 'org0-orderer2' } });
  });

  test('does not take one that runs and does not answer for one that has none', async () => {
    fabric.orderer('org0-orderer1').channels.set('mychannel', [GENESIS]);
    fabric.before = (call) => {
      if (call === 'org0-orderer1 channel mychannel') throw new FabricError('unreachable', 'the connection broke');
    };
    await expect(find()).rejects.toMatchObject({ type: 'NodeUnreachable', nonRetryable: false });
  });

  test('finds none where no orderer is in the channel', async () => {
    expect(await find()).toEqual({ isKept: false });
  });

  test('finds it in a dry run as well', async () => {
    fabric.orderer('org0-orderer1').channels.set('mychannel', [GENESIS]);
    expect(await find({ ...CHANNEL, ...PLAN })).toMatchObject({ recovered: { node: 'org0-orderer1' } });
  });

  test('refuses the name of a channel that was removed', async () => {
    store = objectStore([removedGenesis()]);
    await expect(find()).rejects.toMatchObject({
      type: 'ChannelConflict',
      message: expect.stringContaining('was removed from this network') as string,
      details: [{ remedy: { kind: 'renameChannel', channel: 'mychannel' } }],
    });
  });

  test('does not take a ConfigMap without a block for no channel', async () => {
    store = objectStore([without(keptGenesis(), 'binaryData')]);
    await expect(find()).rejects.toMatchObject({
      type: 'MaterialMissing',
      message: expect.stringContaining('mychannel-genesis-block in namespace net holds no genesis block') as string,
    });
  });
});

describe('reading the genesis block', () => {
  test('gives the kept one', async () => {
    store = objectStore([keptGenesis()]);
    expect(await run((of) => of.readGenesisBlock, CHANNEL)).toBe(base64(GENESIS));
  });

  test('fails where none is kept', async () => {
    await expect(run((of) => of.readGenesisBlock, CHANNEL)).rejects.toMatchObject({
      type: 'MaterialMissing',
      message: expect.stringContaining('is not in namespace net') as string,
    });
  });
});

describe('creating the genesis block', () => {
  let blueprint: ChannelBlueprint;

  beforeAll(async () => {
    blueprint = channelBlueprint(await newOrganization('org0', 'OrdererMSP'), [], []);
  });

  test('makes it of the blueprint', async () => {
    expect(await run((of) => of.createGenesisBlock, { ...CHANNEL, blueprint })).toMatchObject({
      outcome: 'created',
      reason: 'the channel has no genesis block',
      block: base64(GENESIS),
    });
  });

  test('makes none in a dry run, where a blueprint may be missing', async () => {
    const planned = await run((of) => of.createGenesisBlock, { ...CHANNEL, ...PLAN });
    expect(planned).toMatchObject({ outcome: 'created' });
    expect(planned).not.toHaveProperty('block');
    expect(await run((of) => of.createGenesisBlock, { ...CHANNEL, ...PLAN, blueprint })).not.toHaveProperty('block');
  });

  test('takes a missing blueprint for a mistake of the code', async () => {
    await expect(run((of) => of.createGenesisBlock, CHANNEL)).rejects.toMatchObject({ type: 'Defect' });
  });
});

describe('keeping the genesis block', () => {
  const keep = (block: Uint8Array, more = {}): ReturnType<GenesisBlockActivities['keepGenesisBlock']> =>
    run((of) => of.keepGenesisBlock, { ...CHANNEL, block: base64(block), reason: 'from org0-orderer1', ...more });

  test('writes it where nobody can change it, and says where it comes from', async () => {
    expect(await keep(GENESIS)).toMatchObject({ outcome: 'created', reason: 'from org0-orderer1' });
    expect(store.find('ConfigMap', 'mychannel-genesis-block')).toMatchObject({
      immutable: true,
      binaryData: { 'genesis.block': base64(GENESIS) },
      metadata: { namespace: 'net', labels: { 'weft.dev/channel': 'mychannel' } },
    });
    expect(store.find('ConfigMap', 'mychannel-genesis-block')?.metadata.labels).not.toHaveProperty(REMOVED_LABEL);
  });

  test('leaves the same one as it is', async () => {
    await keep(GENESIS);
    expect(await keep(GENESIS)).toMatchObject({ outcome: 'unchanged', reason: '' });
    expect(store.writes).toHaveLength(1);
  });

  test('writes nothing in a dry run', async () => {
    expect(await keep(GENESIS, PLAN)).toMatchObject({ outcome: 'created' });
    expect(store.writes).toEqual([]);
  });
});

describe('marking a channel as removed', () => {
  const mark = (): ReturnType<typeof markChannelRemoved> =>
    markChannelRemoved(fabric.dependencies(store), CHANNEL, AbortSignal.timeout(10_000));

  test('labels its genesis block, and keeps it', async () => {
    store = objectStore([keptGenesis()]);
    expect(await mark()).toMatchObject({ outcome: 'updated' });
    expect(store.find('ConfigMap', 'mychannel-genesis-block')).toMatchObject({
      metadata: { labels: { [REMOVED_LABEL]: 'true' } },
      binaryData: { 'genesis.block': base64(GENESIS) },
    });
  });

  test('does nothing a second time', async () => {
    store = objectStore([removedGenesis()]);
    expect(await mark()).toMatchObject({ outcome: 'unchanged' });
    expect(store.writes).toEqual([]);
  });

  test('does nothing where no genesis block is kept', async () => {
    expect(await mark()).toMatchObject({ outcome: 'unchanged' });
    store = objectStore([without(keptGenesis(), 'binaryData')]);
    expect(await mark()).toMatchObject({ outcome: 'unchanged' });
    expect(store.writes).toEqual([]);
  });
});

describe("a node's first block", () => {
  const node = { ...CHANNEL, node: 'org0-orderer1' };

  test("is the channel's, or the node is in another channel of the same name", () => {
    expect(() => {
      requireSameGenesisBlock(node, GENESIS, GENESIS);
    }).not.toThrow();
    expect(() => {
      requireSameGenesisBlock(node, GENESIS, FOREIGN_GENESIS);
    }).toThrow('org0-orderer1 is in another channel of the name mychannel');
  });

  test('that the node does not give says nothing', () => {
    expect(() => {
      requireSameGenesisBlock(node, GENESIS, undefined);
    }).not.toThrow();
  });
});

test('an orderer that fails in another way than being down ends the search', async () => {
  fabric.before = (call) => {
    if (call === 'org0-orderer1 channel mychannel') throw new FabricError('notAuthorized', 'not your orderer');
  };
  await expect(run((of) => of.findGenesisBlock, CHANNEL)).rejects.toMatchObject({ type: 'FabricRefused' });
});
