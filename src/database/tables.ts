import type { Generated } from 'kysely';

import type { Condition, NetworkStatus, RunPause, StepRecord } from '../workflows/messages.ts';
import type { Json, OptionalJson } from './json.ts';
import type { StoredPlan } from './plans.ts';
import type { Grant } from './sessions.ts';

/*
 * The tables as queries see them; migrations/ makes them. Columns are in snake case in the database. All times are UTC to the
 * millisecond, as exact as a Date: what was read is equal to what was written, which lists that go on at a time rely on.
 */
export interface Tables {
  readonly networks: NetworksTable;
  readonly revisions: RevisionsTable;
  readonly runs: RunsTable;
  readonly steps: StepsTable;
  readonly events: EventsTable;
  readonly looks: LooksTable;
  readonly clusterWorkers: ClusterWorkersTable;
  readonly signatures: SignaturesTable;
  readonly tokens: TokensTable;
  readonly sessions: SessionsTable;
  readonly signInLinks: SignInLinksTable;
  readonly plans: PlansTable;
  readonly audit: AuditTable;
  readonly idempotency: IdempotencyTable;
}

export type Role = 'viewer' | 'operator' | 'admin';

export type RunKind = 'up' | 'down' | 'renew' | 'plan';

/** `not ready`: every step was done, and the network was not ready then. */
export type RunState = 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';

/** `refused`: nothing was changed, for a reason that whoever asked can understand. `failed`: the service could not do it. */
export type AuditOutcome = 'done' | 'refused' | 'failed';

interface NetworksTable {
  readonly id: string;
  readonly cluster: string;
  readonly name: string;
  /** UID of the network's identity (src/spec/identity.ts); null until a run has written its record. */
  readonly uid: string | null;
  /** Number of the revision that was asked for last; null where the network is known by its runs alone. */
  readonly revision: number | null;
  /** Goes up with whatever is asked of the network. */
  readonly generation: Generated<number>;
  readonly conditions: Json<readonly Condition[]>;
  /** When the conditions were seen; null before the first look. */
  readonly conditionsSeenAt: Date | null;
  /** The revision that the conditions are about. */
  readonly observedRevision: number | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly removedAt: Date | null;
  /** Place of its last event; 0 before the first. */
  readonly eventSeq: Generated<number>;
}

interface RevisionsTable {
  readonly networkId: string;
  /** From 1, without gaps. */
  readonly number: number;
  readonly description: Json<unknown>;
  readonly source: string;
  readonly createdAt: Date;
  readonly createdBy: string;
}

interface RunsTable {
  readonly id: string;
  readonly networkId: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly kind: RunKind;
  readonly state: RunState;
  readonly revision: number | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly requestedBy: string;
  readonly requestId: string | null;
  readonly result: OptionalJson<unknown>;
  readonly error: OptionalJson<unknown>;
  /** As it was seen last; null while the run is not paused, and after its end. */
  readonly paused: OptionalJson<RunPause>;
  /** Place of its last event; 0 before the first. */
  readonly eventSeq: Generated<number>;
}

interface StepsTable {
  readonly runId: string;
  readonly step: string;
  readonly target: string;
  readonly attempt: number;
  readonly path: string;
  readonly outcome: StepRecord['outcome'];
  /** Name of the failure, or of what is waited for; empty where there is none. */
  readonly type: Generated<string>;
  readonly reason: string;
  readonly seconds: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** When the attempt after one that failed begins; null where none does, or that is not known. */
  readonly nextAttemptAt: Date | null;
}

interface EventsTable {
  readonly networkId: string;
  /** From 1, without gaps until old ones are removed. */
  readonly networkSeq: number;
  /** Null together with its place in the run: about the network alone. */
  readonly runId: string | null;
  readonly seq: number | null;
  readonly time: Date;
  readonly type: string;
  readonly data: Json<unknown>;
}

/** The last look at a network, and why there is no later one. */
interface LooksTable {
  readonly networkId: string;
  /** Null together with its time: before the first look. */
  readonly status: OptionalJson<NetworkStatus>;
  readonly observedAt: Date | null;
  /** When somebody looked last, or tried to. */
  readonly triedAt: Date;
  /** When the first look failed after the one that is kept; null, with type and message, where the last one did not fail. */
  readonly failingSince: Date | null;
  readonly failureType: string | null;
  readonly failureMessage: string | null;
}

/** The last look at the workers of a cluster. */
interface ClusterWorkersTable {
  /** Name of the cluster that is served, in whose Temporal the workers were looked for. */
  readonly home: string;
  readonly cluster: string;
  readonly lookedAt: Date;
  /** When a worker gave the last sign of life; null where none ever has. */
  readonly seenAt: Date | null;
  /** Null while there is a worker. */
  readonly missingSince: Date | null;
}

interface SignaturesTable {
  readonly id: string;
  readonly runId: string;
  readonly channel: string;
  readonly mspId: string;
  readonly envelope: Uint8Array;
  readonly createdAt: Date;
  readonly createdBy: string;
}

interface TokensTable {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly name: string;
  readonly role: Role;
  /** Null together with the network: for all. */
  readonly cluster: string | null;
  readonly network: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

interface SessionsTable {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly name: string;
  readonly grants: Json<readonly Grant[]>;
  /** Null where it was not begun with a token of Weft. */
  readonly tokenId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

interface SignInLinksTable {
  readonly hash: Uint8Array;
  readonly name: string;
  readonly grants: Json<readonly Grant[]>;
  readonly expiresAt: Date;
}

interface PlansTable extends Omit<StoredPlan, 'description' | 'result'> {
  readonly description: Json<unknown>;
  readonly result: Json<unknown>;
}

/** One call that changed something, or would have. */
export interface AuditTable {
  readonly id: string;
  readonly at: Date;
  /** Who asked for it: the name of a token, or of a user of this machine. */
  readonly who: string;
  /** `PUT`, or the words of the command line. */
  readonly method: string;
  /** Path of what it was about: `/v1/networks/test-network`. */
  readonly resource: string;
  readonly outcome: AuditOutcome;
  /** Name of why it was refused or failed; empty where it was done. */
  readonly reason: string;
  readonly requestId: string;
}

interface IdempotencyTable {
  readonly who: string;
  readonly key: string;
  readonly requestHash: string;
  /** Null, with headers and body, while the request is carried out. */
  readonly status: number | null;
  readonly headers: OptionalJson<Readonly<Record<string, string>>>;
  readonly body: string | null;
  readonly claimedAt: Date;
  readonly until: Date;
}
