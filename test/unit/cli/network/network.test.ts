import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { NoAnswer, UpdateRefused, type RunEnding } from '../../../../src/client/index.ts';
import { readUpdateEnvelope, updateEnvelope } from '../../../../src/fabric/index.ts';
import type { Remedy } from '../../../../src/spec/index.ts';
import type { NetworkStatus, RunResult, StepRecord } from '../../../../src/workflows/messages.ts';
import { FakeTemporal, NO_PROGRESS } from '../../client/fake-temporal.ts';
import { configUpdateOf } from '../../fabric/channel/config-update-of.ts';
import { newIdentity } from '../../fabric/grpc/fake-node.ts';
import { fakeAccess, NETWORK, type FakeAccess } from '../../operations/fake-access.ts';
import { DESCRIPTION, machine } from '../harness.ts';

const folder = await mkdtemp(join(tmpdir(), 'weft-cli-'));
afterAll(() => rm(folder, { recursive: true }));
const file = join(folder, 'network.yaml');
await writeFile(file, DESCRIPTION);
const otherFile = join(folder, 'other.yaml');
await writeFile(otherFile, DESCRIPTION.replace('peers: 1', 'peers: 2'));

function step(outcome: StepRecord['outcome'], target = 'org1/peer1', reason = ''): StepRecord {
  return { step: 'applyDeployment', target, outcome, attempts: 1, seconds: 0.5, reason };
}

function done(...steps: StepRecord[]): RunEnding {
  const endpoints = [{ organization: 'org1', title: 'Peer Node 1', url: 'grpcs://org1-peer1' }];
  const value: RunResult = { network: 'net', steps, endpoints };
  return { kind: 'completed', value };
}

function failed(type: string, message: string, ...remedies: Remedy[]): RunEnding {
  return { kind: 'failed', failure: { type, message, remedies, details: [] } };
}

/** A Temporal whose runs end at once, each in the next way of a list. */
function endingIn(...endings: RunEnding[]): FakeTemporal {
  const left = [...endings];
  return new FakeTemporal((run) => {
    const ending = left.shift();
    if (ending) run.end(ending);
  }).withWorkers('local');
}

describe('weft up', () => {
  it('ends with the milestones that the run told of, and the endpoints of each organization', async () => {
    const endpoints = [{ organization: 'org1', title: 'Peer Node 1', url: 'grpcs://org1-peer1' }];
    const milestones = ['Creating local node MSP', 'Launching peers', 'Network is ready'] as const;
    const value: RunResult = { network: 'net', milestones, steps: [step('created')], endpoints };
    const { weft, temporal } = machine({ temporal: endingIn({ kind: 'completed', value }) });
    const { code, out } = await weft('up', '-f', file, '-q');
    expect(out).toBe(`✅ - Creating local node MSP ...
✅ - Launching peers ...
🏁 - Network is ready.

- Org1 (org1.example.com):
  - Peer Node 1 : grpcs://org1-peer1
`);
    expect(code).toBe(0);
    expect(temporal.closed).toBe(true);
  });

  it('starts applyNetwork under the id that locks the network, with the completed description', async () => {
    const { weft, temporal } = machine({ temporal: endingIn(done()) });
    await weft('up', '-f', file, '-q');
    const request = temporal.runs[0]?.request;
    expect(request).toMatchObject({
      type: 'applyNetwork',
      workflowId: 'network/local/net',
      args: [{ name: 'net' }, { cluster: 'local', approveRemoval: false, pruneData: false, removeChannels: false }],
      memo: { operation: 'up' },
    });
  });

  it('keeps stdout for the one JSON document', async () => {
    const { weft } = machine({ temporal: endingIn(done(step('created'), step('unchanged', 'org0/ca'))) });
    const { out, err } = await weft('up', '-f', file, '-o', 'json');
    expect(JSON.parse(out)).toEqual({
      network: 'net',
      outcome: 'created',
      steps: [step('created'), step('unchanged', 'org0/ca')],
      counts: { unchanged: 1, created: 1, updated: 0, removed: 0 },
    });
    expect(err).toContain('created   applyDeployment target=org1/peer1');
    expect(err).toMatch(/✔ net is ready: 2 steps in [\d.]+s: 1 created, 1 unchanged\. Next: weft status net\n$/);
  });

  it('starts the embedded platform', async () => {
    const self = machine({ temporal: endingIn(done()), platform: undefined });
    const { code, err } = await self.weft('up', '-f', file);
    expect(code).toBe(0);
    expect(self.platformStarts).toBe(1);
    expect(err).toContain('starting Kubernetes');
    expect(self.connections).toMatchObject([{ address: '127.0.0.1:7999' }]);
  });

  it('leaves the embedded platform alone when a context is named, and finds Temporal by its variables', async () => {
    const temporal = endingIn(done()).withWorkers('prod');
    const self = machine({ temporal, env: { TEMPORAL_ADDRESS: 'temporal:7233' } });
    await self.weft('up', '-f', file, '--context', 'prod');
    expect(self.platformStarts).toBe(0);
    expect(self.connections).toMatchObject([{ address: 'temporal:7233' }]);
    expect(temporal.runs[0]?.run.workflowId).toBe('network/prod/net');
  });

  it('takes the context from WEFT_CONTEXT, and a context with slashes as one part of the id', async () => {
    const temporal = endingIn(done()).withWorkers('arn:aws:eks_prod');
    await machine({ temporal, env: { WEFT_CONTEXT: 'arn:aws:eks/prod' } }).weft('up', '-f', file, '-q');
    expect(temporal.runs[0]?.run.workflowId).toBe('network/arn:aws:eks_prod/net');
  });

  it('takes a Temporal of the user with the embedded cluster', async () => {
    const self = machine({ temporal: endingIn(done()), env: { TEMPORAL_ADDRESS: 'temporal:7233' } });
    await self.weft('up', '-f', file, '-q');
    expect(self.connections).toMatchObject([{ address: 'temporal:7233' }]);
    expect(self.temporal.runs[0]?.run.workflowId).toBe('network/local/net');
  });

  it('says which queue has no worker and how to start one, and starts nothing', async () => {
    const temporal = endingIn(done());
    const { code, err } = await machine({ temporal }).weft('up', '-f', file, '--context', 'prod');
    expect(code).toBe(4);
    expect(err).toContain(
      '✖ no worker polls task queue weft-prod of Temporal at localhost:7233. Nothing was started.\n',
    );
    expect(err).toContain('  Start one, and leave it running: weft worker --context prod\n');
    expect(temporal.runs).toHaveLength(0);
  });

  it('says how to start the worker of a cluster that an organization names, where that is missing', async () => {
    const apart = join(folder, 'apart.yaml');
    const address = "[{ name: peer1, address: 'peer1.example.com:443' }]";
    const orderers = "orderers: [{ name: orderer1, address: 'orderer1.example.com:443' }]";
    await writeFile(
      apart,
      DESCRIPTION.replace('orderers: 1', orderers).replace('peers: 1', `cluster: east, peers: ${address}`),
    );
    const { code, err } = await machine({ temporal: endingIn(done()) }).weft('up', '-f', apart);
    expect(code).toBe(4);
    expect(err).toContain('✖ no worker polls task queue weft-east');
    expect(err).toContain('  Start one, and leave it running: weft worker --context east\n');
  });

  it('joins the run that brings the same description up', async () => {
    const temporal = endingIn();
    const { weft } = machine({ temporal });
    const first = weft('up', '-f', file, '-q');
    await expect.poll(() => temporal.runs.length).toBe(1);
    const second = weft('up', '-f', file);
    await expect.poll(() => temporal.watchers).toBe(2);
    temporal.runs[0]?.end(done(step('created')));
    expect((await first).code).toBe(0);
    const { code, err } = await second;
    expect(code).toBe(0);
    expect(err).toContain('The same run is under way since 10:41:07: watching it.\n');
    expect(temporal.runs).toHaveLength(1);
  });

  it('refuses while another description is being brought up, and says what runs and how to stop it', async () => {
    const temporal = endingIn();
    const { weft } = machine({ temporal });
    const first = weft('up', '-f', file, '-q');
    await expect.poll(() => temporal.runs.length).toBe(1);
    const { code, err } = await weft('up', '-f', otherFile, '-q');
    expect(code).toBe(7);
    expect(err).toMatch(
      /^✖ another run holds net: `up` with another description, started at 10:41:07 by .+@.+\. Nothing was started\.\n/,
    );
    expect(err).toContain('  Stop it:  weft cancel net\n');
    temporal.runs[0]?.end(done());
    await first;
  });

  it('returns the id of the run with --no-wait', async () => {
    const { code, out, err } = await machine({ temporal: endingIn() }).weft('up', '-f', file, '--no-wait');
    expect({ code, out }).toEqual({ code: 0, out: 'network/local/net\n' });
    expect(err).toContain('Watch: weft watch net');
  });

  it('leaves the run alone on Ctrl-C and says how to come back', async () => {
    const temporal = endingIn();
    const self = machine({ temporal });
    const up = self.weft('up', '-f', file, '-q');
    await interruptWhenWatching(self, 'SIGINT');
    const { code, err } = await up;
    expect(code).toBe(130);
    expect(err).toBe('The run goes on. Watch: weft watch net. Stop it: weft cancel net\n');
    expect(temporal.runs[0]?.status).toBe('running');
    expect(temporal.cancelled).toHaveLength(0);
  });

  it('answers SIGTERM with its own code', async () => {
    const temporal = endingIn();
    const self = machine({ temporal });
    const up = self.weft('up', '-f', file, '-q');
    await interruptWhenWatching(self, 'SIGTERM');
    expect((await up).code).toBe(143);
  });

  it('names what is still under way when --timeout is over', async () => {
    const temporal = new FakeTemporal((run) => {
      run.progress = { ...NO_PROGRESS, steps: [{ ...step('running'), step: 'awaitRollout' }] };
      run.activities = [
        {
          id: '1',
          type: 'awaitRollout',
          attempt: 1,
          waiting: { reason: 'Unschedulable', message: 'no node has room' },
        },
      ];
    }).withWorkers('local');
    const { code, err } = await machine({ temporal }).weft('up', '-f', file, '-q', '--timeout', '1s');
    expect(code).toBe(9);
    expect(err).toBe(
      'The time to wait is up. Still under way: org1/peer1 awaitRollout (Unschedulable: no node has room). ' +
        'The run goes on. Watch: weft watch net. Stop it: weft cancel net\n',
    );
  });

  it('tells every step that failed, what is kept, and how to carry on', async () => {
    const temporal = new FakeTemporal((run) => {
      const steps = [
        step('created', 'org0/ca'),
        step('failed', 'org1/peer1', 'image x cannot be pulled'),
        step('failed', 'org1/peer2', 'no'),
      ];
      run.progress = { ...NO_PROGRESS, steps };
      run.end(failed('ImagePullFailed', 'applyDeployment org1/peer1: image x cannot be pulled'));
    }).withWorkers('local');
    const { code, err } = await machine({ temporal }).weft('up', '-f', file, '-q');
    expect(code).toBe(1);
    expect(err).toBe(`✖ org1/peer1: image x cannot be pulled
✖ org1/peer2: no
  1 of 3 steps are done and stay. Then carry on with: weft up -f ${file}
`);
  });

  it('says what would help against each failure, once', async () => {
    const ending = failed('ImagePullFailed', 'no image', { kind: 'fixImage' }, { kind: 'runAgain' });
    const { err } = await machine({ temporal: endingIn(ending) }).weft('up', '-f', file, '-q');
    expect(err).toBe(`✖ no image
  Make the image available to the cluster, or correct its name in the description.
  Then run it again: weft up -f ${file}
`);
  });

  it('has the failing steps in its JSON document', async () => {
    const temporal = new FakeTemporal((run) => {
      run.progress = { ...NO_PROGRESS, steps: [step('failed', 'org1/peer1', 'image x cannot be pulled')] };
      run.end(failed('ImagePullFailed', 'image x cannot be pulled'));
    }).withWorkers('local');
    const { out } = await machine({ temporal }).weft('up', '-f', file, '-q', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({
      network: 'net',
      outcome: 'failed',
      steps: [step('failed', 'org1/peer1', 'image x cannot be pulled')],
      failure: { type: 'ImagePullFailed' },
    });
  });

  it.each([
    ['ClusterUnreachable', 4],
    ['ClusterForbidden', 3],
    ['InvalidDescription', 2],
    ['CrashLoop', 1],
  ])('answers a run that fails with %s by code %i', async (type, expected) => {
    const { code, err } = await machine({ temporal: endingIn(failed(type, 'because')) }).weft('up', '-f', file, '-q');
    expect(code).toBe(expected);
    expect(err).toMatch(/^✖ because\n/);
  });

  it('answers a run that somebody cancelled by code 8', async () => {
    const { code, err } = await machine({ temporal: endingIn({ kind: 'cancelled' }) }).weft('up', '-f', file, '-q');
    expect(code).toBe(8);
    expect(err).toContain('✖ the run of net was cancelled.');
  });
});

describe('weft up of a description that no longer names what exists', () => {
  const refused = failed('RemovalNotApproved', '', { kind: 'approveRemoval', targets: ['org1/peer2'] });

  it('asks, and takes only yes', async () => {
    const self = machine({ temporal: endingIn(refused), typed: ['y'] });
    const { code, err } = await self.weft('up', '-f', file, '-q');
    expect(code).toBe(8);
    expect(self.questions).toEqual(['Remove? Only "yes" is accepted: ']);
    expect(err).toBe(`net on local: the description no longer names
  - org1/peer2  (its ledger volume stays)
✖ declined. Nothing was touched.
`);
    expect(self.temporal.runs).toHaveLength(1);
  });

  it('says whose volume goes, and who leaves a channel', async () => {
    const departures = ['org3 no longer is a member of trade; it is counted by collection prices of basic'];
    const targets = ['org0/orderer3', 'org3/peer1'];
    const asked = failed('RemovalNotApproved', '', {
      ...{ kind: 'approveRemoval', targets, withVolumes: ['org0/orderer3'], departures },
    });
    const { err } = await machine({ temporal: endingIn(asked), typed: ['no'] }).weft('up', '-f', file, '-q');
    expect(err).toBe(`net on local: the description no longer names
  - org0/orderer3  (with its ledger)
  - org3/peer1  (its ledger volume stays)
net on local: by the description
  - org3 no longer is a member of trade; it is counted by collection prices of basic
✖ declined. Nothing was touched.
`);
    const alone = failed('RemovalNotApproved', '', { kind: 'approveRemoval', targets: [], departures });
    const told = await machine({ temporal: endingIn(alone) }).weft('up', '-f', file, '-q');
    expect(told.code).toBe(2);
    expect(told.err).toContain(
      '✖ org3 no longer is a member of trade; it is counted by collection prices of basic. Nothing',
    );
  });

  it('runs again with the approval', async () => {
    const self = machine({ temporal: endingIn(refused, done(step('removed'))), typed: ['yes'] });
    expect((await self.weft('up', '-f', file, '-q')).code).toBe(0);
    expect(self.temporal.runs[1]?.request.args[1]).toEqual({
      cluster: 'local',
      approveRemoval: true,
      pruneData: false,
      removeChannels: false,
    });
  });

  it('does not ask with --yes', async () => {
    const self = machine({ temporal: endingIn(done(step('removed'))), typed: [] });
    expect((await self.weft('up', '-f', file, '-q', '--yes', '--prune-data')).code).toBe(0);
    expect(self.questions).toEqual([]);
    expect(self.temporal.runs[0]?.request.args[1]).toEqual({
      cluster: 'local',
      approveRemoval: true,
      pruneData: true,
      removeChannels: false,
    });
  });

  it('names the flag to pass where there is nobody to ask', async () => {
    const { code, err } = await machine({ temporal: endingIn(refused) }).weft('up', '-f', file, '-q');
    expect(code).toBe(2);
    expect(err).toBe(`✖ the description no longer names org1/peer2. Nothing was touched.
  To remove what is no longer described: weft up -f ${file} --yes
`);
  });
});

describe('weft plan', () => {
  it('shows what would change and hides what would not', async () => {
    const steps = [
      step('unchanged', 'org0/ca'),
      step('created', 'org1/peer2', 'it is new'),
      step('removed', 'org1/peer1', 'it is gone'),
    ];
    const { weft, temporal } = machine({ temporal: endingIn(done(...steps)) });
    const { code, out } = await weft('plan', '-f', file, '-q');
    expect(code).toBe(0);
    expect(out).toBe(`  +  org1/peer2  applyDeployment  it is new
  -  org1/peer1  applyDeployment  it is gone
  (1 unchanged hidden, --all shows them)
Plan: 1 to create, 0 to change, 1 to remove.
`);
    expect(temporal.runs[0]?.request).toMatchObject({
      type: 'applyNetwork',
      args: [{ name: 'net' }, { cluster: 'local', dryRun: true }],
    });
    expect(temporal.runs[0]?.run.workflowId).toMatch(/^plan\/local\/net\/[0-9a-f]{8}$/);
  });

  it('tells what people should know besides, and whose signatures a change of a channel needs', async () => {
    const signatures = [{ channel: 'mychannel', signers: ['Org1MSP'], missing: [], unmet: [] }];
    const notices = ['The record of net was gone although the network stands.'];
    const value: RunResult = { network: 'net', steps: [step('updated')], endpoints: [], signatures, notices };
    const planned = (): FakeTemporal => endingIn({ kind: 'completed', value });
    const { out, err } = await machine({ temporal: planned() }).weft('plan', '-f', file);
    expect(out).toMatch(/^ {2}mychannel: signed by Org1MSP\n[^]*\nPlan: 0 to create, 1 to change, 0 to remove\.\n$/);
    expect(err).toContain('! The record of net was gone although the network stands.\n');
    const document = await machine({ temporal: planned() }).weft('plan', '-f', file, '-o', 'json');
    expect(JSON.parse(document.out)).toMatchObject({ signatures, notices });
    const up = await machine({ temporal: planned() }).weft('up', '-f', file, '-o', 'json');
    expect(JSON.parse(up.out)).toMatchObject({ notices });
  });

  it('tells differences by the exit code only when it is asked to', async () => {
    const differing = (): FakeTemporal => endingIn(done(step('updated')));
    expect((await machine({ temporal: differing() }).weft('plan', '-f', file, '-q')).code).toBe(0);
    expect((await machine({ temporal: differing() }).weft('plan', '-f', file, '-q', '--exit-code')).code).toBe(5);
    const same = endingIn(done(step('unchanged')));
    const { code, out } = await machine({ temporal: same }).weft('plan', '-f', file, '-q', '--exit-code');
    expect({ code, out }).toEqual({ code: 0, out: 'No changes. The network is as described.\n' });
  });

  it('does not start the embedded platform', async () => {
    const self = machine({ platform: undefined });
    const { code, err } = await self.weft('plan', '-f', file);
    expect(code).toBe(4);
    expect(err).toBe(`✖ the embedded platform does not run.
  Start it: weft local start
  Or name a cluster of your own: --context NAME
`);
    expect(self.platformStarts).toBe(0);
  });

  it('does not collide with the run that holds the network', async () => {
    const temporal = endingIn();
    const { weft } = machine({ temporal });
    const first = weft('up', '-f', file, '-q');
    await expect.poll(() => temporal.runs.length).toBe(1);
    temporal.script = (run) => {
      run.end(done());
    };
    expect((await weft('plan', '-f', otherFile, '-q')).code).toBe(0);
    temporal.runs[0]?.end(done());
    await first;
  });
});

describe('weft up on a network that is not ready at its end', () => {
  const conditions: RunResult['conditions'] = [
    { type: 'OrderersReady', status: 'True', reason: 'Ready', message: '' },
    { type: 'PeersInStep', status: 'False', reason: 'NodesNotReady', message: 'org1-peer1: has crashed' },
  ];
  const value: RunResult = { network: 'net', steps: [step('created')], endpoints: [], conditions };

  it('is never green: it says which condition is not met, and ends with 6, quiet or not', async () => {
    const { code, err } = await machine({ temporal: endingIn({ kind: 'completed', value }) }).weft(
      'up',
      '-f',
      file,
      '-q',
    );
    expect(code).toBe(6);
    expect(err).toMatch(
      /^✖ net is not ready, though every step is done: 1 steps in .*\.\n {2}PeersInStep \(NodesNotReady\): org1-peer1: has crashed\n {2}How it is now: weft status net\n$/,
    );
  });

  it('tells programs so', async () => {
    const { weft } = machine({ temporal: endingIn({ kind: 'completed', value }) });
    const { out } = await weft('up', '-f', file, '-q', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ outcome: 'created', ready: false, conditions });
  });
});

describe('weft history', () => {
  const result = (more: Partial<RunResult> = {}): RunEnding => ({
    kind: 'completed',
    value: { network: 'net', steps: [], endpoints: [], ...more } satisfies RunResult,
  });
  const orderers = ['org0/orderer1', 'org0/orderer2', 'org0/orderer3', 'org0/orderer4'];

  it('lists the runs, the newest first: who, what changed, and how each ended', async () => {
    const unmet = [{ type: 'PeersInStep', status: 'False', reason: 'PeersBehind', message: 'one is behind' }] as const;
    const temporal = endingIn(
      result({ steps: orderers.map((target) => step('created', target)) }),
      failed('ImagePullFailed', 'no such image\nand more'),
      result({ steps: [step('updated', 'org1/peer1'), step('unchanged')], conditions: unmet }),
      result({ steps: [step('unchanged')] }),
    );
    const { weft } = machine({ temporal });
    for (let run = 1; run <= 4; run += 1) await weft('up', '-f', file, '-q');
    const { code, out } = await weft('history', 'net', '-q');
    expect(code).toBe(0);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((row) => row.split(/ {2,}/).slice(3));
    expect(rows).toEqual([
      ['RUN', 'OUTCOME', 'CHANGES'],
      ['up', '✔ done', 'nothing'],
      ['up', '✖ not ready', '1 updated (org1/peer1); one is behind'],
      ['up', '✖ failed', 'no such image'],
      ['up', '✔ done', '4 created'],
    ]);
    expect(out).toMatch(/ \S+@\S+ /);
    expect((await weft('history', 'net', '-q', '--limit', '1')).out.trimEnd().split('\n')).toHaveLength(2);
    const wide = await weft('history', 'net', '-q', '-o', 'wide');
    expect(wide.out).toContain(`4 created (${orderers.join(', ')})`);
  });

  it('tells programs of every change, and of runs that go on', async () => {
    const temporal = endingIn(result({ steps: [step('created', 'org1/peer1', 'was missing'), step('unchanged')] }));
    const { weft } = machine({ temporal });
    await weft('up', '-f', file, '-q');
    temporal.script = () => undefined;
    await weft('up', '-f', file, '-q', '--no-wait');
    const { out } = await weft('history', 'net', '-q', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({
      network: 'net',
      runs: [
        { operation: 'up', outcome: 'running', requestedBy: expect.stringContaining('@') as string },
        {
          outcome: 'done',
          counts: { created: 1, unchanged: 1 },
          changes: [{ step: 'applyDeployment', target: 'org1/peer1', outcome: 'created', reason: 'was missing' }],
        },
      ],
    });
  });

  it('says that there is none', async () => {
    expect((await machine({ temporal: endingIn() }).weft('history', 'net', '-q')).out).toBe(
      'Temporal keeps no run of net on local.\n',
    );
  });
});

describe('weft status', () => {
  const status: NetworkStatus = {
    network: 'net',
    ready: false,
    nodes: [
      {
        name: 'org1-peer1',
        organization: 'org1',
        kind: 'peer',
        ready: false,
        reason: 'CrashLoop: x',
        version: '2.5.9',
        certificates: [],
      },
    ],
    conditions: [
      {
        ...{ type: 'PeersInStep', status: 'False', since: '2026-11-23T10:30:00.000Z' },
        ...{ reason: 'NodesNotReady', message: 'org1-peer1: CrashLoop: x' },
      },
      { type: 'RecordApplied', status: 'True', reason: 'Applied', message: '' },
    ],
    channels: [],
    chaincodes: [],
  };
  const looked = (value: NetworkStatus): FakeTemporal => endingIn({ kind: 'completed', value });

  it('prints what the cluster has', async () => {
    const { weft, temporal } = machine({ temporal: looked(status) });
    const { code, out } = await weft('status', 'net', '-q');
    expect(code).toBe(0);
    expect(out).toMatch(/SINCE +REASON/);
    expect(out.replace(/ \([^)]*\)/, '').replaceAll(/ {2,}/g, '  ')).toBe(`net on local: not ready, 0 of 1 nodes
CONDITION  STATUS  SINCE  REASON  MESSAGE
PeersInStep  ✖ False  2026-11-23T10:30:00Z  NodesNotReady  org1-peer1: CrashLoop: x

NAME  ORGANIZATION  KIND  READY  VERSION  EXPIRES  REASON
org1-peer1  org1  peer  ✖ no  2.5.9  -  CrashLoop: x
`);
    expect(temporal.runs[0]?.request).toMatchObject({
      type: 'inspectNetwork',
      args: [{ network: 'net', cluster: 'local' }],
    });
  });

  it('tells the look what the last one found, so that it can say since when', async () => {
    const temporal = endingIn({ kind: 'completed', value: status }, { kind: 'completed', value: status });
    const { weft } = machine({ temporal });
    await weft('status', 'net', '-q');
    await weft('status', 'net', '-q');
    expect(temporal.runs[1]?.request.args).toEqual([
      { network: 'net', cluster: 'local' },
      { earlier: status.conditions },
    ]);
  });

  it('prints the same as the workflow returned it with -o json', async () => {
    const { out } = await machine({ temporal: looked(status) }).weft('status', 'net', '-q', '-o', 'json');
    expect(JSON.parse(out)).toEqual(status);
  });

  it('looks only where the description says when it is given one', async () => {
    const { weft, temporal } = machine({ temporal: looked(status) });
    await weft('status', '-f', file, '-q');
    expect(temporal.runs[0]?.request.args).toEqual([{ network: 'net', cluster: 'local', namespaces: ['net'] }]);
  });

  it('answers by code 6 when the network is not ready and it is asked to', async () => {
    expect((await machine({ temporal: looked(status) }).weft('status', 'net', '-q', '--exit-code')).code).toBe(6);
    const ready = looked({ ...status, ready: true });
    expect((await machine({ temporal: ready }).weft('status', 'net', '-q', '--exit-code')).code).toBe(0);
  });

  it('tells of the run that works on the network', async () => {
    const temporal = endingIn();
    const { weft } = machine({ temporal });
    await weft('up', '-f', file, '-q', '--no-wait');
    temporal.script = (run) => {
      run.end({ kind: 'completed', value: status });
    };
    const { err } = await weft('status', 'net');
    expect(err).toBe('A run (`up`) is under way since 10:41:07. Watch: weft watch net\n');
  });

  it('says so when there is nothing of the network', async () => {
    const { out } = await machine({
      temporal: looked({ network: 'net', ready: false, conditions: [], nodes: [], channels: [], chaincodes: [] }),
    }).weft('status', 'net', '-q');
    expect(out).toBe('net: nothing of it is on local.\n');
  });
});

describe('weft status without a name', () => {
  const names = (...networks: string[]): FakeAccess =>
    fakeAccess({ networks: networks.map((name) => ({ ...NETWORK, name })) });

  /** A cluster in which `weft status` finds the networks in the given states. */
  const finding = (states: Readonly<Record<string, boolean>>): FakeTemporal =>
    new FakeTemporal((run) => {
      const [{ network }] = run.request.args as [{ network: string }];
      const nodes = [
        {
          name: 'org1-peer1',
          organization: 'org1',
          kind: 'peer' as const,
          ready: states[network] === true,
          reason: states[network] === true ? '' : 'Unschedulable: no node has room',
          version: '2.5.9',
          certificates: [],
        },
      ];
      const ready = states[network] === true;
      const conditions: NetworkStatus['conditions'] = ready
        ? []
        : [{ type: 'PeersInStep', status: 'False', reason: 'NodesNotReady', message: 'org1-peer1: no node has room' }];
      const value: NetworkStatus = { network, ready, conditions, nodes, channels: [], chaincodes: [] };
      run.end({ kind: 'completed', value });
    }).withWorkers('local');

  it('shows the network that there is, if there is only one', async () => {
    const { weft } = machine({ temporal: finding({ net: true }), access: names('net') });
    const { code, out } = await weft('status', '-q');
    expect(code).toBe(0);
    expect(out).toMatch(/^net on local: ready, 1 of 1 nodes\n/);
  });

  it('lists several networks with the state of each', async () => {
    const temporal = finding({ one: true, two: false });
    const { code, out, err } = await machine({ temporal, access: names('two', 'one') }).weft('status');
    expect(code).toBe(0);
    expect(out).toBe(`NETWORK  READY  NODES   REASON
one      ✔ yes  1 of 1
two      ✖ no   0 of 1  PeersInStep (NodesNotReady): org1-peer1: no node has room
`);
    expect(err).toBe('One of them in full: weft status one\n');
  });

  it('lists them for programs, and tells by the exit code that one is not ready', async () => {
    const temporal = finding({ one: true, two: false });
    const { weft } = machine({ temporal, access: names('one', 'two') });
    const { code, out } = await weft('status', '-o', 'json', '--exit-code');
    expect(code).toBe(6);
    expect(JSON.parse(out)).toMatchObject({
      networks: [
        { network: 'one', ready: true, nodes: 1, readyNodes: 1 },
        { network: 'two', ready: false, nodes: 1, readyNodes: 0 },
      ],
    });
  });

  it('says that there is none, and how to bring one up', async () => {
    const { code, out, err } = await machine({ access: names() }).weft('status');
    expect({ code, out }).toEqual({ code: 0, out: 'local has no network that Weft brought up.\n' });
    expect(err).toContain('weft up -f network.yaml');
  });

  it('watches one network only', async () => {
    const { code, err } = await machine({ access: names('one', 'two') }).weft('status', '--watch');
    expect(code).toBe(2);
    expect(err).toContain('Name one: weft status one --watch');
  });
});

describe('weft down', () => {
  const there = done(step('removed', 'org1/peer1'));

  it('shows what goes and wants the name of the network typed', async () => {
    const self = machine({ temporal: endingIn(there, there), typed: ['net'] });
    const { code, out, err } = await self.weft('down', 'net', '-q');
    expect(code).toBe(0);
    expect(out).toMatch(/^net is removed from local: 1 steps in [\d.]+s: 1 removed\.\n$/);
    expect(err).toBe(`Everything that Weft made for net on local will be removed:\n  - org1/peer1\n`);
    expect(self.questions[0]).toContain("There is no undo.\nType the network's name to remove it: ");
    expect(self.temporal.runs.map(({ request }) => request.args[1])).toEqual([
      { keepData: false, dryRun: true },
      { keepData: false },
    ]);
  });

  it('touches nothing when anything else is typed', async () => {
    const self = machine({ temporal: endingIn(there), typed: ['yes'] });
    expect((await self.weft('down', 'net', '-q')).code).toBe(8);
    expect(self.temporal.runs).toHaveLength(1);
  });

  it('does not ask with --yes', async () => {
    const self = machine({ temporal: endingIn(there) });
    const { code } = await self.weft('down', 'net', '-q', '--yes', '--keep-data');
    expect(code).toBe(0);
    expect(self.temporal.runs[0]).toMatchObject({
      run: { workflowId: 'network/local/net' },
      request: { type: 'removeNetwork', args: [{ network: 'net', cluster: 'local' }, { keepData: true }] },
    });
  });

  it('wants --yes where there is nobody to ask, before it looks at anything', async () => {
    const self = machine();
    const { code, err } = await self.weft('down', 'net');
    expect(code).toBe(2);
    expect(err).toContain('weft down net --yes');
    expect(self.connections).toHaveLength(0);
  });

  it('is content when nothing is there', async () => {
    const { code, out } = await machine({ temporal: endingIn(done()) }).weft('down', 'net', '-q', '--yes');
    expect({ code, out }).toEqual({ code: 0, out: 'Nothing of net is on local.\n' });
  });

  it('does not pull the network from under a run that brings it up', async () => {
    const temporal = endingIn();
    const { weft } = machine({ temporal });
    const first = weft('up', '-f', file, '-q');
    await expect.poll(() => temporal.runs.length).toBe(1);
    expect((await weft('down', 'net', '-q', '--yes')).code).toBe(7);
    temporal.runs[0]?.end(done());
    await first;
  });
});

describe('weft cancel', () => {
  it('stops the run that holds the network', async () => {
    const temporal = endingIn();
    const { weft } = machine({ temporal });
    const up = weft('up', '-f', file, '-q');
    await expect.poll(() => temporal.runs.length).toBe(1);
    const { code, out } = await weft('cancel', 'net', '-q');
    expect({ code, out }).toEqual({ code: 0, out: 'The run of net (`up`, since 10:41:07) has stopped.\n' });
    expect((await up).code).toBe(8);
  });

  it('is content when nothing runs', async () => {
    const { code, out } = await machine().weft('cancel', 'net');
    expect({ code, out }).toEqual({ code: 0, out: 'No run of net is under way on local.\n' });
  });
});

describe('weft pause and weft resume', () => {
  const pause = { by: 'ana@laptop', reason: 'nodes are upgraded', since: '2026-11-23T10:40:31.000Z' };

  /** A run that is under way. */
  async function underWay(temporal = endingIn()): Promise<ReturnType<typeof machine>> {
    const self = machine({ temporal });
    await self.weft('up', '-f', file, '-q', '--no-wait');
    return self;
  }

  it('ask the run that holds the network, with a reason', async () => {
    const { weft, temporal } = await underWay();
    const paused = await weft('pause', 'net', '--reason', 'nodes are upgraded');
    expect(paused.out).toBe('The run of net (`up`, since 10:41:07) is paused.\n');
    expect(paused.err).toBe('Steps that are under way end. Go on: weft resume net\n');
    const resumed = await weft('resume', 'net');
    expect(resumed.out).toBe('The run of net (`up`, since 10:41:07) goes on.\n');
    expect(temporal.updates).toMatchObject([
      { name: 'pause', argument: { by: expect.stringContaining('@') as unknown, reason: 'nodes are upgraded' } },
      { name: 'resume', argument: { reason: '' } },
    ]);
  });

  it('say so when it is so already', async () => {
    const { weft, temporal } = await underWay();
    temporal.answerUpdate = ({ name }) => ({ changed: false, ...(name === 'pause' && { pause }) });
    expect((await weft('pause', 'net', '--reason', 'lunch')).out).toMatch(
      /^The run of net .* is already paused by ana@laptop for \S+: nodes are upgraded\.\n$/,
    );
    const { out } = await weft('resume', 'net', '-o', 'json');
    expect(JSON.parse(out)).toEqual({ network: 'net', outcome: 'unchanged' });
  });

  it('want a reason for a pause, and are content when nothing runs', async () => {
    const { weft } = machine();
    expect(await weft('pause', 'net')).toMatchObject({ code: 2 });
    for (const words of [
      ['pause', 'net', '--reason', 'lunch'],
      ['resume', 'net'],
    ]) {
      expect(await weft(...words)).toMatchObject({ code: 0, out: 'No run of net is under way on local.\n' });
    }
  });

  it('tell that no worker answers, and what a run does not do', async () => {
    const { weft, temporal } = await underWay();
    temporal.answerUpdate = () => Promise.reject(new NoAnswer('no worker'));
    expect(await weft('pause', 'net', '--reason', 'lunch')).toMatchObject({
      code: 4,
      err: expect.stringContaining('may come about when one is back') as unknown,
    });
    temporal.answerUpdate = () => Promise.reject(new UpdateRefused('Unknown', new Error('there are no pauses')));
    expect(await weft('pause', 'net', '--reason', 'lunch')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there are no pauses') as unknown,
    });
  });

  it('are seen by weft status', async () => {
    const value: NetworkStatus = {
      network: 'net',
      ready: true,
      nodes: [],
      conditions: [],
      channels: [],
      chaincodes: [],
    };
    const { weft, temporal } = await underWay();
    temporal.runs.forEach((run) => (run.progress = { ...NO_PROGRESS, paused: pause }));
    temporal.script = (run) => {
      run.end({ kind: 'completed', value });
    };
    expect((await weft('status', 'net')).err).toMatch(
      /It is paused by ana@laptop for \S+: nodes are upgraded\. Go on: weft resume net\n$/,
    );
  });
});

describe('weft retry', () => {
  /** A run with two steps that wait for their next attempts, one of them in a child. */
  async function waiting(): Promise<ReturnType<typeof machine>> {
    const self = machine({ temporal: endingIn() });
    await self.weft('up', '-f', file, '-q', '--no-wait');
    const [run] = self.temporal.runs;
    if (run === undefined) throw new Error('no run');
    const child = self.temporal.add({ ...run.request, workflowId: `${run.run.workflowId}/org1` });
    const activity = {
      ...{ id: '7', type: 'applyDeployment', attempt: 4, nextAttemptAt: new Date() },
      lastFailure: { type: 'ClusterUnavailable', message: 'the API server answers 503' },
    };
    run.progress = { ...NO_PROGRESS, steps: [step('running')], children: [child.run.workflowId] };
    run.activities = [activity];
    child.progress = { ...NO_PROGRESS, steps: [step('running', 'org1/ca'), step('running', 'org1/peer2')] };
    child.activities = [
      { ...activity, id: '8', target: 'org1/ca' },
      // One that is under way needs no second attempt.
      { id: '9', type: 'applyDeployment', attempt: 1, target: 'org1/peer2' },
    ];
    return self;
  }

  it('tries at once what waits for its next attempt, in the run and in its children', async () => {
    const { weft, temporal } = await waiting();
    const { code, out } = await weft('retry', 'net');
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Tried now:\n  applyDeployment org1/peer1, attempt 4\n  applyDeployment org1/ca, attempt 4\n',
    });
    expect(temporal.retried).toEqual([
      { workflowId: 'network/local/net', activityId: '7' },
      { workflowId: 'network/local/net/org1', activityId: '8' },
    ]);
  });

  it('tries the steps on one target only, where one is named', async () => {
    const { weft, temporal } = await waiting();
    await weft('retry', 'net', '--target', 'org1/ca');
    expect(temporal.retried.map(({ activityId }) => activityId)).toEqual(['8']);
    expect((await weft('retry', 'net', '--target', 'org9')).out).toBe(
      'No step on org9 of net waits for its next attempt.\n',
    );
  });

  it('is content when nothing runs, and tells that no worker says which steps there are', async () => {
    expect((await machine().weft('retry', 'net')).out).toBe('No run of net is under way on local.\n');
    const { weft, temporal } = await waiting();
    for (const run of temporal.runs) run.progress = undefined;
    expect(await weft('retry', 'net')).toMatchObject({ code: 4 });
  });
});

describe('weft signatures', () => {
  const update = Buffer.from(configUpdateOf('trade'));
  const pending = {
    ...{ channel: 'trade', reason: 'adds Org3MSP', update: update.toString('base64'), signatures: [] },
    ...{ signedBy: ['Org1MSP'], unmet: ['/Channel/Application wants MAJORITY Admins'], awaited: ['Org9MSP'] },
  };

  async function waiting(): Promise<ReturnType<typeof machine>> {
    const self = machine({ temporal: endingIn(), workingDirectory: folder });
    await self.weft('up', '-f', file, '-q', '--no-wait');
    const [run] = self.temporal.runs;
    if (run === undefined) throw new Error('no run');
    const child = self.temporal.add({ ...run.request, workflowId: `${run.run.workflowId}/channels/trade` });
    run.progress = { ...NO_PROGRESS, children: [child.run.workflowId] };
    child.progress = { ...NO_PROGRESS, pendingUpdates: [pending] };
    return self;
  }

  it('lists what is awaited, and of whom', async () => {
    const { weft } = await waiting();
    expect((await weft('signatures', 'net')).out).toBe(
      'trade: adds Org3MSP\n  waits for Org9MSP; signed by Org1MSP\n  /Channel/Application wants MAJORITY Admins\n',
    );
    expect((await weft('signatures', 'net', '--channel', 'other')).out).toBe('No run of net waits for a signature.\n');
    expect((await machine().weft('signatures', 'net')).out).toBe('No run of net waits for a signature.\n');
  });

  it('writes the update into a file, and hands it in with its signatures', async () => {
    const { weft, temporal } = await waiting();
    const written = await weft('signatures', 'net', '--out', 'update.pb');
    expect(written.err).toContain('weft sign update.pb --as ORG');
    temporal.answerUpdate = () => ({ added: ['Org9MSP'], awaited: [] });
    expect((await weft('signatures', 'net', '--add', 'update.pb')).out).toBe(
      'trade of net has the signature of Org9MSP; all have signed, and the run goes on.\n',
    );
    expect(temporal.updates).toMatchObject([
      { run: { workflowId: 'network/local/net/channels/trade' }, name: 'addSignatures' },
    ]);
  });

  it('is signed by an Admin whom the cluster has, in the file or in another one', async () => {
    const { certificate, key } = await newIdentity('Org2MSP');
    const access = fakeAccess();
    const read: FakeAccess['read'] = async (kind, ...where) =>
      kind === 'Secret' ? { 'cert.pem': certificate, 'key.pem': key } : access.read(kind, ...where);
    await writeFile(join(folder, 'unsigned.pb'), updateEnvelope({ channel: 'trade', update, signatures: [] }));
    const { weft } = machine({ access: { ...access, read }, workingDirectory: folder });
    const sign = ['sign', 'unsigned.pb', '--network', 'net', '--out', 'signed.pb'] as const;
    expect(await weft(...sign, '--as', 'org2')).toMatchObject({
      code: 0,
      out: 'signed.pb has the signature of Org2MSP, of an update of trade.\n',
    });
    const { signatures } = readUpdateEnvelope(await readFile(join(folder, 'signed.pb')));
    expect(signatures).toMatchObject([{ mspId: 'Org2MSP' }]);
    expect(await weft(...sign, '--as', 'org7')).toMatchObject({
      code: 2,
      err: expect.stringContaining('org7 is no organization of the network net') as unknown,
    });
  });

  it('refuses what is no update, and what cannot be read', async () => {
    const { weft } = await waiting();
    expect(await weft('signatures', 'net', '--add', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining("This is no update of a channel's configuration") as unknown,
    });
    expect(await weft('signatures', 'net', '--add', 'nowhere.pb')).toMatchObject({ code: 2 });
  });
});

describe('weft watch', () => {
  it('shows a run that another command started', async () => {
    const temporal = endingIn();
    const { weft } = machine({ temporal });
    await weft('up', '-f', file, '-q', '--no-wait');
    const watching = weft('watch', 'net', '-q', '-o', 'json');
    await expect.poll(() => temporal.watchers).toBe(1);
    temporal.runs[0]?.end(done(step('created')));
    const { code, out } = await watching;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ network: 'net', outcome: 'created' });
  });
});

/** A signal only counts once somebody listens, which is when the run is being watched. */
async function interruptWhenWatching(self: ReturnType<typeof machine>, signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  await expect.poll(() => self.temporal.watchers).toBeGreaterThan(0);
  self.interrupt(signal);
}
