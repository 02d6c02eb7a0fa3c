import { readFile } from 'node:fs/promises';

import { Runtime, ReplayError, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';

import { bundleWorkflows } from '../src/worker/workflow-bundle.ts';
import { describeEvent, differenceIn, firstFailing, historyOf, type StoredHistory } from './history.ts';

/*
 * Replays the history of a run against the workflows as they are now, and says where they part:
 *
 *   temporal workflow show --workflow-id network/local/test-network --output json > history.json
 *   scripts/replay history.json
 *
 * Exit code 0: this code can carry the run on. 1: it cannot, or the file is no history.
 */

const [file, ...others] = process.argv.slice(2);
if (file === undefined || others.length > 0) {
  console.error('usage: scripts/replay HISTORY.json    (from: temporal workflow show --workflow-id ID --output json)');
  process.exit(2);
}

const history = await readHistory(file);
const title = `${history.start.workflowType} ${history.start.workflowId}, ${history.events.length} events`;

// Whatever the worker would log is told by the error that ends a replay.
Runtime.install({ logger: silent(), telemetryOptions: { logging: { filter: 'OFF' } } });
const workflowBundle = await bundleWorkflows();

const difference = await differenceOf(history);
if (difference === undefined) {
  console.log(`✔ ${title}: the workflows as they are now carry it on`);
} else {
  console.error(`✖ ${title}: the workflows as they are now do not carry it on`);
  console.error(difference);
  process.exitCode = 1;
}

async function readHistory(path: string): Promise<StoredHistory> {
  try {
    return historyOf(await readFile(path, 'utf8'));
  } catch (error) {
    console.error(`✖ ${path} is no history of a run: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}

/** @returns at which event the workflows part from the history, and how; undefined if they do not */
async function differenceOf({ events, start }: StoredHistory): Promise<string | undefined> {
  const replayFirst = async (count: number): Promise<Error | undefined> => {
    try {
      await Worker.runReplayHistory({ workflowBundle }, { events: events.slice(0, count) }, start.workflowId);
      return undefined;
    } catch (error) {
      if (error instanceof DeterminismViolationError || error instanceof ReplayError) return error;
      throw error;
    }
  };
  const error = await replayFirst(events.length);
  if (error === undefined) return undefined;
  const count = await firstFailing(events.length, async (n) => (await replayFirst(n)) !== undefined);
  const where = events.slice(count - 1, count).map((event) => `  history: ${describeEvent(event)}\n`);
  return `${where.join('')}  now:     ${differenceIn(error.message)}`;
}

function silent(): Parameters<typeof Runtime.install>[0]['logger'] & object {
  const ignore = (): void => undefined;
  return { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
}
