import {
  deleteSchedule,
  isKeepReport,
  networkSchedule,
  pauseSchedule,
  resumeSchedule,
  scheduleNetwork,
  LONGEST_SCHEDULE_MS,
  SHORTEST_SCHEDULE_MS,
  type LastRun,
  type NetworkSchedule,
  type OperationContext,
} from '../../operations/index.ts';
import type { KeepReport, NetworkSelector } from '../../workflows/messages.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { scheduleOfServed } from '../api/schedule.ts';
import { CommandFailure } from '../command-failure.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { inWords } from '../render/duration.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { whichNetwork } from './which.ts';

export interface ScheduleFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  /** Milliseconds. */
  readonly every?: number;
  readonly heal?: boolean;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly delete?: boolean;
}

/** `weft schedule`: has a network kept with nobody there, or shows how it is. */
export async function weftSchedule(
  name: string | undefined,
  flags: ScheduleFlags,
  session: Session,
): Promise<CommandResult> {
  const selector = await whichNetwork(session, name, flags.file);
  const { network } = selector;
  const api = await serviceFor(session, flags);
  if (api !== undefined) return carryOut(scheduleOfServed(api, network), network, flags);
  const destination = await findDestination(session, flags);
  return withContext(session, destination, (context) => carryOut(scheduleOf(context, selector), network, flags));
}

/** The schedule of one network. */
export interface ScheduleAccess {
  readonly put: (schedule: { readonly everyMs: number; readonly heal: boolean }) => Promise<unknown>;
  /** False if the network has none. */
  readonly pause: () => Promise<boolean>;
  /** False if the network has none. */
  readonly resume: () => Promise<boolean>;
  /** False if the network had none. */
  readonly delete: () => Promise<boolean>;
  readonly read: () => Promise<ShownSchedule | undefined>;
}

/** A network's schedule as it is shown. */
export type ShownSchedule = Pick<NetworkSchedule, 'heal' | 'last'> & {
  readonly schedule: Omit<NetworkSchedule['schedule'], 'args' | 'runs'>;
};

function scheduleOf(context: OperationContext, selector: NetworkSelector): ScheduleAccess {
  const { network } = selector;
  return {
    put: (schedule) => scheduleNetwork(context, { selector, ...schedule }),
    pause: () => pauseSchedule(context, network),
    resume: () => resumeSchedule(context, network),
    delete: () => deleteSchedule(context, network),
    read: () => networkSchedule(context, network),
  };
}

async function carryOut(schedule: ScheduleAccess, network: string, flags: ScheduleFlags): Promise<CommandResult> {
  if (flags.delete === true) {
    const had = await schedule.delete();
    return { exitCode: EXIT.done, text: had ? `The schedule of ${network} is deleted.` : noSchedule(network) };
  }
  if (flags.every !== undefined) {
    if (flags.every < SHORTEST_SCHEDULE_MS) throw wrongEvery('must be a minute or more');
    if (flags.every > LONGEST_SCHEDULE_MS) throw wrongEvery(`may be ${LONGEST_SCHEDULE_MS / 3_600_000}h at most`);
    await schedule.put({ everyMs: flags.every, heal: flags.heal === true });
  } else if (flags.heal === true) throw healsWithoutSchedule();
  if (flags.pause === true && !(await schedule.pause())) throw missing(network);
  if (flags.resume === true && !(await schedule.resume())) throw missing(network);
  const found = await schedule.read();
  if (found === undefined) return { exitCode: EXIT.done, text: noSchedule(network) };
  return { exitCode: EXIT.done, text: scheduleInWords(network, found), document: documentOf(network, found) };
}

/** A network's schedule and what its last run did, a line each. */
function scheduleInWords(network: string, { schedule, heal, last }: ShownSchedule): string {
  const { everyMs, isPaused, note, next } = schedule;
  const when = isPaused
    ? `paused${note === '' ? '' : ` (${note})`}`
    : `next at ${next === undefined ? 'an unknown time' : next.toISOString()}`;
  const drift = heal ? 'mended' : 'reported';
  return [
    `${network} is looked at every ${inWords(everyMs / 1000)}, ${when}. What differs from its record is ${drift}.`,
    last === undefined ? 'It has not been looked at yet.' : lastInWords(last),
  ].join('\n');
}

function lastInWords({ startedAt, ending, run }: LastRun): string {
  const at = `Last at ${startedAt.toISOString()}:`;
  if (ending === undefined) return `${at} under way (${run.workflowId}).`;
  if (ending.kind === 'failed') return `${at} failed: ${ending.failure.message}`;
  if (ending.kind !== 'completed') return `${at} ${ending.kind}.`;
  return isKeepReport(ending.value) ? `${at} ${reportInWords(ending.value)}.` : `${at} done.`;
}

/** What a look at a network did and found, in one sentence without a full stop. */
function reportInWords({ renewed, drift, healed, endingWithCa, postponed }: KeepReport): string {
  const enrolled = renewed.filter(({ step }) => step.startsWith('enroll')).map(({ target }) => target);
  const ends = endingWithCa.map(({ owner, notAfter }) => `${owner} ends with its CA at ${notAfter}`);
  const parts = [
    ...(enrolled.length === 0 ? [] : [`renewed ${enrolled.join(', ')}`]),
    ...(healed.length === 0 ? [] : [`mended ${targetsOf(healed)}`]),
    ...(drift.length === 0 ? [] : [`differs: ${targetsOf(drift)}`]),
    ...(postponed === undefined ? [] : [`left for later: ${postponed}`]),
    ...ends,
  ];
  return parts.length === 0 ? 'nothing to do' : parts.join('; ');
}

function targetsOf(steps: KeepReport['drift']): string {
  return [...new Set(steps.map(({ target }) => target))].join(', ');
}

function documentOf(network: string, { schedule, heal, last }: ShownSchedule): Readonly<Record<string, unknown>> {
  const { everyMs, isPaused, next } = schedule;
  return {
    network,
    ...{ everySeconds: everyMs / 1000, heal, paused: isPaused },
    ...(next === undefined ? {} : { next: next.toISOString() }),
    ...(last === undefined
      ? {}
      : {
          last: {
            workflowId: last.run.workflowId,
            startedAt: last.startedAt.toISOString(),
            outcome: last.ending?.kind ?? 'running',
            ...(last.ending?.kind === 'completed' ? { report: last.ending.value } : {}),
          },
        }),
  };
}

function noSchedule(network: string): string {
  return `${network} has no schedule.`;
}

function missing(network: string): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: noSchedule(network),
    hints: [`To make one: weft schedule ${network} --every 12h`],
  });
}

function healsWithoutSchedule(): CommandFailure {
  return new CommandFailure({ exitCode: EXIT.usage, message: '--heal goes with --every, e.g. --every 12h --heal.' });
}

function wrongEvery(rule: string): CommandFailure {
  return new CommandFailure({ exitCode: EXIT.usage, message: `--every ${rule}.` });
}
