import type { RunEnding, RunReference, ScheduleDescription } from '../client/index.ts';
import { keepScheduleId, type KeepOptions, type KeepReport, type NetworkSelector } from '../workflows/messages.ts';
import type { OperationContext } from './context.ts';

/*
 * The schedule that keeps a network: it starts `keepNetwork` again and again, with nobody there.
 */

/** In milliseconds. A look takes seconds, and a renewal minutes: more often says nothing more. */
export const SHORTEST_SCHEDULE_MS = 60_000;

/** In milliseconds: a leap year. What is looked at less often than that is not kept. */
export const LONGEST_SCHEDULE_MS = 366 * 86_400_000;

/** In milliseconds. The last look has ended, and its result is there. */
const RESULT_PATIENCE_MS = 10_000;

export interface ScheduleInput {
  readonly selector: NetworkSelector;
  readonly everyMs: number;
  /** Mend what differs from the network's record, instead of reporting it. */
  readonly heal: boolean;
}

/** Has a network kept from now on. One that is kept already is kept as asked now. */
export function scheduleNetwork(
  { temporal, cluster, requestedBy }: OperationContext,
  { selector, everyMs, heal }: ScheduleInput,
): Promise<'created' | 'updated'> {
  const { network } = selector;
  const options: KeepOptions = { heal };
  return temporal.putSchedule({
    id: keepScheduleId(cluster, network),
    everyMs,
    type: 'keepNetwork',
    // The id of a scheduled run says no cluster that could be relied on.
    args: [{ ...selector, cluster }, options],
    summary: `Keeping ${network} on ${cluster}`,
    memo: { operation: heal ? 'keep --heal' : 'keep', requestedBy },
  });
}

/** A network's schedule, with its last run. */
export interface NetworkSchedule {
  readonly schedule: ScheduleDescription;
  readonly heal: boolean;
  /** Undefined if there was none yet, or Temporal has forgotten it. */
  readonly last?: LastRun;
}

export interface LastRun {
  readonly run: RunReference;
  readonly startedAt: Date;
  /** Undefined while it runs. */
  readonly ending?: RunEnding;
}

/** @returns undefined if the network has no schedule */
export async function networkSchedule(
  { temporal, cluster }: OperationContext,
  network: string,
): Promise<NetworkSchedule | undefined> {
  const schedule = await temporal.describeSchedule(keepScheduleId(cluster, network));
  if (schedule === undefined) return undefined;
  const [, options] = schedule.args;
  const heal = isOptions(options) && options.heal === true;
  const [newest] = schedule.runs;
  const description = newest && (await temporal.describe(newest.run));
  if (newest === undefined || description === undefined) return { schedule, heal };
  const ending =
    description.status === 'running'
      ? {}
      : { ending: await temporal.result(newest.run, AbortSignal.timeout(RESULT_PATIENCE_MS)) };
  return { schedule, heal, last: { ...newest, ...ending } };
}

/** @returns false if the network has no schedule */
export function pauseSchedule(context: OperationContext, network: string): Promise<boolean> {
  const { temporal, cluster, requestedBy } = context;
  return temporal.pauseSchedule(keepScheduleId(cluster, network), `paused by ${requestedBy}`);
}

/** @returns false if the network has no schedule */
export function resumeSchedule(context: OperationContext, network: string): Promise<boolean> {
  const { temporal, cluster, requestedBy } = context;
  return temporal.resumeSchedule(keepScheduleId(cluster, network), `resumed by ${requestedBy}`);
}

/** @returns false if the network had no schedule */
export function deleteSchedule({ temporal, cluster }: OperationContext, network: string): Promise<boolean> {
  return temporal.deleteSchedule(keepScheduleId(cluster, network));
}

/** Whether a workflow's result is that of `keepNetwork`. */
export function isKeepReport(value: unknown): value is KeepReport {
  return typeof value === 'object' && value !== null && 'renewed' in value && 'drift' in value && 'healed' in value;
}

function isOptions(value: unknown): value is KeepOptions {
  return typeof value === 'object' && value !== null;
}
