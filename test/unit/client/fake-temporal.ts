import {
  AlreadyRunning,
  NoAnswer,
  TemporalUnreachable,
  type PendingActivity,
  type Poller,
  type RegisteredSearchAttributes,
  type RunDescription,
  type RunEnding,
  type RunFilter,
  type RunReference,
  type RunSummary,
  type ScheduleDescription,
  type ScheduleRequest,
  type StartRequest,
  type Temporal,
} from '../../../src/client/index.ts';
import { labelsOf } from '../../../src/client/request.ts';
import type { Progress, RunUpdates } from '../../../src/workflows/messages.ts';

/** A run of the fake Temporal; tests change it while it goes on. */
export interface FakeRun {
  readonly run: RunReference;
  readonly request: StartRequest;
  readonly startedAt: Date;
  status: RunDescription['status'];
  /** Undefined while no worker answers. */
  progress: Progress | undefined;
  activities: PendingActivity[];
  unclaimedSince?: Date;
  build?: string;
  readonly end: (ending: RunEnding) => void;
  readonly ended: Promise<RunEnding>;
}

/** What a run was asked for while it went on. */
export interface AskedUpdate {
  readonly run: RunReference;
  readonly name: keyof RunUpdates;
  readonly argument: unknown;
}

/** How a run that is started goes: called once with the new run. */
export type Script = (run: FakeRun) => void;

export const NO_PROGRESS: Progress = { version: 0, since: 0, milestones: [], steps: [], children: [] };

/** Temporal in memory: keeps runs under their ids, one open run per id, and lets tests play worker and server. */
export class FakeTemporal implements Temporal {
  readonly runs: FakeRun[] = [];
  readonly cancelled: RunReference[] = [];
  readonly updates: AskedUpdate[] = [];
  /** How runs that are open answer what they are asked for; throws what an update throws. */
  answerUpdate: (update: AskedUpdate) => unknown = () => ({ changed: true });
  readonly retried: { readonly workflowId: string; readonly activityId: string }[] = [];
  /** The versions that progress was asked with. */
  readonly askedSince: (number | undefined)[] = [];
  readonly schedules = new Map<string, ScheduleDescription>();
  readonly polled = new Map<string, Poller[]>();
  knownAttributes: readonly string[] = [];
  unknownAttributes: readonly string[] = ['WeftNetwork', 'WeftCluster'];
  reachable = true;
  closed = false;
  /** How many have begun to wait for the end of a run. */
  watchers = 0;
  script: Script;

  constructor(script: Script = () => undefined) {
    this.script = script;
  }

  /** Lets workers poll the queues of a cluster. */
  withWorkers(cluster: string, lastAccess = new Date()): this {
    this.polled.set('weft', [{ lastAccess }]);
    this.polled.set(`weft-${cluster}`, [{ lastAccess }]);
    return this;
  }

  async start(request: StartRequest): Promise<RunReference> {
    this.answer();
    const open = this.newest(request.workflowId);
    if (open?.status === 'running') throw new AlreadyRunning(request.workflowId);
    const run = this.add(request);
    this.script(run);
    return Promise.resolve(run.run);
  }

  add(request: StartRequest): FakeRun {
    let resolve: (ending: RunEnding) => void = () => undefined;
    const ended = new Promise<RunEnding>((settle) => {
      resolve = settle;
    });
    const run: FakeRun = {
      run: { workflowId: request.workflowId, runId: `run-${this.runs.length + 1}` },
      request,
      startedAt: new Date(2026, 10, 23, 10, 41, 7),
      status: 'running',
      progress: NO_PROGRESS,
      activities: [],
      ended,
      end: (ending) => {
        run.status = ending.kind;
        resolve(ending);
      },
    };
    this.runs.push(run);
    return run;
  }

  describe(asked: RunReference): Promise<RunDescription | undefined> {
    this.answer();
    const found = this.find(asked);
    if (found === undefined) return Promise.resolve(undefined);
    const { run, request, status, startedAt, activities, unclaimedSince, build } = found;
    return Promise.resolve({
      run,
      type: request.type,
      status,
      startedAt,
      memo: request.memo,
      activities,
      ...(unclaimedSince ? { unclaimedSince } : {}),
      ...(build === undefined ? {} : { build }),
    });
  }

  async *list({ cluster, network, open }: RunFilter): AsyncIterable<RunSummary> {
    this.answer();
    for (const { run, request, status, startedAt } of this.runs.toReversed()) {
      const labels = labelsOf(run.workflowId, request.type, request.args);
      if (labels === undefined || (cluster ?? labels.cluster) !== labels.cluster) continue;
      if ((network ?? labels.network) !== labels.network || (open === true && status !== 'running')) continue;
      const { operation = request.type, requestedBy = '' } = request.memo;
      const ended = status === 'running' ? {} : { endedAt: startedAt };
      yield await Promise.resolve({ ...labels, run, operation, status, startedAt, ...ended, requestedBy });
    }
  }

  async lastResult(idPrefix: string): Promise<unknown> {
    this.answer();
    const run = this.runs.findLast((one) => one.run.workflowId.startsWith(idPrefix) && one.status === 'completed');
    const ending = await run?.ended;
    return ending?.kind === 'completed' ? ending.value : undefined;
  }

  registerSearchAttributes(): Promise<RegisteredSearchAttributes> {
    this.answer();
    const registered = { added: this.unknownAttributes, known: this.knownAttributes };
    this.knownAttributes = [...this.knownAttributes, ...this.unknownAttributes];
    this.unknownAttributes = [];
    return Promise.resolve(registered);
  }

  args({ workflowId }: RunReference): Promise<readonly unknown[]> {
    this.answer();
    return Promise.resolve(this.newest(workflowId)?.request.args ?? []);
  }

  progress({ workflowId }: RunReference, since?: number): Promise<Progress> {
    this.askedSince.push(since);
    const progress = this.newest(workflowId)?.progress;
    return progress ? Promise.resolve(progress) : Promise.reject(new NoAnswer('no poller'));
  }

  async result(asked: RunReference, signal: AbortSignal): Promise<RunEnding> {
    this.answer();
    this.watchers += 1;
    const left = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    const run = this.find(asked);
    return Promise.race([left, run ? run.ended : new Promise<never>(() => undefined)]);
  }

  cancel(run: RunReference): Promise<void> {
    this.answer();
    this.cancelled.push(run);
    this.find(run)?.end({ kind: 'cancelled' });
    return Promise.resolve();
  }

  async update<Name extends keyof RunUpdates>(
    run: RunReference,
    name: Name,
    argument: RunUpdates[Name]['argument'],
  ): Promise<RunUpdates[Name]['answer'] | undefined> {
    this.answer();
    if (this.find(run)?.status !== 'running') return undefined;
    const update = { run, name, argument };
    this.updates.push(update);
    return (await this.answerUpdate(update)) as RunUpdates[Name]['answer'];
  }

  retryActivity(run: RunReference, activityId: string): Promise<boolean> {
    this.answer();
    this.retried.push({ workflowId: run.workflowId, activityId });
    return Promise.resolve(this.find(run)?.activities.some(({ id }) => id === activityId) ?? false);
  }

  pollers(queue: string): Promise<readonly Poller[]> {
    this.answer();
    return Promise.resolve(this.polled.get(queue) ?? []);
  }

  putSchedule(schedule: ScheduleRequest): Promise<'created' | 'updated'> {
    this.answer();
    const known = this.schedules.has(schedule.id);
    const { everyMs, args } = schedule;
    const next = new Date(2026, 10, 23, 22, 0, 0);
    this.schedules.set(schedule.id, { everyMs, args, isPaused: false, note: '', next, runs: [] });
    return Promise.resolve(known ? 'updated' : 'created');
  }

  describeSchedule(id: string): Promise<ScheduleDescription | undefined> {
    this.answer();
    return Promise.resolve(this.schedules.get(id));
  }

  pauseSchedule(id: string, note: string): Promise<boolean> {
    return this.changeSchedule(id, { isPaused: true, note });
  }

  resumeSchedule(id: string, note: string): Promise<boolean> {
    return this.changeSchedule(id, { isPaused: false, note });
  }

  deleteSchedule(id: string): Promise<boolean> {
    this.answer();
    return Promise.resolve(this.schedules.delete(id));
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  private changeSchedule(id: string, change: Pick<ScheduleDescription, 'isPaused' | 'note'>): Promise<boolean> {
    this.answer();
    const schedule = this.schedules.get(id);
    if (schedule !== undefined) this.schedules.set(id, { ...schedule, ...change });
    return Promise.resolve(schedule !== undefined);
  }

  /** The run of an id, or the newest of its workflow id if none is given. */
  private find({ workflowId, runId }: RunReference): FakeRun | undefined {
    return runId === undefined ? this.newest(workflowId) : this.runs.find((one) => one.run.runId === runId);
  }

  private newest(workflowId: string): FakeRun | undefined {
    return this.runs.findLast(({ run }) => run.workflowId === workflowId);
  }

  private answer(): void {
    if (!this.reachable) throw new TemporalUnreachable('temporal:7233', new Error('connection refused'));
  }
}
