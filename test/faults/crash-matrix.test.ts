import { isDeepStrictEqual } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Temporal } from '../../src/client/index.ts';
import type { Cluster } from '../../src/kubernetes/index.ts';
import { faultyNetwork, testTemporal, type FaultyNetwork } from '../integration/faults/faulty-network.ts';
import { nameImage } from '../integration/faults/node-images.ts';
import { exampleChaincode } from '../support/example-chaincode.ts';
import { testCluster } from '../support/weft.ts';
import { accountOf, accountOfRemoved, duplicatesIn, type Account } from './support/account.ts';
import { described, type Described } from './support/described.ts';
import { IN_STORIES, marksIn, mayBeMissed, pointName, recoveryOf, startsIn, type Moment } from './support/points.ts';
import { startMortalWorkers } from './support/workers.ts';

/*
 * A network lives through all stories by workers that die, or stand still, at every point of every activity, and is what one is by workers that live. Each
 * activity is interrupted in the first story that comes to it; that no point between two calls does harm is shown in memory (test/unit/activities/faults/interruptions.test.ts).
 */

let cluster: Cluster;
let temporal: Temporal;
let image: string;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
  image = await exampleChaincode();
  for (const name of Object.values(NODE_IMAGES)) {
    const named = await nameImage(name.replace('-of-faults', ''), name);
    left.push(named.remove);
  }
});

afterAll(async () => {
  console.info(table());
  for (const remove of left.splice(0)) await remove();
  await temporal.close();
  await cluster.close();
});

const left: (() => Promise<void>)[] = [];

/** What is done to a network, and how it is described then. */
interface Story {
  readonly name: string;
  readonly description: Omit<Described, 'image'>;
  readonly command: readonly [string, ...string[]];
}

/** The images of the release under names of their own: another image, and the same program. */
const NODE_IMAGES = {
  orderer: 'ghcr.io/hyperledger/fabric-orderer:2.5.9-of-faults',
  peer: 'ghcr.io/hyperledger/fabric-peer:2.5.9-of-faults',
};

const CHANGED = {
  batchTimeout: '400ms',
  version: '1.1',
  logging: 'info:gossip=warning',
  nodeImages: NODE_IMAGES,
  endorsementPolicy: "OR('Org1MSP.peer')",
};
const UP = ['up', '--yes', '-o', 'json'] as const;

/** One after the other. */
const STORIES: readonly Story[] = [
  { name: 'bring-up', description: {}, command: UP },
  { name: 'change', description: CHANGED, command: UP },
  { name: 'one orderer and one peer more', description: { ...CHANGED, nodes: 2 }, command: UP },
  { name: 'they leave the channel', description: { ...CHANGED, nodes: 2, leaves: true }, command: UP },
  { name: 'one orderer and one peer less', description: CHANGED, command: [...UP, '--prune-data'] },
  { name: 'renewal', description: CHANGED, command: ['renew', '-o', 'json'] },
  { name: 'removal', description: CHANGED, command: ['down', '--yes', '-o', 'json'] },
];

/** One death is noticed after twelve seconds, and there are some dozen in a story. */
const STORY_MS = 30 * 60_000;

async function carryOut(network: FaultyNetwork, { description, command: [name, ...flags] }: Story): Promise<void> {
  network.describe(described({ ...description, image }));
  const { exitCode, stderr, stdout } = await network.weft(name, ...flags);
  if (exitCode !== 0) throw new Error(`weft ${name} ended with ${exitCode}:\n${stderr.slice(-4_000)}\n${stdout}`);
}

function leftOf(network: FaultyNetwork, { name }: Story): Promise<Account> {
  return name === 'removal' ? accountOfRemoved(cluster, network.network()) : accountOf(cluster, network.network());
}

/** How a story ends by workers that live, and which activities it is the first to come to. */
interface Undisturbed {
  readonly account: Account;
  readonly activities: readonly string[];
}

const undisturbed = new Map<Story, Undisturbed>();

describe('by workers that live', { timeout: STORY_MS }, () => {
  test('each story comes to its end, and all of them to every activity', async () => {
    const workers = await startMortalWorkers([]);
    const network = faultyNetwork('it-undisturbed', { cluster, temporal });
    left.push(network.remove);
    const known = new Set<string>();
    try {
      for (const story of STORIES) {
        await carryOut(network, story);
        const types = new Set((await startsIn(workers.folder)).map(({ type }) => type));
        const activities = [...types].filter((type) => !known.has(type));
        for (const type of activities) known.add(type);
        undisturbed.set(story, { account: await leftOf(network, story), activities });
      }
    } finally {
      await workers.stop();
    }
    expect(IN_STORIES.filter((activity) => !known.has(activity))).toEqual([]);
  });
});

/** Each pass goes through all stories with points of its kind. */
const PASSES: readonly { readonly name: string; readonly moments: readonly Moment[] }[] = [
  { name: 'before-after', moments: ['before', 'after'] },
  { name: 'middle', moments: ['middle'] },
  { name: 'stopped', moments: ['stopped'] },
];

describe.for(PASSES)('by workers that die or stand still: $name', { timeout: STORY_MS }, ({ name: pass, moments }) => {
  let network: FaultyNetwork;

  beforeAll(() => {
    network = faultyNetwork(`it-${pass}`, { cluster, temporal });
    left.push(network.remove);
  });

  test.for(STORIES)('$name ends as undisturbed', async (story) => {
    const expected = undisturbed.get(story);
    if (expected === undefined) throw new Error('There is nothing to compare with.');
    const points = expected.activities.flatMap((activity) => moments.map((moment) => pointName(activity, moment)));
    const workers = await startMortalWorkers(points);
    const begun = performance.now();
    try {
      await carryOut(network, story).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${workers.log()}`);
      });
      const [marks, starts] = await Promise.all([marksIn(workers.folder), startsIn(workers.folder)]);
      const account = await leftOf(network, story);
      const { objects, channels } = account;
      const duplicates = duplicatesIn(account, expected.account);
      const converged = isDeepStrictEqual(
        { objects, channels },
        { objects: expected.account.objects, channels: expected.account.channels },
      );
      const missed = points.filter((point) => !marks.has(point));
      rows.push({
        ...{ story: `${story.name}, ${pass}`, points: marks.size, converged, duplicates: duplicates.length, missed },
        longest: Math.max(0, ...[...marks.values()].flatMap((mark) => recoveryOf(mark, starts) ?? [])),
        seconds: (performance.now() - begun) / 1_000,
      });
      expect(duplicates).toEqual([]);
      expect(objects).toEqual(expected.account.objects);
      expect(channels).toEqual(expected.account.channels);
      // Only what writes has a middle.
      if (moments.includes('before')) expect(missed.filter((point) => !mayBeMissed(point))).toEqual([]);
    } finally {
      await workers.stop();
    }
  });
});

interface Row {
  readonly story: string;
  readonly points: number;
  readonly converged: boolean;
  readonly duplicates: number;
  /** Seconds. */
  readonly longest: number;
  readonly seconds: number;
  readonly missed: readonly string[];
}

const rows: Row[] = [];

function table(): string {
  const lines = rows.map(({ story, points, converged, duplicates, longest, seconds }) =>
    [
      story.padEnd(44),
      String(points).padStart(6),
      (converged ? 'yes' : 'no').padStart(9),
      String(duplicates).padStart(10),
      `${longest.toFixed(1)} s`.padStart(16),
      `${seconds.toFixed(0)} s`.padStart(8),
    ].join('  '),
  );
  const heads = ['story'.padEnd(44), 'points', 'converged', 'duplicates', 'longest recovery', 'whole'.padStart(8)];
  const missed = rows.flatMap((row) => row.missed);
  return [heads.join('  '), ...lines, ...(missed.length === 0 ? [] : [`Not come to: ${missed.join(', ')}`])].join('\n');
}
