import { describe, expect } from 'vitest';

import { largeNetwork, testNetwork } from './fixtures/descriptions.ts';
import { historyOf, payloadsOf, recordedActivities } from './fixtures/history.ts';
import { test } from './fixtures/temporal-test.ts';

// Limits of a Temporal server at which it begins to warn (its dynamic configuration's defaults).
const EVENTS_WARNING = 10_240;
const HISTORY_BYTES_WARNING = 10 * 1024 * 1024;
const PAYLOAD_BYTES_WARNING = 256 * 1024;

/** A thousand inputs of this size make a history of 4 MB: well below the limits, also for networks of several hundred nodes. */
const INPUT_BYTES = 4096;

describe('a network of a hundred nodes', () => {
  test('keeps the input of every step small and every history below the limits', async ({ cluster, temporal }) => {
    const { workflow } = temporal.environment.client;
    const run = await cluster.apply(largeNetwork);
    await run.result();
    expect(cluster.callsOf('awaitRollout')).toHaveLength(103);

    for (const id of [run.workflowId, `${run.workflowId}/org1`]) {
      const activities = await recordedActivities(workflow, id);
      // The description as a whole is the input of one step, once, and the volumes of an organization of one of it.
      const once = ['recordNetwork', 'claimVolumes'];
      const large = activities.filter(({ type, inputBytes }) => inputBytes > INPUT_BYTES && !once.includes(type));
      expect(large).toEqual([]);

      const { events, bytes } = await historyOf(workflow, id);
      expect(events.length).toBeLessThan(EVENTS_WARNING / 2);
      expect(bytes).toBeLessThan(HISTORY_BYTES_WARNING / 2);
      const sizes = payloadsOf(events).map((payload) => JSON.stringify(payload).length);
      expect(Math.max(...sizes)).toBeLessThan(PAYLOAD_BYTES_WARNING);
    }
  });
});

describe('a history', () => {
  test('has no field in which a secret could come along', async ({ cluster, temporal }) => {
    const run = await cluster.apply(testNetwork);
    await run.result();
    const ids = [run.workflowId, ...testNetwork.organizations.map(({ name }) => `${run.workflowId}/${name}`)];
    for (const id of ids) {
      const { events } = await historyOf(temporal.environment.client.workflow, id);
      const payloads = payloadsOf(events);
      expect(payloads.length).toBeGreaterThan(20);
      const suspicious = payloads
        .flatMap(fieldNames)
        .filter((name) => /secret|passw|token|key|cert.*data|pem$/i.test(name));
      expect(suspicious).toEqual([]);
      expect(JSON.stringify(payloads)).not.toMatch(/-----BEGIN|PRIVATE KEY/);
    }
  });
});

function fieldNames(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(fieldNames)];
}
