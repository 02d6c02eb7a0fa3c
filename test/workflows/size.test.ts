import { describe, expect } from 'vitest';

import type { WorkflowClient } from '@temporalio/client';

import { channelNetwork, testNetwork } from './fixtures/descriptions.ts';
import { childrenIn, historyOf, payloadsOf, recordedActivities } from './fixtures/history.ts';
import { test } from './fixtures/temporal-test.ts';

// Limits of a Temporal server at which it begins to warn (its dynamic configuration's defaults).
const EVENTS_WARNING = 10_240;
const HISTORY_BYTES_WARNING = 10 * 1024 * 1024;
const PAYLOAD_BYTES_WARNING = 256 * 1024;

/** A thousand inputs of this size make a history of 4 MB: well below the limits, also for networks of several hundred nodes. */
const INPUT_BYTES = 4096;

const PEERS = 300;

/** What a run may cost for each peer: nothing in it grows with the square of their number. */
const EVENTS_PER_PEER = 60;
const BYTES_PER_PEER = 40 * 1024;

/** A channel of three organizations with a hundred peers each, and a chaincode on it. */
const largeChannel = {
  ...channelNetwork,
  name: 'large',
  channels: [{ name: 'mychannel', orderers: ['org0'], peers: ['org1', 'org2', 'org3'] }],
  organizations: [
    { name: 'org0', orderers: 5 },
    { name: 'org1', peers: PEERS / 3 },
    { name: 'org2', peers: PEERS / 3 },
    { name: 'org3', peers: PEERS / 3 },
  ],
};

describe('a channel of three hundred peers with a chaincode', () => {
  test('keeps the input of every step small, and the whole tree of runs in proportion to its peers', async ({
    cluster,
    temporal,
  }) => {
    const { workflow } = temporal.environment.client;
    const run = await cluster.apply(largeChannel);
    await run.result();
    expect(cluster.callsOf('joinPeer')).toHaveLength(PEERS);
    expect(cluster.callsOf('queryChaincode')).toHaveLength(PEERS);

    const tree = await treeOf(workflow, run.workflowId);
    expect(tree).toHaveLength(11);
    let [allEvents, allBytes] = [0, 0];
    for (const id of tree) {
      const activities = await recordedActivities(workflow, id);
      // Lists of all that one organization has are the input of one step each, and so is the description as a whole.
      const large = activities.filter(({ type, inputBytes }) => inputBytes > INPUT_BYTES && !LISTS.includes(type));
      expect(large).toEqual([]);

      const { events, bytes } = await historyOf(workflow, id);
      expect(events.length).toBeLessThan(EVENTS_WARNING);
      expect(bytes).toBeLessThan(HISTORY_BYTES_WARNING);
      const sizes = payloadsOf(events).map((payload) => JSON.stringify(payload).length);
      expect(Math.max(...sizes)).toBeLessThan(PAYLOAD_BYTES_WARNING);
      allEvents += events.length;
      allBytes += bytes;
    }
    expect(allEvents / PEERS).toBeLessThan(EVENTS_PER_PEER);
    expect(allBytes / PEERS).toBeLessThan(BYTES_PER_PEER);
  }, 240_000);
});

/** Steps that are given a list, each once for an organization or a namespace. */
const LISTS = [
  ...[
    'recordBegun',
    'recordNetwork',
    'claimVolumes',
    'findRemovals',
    'findUnchangedSteps',
    'awaitBlocks',
    'readDefinition',
  ],
  ...['approveChaincode', 'commitChaincode', 'createGenesisBlock'],
];

describe('a history', () => {
  test.for([
    ['a network of nodes', testNetwork],
    ['a network with a channel and a chaincode', channelNetwork],
  ] as const)(
    'of %s has no field in which a secret could come along, nor has any of its child workflows',
    async ([, network], { cluster, temporal }) => {
      const run = await cluster.apply(network);
      await run.result();
      const { workflow } = temporal.environment.client;
      for (const id of await treeOf(workflow, run.workflowId)) {
        const { events } = await historyOf(workflow, id);
        const payloads = payloadsOf(events);
        expect(payloads.length).toBeGreaterThan(5);
        const suspicious = payloads
          .flatMap(fieldNames)
          .filter((name) => /secret|passw|token|key|cert.*data|pem$/i.test(name));
        expect(suspicious).toEqual([]);
        expect(JSON.stringify(payloads)).not.toMatch(/PRIVATE KEY/);
      }
    },
  );
});

/** Workflow ids of a run and of all runs that it started. */
async function treeOf(client: WorkflowClient, workflowId: string): Promise<string[]> {
  const { events } = await historyOf(client, workflowId);
  const below = await Promise.all(childrenIn(events).map((child) => treeOf(client, child)));
  return [workflowId, ...below.flat()];
}

function fieldNames(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(fieldNames)];
}
