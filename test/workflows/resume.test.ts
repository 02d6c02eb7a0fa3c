import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import {
  clusterWorkers,
  connectTemporal,
  temporalSettings,
  watchRun,
  type RunCondition,
} from '../../src/client/index.ts';
import type { applyNetwork } from '../../src/workflows/index.ts';
import { activityTaskQueue, networkWorkflowId, WORKFLOW_TASK_QUEUE } from '../../src/workflows/messages.ts';
import { bundleWorkflows, type WorkflowBundle } from '../../src/worker/workflow-bundle.ts';
import { startTemporal } from '../support/temporal.ts';
import { testNetwork } from './fixtures/descriptions.ts';
import { fakeCluster, type Call, type FakeCluster } from './fixtures/fake-cluster.ts';
import { recordedActivities } from './fixtures/history.ts';
import { PATIENCE } from './fixtures/temporal-test.ts';
import type { WorkerProcessSettings } from './fixtures/worker-process.ts';

let temporal: TestWorkflowEnvironment;
let bundle: WorkflowBundle;
const children: ChildProcess[] = [];

beforeAll(async () => {
  [temporal, bundle] = await Promise.all([startTemporal(), bundleWorkflows()]);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await temporal.teardown();
});

describe('a worker that is killed in the middle of a run', () => {
  test('is replaced by another one, and no step that was done is done again', async () => {
    const cluster = 'killed';
    const held = { step: 'enrollIdentity', target: 'org1-peer2' } as const;
    const first = startWorkerProcess({ cluster, hold: [held] });
    const run = await start(cluster);
    await vi.waitFor(() => {
      expect(first.calls).toContainEqual(expect.objectContaining(held));
    }, PATIENCE);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const done = await completedCalls(run.workflowId);
    expect(done.some((name) => name.startsWith('enrollRegistrar'))).toBe(true);
    const second = startWorkerProcess({ cluster, hold: [] });
    const { steps } = await run.result();
    expect(second.calls.map(nameOf).filter((name) => done.includes(name))).toEqual([]);
    // The step in which the worker died is noticed by its missing heartbeats, and tried again.
    expect(second.calls).toContainEqual(expect.objectContaining(held));
    expect(steps.find(({ step, target }) => step === held.step && target === 'org1/peer2')).toMatchObject({
      outcome: 'created',
      attempts: 2,
    });
    expect(new Set(steps.map(({ step, target }) => `${step} ${target}`)).size).toBe(steps.length);
  });
});

describe('a worker that is told to stop', () => {
  test('hands back what it works on, and the next one takes it over at once', async () => {
    const cluster = 'stopped';
    const workflows = await workflowWorker();
    await workflows.runUntil(async () => {
      const run = await start(cluster);
      const before = fakeCluster();
      const gate = before.hold('awaitRollout', 'org0-orderer2');
      const worker = await activityWorker(cluster, before);
      const stopping = worker.run();
      await gate.reached;
      worker.shutdown();
      await stopping;

      const after = fakeCluster();
      const { steps } = await (await activityWorker(cluster, after)).runUntil(run.result());
      const done = before.calls.filter(({ ended }) => ended !== undefined).map(nameOf);
      expect(after.calls.map(nameOf).filter((name) => done.includes(name))).toEqual([]);
      const taken = steps.find(({ step, target }) => step === 'awaitRollout' && target === 'org0/orderer2');
      expect(taken).toMatchObject({ outcome: 'created', attempts: 2 });
      // Not by its heartbeats, which would take twelve seconds.
      expect(taken?.seconds).toBeLessThan(10);
    });
  });
});

describe('a cluster whose worker is killed', () => {
  test('is told within a minute, by the run and by who asks for its workers, and is not once it is back', async () => {
    const [home, away] = ['home', 'away'];
    const held = { step: 'enrollIdentity', target: 'org1-peer1' } as const;
    const connected = await connectTemporal(temporalSettings({}, temporal.address));
    const watching = new AbortController();
    const conditions: RunCondition[] = [];
    const workflows = await workflowWorker();
    const steps = await activityWorker(home, fakeCluster());
    await workflows.runUntil(() =>
      steps.runUntil(async () => {
        const first = startWorkerProcess({ cluster: away, hold: [held] });
        // A process takes seconds to start, for which a run would say that there is no worker.
        await vi.waitFor(async () => {
          expect(await clusterWorkers(connected, away, new Date())).toMatchObject({ isPolled: true });
        }, MINUTE);
        const run = await start(home, away);
        const watched = watchRun(connected, run, {
          signal: watching.signal,
          onView: ({ condition }) => {
            if (condition !== undefined) conditions.push(condition);
          },
        }).catch(() => undefined);
        await vi.waitFor(() => {
          expect(first.calls).toContainEqual(expect.objectContaining(held));
        }, PATIENCE);
        // It has said by now how often it gives a sign of life.
        await vi.waitFor(async () => {
          const { isPolled, seenAt } = await clusterWorkers(connected, away, new Date());
          expect([isPolled, Date.now() - (seenAt?.getTime() ?? 0) < 1_500]).toEqual([true, true]);
        }, PATIENCE);
        await sleep(2_500);
        expect(conditions).toEqual([]);
        first.child.kill('SIGKILL');
        const killedAt = Date.now();
        // A step that waits for its next attempt may be noticed first, which has waited for less long.
        await vi.waitFor(() => {
          const told = conditions.filter(({ kind, cluster }) => kind === 'no worker' && cluster === away);
          const late = told.map(({ since }) => Math.abs(since.getTime() - killedAt));
          expect(Math.min(...late)).toBeLessThan(5_000);
        }, MINUTE);
        expect(await clusterWorkers(connected, away, new Date())).toMatchObject({ isPolled: false });
        expect(await clusterWorkers(connected, home, new Date())).toMatchObject({ isPolled: true });

        startWorkerProcess({ cluster: away, hold: [] });
        await run.result();
        expect(await clusterWorkers(connected, away, new Date())).toMatchObject({ isPolled: true });
        watching.abort();
        await watched;
      }),
    );
    await connected.close();
  }, 120_000);
});

const MINUTE = { timeout: 60_000, interval: 50 };

/** What the run and its child workflows know to be done, in the words of `nameOf`. */
async function completedCalls(workflowId: string): Promise<string[]> {
  const ids = [workflowId, ...testNetwork.organizations.map(({ name }) => `${workflowId}/${name}`)];
  const recorded = await Promise.all(ids.map((id) => recordedActivities(temporal.client.workflow, id)));
  return recorded
    .flat()
    .filter(({ completed }) => completed)
    .map(({ type, input }) => nameOf({ step: type, input }));
}

function nameOf({ step, input }: { readonly step: string; readonly input: unknown }): string {
  return `${step} ${JSON.stringify(input)}`;
}

/** @param ofOrg1 the cluster of org1, if that is another */
function start(cluster: string, ofOrg1?: string): Promise<WorkflowHandle<typeof applyNetwork>> {
  const organizations = testNetwork.organizations.map((organization) =>
    organization.name === 'org1' && ofOrg1 !== undefined ? { ...organization, cluster: ofOrg1 } : organization,
  );
  return temporal.client.workflow.start<typeof applyNetwork>('applyNetwork', {
    workflowId: networkWorkflowId(cluster, testNetwork.name),
    taskQueue: WORKFLOW_TASK_QUEUE,
    args: [{ ...testNetwork, organizations }],
  });
}

function workflowWorker(): Promise<Worker> {
  return Worker.create({
    connection: temporal.nativeConnection,
    taskQueue: WORKFLOW_TASK_QUEUE,
    workflowBundle: bundle,
  });
}

function activityWorker(cluster: string, { activities }: FakeCluster): Promise<Worker> {
  return Worker.create({
    connection: temporal.nativeConnection,
    taskQueue: activityTaskQueue(cluster),
    activities,
  });
}

function startWorkerProcess(settings: Pick<WorkerProcessSettings, 'cluster' | 'hold'>): {
  readonly child: ChildProcess;
  /** Each call twice: at its beginning and at its end. */
  readonly calls: readonly Call[];
} {
  const complete: WorkerProcessSettings = { ...settings, address: temporal.address, bundle };
  const child = fork(fileURLToPath(new URL('./fixtures/worker-process.ts', import.meta.url)), [
    JSON.stringify(complete),
  ]);
  children.push(child);
  const calls: Call[] = [];
  child.on('message', (call) => calls.push(call as Call));
  return { child, calls };
}
