import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import type { Info } from '@temporalio/activity';
import { Worker, type ActivityInterceptorsFactory, type WorkerOptions } from '@temporalio/worker';

import { FOLDER_VARIABLE, PLAN_FILE, pointName, STARTS_FILE, type Mark, type Moment, type Start } from './points.ts';

/*
 * Loaded before a worker (`node --import`): the worker is Weft's own, and its process is killed, or stops itself, whenever one of its activities comes to a point of
 * the plan for the first time. Each point is noted before, so that the next worker goes on to the next.
 */

const folder = process.env[FOLDER_VARIABLE];
if (folder === undefined) throw new Error(`${FOLDER_VARIABLE} has to name a folder.`);
const plan = new Set(JSON.parse(readFileSync(join(folder, PLAN_FILE), 'utf8')) as string[]);

/** Activities that come to a point of their own within this time share the end of the process. */
const SHARED_MS = 150;

let isEnding = false;

/** @returns whether this is where the process ends or stops, which is noted then */
function isDue(moment: Moment, { activityType, activityId, workflowExecution, attempt }: Info): boolean {
  const point = pointName(activityType, moment);
  if (!plan.has(point)) return false;
  let file;
  try {
    file = openSync(join(folder ?? '', point), 'wx');
  } catch {
    // It was passed before.
    return false;
  }
  const { workflowId = '', runId = '' } = workflowExecution ?? {};
  const mark: Mark = { at: Date.now(), pid: process.pid, activity: `${workflowId} ${runId} ${activityId}`, attempt };
  writeSync(file, JSON.stringify(mark));
  closeSync(file);
  return true;
}

/** Ends the process in a moment, and never returns to the activity. */
function die(): Promise<never> {
  if (!isEnding) {
    isEnding = true;
    setTimeout(() => {
      process.kill(process.pid, 'SIGKILL');
    }, SHARED_MS);
  }
  return new Promise(() => undefined);
}

const running = new AsyncLocalStorage<Info>();

const interceptor: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute: async (input, next) => {
      const { activityType, activityId, workflowExecution, attempt } = info;
      const { workflowId = '', runId = '' } = workflowExecution ?? {};
      const note = (event: Start['event']): void => {
        const start: Start = {
          ...{ at: Date.now(), pid: process.pid, event, type: activityType, attempt },
          activity: `${workflowId} ${runId} ${activityId}`,
        };
        appendFileSync(join(folder, STARTS_FILE), `${JSON.stringify(start)}\n`);
      };
      note('begun');
      if (isDue('before', info)) await die();
      const result = await running.run(info, () => next(input));
      if (isDue('after', info)) await die();
      note('ended');
      return result;
    },
  },
});

const create = Worker.create.bind(Worker);
Object.assign(Worker, {
  create: (options: WorkerOptions) =>
    create({
      ...options,
      interceptors: { ...options.interceptors, activity: [interceptor, ...(options.interceptors?.activity ?? [])] },
    }),
});

/** As undici tells of its requests, by which the API server, CAs and the admin endpoints of orderers are asked. */
interface Told {
  readonly request: { readonly method: string; readonly path: string };
}

const writers = new WeakMap<object, Info>();

function isWrite({ method, path }: Told['request']): boolean {
  return method !== 'GET' && !path.includes('dryRun=') && !path.includes('/selfsubject');
}

channel('undici:request:create').subscribe((message) => {
  const { request } = message as Told;
  const info = running.getStore();
  if (info === undefined || !isWrite(request)) return;
  writers.set(request, info);
  // At once, and not only when this code is left: what comes next is the write itself.
  if (isDue('stopped', info)) process.kill(process.pid, 'SIGSTOP');
});

channel('undici:request:headers').subscribe((message) => {
  const { request } = message as Told;
  const info = writers.get(request);
  // What it wrote is done, and it does not know so yet.
  if (info !== undefined && isDue('middle', info)) process.kill(process.pid, 'SIGKILL');
});
