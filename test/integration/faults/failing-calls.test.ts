import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Temporal } from '../../../src/client/index.ts';
import type { Cluster } from '../../../src/kubernetes/index.ts';
import { exampleChaincode } from '../../support/example-chaincode.ts';
import { testCluster } from '../../support/weft.ts';
import { described, liveThrough, startFailingCalls, type FailingCalls } from './failing-calls.ts';
import { faultyNetwork, testTemporal, type FaultyNetwork } from './faulty-network.ts';

/*
 * An API server that fails one call in ten. That no call of any step may do harm when it fails is shown for each by itself in
 * test/unit/activities/faults; here, that all of them together are no slower than can be borne.
 */

let cluster: Cluster;
let temporal: Temporal;
let failing: FailingCalls;
let network: FaultyNetwork;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
  failing = await startFailingCalls();
  network = faultyNetwork('it-failing-calls', { cluster, temporal }, failing.variables);
  network.describe(described(await exampleChaincode()));
});

afterAll(async () => {
  await network.remove();
  await failing.stop();
  await temporal.close();
  await cluster.close();
});

/** How much longer a command may take; what takes a second without failures may take some in any case. */
const MOST_TIMES = 3;
const GRACE_SECONDS = 2;

test('a network comes up, up again and down behind an API server that fails a tenth of its calls, at most three times as late', async () => {
  const without = await liveThrough(network);
  failing.front.share = 0.1;
  const behind = await liveThrough(network);
  for (const command of ['up', 'again', 'down'] as const) {
    expect(behind[command], command).toBeLessThan(without[command] * MOST_TIMES + GRACE_SECONDS);
  }
  const { calls, ...faults } = failing.front.counts;
  expect(calls).toBeGreaterThan(100);
  expect(Object.values(faults).reduce((sum, count) => sum + count)).toBeGreaterThan(calls * 0.03);
}, 400_000);
