import type { Instance } from '../instance.ts';
import { readEnd } from '../process/end.ts';
import { lastLogLine } from '../process/processes.ts';
import { isRunning, readRecord } from '../process/record.ts';
import { isSameProcess } from './decide.ts';
import { readSupervision, type LastEnd, type SupervisedProcess } from './supervised.ts';

/** What there is to tell of a process beside how it is now. */
export interface ProcessPast {
  /** When it was started that runs now. */
  readonly since?: string;
  /** How often it was started again since a command started it; absent for what nothing starts again. */
  readonly restarts?: number;
  /** How it ended last that nobody had told to. */
  readonly lastEnd?: LastEnd;
}

/** The past of a process and, if it has ended, when it is started again. */
export interface ProcessOutlook extends ProcessPast {
  readonly nextStart?: string;
}

/** @returns what is known of a recorded process; nothing of one that has been ended on purpose */
export function pastOf(instance: Instance, name: string): ProcessOutlook {
  const record = readRecord(instance, name);
  if (record === undefined) return {};
  const supervised = readSupervision(instance).get(name);
  const known = supervised !== undefined && isSameProcess(record, supervised) ? supervised : undefined;
  const restarts = known && { restarts: known.restarts };
  if (isRunning(record)) {
    const lastEnd = known?.lastEnd;
    return { since: record.startedAt, ...restarts, ...(lastEnd && { lastEnd }) };
  }
  const lastEnd = lastEndOf(instance, name, record.pid, known);
  const { nextStart } = known ?? {};
  return { ...restarts, ...(lastEnd && { lastEnd }), ...(nextStart !== undefined && { nextStart }) };
}

/** How a process ended that does not run. */
function lastEndOf(
  instance: Instance,
  name: string,
  pid: number,
  known: SupervisedProcess | undefined,
): LastEnd | undefined {
  // Where there is no supervisor to note it, what is known of an end is that of an earlier process.
  const isNoted = known?.nextStart !== undefined || known?.isEnvironmentUnknown === true;
  return isNoted ? known.lastEnd : endOf(instance, name, pid);
}

function endOf(instance: Instance, name: string, pid: number): LastEnd | undefined {
  const end = readEnd(instance, name, pid);
  return end && { at: end.at.toISOString(), reason: end.reason, lastLine: lastLogLine(instance, name) };
}

/** Why a process does not run, in words. */
export function whyNotRunning({ lastEnd, nextStart }: ProcessOutlook, now: Date): string {
  if (lastEnd === undefined) return 'it does not run';
  const again =
    nextStart === undefined
      ? 'start it again: weft local start'
      : `it is started again in ${Math.max(0, Math.ceil((Date.parse(nextStart) - now.getTime()) / 1_000))} s`;
  return `it has ended (${lastEnd.reason}); ${again}`;
}
