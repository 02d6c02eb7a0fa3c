import { afterAll, beforeAll, expect, test } from 'vitest';

import { liveThrough, networkBehindFront, type NetworkBehindFront } from './failing-calls.ts';

/*
 * An API server that fails one call in ten. That no call of any step may do harm when it fails is shown for each by itself in
 * test/unit/activities/faults; here, that all of them together are no slower than can be borne.
 */

let behindFront: NetworkBehindFront;

beforeAll(async () => {
  behindFront = await networkBehindFront('it-failing-calls');
});

afterAll(() => behindFront.remove());

/** How much longer a command may take; what takes a second without failures may take some in any case. */
const MOST_TIMES = 3;
const GRACE_SECONDS = 2;

test('a network comes up, up again and down behind an API server that fails a tenth of its calls, at most three times as late', async () => {
  const without = await liveThrough(behindFront.network);
  behindFront.front.share = 0.1;
  const behind = await liveThrough(behindFront.network);
  for (const command of ['up', 'again', 'down'] as const) {
    expect(behind[command], command).toBeLessThan(without[command] * MOST_TIMES + GRACE_SECONDS);
  }
  const { calls, ...faults } = behindFront.front.counts;
  expect(calls).toBeGreaterThan(100);
  expect(Object.values(faults).reduce((sum, count) => sum + count)).toBeGreaterThan(calls * 0.03);
}, 400_000);
