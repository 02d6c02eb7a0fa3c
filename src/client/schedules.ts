import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleClient,
  type ScheduleDescription as Described,
  type ScheduleUpdateOptions,
} from '@temporalio/client';

import { WORKFLOW_TASK_QUEUE } from '../workflows/messages.ts';
import { isUndecodable } from '../codec/index.ts';
import { RunUnreadable, type ScheduleDescription, type ScheduleRequest, type Temporal } from './temporal.ts';

type Schedules = Pick<
  Temporal,
  'putSchedule' | 'describeSchedule' | 'pauseSchedule' | 'resumeSchedule' | 'deleteSchedule'
>;

/** What Temporal's schedules do for Weft. @param call calls the server, and tries again what may pass by itself */
export function schedules(client: ScheduleClient, call: <T>(work: () => Promise<T>) => Promise<T>): Schedules {
  const ifThere = async (id: string, act: (handle: ReturnType<ScheduleClient['getHandle']>) => Promise<unknown>) => {
    try {
      await call(() => act(client.getHandle(id)));
      return true;
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return false;
      throw error;
    }
  };
  return {
    putSchedule: async (request) => {
      const options = optionsOf(request);
      try {
        await call(() => client.create({ scheduleId: request.id, ...options }));
        return 'created';
      } catch (error) {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      }
      await call(() => client.getHandle(request.id).update(({ state }) => ({ ...options, state })));
      return 'updated';
    },

    describeSchedule: async (id) => {
      try {
        return described(await call(() => client.getHandle(id).describe()));
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return undefined;
        throw isUndecodable(error) ? new RunUnreadable(`the schedule ${id}`, error) : error;
      }
    },

    pauseSchedule: (id, note) => ifThere(id, (handle) => handle.pause(note)),
    resumeSchedule: (id, note) => ifThere(id, (handle) => handle.unpause(note)),
    deleteSchedule: (id) => ifThere(id, (handle) => handle.delete()),
  };
}

/** A start that was missed while the server was away is made up for once: the workflow looks at how things are now. */
const CATCHUP_WINDOW = '1 hour';

function optionsOf({ id, type, args, everyMs, summary, memo }: ScheduleRequest): Omit<ScheduleUpdateOptions, 'state'> {
  return {
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: type,
      // Temporal adds the time of the start to it.
      workflowId: id,
      taskQueue: WORKFLOW_TASK_QUEUE,
      args: [...args],
      memo,
      staticSummary: summary,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW },
  };
}

function described({ spec, state, action, info }: Described): ScheduleDescription {
  const [next] = info.nextActionTimes;
  const started = info.recentActions.map(({ action: { workflow }, takenAt }) => ({
    run: { workflowId: workflow.workflowId, runId: workflow.firstExecutionRunId },
    startedAt: takenAt,
  }));
  return {
    everyMs: spec.intervals?.[0]?.every ?? 0,
    isPaused: state.paused,
    note: state.note ?? '',
    args: action.args ?? [],
    ...(next === undefined || state.paused ? {} : { next }),
    runs: started.toReversed(),
  };
}
