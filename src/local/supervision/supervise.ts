import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { withLock } from '../artifacts/lock.ts';
import type { Instance } from '../instance.ts';
import { readEnd, readLastEnd, type ProcessEnd } from '../process/end.ts';
import { environmentOf, lastLogLine, startProcess } from '../process/processes.ts';
import { findProcess, isRunning, readRecord, type ProcessRecord } from '../process/record.ts';
import { ended, followed, isSameProcess, nextStep, restarted, type Sight, type SupervisorStep } from './decide.ts';
import { readSupervision, writeSupervision, type LastEnd, type SupervisedProcess } from './supervised.ts';

/** A look is some small files; what ends is missed for a fifth of a second at most. */
const LOOK_INTERVAL_MS = 200;

/** The shell beside a process writes down its end within milliseconds. */
const END_KNOWN_MS = 500;

/** What a process was started with. */
interface StartedWith {
  readonly record: ProcessRecord;
  readonly environment: Readonly<Record<string, string>>;
}

/** A supervisor at work. */
interface Supervision {
  readonly instance: Instance;
  readonly known: Map<string, SupervisedProcess>;
  /** By the processes' names. Environments may have secrets in them, and so are kept nowhere else. */
  readonly startedWith: Map<string, StartedWith>;
  readonly say: (line: string) => void;
  /** What is to be done about a process that it has started again. Nothing waits for it. */
  readonly onRestart: (name: string, record: ProcessRecord) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Watches recorded processes and starts those again that end unasked, until the signal aborts, the platform is removed or another supervisor has taken over.
 *
 * Commands work on a platform under its lock, and whoever ends a process on purpose forgets it before the lock is free. The supervisor believes that something
 * has ended, and starts it, under the same lock alone: so it never starts what a command is about to replace or to stop.
 *
 * @param names the processes' names in records
 * @param own its own name in records
 */
export async function supervise(
  instance: Instance,
  {
    names,
    own,
    say,
    onRestart,
    signal,
  }: Pick<Supervision, 'say' | 'onRestart' | 'signal'> & { names: readonly string[]; own: string },
): Promise<void> {
  const supervision = {
    instance,
    known: new Map(readSupervision(instance)),
    startedWith: new Map<string, StartedWith>(),
    say,
    onRestart,
    signal,
  };
  let isNew = true;
  while (existsSync(instance.directory) && !hasSuccessor(instance, own)) {
    for (const name of names) {
      await look(supervision, name);
      if (signal.aborted) return;
    }
    if (isNew) say(`watches ${names.join(', ')}`);
    isNew = false;
    await sleep(LOOK_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

function hasSuccessor(instance: Instance, own: string): boolean {
  const record = findProcess(instance, own);
  return record !== undefined && record.pid !== process.pid;
}

async function look(supervision: Supervision, name: string): Promise<void> {
  const { instance, known, startedWith, signal } = supervision;
  const record = readRecord(instance, name);
  const sight: Sight = { record, isRunning: record !== undefined && isRunning(record) };
  if (sight.isRunning && record !== undefined) rememberEnvironment(startedWith, name, record);
  const { action } = nextStep(sight, known.get(name), new Date());
  if (action === 'none' || action === 'wait') return;
  await act(supervision, name, { action, record });
  // Writing would make the folder of a platform anew that has just been removed.
  if (!signal.aborted && existsSync(instance.directory)) writeSupervision(instance, known);
}

async function act(
  supervision: Supervision,
  name: string,
  { action, record }: { action: Exclude<SupervisorStep['action'], 'none' | 'wait'>; record: ProcessRecord | undefined },
): Promise<void> {
  switch (action) {
    case 'forget':
      supervision.known.delete(name);
      return;
    case 'follow':
      if (record !== undefined) supervision.known.set(name, followed(record));
      return;
    case 'note':
      return underLock(supervision, name, (same) => note(supervision, name, same));
    case 'start':
      return underLock(supervision, name, (same) => startAgain(supervision, name, same));
  }
}

/** Does something about a process that has ended, unless a command has seen to it meanwhile. */
async function underLock(
  { instance, known, say, signal }: Supervision,
  name: string,
  work: (same: SupervisedProcess) => Promise<void>,
): Promise<void> {
  try {
    await withLock(
      instance.lockFile,
      async () => {
        const [record, same] = [readRecord(instance, name), known.get(name)];
        if (record === undefined || same === undefined || !isSameProcess(record, same) || isRunning(record)) return;
        await work(same);
      },
      { signal },
    );
  } catch (error) {
    if (!signal.aborted) say(`${name}: ${messageOf(error)}`);
  }
}

async function note(
  { instance, known, startedWith, say }: Supervision,
  name: string,
  same: SupervisedProcess,
): Promise<void> {
  const { end: lastEnd } = await endOf(instance, name, same.pid);
  const next = ended(same, lastEnd, new Date());
  if (isKnown(startedWith.get(name), same)) {
    known.set(name, next);
    say(`${name} has ended (${lastEnd.reason}), and starts again at ${next.nextStart ?? ''}`);
  } else {
    known.set(name, { ...same, lastEnd, isEnvironmentUnknown: true });
    say(`${name} has ended (${lastEnd.reason}). What its environment was is not known: weft local start`);
  }
}

async function startAgain(
  { instance, known, startedWith, say, onRestart }: Supervision,
  name: string,
  same: SupervisedProcess,
): Promise<void> {
  const before = startedWith.get(name);
  if (!isKnown(before, same)) {
    // This supervisor has taken over from one that knew it.
    known.set(name, { ...same, isEnvironmentUnknown: true });
    return;
  }
  const { record, environment } = before;
  const [program = '', ...args] = record.command;
  try {
    const started = await startProcess(instance, {
      ...{ name, command: [program, ...args], settings: record.settings },
      environment,
    });
    startedWith.set(name, { record: started, environment });
    known.set(name, restarted(same, started));
    say(`${name} has been started again`);
    // Others may end meanwhile, and this one, too.
    onRestart(name, started).catch((error: unknown) => {
      say(`${name}: ${messageOf(error)}`);
    });
  } catch (error) {
    const failed = await endOf(instance, name);
    const lastEnd = failed.isKnown ? failed.end : { ...failed.end, reason: messageOf(error) };
    known.set(name, ended({ ...same, startedAt: lastEnd.at, restarts: same.restarts + 1 }, lastEnd, new Date()));
    say(`${name} has ended right after its start: ${lastEnd.reason}`);
  }
}

function isKnown(before: StartedWith | undefined, same: SupervisedProcess): before is StartedWith {
  return before !== undefined && isSameProcess(before.record, same);
}

/** @param pid undefined for a process that ended before it could be recorded */
async function endOf(instance: Instance, name: string, pid?: number): Promise<{ end: LastEnd; isKnown: boolean }> {
  const read = (): ProcessEnd | undefined =>
    pid === undefined ? readLastEnd(instance, name) : readEnd(instance, name, pid);
  const deadline = Date.now() + END_KNOWN_MS;
  let end = read();
  while (end === undefined && Date.now() < deadline) {
    await sleep(20);
    end = read();
  }
  const { at, reason } = end ?? { at: new Date(), reason: 'how is not known' };
  const lastLine = lastLogLine(instance, name);
  return { end: { at: at.toISOString(), reason, lastLine }, isKnown: end !== undefined };
}

function rememberEnvironment(startedWith: Map<string, StartedWith>, name: string, record: ProcessRecord): void {
  const before = startedWith.get(name)?.record;
  if (before?.pid === record.pid && before.startTime === record.startTime) return;
  const environment = environmentOf(record.pid);
  // The pid was the record's all the while.
  if (environment !== undefined && isRunning(record)) startedWith.set(name, { record, environment });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error);
}
