import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, test } from 'vitest';

import * as workflows from '../../src/workflows/index.ts';
import { bundleWorkflows, type WorkflowBundle } from '../../src/worker/workflow-bundle.ts';

const folder = fileURLToPath(new URL('../histories/', import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

let workflowBundle: WorkflowBundle;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
  workflowBundle = await bundleWorkflows();
});

describe('a stored history', () => {
  test.for(names)('is carried on by the workflows as they are now: %s', async (name) => {
    const history = stored(name);
    await Worker.runReplayHistory({ workflowBundle }, history, startOf(history).workflowId);
  });

  test('is there for every workflow', () => {
    const types = names.map((name) => startOf(stored(name)).workflowType.name);
    expect([...new Set(types)].sort()).toEqual(Object.keys(workflows).sort());
  });

  test.for([
    ['two steps that follow each other', 'bring-up', 'checkCluster', 'findRemovals'],
    ['two milestones', 'bring-up', 'publishTlsRoots', 'recordNetwork'],
    ['a registrar that enrolls before the CA is ready', 'bring-up-org1', 'awaitRollout', 'enrollRegistrar'],
  ] as const)('of another order is detected: %s', async ([, name, one, other]) => {
    const history = stored(name);
    exchange(history, one, other);
    await expect(
      Worker.runReplayHistory({ workflowBundle }, history, startOf(history).workflowId),
    ).rejects.toBeInstanceOf(DeterminismViolationError);
  });

  test.for(names)('tells nothing about the machine that it was recorded on: %s', (name) => {
    const text = readFileSync(`${folder}${name}.json`, 'utf8');
    const identities = [...text.matchAll(/"identity":"(?<identity>[^"]*)"/g)].map(({ groups }) => groups?.['identity']);
    expect(new Set(identities)).toEqual(new Set(['worker']));
    expect(text).not.toMatch(/\d+@|file:|"\/|node_modules|\.ts:\d/);
  });
});

interface History {
  readonly events: Event[];
}

interface Event {
  readonly workflowExecutionStartedEventAttributes?: {
    readonly workflowId: string;
    readonly workflowType: { readonly name: string };
  };
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { name: string } };
}

/** In the format that `temporal workflow show --output json` prints. */
function stored(name: string): History {
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as History;
}

function startOf({ events }: History): NonNullable<Event['workflowExecutionStartedEventAttributes']> {
  const start = events[0]?.workflowExecutionStartedEventAttributes;
  if (start === undefined) throw new Error('the first event of a history is the start of its workflow');
  return start;
}

/** Makes a history of what would have been recorded, had the first step of one name come at the place of the other. */
function exchange({ events }: History, one: string, other: string): void {
  const first = (step: string): { name: string } => {
    const types = events.map((event) => event.activityTaskScheduledEventAttributes?.activityType);
    const found = types.find((type) => type?.name === step);
    if (found === undefined) throw new Error(`no step ${step} in this history`);
    return found;
  };
  const [here, there] = [first(one), first(other)];
  [here.name, there.name] = [there.name, here.name];
}
