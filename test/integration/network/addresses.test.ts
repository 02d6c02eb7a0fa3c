import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { awaitGone, type Cluster } from '../../../src/kubernetes/index.ts';
import type { NetworkStatus } from '../../../src/workflows/messages.ts';
import { startWorker, testCluster, type TestWorker } from '../../support/weft.ts';
import { describedNetwork, type DescribedNetwork } from './described-network.ts';

/*
 * Nodes that others reach by an address of their own. The addresses are names outside of the network's namespace that lead to its
 * Services, as a load balancer's name would, so that nothing but the address in the channel and in the certificates can make it work.
 */

const NAME = 'it-addresses';
const GATE = 'it-addresses-gate';

const BRING_UP_MS = 240_000;

let cluster: Cluster;
let worker: TestWorker;
let testNetwork: DescribedNetwork;

beforeAll(async () => {
  cluster = testCluster();
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GATE } });
  await Promise.all(['org1-orderer1', 'org1-peer1'].map(gateTo));
  worker = await startWorker();
  testNetwork = await describedNetwork(NAME, {
    organizations: [
      {
        name: 'org1',
        orderers: [{ name: 'orderer1', address: addressAt('org1-orderer1', 6050) }],
        peers: [{ name: 'peer1', address: addressAt('org1-peer1', 7051) }],
      },
    ],
    channels: [{ name: 'trade' }],
  });
});

afterAll(async () => {
  await testNetwork.remove(cluster);
  await worker.stop();
  await cluster.request({ method: 'DELETE', path: `/api/v1/namespaces/${GATE}`, purpose: 'remove the gate' });
  await awaitGone(
    cluster,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GATE } },
    AbortSignal.timeout(60_000),
  );
  await cluster.close();
});

describe('a network whose nodes have addresses', { timeout: BRING_UP_MS }, () => {
  it('comes up, and its peer gets its blocks from the orderer at the address', async () => {
    const { exitCode, stderr } = await testNetwork.weft('up');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const { stdout } = await testNetwork.weft('status', '-o', 'json');
    const status = JSON.parse(stdout) as NetworkStatus;
    expect(status).toMatchObject({ ready: true, channels: [{ name: 'trade', peers: [{ height: 1 }] }] });
  });

  it('is as described when it is brought up again', async () => {
    const { exitCode, stdout } = await testNetwork.weft('plan');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'No changes. The network is as described.' });
  });
});

function addressAt(service: string, port: number): string {
  return `${service}.${GATE}.svc.cluster.local:${port}`;
}

/** A name in the gate's namespace that leads to a Service of the network. */
async function gateTo(service: string): Promise<void> {
  await create(`/api/v1/namespaces/${GATE}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service },
    spec: { type: 'ExternalName', externalName: `${service}.${NAME}.svc.cluster.local` },
  });
}

async function create(path: string, body: object): Promise<void> {
  await cluster.request({ method: 'POST', path, body, purpose: `create ${path}` });
}
