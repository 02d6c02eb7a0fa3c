import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Temporal } from '../../src/client/index.ts';
import type { Cluster } from '../../src/kubernetes/index.ts';
import type { Description } from '../../src/spec/index.ts';
import { faultyNetwork, testTemporal, type FaultyNetwork } from '../integration/faults/faulty-network.ts';
import { exampleChaincode } from '../support/example-chaincode.ts';
import { startWorker, testCluster } from '../support/weft.ts';
import { accountOf, duplicatesIn, type Account } from './support/account.ts';
import { marksIn, pointName, recoveryOf, startsIn, STORY_OF, type Moment, type Story } from './support/points.ts';
import { startMortalWorkers } from './support/workers.ts';

/*
 * A network lives through all stories by workers that die, or stand still, at every point of every activity, and is what one is by workers that live. Each
 * activity has points by its name (points.ts); that no point between two calls does harm is shown in memory (test/unit/activities/faults/interruptions.test.ts).
 */

let cluster: Cluster;
let temporal: Temporal;
let image: string;

beforeAll(async () => {
  cluster = testCluster();
  temporal = await testTemporal();
  image = await exampleChaincode();
});

afterAll(async () => {
  console.info(table());
  for (const remove of left.splice(0)) await remove();
  await temporal.close();
  await cluster.close();
});

const left: (() => Promise<void>)[] = [];

/** What is done in each story, and how the network is described then. */
interface Chapter {
  readonly story: Story;
  readonly description: () => Omit<Description, 'name'>;
  readonly command: readonly [string, ...string[]];
}

interface Described {
  readonly orderers?: number;
  readonly batchTimeout?: string;
  readonly version?: string;
  readonly logging?: string;
}

function described({ orderers = 1, batchTimeout = '500ms', version = '1.0', logging = 'info' }: Described) {
  return (): Omit<Description, 'name'> => ({
    organizations: [
      { name: 'org0', orderers },
      { name: 'org1', peers: [{ name: 'peer1', environment: { FABRIC_LOGGING_SPEC: logging } }] },
    ],
    channels: [{ name: 'mychannel', orderers: ['org0'], peers: ['org1'], batch: { timeout: batchTimeout } }],
    chaincodes: [{ name: 'basic', channel: 'mychannel', version, image }],
  });
}

const CHANGED = { batchTimeout: '400ms', version: '1.1', logging: 'info:gossip=warning' };
const UP = ['up', '--yes', '-o', 'json'] as const;

const CHAPTERS: readonly Chapter[] = [
  { story: 'bring-up', description: described({}), command: UP },
  { story: 'change', description: described(CHANGED), command: UP },
  { story: 'renewal', description: described(CHANGED), command: ['renew', '--all', '-o', 'json'] },
  { story: 'removal', description: described(CHANGED), command: ['down', '--yes', '-o', 'json'] },
];

/** One death is noticed after twelve seconds, and there are some dozen in a story. */
const STORY_MS = 30 * 60_000;

async function carryOut(network: FaultyNetwork, { description, command: [name, ...flags] }: Chapter): Promise<void> {
  network.describe(description());
  const { exitCode, stderr, stdout } = await network.weft(name, ...flags);
  if (exitCode !== 0) throw new Error(`weft ${name} ended with ${exitCode}:\n${stderr.slice(-4_000)}\n${stdout}`);
}

/** What is left of the story of a network. */
async function leftOf(network: FaultyNetwork, { story }: Chapter): Promise<Account> {
  if (story !== 'removal') return accountOf(cluster, network.network());
  return { objects: [], certificates: {}, channels: {} };
}

const undisturbed = new Map<Story, Account>();

describe('by a worker that lives', { timeout: STORY_MS }, () => {
  test('each story comes to its end', async () => {
    const worker = await startWorker();
    const network = faultyNetwork('it-undisturbed', { cluster, temporal });
    left.push(network.remove);
    try {
      for (const chapter of CHAPTERS) {
        await carryOut(network, chapter);
        undisturbed.set(chapter.story, await leftOf(network, chapter));
      }
    } finally {
      await worker.stop();
    }
  });
});

/** Each pass goes through all stories with points of its kind. */
const PASSES: readonly { readonly name: string; readonly moments: readonly Moment[] }[] = [
  { name: 'before-after', moments: ['before', 'after'] },
  { name: 'middle', moments: ['middle'] },
  { name: 'stopped', moments: ['stopped'] },
];

describe.for(PASSES)('by workers that die or stand still: $name', { timeout: STORY_MS }, ({ name, moments }) => {
  let network: FaultyNetwork;

  beforeAll(() => {
    network = faultyNetwork(`it-${name}`, { cluster, temporal });
    left.push(network.remove);
  });

  test.for(CHAPTERS)('$story ends as undisturbed', async (chapter) => {
    const activities = Object.entries(STORY_OF).flatMap(([activity, story]) =>
      story === chapter.story ? activity : [],
    );
    const points = activities.flatMap((activity) => moments.map((moment) => pointName(activity, moment)));
    const workers = await startMortalWorkers(points);
    const begun = performance.now();
    try {
      await carryOut(network, chapter).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${workers.log()}`);
      });
      const [marks, starts] = await Promise.all([marksIn(workers.folder), startsIn(workers.folder)]);
      const recoveries = [...marks.values()].flatMap((mark) => recoveryOf(mark, starts) ?? []);
      const missed = points.filter((point) => !marks.has(point));
      rows.push({
        story: `${chapter.story}, ${name}`,
        points: marks.size,
        longest: Math.max(0, ...recoveries),
        seconds: (performance.now() - begun) / 1_000,
        missed,
      });
      const account = await leftOf(network, chapter);
      const expected = undisturbed.get(chapter.story);
      if (expected === undefined) throw new Error('There is nothing to compare with.');
      expect(duplicatesIn(account, expected)).toEqual([]);
      expect(account.objects).toEqual(expected.objects);
      expect(account.channels).toEqual(expected.channels);
      // Only what writes has a middle.
      if (moments.includes('before')) expect(missed).toEqual([]);
    } finally {
      await workers.stop();
    }
  });
});

interface Row {
  readonly story: string;
  readonly points: number;
  readonly longest: number;
  readonly seconds: number;
  readonly missed: readonly string[];
}

const rows: Row[] = [];

function table(): string {
  return rows
    .map(
      ({ story, points, longest, seconds, missed }) =>
        `${story.padEnd(26)} ${String(points).padStart(3)} points, longest recovery ${longest.toFixed(1)} s, ${seconds.toFixed(0)} s; not come to: ${missed.length === 0 ? 'none' : missed.join(', ')}`,
    )
    .join('\n');
}
