import { describe, expect, vi } from 'vitest';

import { failure } from '../../src/activities/failures.ts';
import { retryWaitingSteps } from '../../src/client/index.ts';
import { connectTemporal } from '../../src/client/connect.ts';
import { smallNetwork } from './fixtures/descriptions.ts';
import { PATIENCE, test } from './fixtures/temporal-test.ts';

const overloaded = failure('ClusterUnavailable', 'the API server answers 503');

/** So many failures lead to the longest time between two attempts: 10 s (src/workflows/durable/policies.ts). */
const FAILURES = 6;

describe('a step that waits for its next attempt', () => {
  test('is tried at once when it is asked for, and its attempts are counted on', async ({ cluster, temporal }) => {
    const { connection } = temporal.environment;
    const address = connection.options.address;
    const client = await connectTemporal({ address, namespace: 'default', connection: { address } });
    try {
      // One in the run itself, one in a child.
      cluster.fail('applyNamespace', 'small', overloaded, FAILURES);
      cluster.fail('claimVolumes', 'org1', overloaded, FAILURES);
      const run = await cluster.apply(smallNetwork);
      for (const step of ['applyNamespace', 'claimVolumes'] as const) {
        await vi.waitFor(() => {
          expect(cluster.callsOf(step, step === 'claimVolumes' ? 'org1' : 'small')).toHaveLength(FAILURES);
        }, PATIENCE);
        const reference = { workflowId: run.workflowId };
        expect(await retryWaitingSteps(client, reference, 'org9')).toEqual([]);
        const asked = Date.now();
        const retried = await vi.waitFor(async () => {
          const steps = await retryWaitingSteps(client, reference, undefined);
          expect(steps).not.toEqual([]);
          return steps;
        }, PATIENCE);
        expect(retried).toMatchObject([{ step, attempt: FAILURES + 1, reason: overloaded.message }]);
        await vi.waitFor(() => {
          expect(cluster.callsOf(step, step === 'claimVolumes' ? 'org1' : 'small')).toHaveLength(FAILURES + 1);
        }, PATIENCE);
        expect(Date.now() - asked).toBeLessThan(SOON_MS);
      }
      const { steps } = await run.result();
      expect(steps.find(({ step, target }) => step === 'claimVolumes' && target === 'org1')).toMatchObject({
        attempts: FAILURES + 1,
      });
    } finally {
      await client.close();
    }
  });
});

/** The attempt would otherwise begin eight to ten seconds after the last. */
const SOON_MS = 5_000;
