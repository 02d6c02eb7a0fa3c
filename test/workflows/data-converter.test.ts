import { fileURLToPath } from 'node:url';

import type { WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection } from '@temporalio/worker';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import {
  connectTemporal,
  loadDataConverter,
  RunUnreadable,
  startOrJoin,
  temporalSettings,
} from '../../src/client/index.ts';
import { failure } from '../../src/activities/failures.ts';
import type { Description } from '../../src/spec/index.ts';
import { hostRuns } from '../../src/worker/host.ts';
import { networkWorkflowId } from '../../src/workflows/messages.ts';
import { startTemporal } from '../support/temporal.ts';
import { machine } from '../unit/cli/harness.ts';
import { fakeCluster, type FakeCluster } from './fixtures/fake-cluster.ts';
import { PATIENCE } from './fixtures/temporal-test.ts';

const WEFT_DATA_CONVERTER = fileURLToPath(new URL('./fixtures/encryption/data-converter.ts', import.meta.url));
const CLUSTER = 'encrypted';

/** Words that stand nowhere but in the description: names of organizations are part of workflow ids. */
const MARKS = ['MarkedMSP', 'marked.example.com', 'marked-channel-policy'];

const description: Description = {
  name: 'encrypted',
  organizations: [
    { name: 'org0', mspId: 'MarkedMSP', domain: 'marked.example.com', orderers: 1 },
    { name: 'org1', peers: 1 },
  ],
};

const request = {
  type: 'applyNetwork',
  workflowId: networkWorkflowId(CLUSTER, description.name),
  args: [description],
  summary: 'marked.example.com comes up',
};

let environment: TestWorkflowEnvironment;
let fake: FakeCluster;
let stop: AbortController;
let worker: Promise<void>;
let connection: NativeConnection;

beforeAll(async () => {
  environment = await startTemporal();
  fake = fakeCluster();
  stop = new AbortController();
  connection = await NativeConnection.connect({ address: environment.address });
  worker = hostRuns(connection, {
    namespace: 'default',
    cluster: CLUSTER,
    activities: fake.activities,
    dataConverter: await loadDataConverter({ module: WEFT_DATA_CONVERTER }),
    version: { deploymentName: 'weft', buildId: 'encrypting', isControlled: false, isChosen: false },
    logger: new DefaultLogger('ERROR'),
    stop: stop.signal,
  });
});

afterAll(async () => {
  stop.abort();
  await worker;
  await connection.close();
  await environment.teardown();
});

describe('a network whose payloads are encrypted', () => {
  it('comes up, is joined and watched by others with the key, and leaves no plain text behind', async () => {
    const env = { TEMPORAL_ADDRESS: environment.address, WEFT_DATA_CONVERTER };
    const temporal = await connectTemporal(temporalSettings(env));
    const another = await connectTemporal(temporalSettings(env));
    try {
      const held = fake.hold('applyDeployment', 'org0-orderer1');
      fake.fail('enrollRegistrar', 'org0', failure('ClusterUnavailable', 'marked.example.com is busy'), 1);
      const started = await startOrJoin(temporal, request, 'ana@laptop');
      if (started.kind !== 'started') throw new Error(`The run was ${started.kind}.`);
      await held.reached;

      const joined = await startOrJoin(another, request, 'ben@laptop');
      expect(joined).toMatchObject({ kind: 'joined', run: { runId: started.run.runId } });
      await vi.waitFor(async () => {
        const found = await another.describe(started.run);
        expect(found?.memo).toMatchObject({ operation: 'up', requestedBy: 'ana@laptop' });
        expect(found?.activities.map(({ type }) => type)).toContain('applyDeployment');
      }, PATIENCE);

      const cli = machine({ env, connect: connectTemporal });
      const watched = cli.weft('watch', description.name, '--context', CLUSTER, '--progress', 'plain');
      const result = temporal.result(started.run, AbortSignal.timeout(60_000));
      held.open();
      const [ending, seen] = await Promise.all([result, watched]);
      expect(ending).toMatchObject({ kind: 'completed', value: { network: description.name } });
      expect(seen.err + seen.out).toContain('applyDeployment');
      expect(seen.code).toBe(0);

      const kept = (await wholeTree(environment.client.workflow.getHandle(started.run.workflowId))).join('\n');
      expect(kept).toContain('applyDeployment');
      for (const mark of [...MARKS, 'ana@laptop']) expect(kept).not.toContain(mark);
    } finally {
      await Promise.all([temporal.close(), another.close()]);
    }
  });

  it('is not read by a client without the key, which is said by name', async () => {
    const temporal = await connectTemporal(temporalSettings({ TEMPORAL_ADDRESS: environment.address }));
    try {
      await expect(temporal.args(request)).rejects.toThrow(RunUnreadable);
      await expect(temporal.describe(request)).rejects.toThrow(/WEFT_DATA_CONVERTER/);
    } finally {
      await temporal.close();
    }
  });
});

/** Everything that a person could read in the histories of a run and of all its children. */
async function wholeTree(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const children = (events ?? []).flatMap(
    (event) => event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId ?? [],
  );
  const own = (events ?? []).flatMap(readable);
  const below = await Promise.all(children.map((id) => wholeTree(environment.client.workflow.getHandle(id))));
  return [...own, ...below.flat()];
}

function readable(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(readable) : [];
}
