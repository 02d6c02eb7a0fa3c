import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { DataConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { failure } from '../../src/activities/failures.ts';
import { createCodecServer } from '../../src/api/codec/server.ts';
import {
  connectTemporal,
  loadDataConverter,
  RunUnreadable,
  startOrJoin,
  temporalSettings,
  type Temporal,
} from '../../src/client/index.ts';
import { newKeyLines } from '../../src/codec/index.ts';
import type { Description } from '../../src/spec/index.ts';
import { hostRuns } from '../../src/worker/host.ts';
import { activityTaskQueue, networkWorkflowId } from '../../src/workflows/messages.ts';
import { startTemporal, temporalExecutable } from '../support/temporal.ts';
import { machine } from '../unit/cli/harness.ts';
import { fakeCluster, type FakeCluster } from './fixtures/fake-cluster.ts';
import { PATIENCE } from './fixtures/temporal-test.ts';

const CLUSTER = 'encrypted';

/** Words that stand nowhere but in descriptions and failures: names of organizations are part of workflow ids. */
const MARKS = ['MarkedMSP', 'marked.example.com', 'marked-reason', 'marked-ana'];

let folder: string;
let keyFile: string;
let environment: TestWorkflowEnvironment;
let fake: FakeCluster;
let stop: AbortController;
let worker: Promise<void>;
let connection: NativeConnection;

const described = (name: string): Description => ({
  name,
  organizations: [
    { name: 'org0', mspId: 'MarkedMSP', domain: 'marked.example.com', orderers: 1 },
    { name: 'org1', peers: 1 },
  ],
});

const requestFor = (name: string, cluster = CLUSTER): Parameters<typeof startOrJoin>[1] => ({
  type: 'applyNetwork',
  workflowId: networkWorkflowId(cluster, name),
  args: [described(name)],
  summary: 'marked.example.com comes up',
});

/** A worker of the cluster. */
function host(dataConverter: DataConverter, signal: AbortSignal): Promise<void> {
  return hostRuns(connection, {
    ...{ namespace: 'default', cluster: CLUSTER, activities: fake.activities, dataConverter, stop: signal },
    version: { deploymentName: 'weft', buildId: 'encrypting', isControlled: false, isChosen: false },
    logger: new DefaultLogger('ERROR'),
  });
}

/** A client with or without the key, as the environment says. */
function connected(withKey: boolean): Promise<Temporal> {
  const env = { TEMPORAL_ADDRESS: environment.address, ...(withKey ? { WEFT_PAYLOAD_KEY_FILE: keyFile } : {}) };
  return connectTemporal(temporalSettings(env));
}

/** The history of a run as Temporal's command line shows it, its children's after it. */
async function shown(workflowId: string, ...flags: string[]): Promise<string> {
  const address = ['--address', environment.address];
  const { stdout } = await execa(temporalExecutable(), [
    'workflow',
    'show',
    '-w',
    workflowId,
    '-o',
    'json',
    ...address,
    ...flags,
  ]);
  const children = [...stdout.matchAll(/"childWorkflowExecutionStartedEventAttributes"[^]*?"workflowId": "([^"]+)"/g)];
  const below = await Promise.all(children.map(([, id = '']) => shown(id, ...flags)));
  // Bytes are Base64 in it.
  const texts = [...stdout.matchAll(/"data": "([^"]*)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString(),
  );
  return [stdout, ...texts, ...below].join('\n');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-payload-keys-'));
  keyFile = join(folder, 'keys');
  await writeFile(keyFile, newKeyLines(new Date()).lines);
  environment = await startTemporal();
  fake = fakeCluster();
  stop = new AbortController();
  connection = await NativeConnection.connect({ address: environment.address });
  worker = host(await loadDataConverter({ keyFile }), stop.signal);
});

afterAll(async () => {
  stop.abort();
  await worker;
  await connection.close();
  await environment.teardown();
  await rm(folder, { recursive: true });
});

describe('a network whose payloads are encrypted with a key file', () => {
  it('comes up, is joined and watched by others with the key, and is read by nobody else but through the codec server', async () => {
    const [temporal, another, keyless] = await Promise.all([connected(true), connected(true), connected(false)]);
    const codecServer = await createCodecServer({
      codecs: (await loadDataConverter({ keyFile })).payloadCodecs ?? [],
      uiOrigins: [],
      allowAnonymous: false,
      identify: (token) =>
        Promise.resolve(token === 'weft_test' ? { name: 'ana', grants: [{ role: 'admin' }] } : undefined),
      logger: false,
    });
    try {
      const held = fake.hold('applyDeployment', 'org0-orderer1');
      fake.fail('enrollRegistrar', 'org0', failure('ClusterUnavailable', 'marked-reason'), 1);
      const request = requestFor('encrypted');
      const started = await startOrJoin(temporal, request, 'marked-ana@laptop');
      if (started.kind !== 'started') throw new Error(`The run was ${started.kind}.`);
      await held.reached;

      const joined = await startOrJoin(another, request, 'ben@laptop');
      expect(joined).toMatchObject({ kind: 'joined', run: { runId: started.run.runId } });
      await expect(keyless.args(request)).rejects.toThrow(RunUnreadable);
      await expect(keyless.describe(request)).rejects.toThrow(/WEFT_PAYLOAD_KEY_FILE has to name a file with that key/);

      const env = { TEMPORAL_ADDRESS: environment.address, WEFT_PAYLOAD_KEY_FILE: keyFile };
      const cli = machine({ env, connect: connectTemporal });
      const watched = cli.weft('watch', 'encrypted', '--context', CLUSTER, '--progress', 'plain');
      held.open();
      expect(await temporal.result(started.run, AbortSignal.timeout(60_000))).toMatchObject({ kind: 'completed' });
      expect((await watched).code).toBe(0);

      await vi.waitFor(async () => {
        const first = keyless.list({ cluster: CLUSTER })[Symbol.asyncIterator]().next();
        await expect(first).rejects.toThrow(RunUnreadable);
      }, PATIENCE);

      const kept = await shown(request.workflowId);
      expect(kept).toContain('applyDeployment');
      for (const mark of MARKS) expect(kept).not.toContain(mark);
      const endpoint = ['--codec-endpoint', await codecServer.listen({ port: 0 })];
      const read = await shown(request.workflowId, ...endpoint, '--codec-auth', 'Bearer weft_test');
      for (const mark of MARKS) expect(read).toContain(mark);
    } finally {
      await Promise.all([temporal.close(), another.close(), keyless.close(), codecServer.close()]);
    }
  });

  it('has schedules that are encrypted, too, whose runs are read', async () => {
    const [temporal, keyless] = await Promise.all([connected(true), connected(false)]);
    try {
      const schedule = {
        id: `keep/${CLUSTER}/kept`,
        ...{ type: 'keepNetwork', args: [{ marked: true }], summary: 'marked', memo: { requestedBy: 'marked' } },
        everyMs: 3_600_000,
      };
      await temporal.putSchedule(schedule);
      expect((await temporal.describeSchedule(schedule.id))?.args).toEqual(schedule.args);
      await expect(keyless.describeSchedule(schedule.id)).rejects.toThrow(/WEFT_PAYLOAD_KEY_FILE/);
    } finally {
      await Promise.all([temporal.close(), keyless.close()]);
    }
  });

  it('reads what was written before there was a key', async () => {
    const [temporal, keyless] = await Promise.all([connected(true), connected(false)]);
    try {
      const request = requestFor('plain');
      const started = await startOrJoin(keyless, request, 'ana@laptop');
      if (started.kind !== 'started') throw new Error(`The run was ${started.kind}.`);
      expect(await startOrJoin(temporal, request, 'ben@laptop')).toMatchObject({
        kind: expect.stringMatching(/joined|started/) as unknown,
      });
      expect(await temporal.result(started.run, AbortSignal.timeout(60_000))).toMatchObject({ kind: 'completed' });
    } finally {
      await Promise.all([temporal.close(), keyless.close()]);
    }
  });

  it('waits for a worker that has the key: one that does not have it fails no run, however often it tries', async () => {
    const temporal = await connected(true);
    const elsewhere = fakeCluster();
    const options = { connection, taskQueue: activityTaskQueue('elsewhere'), activities: elsewhere.activities };
    const keyless = await Worker.create({ ...options, dataConverter: await loadDataConverter() });
    try {
      const request = requestFor('waiting', 'elsewhere');
      const run = await keyless.runUntil(async () => {
        const started = await startOrJoin(temporal, request, 'ana@laptop');
        if (started.kind !== 'started') throw new Error(`The run was ${started.kind}.`);
        // The first look gives up after three attempts: then the run begins it anew.
        const looks = new Set<string>();
        await vi.waitFor(async () => {
          const [activity] = (await temporal.describe(started.run))?.activities ?? [];
          expect(activity).toMatchObject({
            type: 'checkCluster',
            lastFailure: {
              type: 'PayloadKeyMissing',
              message: expect.stringContaining('WEFT_PAYLOAD_KEY_FILE has to name a file with that key') as unknown,
            },
          });
          looks.add(activity?.id ?? '');
          expect(looks.size).toBe(2);
        }, PATIENCE);
        return started.run;
      });
      expect(elsewhere.calls).toEqual([]);
      expect((await temporal.describe(run))?.status).toBe('running');

      const reader = await Worker.create({ ...options, dataConverter: await loadDataConverter({ keyFile }) });
      const ending = await reader.runUntil(temporal.result(run, AbortSignal.timeout(60_000)));
      expect(ending).toMatchObject({ kind: 'completed' });
    } finally {
      await temporal.close();
    }
  });

  it('waits for a worker that has the key where the run itself cannot be read, too', async () => {
    const temporal = await connected(true);
    // The last of the tests: from here on there is another worker.
    stop.abort();
    await worker;
    const keyless = new AbortController();
    const hosted = host(await loadDataConverter(), keyless.signal);
    try {
      const started = await startOrJoin(temporal, requestFor('unread'), 'ana@laptop');
      if (started.kind !== 'started') throw new Error(`The run was ${started.kind}.`);
      const execution = { workflowId: started.run.workflowId };
      await vi.waitFor(async () => {
        const { workflowService } = environment.client;
        const { pendingWorkflowTask } = await workflowService.describeWorkflowExecution({
          namespace: 'default',
          execution,
        });
        expect(pendingWorkflowTask?.attempt).toBeGreaterThan(1);
      }, PATIENCE);
      keyless.abort();
      await hosted;
      expect((await temporal.describe(started.run))?.status).toBe('running');

      stop = new AbortController();
      worker = host(await loadDataConverter({ keyFile }), stop.signal);
      expect(await temporal.result(started.run, AbortSignal.timeout(60_000))).toMatchObject({ kind: 'completed' });
    } finally {
      keyless.abort();
      await temporal.close();
    }
  });
});
