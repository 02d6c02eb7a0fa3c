import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import {
  behindInWords,
  unheardInWords,
  createLeaderActivities,
  type AwaitLeaderInput,
  type LeaderActivities,
} from '../../../../src/activities/channels/leader.ts';
import type { OrdererView } from '../../../../src/activities/channels/orderers.ts';
import { FabricError, type ConsensusMetrics, type OrdererChannel } from '../../../../src/fabric/index.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { fakeFabric, type FakeFabric } from '../fake-fabric.ts';
import { runWaiting } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, GENESIS, ORG0, UP } from '../steps.ts';
import { storedConfigMap, without } from '../stored.ts';

vi.mock('node:timers/promises', () => import('../instant-timers.ts'));

const RAFT: AwaitLeaderInput = {
  ...UP,
  organization: ORG0,
  channel: 'mychannel',
  orderers: ['org0-orderer1', 'org0-orderer2'],
  consensus: 'raft',
  consenters: 3,
};

let fabric: FakeFabric;
let store: ObjectStore;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  fabric = fakeFabric();
  store = objectStore(enrolled(ORG0));
  for (const node of RAFT.orderers) follow(node);
});

afterEach(() => {
  vi.useRealTimers();
});

const CONSENSUS: ConsensusMetrics = {
  ...{ consensus: 'raft', isLeader: false },
  ...{ clusterSize: 3, committedBlock: 0, streams: 0 },
};

/** Lets an orderer take part in the consensus of the channel, without leading it. */
function follow(node: string, more: Partial<ConsensusMetrics> = {}): void {
  fabric.orderer(node).channels.set('mychannel', [GENESIS]);
  fabric.orderer(node).metrics.set('mychannel', { ...CONSENSUS, ...more });
}

function lead(node: string): void {
  follow(node, { isLeader: true });
}

interface Waited {
  readonly result: Awaited<ReturnType<LeaderActivities['awaitLeader']>>;
  /** What the step said that it waits for, at each look. */
  readonly words: readonly string[];
  readonly seconds: number;
}

/** @param onWords called whenever the step says what it waits for */
async function awaitLeader(
  input: AwaitLeaderInput,
  onWords: (times: number) => void = () => undefined,
): Promise<Waited> {
  const words: string[] = [];
  const begun = Date.now();
  const { awaitLeader: activity } = createLeaderActivities(fabric.dependencies(store));
  const result = await runWaiting(activity, input, ({ message }, times) => {
    words.push(message);
    onWords(times);
  });
  return { result, words, seconds: (Date.now() - begun) / 1000 };
}

/** The Deployment of an orderer, which the description names or does not name any more. */
function orderer(name: string, labelled: Readonly<Record<string, string>> = {}): KubernetesObject {
  const object = without(storedConfigMap(name, {}), 'data');
  const labels = {
    ...object.metadata.labels,
    'weft.dev/organization': 'org0',
    'app.kubernetes.io/component': 'orderer',
    ...labelled,
  };
  return { ...object, apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...object.metadata, labels } };
}

/** One that trusts a CA at its operations endpoint of which the key is lost. */
function closed(name: string): KubernetesObject {
  const spec = { template: { metadata: { annotations: { 'weft.dev/operations-ca': 'lost' } } } };
  return { ...orderer(name), spec };
}

describe('the wait for a leader', () => {
  test('says why orderers that all answer do not reach each other, by their logs', async () => {
    const labels = { ...orderer('org0-orderer1').metadata.labels, 'weft.dev/node': 'org0-orderer1' };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'org0-orderer1-pod', namespace: 'net', labels } };
    store.put(pod);
    const said =
      'Failed to send StepRequest to 2, because: rpc error: code = Unavailable desc = lookup org0-orderer2: no such host';
    store.logs.set('org0-orderer1-pod', `${said} channel=other node=1\n${said} channel=mychannel node=1\n`);
    const { words } = await awaitLeader(RAFT, () => {
      lead('org0-orderer2');
    });
    expect(words[0]).toContain(
      'org0-orderer1: does not reach orderer 2 of mychannel: lookup org0-orderer2: no such host',
    );
  });

  test('ends at once where one of the orderers leads', async () => {
    lead('org0-orderer2');
    const { result, words, seconds } = await awaitLeader(RAFT);
    expect(result).toMatchObject({ outcome: 'unchanged', isOrdering: true, height: 1 });
    expect(words).toEqual([]);
    expect(seconds).toBe(0);
    expect(fabric.open).toEqual([]);
  });

  test('ends when one is elected, and says why nobody is until then', async () => {
    fabric.down.add('org0-orderer2');
    const { result, words } = await awaitLeader(RAFT, (times) => {
      if (times === 3) lead('org0-orderer1');
    });
    expect(result.isOrdering).toBe(true);
    expect(words).toEqual(
      Array(3).fill(
        'no Raft leader for mychannel: 1 of 3 orderers answer, 2 are needed. org0-orderer2: org0-orderer2 has no ready pod.',
      ),
    );
  });

  test('says nothing in the two seconds that an election may take', async () => {
    const { words, seconds } = await awaitLeader(RAFT, () => {
      lead('org0-orderer1');
    });
    expect(words).toHaveLength(1);
    expect(seconds).toBeGreaterThan(2);
    expect(seconds).toBeLessThan(5);
  });

  test('has no end of its own', async () => {
    const { result, seconds } = await awaitLeader(RAFT, (times) => {
      if (times === 300) lead('org0-orderer1');
    });
    expect(result.isOrdering).toBe(true);
    expect(seconds).toBeGreaterThan(300);
  });

  test('ends without a leader where other organizations may have one and the patience is over', async () => {
    const { result, seconds } = await awaitLeader({ ...RAFT, patienceSeconds: 1 });
    expect(result).toMatchObject({ outcome: 'unchanged', isOrdering: false });
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(1.5);
  });

  test('counts those that take part in BFT, of which a quorum is enough', async () => {
    for (const node of RAFT.orderers) follow(node, { consensus: 'bft' });
    const bft = { ...RAFT, consensus: 'bft', consenters: 4, patienceSeconds: 0 } as const;
    expect((await awaitLeader(bft)).result).toMatchObject({ isOrdering: false, active: 2, quorum: 3 });
    follow('org0-orderer3', { consensus: 'bft' });
    const orderers = [...RAFT.orderers, 'org0-orderer3'];
    expect((await awaitLeader({ ...bft, orderers })).result).toMatchObject({ isOrdering: true, active: 3 });
  });

  test('does not take a refusal for silence', async () => {
    fabric.before = (call) => {
      if (call === 'org0-orderer1 channel mychannel') throw new FabricError('notAuthorized', 'not your orderer');
    };
    await expect(awaitLeader(RAFT)).rejects.toMatchObject({ type: 'FabricRefused' });
  });

  test('takes an orderer that is lost on the way for a silent one', async () => {
    fabric.before = (call) => {
      if (call === 'org0-orderer1 metrics') throw new FabricError('timeout', 'no answer in time');
    };
    const { words } = await awaitLeader(RAFT, () => {
      lead('org0-orderer2');
    });
    expect(words[0]).toContain('org0-orderer1: no answer in time');
  });
});

describe('an orderer that the description no longer names', () => {
  test('may lead until this run has had it leave the channel', async () => {
    store = objectStore([...enrolled(ORG0), orderer('org0-orderer1'), orderer('org0-orderer9')]);
    lead('org0-orderer9');
    const { result, words } = await awaitLeader(RAFT);
    expect(result).toMatchObject({ outcome: 'unchanged', isOrdering: true });
    expect(words).toEqual([]);
  });

  test.each([
    ['raft', true],
    ['bft', false],
  ] as const)('may know a leader with %s although its metrics are not to be read', async (consensus, isOrdering) => {
    store = objectStore([...enrolled(ORG0), closed('org0-orderer9')]);
    follow('org0-orderer9');
    const { result } = await awaitLeader({ ...RAFT, consensus, consenters: 4, patienceSeconds: 10 });
    expect(result).toMatchObject({ isOrdering });
  });

  test.for([
    ['of another network', { 'weft.dev/network': 'other' }],
    ['of another organization', { 'weft.dev/organization': 'org1' }],
    ['that is a peer', { 'app.kubernetes.io/component': 'peer' }],
  ] as const)('is none %s', async ([, labelled]) => {
    store = objectStore([...enrolled(ORG0), orderer('org0-orderer9', labelled)]);
    lead('org0-orderer9');
    const { words } = await awaitLeader(RAFT, () => {
      lead('org0-orderer1');
    });
    expect(words).not.toEqual([]);
    expect(fabric.asked.map(({ node }) => node)).not.toContain('org0-orderer9');
  });

  test('is none of those that it names: one that led a channel with BFT before does not make a quorum', async () => {
    store = objectStore([...enrolled(ORG0), orderer('org0-orderer1')]);
    follow('org0-orderer1', { consensus: 'bft', isLeader: true });
    const bft = { ...RAFT, consensus: 'bft', consenters: 4, patienceSeconds: 10 } as const;
    expect((await awaitLeader(bft)).result).toMatchObject({ isOrdering: false });
  });

  test('does not help where it does not lead either', async () => {
    store = objectStore([...enrolled(ORG0), orderer('org0-orderer9')]);
    follow('org0-orderer9');
    const { words } = await awaitLeader(RAFT, () => {
      lead('org0-orderer1');
    });
    expect(words).not.toEqual([]);
  });
});

describe('an orderer that has restarted', () => {
  const CHANNELS = [{ channel: 'mychannel', height: 3, isLed: true }];
  const [NODE = ''] = RAFT.orderers;

  async function awaitActive(afterwards: (looks: number) => void): Promise<readonly string[]> {
    const words: string[] = [];
    const { awaitOrdererActive } = createLeaderActivities(fabric.dependencies(store));
    const input = { ...UP, organization: ORG0, node: NODE, channels: CHANNELS };
    const result = await runWaiting(awaitOrdererActive, input, ({ reason, message }, looks) => {
      words.push(`${reason}: ${message}`);
      afterwards(looks);
    });
    expect(result).toMatchObject({ outcome: 'unchanged' });
    return words;
  }

  beforeEach(() => {
    follow(NODE, { streams: 1 });
  });

  test('is back when it is active in its channels with all blocks that there were', async () => {
    fabric.orderer(NODE).channels.set('mychannel', [GENESIS, GENESIS, GENESIS]);
    expect(await awaitActive(() => undefined)).toEqual([]);
  });

  test('is awaited while it has fewer blocks, and the run says how many', async () => {
    const words = await awaitActive((looks) => {
      if (looks === 2) fabric.orderer(NODE).channels.set('mychannel', [GENESIS, GENESIS, GENESIS]);
    });
    expect(words).toEqual(Array(2).fill(`CatchingUp: ${NODE}: has 1 of the 3 blocks of mychannel`));
  });

  test('is awaited until the leader has connected to it again: before that it counts towards no quorum', async () => {
    follow(NODE, { streams: 0 });
    fabric.orderer(NODE).channels.set('mychannel', [GENESIS, GENESIS, GENESIS]);
    const words = await awaitActive((looks) => {
      if (looks === 2) fabric.orderer(NODE).metrics.set('mychannel', { ...CONSENSUS, streams: 1 });
    });
    expect(words).toEqual(
      Array(2).fill(`CatchingUp: ${NODE}: waits for the leader of mychannel to connect to it again`),
    );
  });

  test('is given up where it ended because its volume is older than what it had told the others', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net', 'weft.dev/node': NODE };
    const metadata = { name: `${NODE}-1`, namespace: 'net', labels };
    store = objectStore([...enrolled(ORG0), { apiVersion: 'v1', kind: 'Pod', metadata }]);
    const log =
      'PANI commitTo -> tocommit(8) is out of range [lastIndex(7)]. Was the raft log corrupted, truncated, or lost?\ngoroutine 84';
    store.logs.set(`${NODE}-1`, log);
    await expect(awaitActive(() => undefined)).rejects.toMatchObject({
      type: 'StateLost',
      message: expect.stringContaining(`The newest part of the Raft log of ${NODE} is gone`) as string,
    });
  });
});

const SEEN: readonly (readonly [OrdererView, string | undefined])[] = [
  [{ node: 'o', silence: 'connection refused' }, 'does not answer for mychannel: connection refused'],
  [{ node: 'o' }, undefined],
  [seen({ status: 'onboarding', height: 9 }), 'is onboarding in mychannel, not active'],
  [seen({ status: 'active', height: 8 }), 'has 8 of the 9 blocks of mychannel'],
  [seen({ status: 'active', height: 9 }), undefined],
  [seen({ status: 'active', height: 10 }), undefined],
];

test('an orderer that has all blocks and only follows the channel lacks the part of a consenter, where it has to have that', () => {
  const view: OrdererView = { node: 'o', channel: { status: 'active', height: 9, consensusRelation: 'follower' } };
  expect(behindInWords({ channel: 'mychannel', height: 9 }, view)).toBeUndefined();
  expect(behindInWords({ channel: 'mychannel', height: 9, as: 'consenter' }, view)).toBe(
    'is a follower of mychannel, and no consenter yet',
  );
});

test.each(SEEN)('an orderer that is seen as %j lacks: %s', (view, words) => {
  expect(behindInWords({ channel: 'mychannel', height: 9 }, view)).toBe(words);
});

describe('an orderer hears from the leaders of its channels', () => {
  const goal = { channel: 'mychannel', height: 9, isLed: true };
  const other = { ...goal, channel: 'other' };
  const view = (consensus?: Partial<ConsensusMetrics>): OrdererView => ({
    node: 'o',
    ...(consensus && { consensus: { ...CONSENSUS, ...consensus } }),
  });
  const unheard = 'waits for the leader of mychannel to connect to it again';

  test.for<readonly [string, Parameters<typeof unheardInWords>[0], string | undefined]>([
    ['where there is a stream for each', [{ goal, view: view({ streams: 1 }) }], undefined],
    ['not where there is none', [{ goal, view: view({}) }], unheard],
    [
      'where nobody led the channel: nobody can be awaited',
      [{ goal: { ...goal, isLed: false }, view: view({}) }],
      undefined,
    ],
    ['where it leads itself', [{ goal, view: view({ isLeader: true }) }], undefined],
    ['where consensus is BFT', [{ goal, view: view({ consensus: 'bft' }) }], undefined],
    ['where it has no part in the consensus', [{ goal, view: view() }], undefined],
    [
      'not where there is one stream for two channels',
      [goal, other].map((each) => ({ goal: each, view: view({ streams: 1 }) })),
      'waits for the leader of mychannel, other to connect to it again',
    ],
    [
      'where there is one stream, and it leads the other channel itself',
      [
        { goal, view: view({ streams: 1 }) },
        { goal: other, view: view({ streams: 1, isLeader: true }) },
      ],
      undefined,
    ],
  ])('%s', ([, seen, words]) => {
    expect(unheardInWords(seen)).toBe(words);
  });
});

function seen(channel: Omit<OrdererChannel, 'consensusRelation'>): OrdererView {
  return { node: 'o', channel: { ...channel, consensusRelation: 'consenter' } };
}
