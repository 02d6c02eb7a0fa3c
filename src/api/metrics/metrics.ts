import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { NetworkMeasures, RunKind, RunState, StoredCluster, StoredRun } from '../../database/index.ts';
import { stepKey, type StepChanges } from '../runs/seen.ts';
import { readiness } from '../networks/readiness.ts';

/*
 * What the API measures. Runs and steps are counted by the process that follows them, so that of several processes the sum is the truth; what networks are is
 * read from the database by each, so that the maximum is.
 */

/** What is measured while the API works. */
export interface ApiMetrics {
  readonly registry: Registry;
  /** What ended before was counted by another process, or by none. */
  readonly since: Date;
  /** @param seconds until the answer was complete */
  readonly requestAnswered: (request: AnsweredRequest, seconds: number) => void;
  readonly stepsChanged: (changes: StepChanges) => void;
  readonly runEnded: (run: Pick<StoredRun, 'kind' | 'startedAt'>, state: EndState, at: Date) => void;
  /** Replaces what is known of networks. @param networks undefined means that the database does not answer */
  readonly networksMeasured: (networks: readonly NetworkMeasures[] | undefined, now: Date) => void;
  /** Replaces what is known of the workers of clusters. */
  readonly clustersMeasured: (clusters: readonly StoredCluster[], now: Date) => void;
}

export interface AnsweredRequest {
  /** The route's pattern, never the path: that has names, of which there is no end. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
}

type EndState = Exclude<RunState, 'running'>;

/** In seconds: from an answer out of the database to a plan, which waits for a run. */
const REQUEST_BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** In seconds: from a look at the cluster to the longest wait for a rollout. */
const STEP_BUCKETS = [0.1, 0.5, 1, 5, 10, 30, 60, 300];

/** In seconds: from a run that finds nothing to do to one that renews a network of hundreds of nodes, one at a time. */
const RUN_BUCKETS = [2, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

/** Kinds of runs that change something; a plan is a question, and no run of its own to whoever counts. */
const COUNTED_KINDS: readonly RunKind[] = ['up', 'down', 'renew'];

const END_STATES: readonly EndState[] = ['done', 'not ready', 'failed', 'cancelled', 'terminated', 'timed out'];

/**
 * Makes what the API measures with.
 *
 * @param since when the process began
 */
export function apiMetrics(since: Date): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    ...{ name: 'weft_http_request_seconds', help: 'How long HTTP requests took, in seconds; streams of events aside' },
    ...{ labelNames: ['route', 'method', 'status'], buckets: REQUEST_BUCKETS, registers },
  });
  const runs = new Histogram({
    ...{ name: 'weft_run_seconds', help: 'How long runs took that this process has seen end, in seconds' },
    ...{ labelNames: ['kind', 'outcome'], buckets: RUN_BUCKETS, registers },
  });
  // A counter that is first seen with its first run is not seen to rise.
  for (const kind of COUNTED_KINDS) for (const outcome of END_STATES) runs.zero({ kind, outcome });
  const steps = new Histogram({
    ...{ name: 'weft_run_step_seconds', help: 'How long the last attempts of steps took, by what the steps did' },
    ...{ labelNames: ['step', 'outcome'], buckets: STEP_BUCKETS, registers },
  });
  const retries = new Counter({
    ...{
      name: 'weft_run_step_retries_total',
      help: 'Attempts of steps that another follows, by the name of the failure',
    },
    ...{ labelNames: ['step', 'failure'], registers },
  });
  return {
    registry,
    since,
    requestAnswered: ({ route, method, status }, seconds) => {
      requests.observe({ route, method, status }, seconds);
    },
    stepsChanged: (changes) => {
      for (const { step, outcome, seconds } of endedSteps(changes)) steps.observe({ step, outcome }, seconds);
      for (const { type, step = '', reason: failure = '' } of changes.events) {
        if (type === 'step.retrying') retries.inc({ step, failure });
      }
    },
    runEnded: ({ kind, startedAt }, outcome, at) => {
      runs.observe({ kind, outcome }, (at.getTime() - startedAt.getTime()) / 1000);
    },
    networksMeasured: networkGauges(registers),
    clustersMeasured: clusterGauge(registers),
  };
}

/** The steps that have come to their ends, each with how long its last attempt took. */
function endedSteps({ attempts, events }: StepChanges): readonly StepChanges['attempts'][number][] {
  const ended = new Set(
    events
      .filter(({ type }) => type === 'step.succeeded' || type === 'step.failed')
      .map(({ step = '', target = '', attempt = 0 }) => `${stepKey({ step, target })} ${attempt}`),
  );
  return attempts.filter((attempt) => ended.has(`${stepKey(attempt)} ${attempt.attempt}`));
}

/** Gauges that go with their network: what is not measured any more is not shown any more. */
function networkGauges(registers: Registry[]): ApiMetrics['networksMeasured'] {
  const database = new Gauge({
    ...{ name: 'weft_database_up', help: '1 while the database answers, else 0', registers },
  });
  const conditions = new Gauge({
    ...{
      name: 'weft_network_condition',
      help: '1 for the status that a condition of a network has; Ready is all of them',
    },
    ...{ labelNames: ['network', 'condition', 'status'], registers },
  });
  const certificates = new Gauge({
    ...{ name: 'weft_network_certificate_days', help: 'Days until the first certificate of a network ends' },
    ...{ labelNames: ['network'], registers },
  });
  const looks = new Gauge({
    ...{ name: 'weft_network_look_age_seconds', help: 'How old that is what is shown of a network, in seconds' },
    ...{ labelNames: ['network'], registers },
  });
  const openRuns = new Gauge({
    ...{
      name: 'weft_network_run_age_seconds',
      help: 'For how long the run goes on that works on a network, in seconds',
    },
    ...{ labelNames: ['network'], registers },
  });
  return (networks, now) => {
    for (const gauge of [conditions, certificates, looks, openRuns]) gauge.reset();
    database.set(networks === undefined ? 0 : 1);
    for (const measures of networks ?? []) {
      const { name: network, createdAt, observedAt = createdAt, certificateEndsAt, runStartedAt } = measures;
      for (const { type, status } of conditionsOf(measures)) conditions.set({ network, condition: type, status }, 1);
      // One at which nobody could look yet has nothing to show since it is known.
      looks.set({ network }, secondsBetween(observedAt, now));
      if (runStartedAt !== undefined) openRuns.set({ network }, secondsBetween(runStartedAt, now));
      const end = Date.parse(certificateEndsAt ?? '');
      if (!Number.isNaN(end)) certificates.set({ network }, secondsBetween(now, new Date(end)) / DAY_S);
    }
  };
}

function clusterGauge(registers: Registry[]): ApiMetrics['clustersMeasured'] {
  const missing = new Gauge({
    ...{
      name: 'weft_cluster_without_worker_seconds',
      help: 'For how long a cluster on which networks are has had no worker, in seconds; 0 while it has one',
    },
    ...{ labelNames: ['cluster'], registers },
  });
  return (clusters, now) => {
    missing.reset();
    for (const { name: cluster, lookedAt, missingSince } of clusters) {
      // Before the first look nobody knows.
      if (lookedAt !== undefined) missing.set({ cluster }, missingSince ? secondsBetween(missingSince, now) : 0);
    }
  };
}

const DAY_S = 24 * 3_600;

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}

/** None before the first look: a network that is being brought up is not unready. */
function conditionsOf({ conditions }: NetworkMeasures): readonly { readonly type: string; readonly status: string }[] {
  if (conditions.length === 0) return [];
  return [{ type: 'Ready', status: readiness(conditions) }, ...conditions];
}
