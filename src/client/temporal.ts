import type { Remedy } from '../spec/index.ts';
import type { Progress, RunUpdates, Waiting } from '../workflows/messages.ts';

/**
 * What Weft needs of Temporal, and nothing more: the CLI and the API are written against this interface, so that their
 * rules can be tried without a server. `service.ts` implements it on the Temporal SDK.
 *
 * Every method throws `TemporalUnreachable` when no server answers in time; those that read what a run was given or
 * returned throw `RunUnreadable` if it is encoded in a way that this client does not know.
 */
export interface Temporal {
  /** Starts a workflow. Throws `AlreadyRunning` if a run with this id is open. */
  start(request: StartRequest): Promise<RunReference>;
  /** The run (the newest one if no run id is given), or undefined if Temporal does not know it. */
  describe(run: RunReference): Promise<RunDescription | undefined>;
  /**
   * The runs that bring networks up and take them down, newest first, for as long as Temporal keeps them. A moment behind:
   * a run that has just begun may be missing.
   */
  list(filter: RunFilter): AsyncIterable<RunSummary>;
  /**
   * What the newest run returned whose workflow id begins like this, of those that have come to their end; undefined if Temporal keeps none. A
   * moment behind, like {@link Temporal.list}.
   */
  lastResult(idPrefix: string): Promise<unknown>;
  /** What the run's workflow was started with. */
  args(run: RunReference): Promise<readonly unknown[]>;
  /**
   * The run's own account of its progress. Throws `NoAnswer` if no worker answers for it.
   *
   * @param since - version of the last answer: only steps that have changed are told; absent means all.
   */
  progress(run: RunReference, since?: number): Promise<Progress>;
  /** Waits for the end of the run; the signal ends only the waiting (and rejects with its reason). */
  result(run: RunReference, signal: AbortSignal): Promise<RunEnding>;
  /** Asks the run to stop. Resolves when the request is recorded, not when the run has ended. */
  cancel(run: RunReference): Promise<void>;
  /**
   * Asks a run for something that its workflow decides on, and waits for the answer. Throws `NoAnswer` if no worker gives one within 20 seconds, in
   * which case it may come about later, and `UpdateRefused` if the workflow does not do it.
   *
   * @returns undefined if the run has ended, or Temporal does not know it
   */
  update<Name extends keyof RunUpdates>(
    run: RunReference,
    name: Name,
    argument: RunUpdates[Name]['argument'],
  ): Promise<RunUpdates[Name]['answer'] | undefined>;
  /**
   * Has an activity that waits for its next attempt, or is paused, tried at once. Its attempts are counted on: a step may go by them. Throws
   * `RetryUnsupported` if the server cannot do it.
   *
   * @param activityId as {@link PendingActivity} has it
   * @returns false if it has ended meanwhile
   */
  retryActivity(run: RunReference, activityId: string): Promise<boolean>;
  /** The workers that have polled the queue within the last minutes. */
  pollers(queue: string, kind: QueueKind): Promise<readonly Poller[]>;
  /** Has a workflow started again and again. A schedule of the same id is replaced; one that was paused stays paused. */
  putSchedule(schedule: ScheduleRequest): Promise<'created' | 'updated'>;
  /** The schedule, or undefined if Temporal does not know it. */
  describeSchedule(id: string): Promise<ScheduleDescription | undefined>;
  /** Returns false if there is no such schedule. */
  pauseSchedule(id: string, note: string): Promise<boolean>;
  /** Returns false if there is no such schedule. */
  resumeSchedule(id: string, note: string): Promise<boolean>;
  /** Returns false if there was no such schedule. What it has started goes on. */
  deleteSchedule(id: string): Promise<boolean>;
  /**
   * Lets the server's namespace know the search attributes that runs are found by. Throws `SearchAttributesRefused` where
   * the server keeps that to its operators.
   */
  registerSearchAttributes(): Promise<RegisteredSearchAttributes>;
  close(): Promise<void>;
}

export type QueueKind = 'workflow' | 'activity';

/** A worker that has polled a task queue, whether or not it still does. */
export interface Poller {
  /** When it asked for work last. */
  readonly lastAccess: Date;
  /** What it said of itself last; absent where worker or server know no heartbeats of workers. */
  readonly heartbeat?: WorkerHeartbeat;
}

export interface WorkerHeartbeat {
  readonly at: Date;
  /** It takes no more work. */
  readonly isEnding: boolean;
  /** Time between two, in milliseconds; absent where that is not known. */
  readonly everyMs?: number;
}

export interface RunReference {
  readonly workflowId: string;
  readonly runId?: string;
}

export interface StartRequest {
  /** Name of the workflow function, e.g. `applyNetwork`. */
  readonly type: string;
  readonly workflowId: string;
  readonly args: readonly unknown[];
  /** One line for people who look at the run in Temporal's own UI. */
  readonly summary: string;
  readonly memo: Readonly<Record<string, string>>;
  /** What the run is found by, where the server knows the search attributes. */
  readonly labels?: RunLabels;
}

/** A workflow that is started again and again, never twice at the same time. */
export interface ScheduleRequest extends Pick<StartRequest, 'type' | 'args' | 'summary' | 'memo'> {
  /** Its id, and the beginning of the workflow ids of its runs. */
  readonly id: string;
  readonly everyMs: number;
}

export interface ScheduleDescription {
  readonly everyMs: number;
  readonly isPaused: boolean;
  /** Who paused it or let it go on, and why; empty if nobody has. */
  readonly note: string;
  /** What its workflow is started with. */
  readonly args: readonly unknown[];
  /** When it starts its workflow next; undefined while it is paused. */
  readonly next?: Date;
  /** Its runs as far as Temporal keeps them, newest first. */
  readonly runs: readonly ScheduledRun[];
}

export interface ScheduledRun {
  readonly run: RunReference;
  readonly startedAt: Date;
}

/** What a run is found by. */
export interface RunLabels {
  readonly network: string;
  readonly cluster: string;
  /** In the words of the command line, without options: `up`, `down`. */
  readonly operation: string;
  /** Names of those that the run works on; empty for a removal, which names none. */
  readonly organizations: readonly string[];
}

/** Which runs of networks. */
export interface RunFilter {
  readonly cluster?: string;
  readonly network?: string;
  /** Only runs that have not ended. */
  readonly open?: boolean;
}

/** A run of a network, in a list of them. */
export interface RunSummary {
  readonly run: RunReference;
  readonly cluster: string;
  readonly network: string;
  /** In the words of the command line; the workflow's name if no command started it. */
  readonly operation: string;
  readonly status: RunStatus;
  readonly startedAt: Date;
  /** Undefined while it runs. */
  readonly endedAt?: Date;
  /** Who asked for it; empty if it was not started by Weft. */
  readonly requestedBy: string;
}

/** Names of search attributes. */
export interface RegisteredSearchAttributes {
  readonly added: readonly string[];
  /** Those that the server knew already. */
  readonly known: readonly string[];
}

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed out';

/** One workflow run as Temporal sees it, with what it has under way at this moment. */
export interface RunDescription {
  readonly run: RunReference;
  readonly type: string;
  readonly status: RunStatus;
  readonly startedAt: Date;
  readonly memo: Readonly<Record<string, unknown>>;
  readonly activities: readonly PendingActivity[];
  /** The build of the worker that the run is pinned to; undefined if any may carry it on. */
  readonly build?: string;
  /** Since when a workflow task waits that no worker has taken; undefined if none does. */
  readonly unclaimedSince?: Date;
}

/** One activity that is under way or waits for its next attempt. */
export interface PendingActivity {
  readonly id: string;
  /** The activity's name, e.g. `awaitRollout`. */
  readonly type: string;
  /** The attempt that runs or comes next, from 1. */
  readonly attempt: number;
  /** The task queue that it waits in; undefined where the server does not tell it (before 1.28). */
  readonly queue?: string;
  /** Since when no worker has taken it; undefined once one has. */
  readonly unclaimedSince?: Date;
  /** When the next attempt starts; undefined while one runs. */
  readonly nextAttemptAt?: Date;
  /** Somebody has paused it in Temporal. */
  readonly isPaused?: true;
  /** When the attempt that runs has started, or the last one if none runs; undefined before the first. */
  readonly lastStartedAt?: Date;
  /** When the last attempt that failed has ended; undefined if none has. */
  readonly lastFailedAt?: Date;
  /** Why the last attempt failed. */
  readonly lastFailure?: { readonly type: string; readonly message: string };
  /** What it works on, e.g. `org1/peer1`; undefined before its first heartbeat. */
  readonly target?: string;
  /** What it said last that it waits for; undefined if it did not say so. */
  readonly waiting?: Waiting;
}

/** How a run ended. */
export type RunEnding =
  | { readonly kind: 'completed'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly failure: RunFailure }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'terminated'; readonly reason: string }
  | { readonly kind: 'timed out' };

/** Why a run failed, in the words of whoever failed it. */
export interface RunFailure {
  /** Stable name, e.g. `ImagePullFailed`. */
  readonly type: string;
  readonly message: string;
  /** What helps; one for each step that failed and knows it. */
  readonly remedies: readonly Remedy[];
  readonly details: readonly unknown[];
}

/** No Temporal server answers at the address. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
  readonly address: string;

  constructor(address: string, cause: unknown) {
    super(`no Temporal server answers at ${address}: ${reasonOf(cause)}`, { cause });
    this.address = address;
  }
}

/** Temporal answers, but refuses the caller. */
export class TemporalForbidden extends Error {
  override readonly name = 'TemporalForbidden';

  constructor(address: string, cause: unknown) {
    super(`Temporal at ${address} refuses access: ${reasonOf(cause)}`, { cause });
  }
}

/** Why client and server do not come together by TLS. */
export type TlsFault =
  | { readonly kind: 'server wants TLS' | 'server without TLS' | 'client certificate refused' }
  /** @property words OpenSSL's or Node.js' own */
  | { readonly kind: 'server not trusted' | 'other name'; readonly words: string };

/** What the configuration of Temporal's clients says of TLS does not go with the server. */
export class TemporalTlsFailed extends Error {
  override readonly name = 'TemporalTlsFailed';
  readonly fault: TlsFault;

  constructor(address: string, fault: TlsFault) {
    super(`Temporal at ${address} ${tlsFaultInWords(fault)}`);
    this.fault = fault;
  }
}

function tlsFaultInWords(fault: TlsFault): string {
  switch (fault.kind) {
    case 'server wants TLS':
      return 'speaks TLS, and this client does not';
    case 'server without TLS':
      return 'does not speak TLS, and this client does';
    case 'client certificate refused':
      return 'does not accept the certificate of this client, or that it has none';
    case 'server not trusted':
      return `shows a certificate that this client does not trust (${fault.words})`;
    case 'other name':
      return `shows a certificate for another name: ${fault.words}`;
  }
}

/** The configuration of Temporal's clients cannot be used. */
export class TemporalMisconfigured extends Error {
  override readonly name = 'TemporalMisconfigured';

  constructor(cause: unknown) {
    super(`the Temporal configuration cannot be used: ${reasonOf(cause)}`, { cause });
  }
}

/** What Temporal keeps of a run cannot be read with this client's data converter. */
export class RunUnreadable extends Error {
  override readonly name = 'RunUnreadable';

  /** @param what e.g. `the run network/local/net` */
  constructor(what: string, cause: unknown) {
    super(
      `what Temporal keeps of ${what} cannot be read: ${reasonOf(cause)}. ` +
        `Does this process have the WEFT_PAYLOAD_KEY_FILE or WEFT_DATA_CONVERTER that the run was started with?`,
      { cause },
    );
  }
}

/** The server lets only its operators register search attributes, as Temporal Cloud does. */
export class SearchAttributesRefused extends Error {
  override readonly name = 'SearchAttributesRefused';

  /** @param attributes - what an operator has to register, e.g. `WeftNetwork (Keyword)`. */
  constructor(attributes: readonly string[], cause: unknown) {
    super(`the server lets only its operators register search attributes: ${attributes.join(', ')}`, { cause });
  }
}

/** A run with the same workflow id is open. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

/** The server cannot have an activity tried at once: it is older than 1.28. */
export class RetryUnsupported extends Error {
  override readonly name = 'RetryUnsupported';

  constructor(cause: unknown) {
    super('this Temporal server cannot have a step tried at once: that needs 1.28 or later', { cause });
  }
}

/** A run does not do what it was asked for. */
export class UpdateRefused extends Error {
  override readonly name = 'UpdateRefused';
  /** Stable name of the reason, e.g. `InvalidArgument`. */
  readonly type: string;

  constructor(type: string, cause: unknown) {
    // A sentence of Weft's own.
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.type = type;
  }
}

/** No worker answered a query or an update in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

function reasonOf(cause: unknown): string {
  // Whoever tells it ends the sentence.
  return (cause instanceof Error ? cause.message : String(cause)).trimEnd().replace(/\.$/, '');
}
