import { beforeEach, describe, expect, test } from 'vitest';

import { REMOVED_LABEL } from '../../../../src/activities/channels/genesis-block.ts';
import {
  createChannelRemovalActivities,
  type ChannelRemovalActivities,
} from '../../../../src/activities/channels/removal.ts';
import type { ChannelOrderersInput } from '../../../../src/activities/inputs.ts';
import { FabricError } from '../../../../src/fabric/index.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, GENESIS, keptGenesis, ORG0, PLAN, UP } from '../steps.ts';
import { storedConfigMap } from '../stored.ts';

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
  store = objectStore([...enrolled(ORG0), keptGenesis()]);
  for (const name of CHANNEL.orderers) fabric.orderer(name).channels.set('mychannel', [GENESIS]);
});

function remove(input = CHANNEL): ReturnType<ChannelRemovalActivities['removeChannel']> {
  return mockActivity().run(createChannelRemovalActivities(fabric.dependencies(store)).removeChannel, input);
}

function isMarked(): boolean {
  const labels = store.find('ConfigMap', 'mychannel-genesis-block')?.metadata.labels ?? {};
  return REMOVED_LABEL in labels;
}

describe('removing a channel', () => {
  test('has every orderer leave it, then marks its genesis block', async () => {
    expect(await remove()).toMatchObject({
      outcome: 'removed',
      reason: 'its orderers have left it, its peers keep its blocks',
    });
    expect(fabric.changes).toEqual(['org0-orderer1 remove mychannel', 'org0-orderer2 remove mychannel']);
    expect(isMarked()).toBe(true);
    expect(fabric.open).toEqual([]);
  });

  test('passes over an orderer that is not in it, or has left it already', async () => {
    fabric.orderer('org0-orderer1').channels.clear();
    expect(await remove()).toMatchObject({ outcome: 'removed' });
    expect(fabric.orderer('org0-orderer2').channels.has('mychannel')).toBe(false);
    expect(isMarked()).toBe(true);
  });

  test.for([
    ['refuses', new FabricError('notAuthorized', 'no'), 'FabricRefused'],
    ['does not answer', new FabricError('timeout', 'no'), 'NodeUnreachable'],
    ['meets a mistake of the code', new TypeError('no'), 'Defect'],
  ] as const)('fails, and marks nothing, where an orderer %s', async ([, error, type]) => {
    fabric.before = (call) => {
      if (call === 'org0-orderer2 remove mychannel') throw error;
    };
    await expect(remove()).rejects.toMatchObject({ type });
    expect(isMarked()).toBe(false);
  });

  test('waits for an orderer that is down, which still has its blocks', async () => {
    fabric.down.add('org0-orderer2');
    await expect(remove()).rejects.toMatchObject({ type: 'ClusterUnavailable' });
    expect(isMarked()).toBe(false);
  });

  test('marks it where an organization has no orderer in it, once', async () => {
    expect(await remove({ ...CHANNEL, orderers: [] })).toMatchObject({ outcome: 'removed' });
    expect(await remove({ ...CHANNEL, orderers: [] })).toMatchObject({ outcome: 'unchanged' });
    expect(store.writes).toEqual(['ConfigMap mychannel-genesis-block']);
  });

  test('does nothing in a dry run but say so', async () => {
    expect(await remove({ ...CHANNEL, ...PLAN })).toMatchObject({ outcome: 'removed' });
    expect(fabric.changes).toEqual([]);
    expect(isMarked()).toBe(false);
  });
});

describe("finding a network's channels", () => {
  const find = (network = 'net', namespaces = ['net']): Promise<string[]> =>
    mockActivity().run(createChannelRemovalActivities(fabric.dependencies(store)).findChannels, {
      network,
      namespaces,
    });

  test('finds those of which it keeps a genesis block, and no other ConfigMap', async () => {
    store.put(storedConfigMap('net-network', {}));
    expect(await find()).toEqual(['mychannel']);
  });

  test('finds none of another network, of another namespace, or that was removed', async () => {
    expect(await find('other')).toEqual([]);
    expect(await find('net', ['elsewhere'])).toEqual([]);
    await remove();
    expect(await find()).toEqual([]);
  });
});
