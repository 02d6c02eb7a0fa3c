import { afterAll, beforeAll, expect, test } from 'vitest';

import { liveThrough, networkBehindFront, type NetworkBehindFront } from '../integration/faults/failing-calls.ts';

/* An API server that fails three calls in ten: steps are tried again, and each command comes to its end all the same. */

let behindFront: NetworkBehindFront;

beforeAll(async () => {
  behindFront = await networkBehindFront('it-failing-often');
});

afterAll(() => behindFront.remove());

const TEN_MINUTES_IN_SECONDS = 600;

test('a network comes up, up again and down within ten minutes each where three calls in ten fail', async () => {
  behindFront.front.share = 0.3;
  const times = await liveThrough(behindFront.network);
  for (const seconds of Object.values(times)) expect(seconds).toBeLessThan(TEN_MINUTES_IN_SECONDS);
}, 1_900_000);
