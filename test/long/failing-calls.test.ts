import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Temporal } from '../../src/client/index.ts';
import type { Cluster } from '../../src/kubernetes/index.ts';
import { described, liveThrough, startFailingCalls, type FailingCalls } from '../integration/faults/failing-calls.ts';
import { faultyNetwork, testTemporal, type FaultyNetwork } from '../integration/faults/faulty-network.ts';
import { exampleChaincode } from '../support/example-chaincode.ts';
import { testCluster } from '../support/weft.ts';

/* An API server that fails three calls in ten: steps are tried again, and each command comes to its end all the same. */

let cluster: Cluster;
let temporal: Temporal;
let failing: FailingCalls;
let network: FaultyNetwork;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
  failing = await startFailingCalls();
  network = faultyNetwork('it-failing-often', { cluster, temporal }, failing.variables);
  network.describe(described(await exampleChaincode()));
});

afterAll(async () => {
  await network.remove();
  await failing.stop();
  await temporal.close();
  await cluster.close();
});

const TEN_MINUTES_IN_SECONDS = 600;

test('a network comes up, up again and down within ten minutes each where three calls in ten fail', async () => {
  failing.front.share = 0.3;
  const times = await liveThrough(network);
  for (const seconds of Object.values(times)) expect(seconds).toBeLessThan(TEN_MINUTES_IN_SECONDS);
}, 1_900_000);
