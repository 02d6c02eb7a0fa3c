import { describe, expect, it } from 'vitest';

import type { RunEnding } from '../../../src/client/index.ts';
import {
  cancel,
  cancelKnownRun,
  carryOut,
  down,
  followKnownRun,
  plan,
  planDown,
  requireUp,
  status,
  summaries,
  up,
  watch,
  type Operation,
  type OperationContext,
  type RunProgress,
  type UpInput,
} from '../../../src/operations/index.ts';
import type { NetworkStatus, RunResult } from '../../../src/workflows/messages.ts';
import { completed } from '../cli/harness.ts';
import { FakeTemporal } from '../client/fake-temporal.ts';
import { fastClock } from '../../support/fast-clock.ts';

const network = completed({ name: 'net', organizations: [{ name: 'org1', orderers: 1, peers: 1 }] });
const wanted: UpInput = { network, approveRemoval: false, pruneData: false, removeChannels: false };
const never = new AbortController().signal;

const RESULT: RunResult = { network: 'net', steps: [], endpoints: [] };
const DONE: RunEnding = { kind: 'completed', value: RESULT };

function statusOf(name: string, ready: boolean): NetworkStatus {
  return { network: name, ready, conditions: [], nodes: [], channels: [], chaincodes: [] };
}

/** A Temporal whose runs end at once, each in the next way of a list; the others stay open. */
function endingIn(...endings: RunEnding[]): FakeTemporal {
  const left = [...endings];
  return new FakeTemporal((run) => {
    const ending = left.shift();
    if (ending) run.end(ending);
  }).withWorkers('local');
}

function on(temporal: FakeTemporal, now = (): Date => new Date()): OperationContext {
  return { temporal, cluster: 'local', requestedBy: 'ana@laptop', now };
}

/** Carries an operation out and keeps the kinds of what it reported, views left out. */
async function heard<End>(operation: Operation<RunProgress, End>): Promise<{ end: End; kinds: string[] }> {
  const kinds: string[] = [];
  const end = await carryOut(operation, ({ kind }) => {
    if (kind !== 'view') kinds.push(kind);
  });
  return { end, kinds };
}

describe('up', () => {
  it('starts the run that holds the network, in the name of whoever asks, and returns what it did', async () => {
    const temporal = endingIn(DONE);
    expect(await heard(up(on(temporal), wanted, never))).toMatchObject({
      end: { kind: 'done', result: RESULT },
      kinds: ['started'],
    });
    expect(temporal.runs[0]?.request).toMatchObject({
      type: 'applyNetwork',
      workflowId: 'network/local/net',
      memo: { operation: 'up', requestedBy: 'ana@laptop' },
    });
  });

  it('joins the run that does the same already', async () => {
    const temporal = endingIn();
    const context = on(temporal);
    const first = heard(up(context, wanted, never));
    await expect.poll(() => temporal.watchers).toBe(1);
    const second = heard(up(context, wanted, never));
    await expect.poll(() => temporal.watchers).toBe(2);
    temporal.runs[0]?.end(DONE);
    expect((await first).kinds).toEqual(['started']);
    expect((await second).kinds).toEqual(['joined']);
    expect(temporal.runs).toHaveLength(1);
  });

  it('is refused while another run holds the network, and says which', async () => {
    const temporal = endingIn();
    const context = on(temporal);
    const removing = heard(down(context, { selector: { network: 'net' }, keepData: true }, never));
    await expect.poll(() => temporal.watchers).toBe(1);
    await expect(heard(up(context, wanted, never))).rejects.toMatchObject({
      problem: { code: 'NetworkBusy', network: 'net', requested: 'up', holder: { operation: 'down --keep-data' } },
    });
    temporal.runs[0]?.end(DONE);
    await removing;
  });

  it('asks by its result before it removes what is no longer described, and names it', async () => {
    const remedies = [{ kind: 'approveRemoval', targets: ['org1/peer2'] }] as const;
    const refused: RunEnding = {
      kind: 'failed',
      failure: { type: 'RemovalNotApproved', message: 'no', remedies, details: [] },
    };
    const temporal = endingIn(refused, DONE);
    const { end } = await heard(up(on(temporal), wanted, never));
    expect(end).toEqual({ kind: 'approval needed', removals: ['org1/peer2'], withVolumes: [], departures: [] });
    const second = await heard(up(on(temporal), { ...wanted, approveRemoval: true }, never));
    expect(second.end.kind).toBe('done');
    expect(temporal.runs[1]?.request.args[1]).toMatchObject({ approveRemoval: true });
  });

  it('starts nothing while no worker polls, and says which task queues', async () => {
    const temporal = new FakeTemporal();
    const kinds: string[] = [];
    const operation = up(on(temporal, fastClock()), wanted, never);
    await expect(carryOut(operation, ({ kind }) => kinds.push(kind))).rejects.toMatchObject({
      problem: { code: 'NoWorker', queues: ['weft', 'weft-local'] },
    });
    expect(kinds).toEqual(['awaitingWorker']);
    expect(temporal.runs).toHaveLength(0);
  });

  it('leaves the run alone when whoever asked listens no longer', async () => {
    const temporal = endingIn();
    for await (const { kind } of up(on(temporal), wanted, never)) {
      if (kind === 'started') break;
    }
    expect(temporal.runs[0]?.status).toBe('running');
    expect(temporal.cancelled).toEqual([]);
  });

  it('ends with the reason of its signal, while the run goes on', async () => {
    const temporal = endingIn();
    const leave = new AbortController();
    const following = heard(up(on(temporal), wanted, leave.signal));
    await expect.poll(() => temporal.watchers).toBe(1);
    leave.abort(new Error('enough'));
    await expect(following).rejects.toThrow('enough');
    expect(temporal.runs[0]?.status).toBe('running');
  });

  it('returns how a run ended that did not do its work', async () => {
    const { end } = await heard(up(on(endingIn({ kind: 'terminated', reason: 'maintenance' })), wanted, never));
    expect(end).toMatchObject({ kind: 'terminated', reason: 'maintenance', view: { steps: [] } });
  });
});

describe('what is known before a network is brought up', () => {
  it('is nothing where the run would start or be joined, and no run is started', async () => {
    const temporal = endingIn();
    await requireUp(on(temporal), wanted, never);
    expect(temporal.runs).toEqual([]);
    const running = heard(up(on(temporal), wanted, never));
    await expect.poll(() => temporal.watchers).toBe(1);
    await requireUp(on(temporal), wanted, never);
    temporal.runs[0]?.end(DONE);
    await running;
  });

  it('is which other run holds the network', async () => {
    const temporal = endingIn();
    const running = heard(up(on(temporal), { ...wanted, pruneData: true }, never));
    await expect.poll(() => temporal.watchers).toBe(1);
    await expect(requireUp(on(temporal), wanted, never)).rejects.toMatchObject({
      problem: { code: 'NetworkBusy', requested: 'up', holder: { operation: 'up --prune-data' } },
    });
    temporal.runs[0]?.end(DONE);
    await running;
  });

  it('is that no worker polls', async () => {
    await expect(requireUp(on(new FakeTemporal(), fastClock()), wanted, never)).rejects.toMatchObject({
      problem: { code: 'NoWorker' },
    });
  });
});

describe('a run that was noted', () => {
  const noted = { network: 'net', run: { workflowId: 'network/local/net', runId: 'run-1' } };

  it('is followed to its end, also when another has come after it', async () => {
    const temporal = endingIn(DONE);
    await heard(up(on(temporal), wanted, never));
    for await (const { kind } of up(on(temporal), wanted, never)) {
      if (kind === 'started') break;
    }
    const { end } = await heard(followKnownRun(on(temporal), noted, never));
    expect(end).toMatchObject({ kind: 'done', result: RESULT });
  });

  it('may have been forgotten', async () => {
    expect((await heard(followKnownRun(on(endingIn()), noted, never))).end).toEqual({ kind: 'forgotten' });
  });

  it('is cancelled while it goes on, and after its end no other in its place', async () => {
    const temporal = endingIn();
    for await (const { kind } of up(on(temporal), wanted, never)) {
      if (kind === 'started') break;
    }
    expect(await cancelKnownRun(on(temporal), noted.run)).toBe(true);
    for await (const { kind } of up(on(temporal), wanted, never)) {
      if (kind === 'started') break;
    }
    expect(await cancelKnownRun(on(temporal), noted.run)).toBe(false);
    expect(temporal.runs.map(({ status }) => status)).toEqual(['cancelled', 'running']);
  });
});

describe('plans', () => {
  it('touch nothing and lock nothing', async () => {
    const temporal = endingIn(DONE, DONE);
    await heard(plan(on(temporal), { network, pruneData: false }, never));
    await heard(planDown(on(temporal), { selector: { network: 'net' }, keepData: false }, never));
    for (const { request } of temporal.runs) {
      expect(request.workflowId).toMatch(/^plan\/local\/net\/[0-9a-f]{8}$/);
      expect(request.args[1]).toMatchObject({ dryRun: true });
    }
  });
});

describe('status', () => {
  it('returns the state of the network, and the run that works on it', async () => {
    const temporal = endingIn();
    const context = on(temporal);
    const bringingUp = heard(up(context, wanted, never));
    await expect.poll(() => temporal.watchers).toBe(1);
    temporal.script = (run) => {
      run.end({ kind: 'completed', value: statusOf('net', false) });
    };
    const { end } = await heard(status(context, { network: 'net' }, never));
    expect(end).toMatchObject({ kind: 'done', status: statusOf('net', false), openRun: { operation: 'up' } });
    temporal.runs[0]?.end(DONE);
    await bringingUp;
  });
});

describe('the summaries of several networks', () => {
  it('come in the order of the names, and one that cannot be looked at hides no other', async () => {
    const temporal = new FakeTemporal((run) => {
      const [selector] = run.request.args as [{ network: string }];
      if (selector.network === 'broken') {
        run.end({
          kind: 'failed',
          failure: { type: 'RecordUnreadable', message: 'not JSON', remedies: [], details: [] },
        });
      } else {
        run.end({ kind: 'completed', value: statusOf(selector.network, true) });
      }
    }).withWorkers('local');
    const names = Array.from({ length: 10 }, (_, index) => `net${index}`);
    const found = await summaries(on(temporal), ['broken', ...names], never);
    expect(found.map((summary) => summary.network)).toEqual(['broken', ...names]);
    expect(found[0]).toEqual({ network: 'broken', problem: 'not JSON' });
    expect(found.slice(1).every((summary) => summary.status?.ready === true)).toBe(true);
  });
});

describe('the run that holds a network', () => {
  it('is watched to its end, whoever started it', async () => {
    const temporal = endingIn();
    const context = on(temporal);
    const first = heard(up(context, wanted, never));
    await expect.poll(() => temporal.watchers).toBe(1);
    const second = heard(watch(context, 'net', never));
    await expect.poll(() => temporal.watchers).toBe(2);
    temporal.runs[0]?.end(DONE);
    await first;
    expect(await second).toMatchObject({ end: { kind: 'watched', end: { kind: 'done' } }, kinds: ['found'] });
  });

  it('is stopped by cancel, which returns when it has stopped', async () => {
    const temporal = endingIn();
    const context = on(temporal);
    const first = heard(up(context, wanted, never));
    await expect.poll(() => temporal.watchers).toBe(1);
    const { end } = await heard(cancel(context, 'net', never));
    expect(end).toMatchObject({ kind: 'cancelled', hadDoneItsWork: false });
    expect((await first).end.kind).toBe('cancelled');
  });

  it('need not exist', async () => {
    const context = on(new FakeTemporal());
    expect((await heard(watch(context, 'net', never))).end).toEqual({ kind: 'no run' });
    expect((await heard(cancel(context, 'net', never))).end).toEqual({ kind: 'no run' });
  });
});
