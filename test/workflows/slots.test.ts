import { describe, expect, vi } from 'vitest';

import { PATIENCE, test } from './fixtures/temporal-test.ts';

/** More than work at the same time. */
const NODES = 60;

const SMALL = { name: 'small', organizations: [{ name: 'org1', orderers: 1, peers: 1 }] };

/** A busy machine can make any run late; a place that is missing makes each of them late. */
const TRIES = 3;

describe('a network whose nodes do not come up', () => {
  test('delays a second one on the same worker by no more than a second', { timeout: 120_000 }, async ({ cluster }) => {
    const runSmall = async (): Promise<number> => {
      const begun = performance.now();
      await (await cluster.apply(SMALL)).result();
      return performance.now() - begun;
    };
    await runSmall();
    const alone = await runSmall();

    const names = Array.from({ length: NODES }, (_, index) => `peer${index + 1}`);
    for (const name of names) cluster.hold('awaitRollout', `big-${name}`);
    const big = await cluster.apply({
      name: 'large',
      organizations: [{ name: 'big', orderers: 1, peers: names.map((name) => ({ name })) }],
    });
    await vi.waitFor(() => {
      const waiting = cluster.calls.filter(({ step, target, ended }) => {
        return step === 'awaitRollout' && target.startsWith('big-peer') && ended === undefined;
      });
      expect(waiting).toHaveLength(NODES);
    }, PATIENCE);

    const delays: number[] = [];
    for (let tried = 0; tried < TRIES; tried += 1) delays.push((await runSmall()) - alone);
    expect(Math.min(...delays)).toBeLessThan(1_000);
    await big.terminate();
  });
});
