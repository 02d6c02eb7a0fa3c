import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { RunEnding } from '../../../../src/client/index.ts';
import { updateEnvelope } from '../../../../src/fabric/index.ts';
import type { PendingUpdate } from '../../../../src/workflows/messages.ts';
import { eventually } from '../../../support/eventually.ts';
import { description, done, endingIn, servers, step } from '../../api/harness.ts';
import { FakeTemporal, NO_PROGRESS } from '../../client/fake-temporal.ts';
import { configUpdateOf } from '../../fabric/channel/config-update-of.ts';
import { clientOf, type Client } from './harness.ts';

const start = servers();

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-cli-api-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function written(name: string, text = description(name)): Promise<string> {
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, text);
  return path;
}

const NOT_APPROVED: RunEnding = {
  kind: 'failed',
  failure: {
    type: 'RemovalNotApproved',
    message: 'the description no longer names org1/peer2',
    remedies: [{ kind: 'approveRemoval', targets: ['org1/peer2'], withVolumes: [] }],
    details: [],
  },
};

/** What the runs were asked to do, their options alone. */
function options({ server }: Client): unknown[] {
  return server.temporal.runs.map(({ request }) => request.args[1]);
}

/** Leaves a command once its run is shown. */
async function leave({ server, interrupt }: Client, command: Promise<unknown>): Promise<void> {
  while (server.temporal.runs.length === 0) await new Promise(setImmediate);
  const left = setInterval(() => {
    interrupt('SIGINT');
  }, 200);
  await command;
  clearInterval(left);
}

describe('weft plan through a service', () => {
  it('shows what would change, as without one, and starts nothing', async () => {
    const client = await clientOf(start, { temporal: endingIn(done('planned', step('created', 'org1/peer1', 'new'))) });
    const file = await written('planned');
    const { code, out } = await client.weft('plan', '-f', file, '--exit-code');
    expect(code).toBe(5);
    expect(out).toMatch(/^ {2}\+ +org1\/peer1 +applyDeployment +new\nPlan: 1 to create, 0 to change, 0 to remove\.\n$/);
    expect(options(client)).toMatchObject([{ dryRun: true }]);
  });

  it('tells the issues of a description before anything is sent', async () => {
    const client = await clientOf(start);
    const { code, err } = await client.weft('plan', '-f', await written('wrong', 'name: wrong\n'));
    expect([code, err]).toEqual([2, expect.stringContaining('Nothing was started.')]);
  });
});

describe('weft up through a service', () => {
  it('brings a network up, shows its steps, and later changes it as it is then', async () => {
    const temporal = endingIn(done('fresh', step('created')), done('fresh', step('updated')));
    const client = await clientOf(start, { temporal });
    const file = await written('fresh');
    const first = await client.weft('up', '-f', file);
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/^fresh is ready: 1 steps in .*: 1 created\.\n$/);
    expect(first.err).toMatch(/created +applyDeployment target=org1\/peer1/);
    const changed = `# somebody's comment\n${description('fresh').replace('peers: 1', 'peers: 2')}`;
    expect((await client.weft('up', '-f', await written('fresh', changed), '-q')).code).toBe(0);
    const revision = await client.server.as('viewer', { url: '/v1/networks/fresh/revisions/2' });
    expect(revision.json()).toMatchObject({ source: changed });
  });

  it('has flags become what the request asks for', async () => {
    const client = await clientOf(start, { temporal: endingIn(done('flags', step('created'))) });
    const file = await written('flags');
    await client.weft('up', '-f', file, '--yes', '--prune-data', '--remove-channels', '-q');
    expect(options(client)).toMatchObject([{ approveRemoval: true, pruneData: true, removeChannels: true }]);
  });

  it('asks on a terminal whether what is no longer described may go, and goes on then', async () => {
    const temporal = endingIn(NOT_APPROVED, done('asked', step('removed')));
    const client = await clientOf(start, { temporal, typed: ['yes'] });
    expect((await client.weft('up', '-f', await written('asked'))).code).toBe(0);
    expect(client.questions).toEqual(['Remove? Only "yes" is accepted: ']);
    expect(options(client)).toMatchObject([{ approveRemoval: false }, { approveRemoval: true }]);
  });

  it('says without a terminal which flag lets it go', async () => {
    const client = await clientOf(start, { temporal: endingIn(NOT_APPROVED) });
    const file = await written('unasked');
    const { code, err } = await client.weft('up', '-f', file);
    expect([code, err]).toEqual([2, expect.stringContaining(`To have it removed: weft up -f ${file} --yes`)]);
  });

  it('leaves the run to itself at Ctrl-C, and is told of it by watch', async () => {
    const client = await clientOf(start);
    const up = client.weft('up', '-f', await written('left'));
    await leave(client, up);
    const { code, err } = await up;
    expect([code, err]).toEqual([130, expect.stringContaining('The run goes on. Watch: weft watch left')]);
    expect(client.server.temporal.cancelled).toEqual([]);
    client.server.temporal.runs[0]?.end(done('left', step('created')));
    expect(await client.weft('watch', 'left')).toMatchObject({ code: 0 });
    // A connection on which nothing was asked any more keeps a server from closing for its time limit; a process takes it along at its end.
    client.server.api.server.closeAllConnections();
  });

  it('shows what a step waits for', async () => {
    const temporal = new FakeTemporal((run) => {
      run.progress = { ...NO_PROGRESS, steps: [step('running')] };
      const failed = { type: 'ImagePullFailed', message: 'no such image' };
      const next = { nextAttemptAt: new Date(Date.now() + 60_000), lastFailure: failed };
      run.activities = [{ id: '1', type: 'applyDeployment', target: 'org1/peer1', attempt: 2, ...next }];
    }).withWorkers('local');
    const client = await clientOf(start, { temporal });
    const up = client.weft('up', '-f', await written('waiting'), '--timeout', '4s');
    expect((await up).err).toMatch(/waiting +applyDeployment target=org1\/peer1 attempt=2 .*reason=ImagePullFailed/);
  });

  it('says who holds the network', async () => {
    const client = await clientOf(start);
    expect((await client.weft('up', '-f', await written('held'), '--no-wait')).code).toBe(0);
    const other = await written('held', description('held').replace('peers: 1', 'peers: 2'));
    expect(await client.weft('up', '-f', other)).toMatchObject({ code: 7 });
  });
});

describe('weft down through a service', () => {
  it('removes a network whose name is typed, and no other', async () => {
    const temporal = endingIn(done('gone', step('created')), done('gone', step('removed')));
    const client = await clientOf(start, { temporal, typed: ['other', 'gone'] });
    await client.weft('up', '-f', await written('gone'), '-q');
    expect((await client.weft('down', 'gone')).err).toContain('declined. Nothing was touched.');
    const { code, out } = await client.weft('down', 'gone', '--keep-data');
    expect([code, out]).toEqual([0, expect.stringMatching(/^gone is removed from local: .*1 removed\.\n$/)]);
    expect(options(client).at(-1)).toMatchObject({ keepData: true });
  });

  it('is refused to who is no admin', async () => {
    const client = await clientOf(start, { role: 'operator', temporal: endingIn(done('kept', step('created'))) });
    await client.weft('up', '-f', await written('kept'), '-q');
    expect((await client.weft('down', 'kept', '--yes')).code).toBe(3);
  });
});

describe('a run of a service', () => {
  it('is paused, resumed and tried again in the name of who asks', async () => {
    const client = await clientOf(start, { role: 'operator' });
    await client.weft('up', '-f', await written('steered'), '--no-wait');
    const paused = await client.weft('pause', 'steered', '--reason', 'lunch');
    expect([paused.code, paused.out]).toEqual([
      0,
      expect.stringMatching(/^The run of steered \(`up`, .* is paused\.\n$/),
    ]);
    expect((await client.weft('resume', 'steered')).out).toMatch(/ goes on\.\n$/);
    expect(client.server.temporal.updates).toMatchObject([
      { name: 'pause', argument: { reason: 'lunch' } },
      { name: 'resume' },
    ]);
    const [pause] = client.server.temporal.updates;
    expect(JSON.stringify(pause?.argument)).toContain('"by":"client-');
    expect((await client.weft('retry', 'steered', '--target', 'org1/peer1')).out).toBe(
      'No step on org1/peer1 of steered waits for its next attempt.\n',
    );
  });

  it('is cancelled, and waited for', async () => {
    const client = await clientOf(start);
    await client.weft('up', '-f', await written('stopped'), '--no-wait');
    const cancel = client.weft('cancel', 'stopped');
    while (client.server.temporal.cancelled.length === 0) await new Promise(setImmediate);
    client.server.temporal.runs[0]?.end({ kind: 'cancelled' });
    const { code, out } = await cancel;
    expect([code, out]).toEqual([0, expect.stringMatching(/\(`up`, .*\) has stopped\.\n$/)]);
    expect((await client.weft('cancel', 'stopped')).out).toBe(`No run of stopped is under way at ${client.url}.\n`);
  });
});

describe('weft renew through a service', () => {
  it.each([
    [[], { targets: 'all' }],
    [['--target', 'org1/peer1', 'org0'], { targets: ['org1/peer1', 'org0'] }],
    [['--due'], {}],
  ])('with %j renews just that', async (flags, asked) => {
    const temporal = endingIn(done('renewed', step('created')), done('renewed', step('updated')));
    const client = await clientOf(start, { temporal, role: 'operator' });
    await client.weft('up', '-f', await written('renewed'), '-q');
    const { code, out } = await client.weft('renew', 'renewed', ...flags, '-q');
    expect([code, out]).toEqual([0, expect.stringMatching(/^Certificates of renewed are renewed: .*1 updated\.\n$/)]);
    expect(temporal.runs.at(-1)?.request).toMatchObject({ type: 'renewNetwork' });
    expect(options(client).at(-1)).toEqual(asked);
  });

  it('with --new-key replaces the keys of whom it names, and of nobody who is not named', async () => {
    const temporal = endingIn(done('rekeyed', step('created')), done('rekeyed', step('updated')));
    const client = await clientOf(start, { temporal, role: 'operator' });
    await client.weft('up', '-f', await written('rekeyed'), '-q');
    expect((await client.weft('renew', 'rekeyed', '--new-key')).code).toBe(2);
    expect((await client.weft('renew', 'rekeyed', '--new-key', '--target', 'org1/peer1', '-q')).code).toBe(0);
    expect(options(client).slice(1)).toEqual([{ targets: ['org1/peer1'], newKey: true }]);
  });

  it('with --dry-run shows what would be renewed, and renews nothing', async () => {
    const due = step('updated', 'org1/peer1', 'its certificate ends in 3 days');
    const temporal = endingIn(done('looked-at', step('created')), done('looked-at', due), done('looked-at'));
    const client = await clientOf(start, { temporal, role: 'operator' });
    await client.weft('up', '-f', await written('looked-at'), '-q');
    const { code, out } = await client.weft('renew', 'looked-at', '--due', '--dry-run');
    expect([code, out]).toEqual([0, expect.stringMatching(/org1\/peer1 .*its certificate ends in 3 days$/m)]);
    expect(options(client).at(-1)).toEqual({ dryRun: true });
    expect(temporal.runs.at(-1)?.run.workflowId).toMatch(/^plan\//);
    expect((await client.weft('renew', 'looked-at', '--dry-run')).out).toBe('Nothing of looked-at is to be renewed.\n');
  });
});

describe('a plan of a service', () => {
  it('is carried out by its id, with what it removes, and by nobody who has no service', async () => {
    const planned = done('by-plan', step('removed', 'org1/peer2', 'is not described'));
    const temporal = endingIn(planned, planned, done('by-plan', step('removed')));
    const client = await clientOf(start, { temporal });
    const file = await written('by-plan');
    const { err } = await client.weft('plan', '-f', file);
    const [command = '', , , , , plan = ''] = /weft up -f (\S+) --plan (\S+)/.exec(err)?.[0].split(' ') ?? [];
    expect(command).toBe('weft');
    expect((await client.weft('up', '-f', file, '--plan', plan, '-q')).code).toBe(0);
    expect(options(client)).toMatchObject([{ dryRun: true }, { dryRun: true }, { approveRemoval: true }]);
    const alone = await client.weft('up', '-f', file, '--plan', plan, '--context', 'prod');
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('plans are kept by a service')]);
  });

  it('is refused when something else would be done now', async () => {
    const temporal = endingIn(done('moved', step('created')), done('moved', step('updated')));
    const client = await clientOf(start, { temporal });
    const file = await written('moved');
    const plan = /--plan (\S+)/.exec((await client.weft('plan', '-f', file)).err)?.[1] ?? '';
    const { code, err } = await client.weft('up', '-f', file, '--plan', plan);
    expect([code, err]).toEqual([1, expect.stringContaining('is not what would be done now')]);
    expect(temporal.runs).toHaveLength(2);
  });
});

describe('signatures through a service', () => {
  it('are told, written into a file, and handed in', async () => {
    const client = await clientOf(start, { role: 'operator' });
    const { temporal } = client.server;
    await client.weft('up', '-f', await written('unsigned'), '--no-wait');
    expect((await client.weft('signatures', 'unsigned')).out).toBe('No run of unsigned waits for a signature.\n');
    const [run] = temporal.runs;
    if (run === undefined) throw new Error('no run was begun');
    const child = temporal.add({ ...run.request, workflowId: `${run.run.workflowId}/channels/mychannel` });
    run.progress = { ...NO_PROGRESS, children: [child.run.workflowId] };
    const update = Buffer.from(configUpdateOf('mychannel'));
    const pending: PendingUpdate = {
      ...{ channel: 'mychannel', reason: 'adds Org3MSP', update: update.toString('base64') },
      ...{ signatures: [], signedBy: [], unmet: [], awaited: ['Org9MSP'] },
    };
    child.progress = { ...NO_PROGRESS, pendingUpdates: [pending] };
    const file = join(folder, 'update.pb');
    await eventually(async () => {
      const { out } = await client.weft('signatures', 'unsigned', '--out', file);
      expect(out).toBe('mychannel: adds Org3MSP\n  waits for Org9MSP\n');
    }, 5_000);
    const envelope = Buffer.from(updateEnvelope({ channel: 'mychannel', update, signatures: [] }));
    expect(await readFile(file)).toEqual(envelope);
    temporal.answerUpdate = () => ({ added: ['Org9MSP'], awaited: [] });
    const { code, out } = await client.weft('signatures', 'unsigned', '--add', file);
    expect([code, out]).toEqual([
      0,
      'mychannel of unsigned has the signature of Org9MSP; all have signed, and the run goes on.\n',
    ]);
    expect(temporal.updates).toMatchObject([
      { name: 'addSignatures', argument: { envelope: envelope.toString('base64') } },
    ]);
  });
});

describe('weft schedule through a service', () => {
  it('has a network kept, shows how, pauses and resumes that, and ends it', async () => {
    const client = await clientOf(start, { role: 'operator' });
    await client.weft('up', '-f', await written('scheduled'), '--no-wait');
    const weft = (...flags: string[]): ReturnType<Client['weft']> => client.weft('schedule', 'scheduled', ...flags);
    expect((await weft()).out).toBe('scheduled has no schedule.\n');
    expect((await weft('--pause')).code).toBe(2);
    expect((await weft('--every', '12h', '--heal')).out).toMatch(
      /^scheduled is looked at every 12h00m, next at .*Z\. What differs from its record is mended\.\nIt has not been looked at yet\.\n$/,
    );
    expect((await weft('--pause')).out).toMatch(/, paused \(paused by client-\d+\)\. /);
    expect((await weft('--resume')).out).toMatch(/, next at /);
    expect((await weft('--delete')).out).toBe('The schedule of scheduled is deleted.\n');
    expect((await weft('--delete')).out).toBe('scheduled has no schedule.\n');
  });
});
