import { beforeEach, describe, expect, test } from 'vitest';

import { withOrderer, withPeer } from '../../../../src/activities/peers/sessions.ts';
import { FabricError } from '../../../../src/fabric/index.ts';
import { KubernetesError } from '../../../../src/kubernetes/index.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, ORG1 } from '../steps.ts';

const signal = AbortSignal.timeout(20_000);

let fabric: FakeFabric;
let store: ObjectStore;

beforeEach(() => {
  fabric = fakeFabric();
  store = objectStore(enrolled(ORG1));
});

/** Asks the first of org1's nodes that can be reached for its name and whatever is open then. */
function ask(nodes: readonly string[]): Promise<{ readonly answered: string; readonly open: readonly string[] }> {
  return withPeer(fabric.dependencies(store), { organization: ORG1, nodes }, signal, async (peer) => {
    await peer.channels();
    return { answered: fabric.asked.at(-1)?.node ?? '', open: [...fabric.open] };
  });
}

describe('asking one of several nodes', () => {
  test('asks the first that can be reached, as the Admin, and trusts the TLS root of the organization', async () => {
    fabric.down.add('org1-peer1');
    expect(await ask(['org1-peer1', 'org1-peer2', 'org1-peer3'])).toEqual({
      answered: 'org1-peer2',
      open: ['way to org1-peer2', 'peer org1-peer2'],
    });
    expect(fabric.asked).toEqual([{ node: 'org1-peer2', as: 'Org1MSP', trusts: 'TLS root of org1' }]);
  });

  test('closes what it opened, whether it is answered or not', async () => {
    await ask(['org1-peer1']);
    expect(fabric.open).toEqual([]);
    fabric.before = () => {
      throw new FabricError('timeout', 'no answer');
    };
    await expect(ask(['org1-peer1'])).rejects.toThrow('no answer');
    expect(fabric.open).toEqual([]);
  });

  test('says of each why it cannot be reached, where none can', async () => {
    fabric.down.add('org1-peer1').add('org1-peer2');
    await expect(ask(['org1-peer1', 'org1-peer2'])).rejects.toMatchObject({
      type: 'NodeUnreachable',
      nonRetryable: false,
      message: 'org1-peer1 has no ready pod. org1-peer2 has no ready pod.',
    });
    await expect(ask([])).rejects.toMatchObject({ type: 'NodeUnreachable', message: 'org1 has no such node.' });
  });

  test('does not go on to the next where the cluster refuses', async () => {
    const { connector, ...others } = fabric.dependencies(store);
    const tried: string[] = [];
    const connect: typeof connector.connect = (target, given) => {
      tried.push(target.service);
      if (target.service === 'org1-peer1') return Promise.reject(new KubernetesError('forbidden', 'no port-forward'));
      return connector.connect(target, given);
    };
    const asked = { organization: ORG1, nodes: ['org1-peer1', 'org1-peer2'] };
    const asking = withPeer({ ...others, connector: { connect } }, asked, signal, (peer) => peer.channels());
    await expect(asking).rejects.toThrow('no port-forward');
    expect(tried).toEqual(['org1-peer1']);
  });

  test('dials nobody without the material of the Admin', async () => {
    store = objectStore([]);
    await expect(ask(['org1-peer1'])).rejects.toMatchObject({ type: 'MaterialMissing' });
    expect(fabric.asked).toEqual([]);
  });

  test('is the same with orderers', async () => {
    fabric.down.add('org1-orderer1');
    const nodes = ['org1-orderer1', 'org1-orderer2'];
    const mspId = await withOrderer(fabric.dependencies(store), { organization: ORG1, nodes }, signal, (_, admin) => {
      expect(fabric.open).toEqual(['way to org1-orderer2', 'orderer org1-orderer2']);
      return Promise.resolve(admin.mspId);
    });
    expect(mspId).toBe('Org1MSP');
    expect(fabric.open).toEqual([]);
  });
});
