import { setTimeout as delay } from 'node:timers/promises';

import type { Cluster } from '../client/cluster.ts';
import { crashLog, withLog } from './crash-log.ts';
import { deploymentStatus } from './deployment-status.ts';
import { KubernetesError } from '../errors/errors.ts';
import { diagnoseRollout } from './diagnose.ts';
import { observe } from '../client/observe.ts';
import type { Diagnosis } from './diagnose-pod.ts';
import { observeRollout } from './observe-rollout.ts';
import type { Deployment } from './workloads.ts';

export interface RolloutTarget {
  readonly namespace: string;
  /** Name of the Deployment. */
  readonly name: string;
  /** How long it may take from now on. */
  readonly timeoutSeconds: number;
}

/** What is waited for, in one word and in a sentence. */
export interface RolloutWaiting {
  readonly reason: string;
  readonly message: string;
}

export interface RolloutOptions {
  readonly signal: AbortSignal;
  /** Told what is waited for, each time that changes. */
  readonly onWaiting?: ((waiting: RolloutWaiting) => void) | undefined;
  /** How often to look at first; later it is less often. */
  readonly pollMilliseconds?: number;
}

/** A Deployment that did not become ready, and why. */
export class RolloutFailed extends Error {
  override readonly name = 'RolloutFailed';
  /** One CamelCase word, see {@link Diagnosis}; `RolloutDeadlineExceeded` if nothing more is known. */
  readonly reason: string;
  /** Whether it can become ready without a change to the Deployment. */
  readonly retryable: boolean;
  /** The message without the log of a container that crashed. */
  readonly fact: string;

  constructor({ reason, message, retryable, log }: Diagnosis) {
    super(log === undefined ? message : `${message} Its last log lines:\n${log}`);
    this.fact = message;
    this.reason = reason;
    this.retryable = retryable;
  }
}

/**
 * Waits until a Deployment is rolled out, as `kubectl rollout status` does. Other than that, it ends early when the
 * pods cannot become ready by themselves, and says why.
 *
 * @returns whether there was anything to wait for
 * @throws {RolloutFailed} when it cannot become ready, or is not within the time; {@link KubernetesError} when there
 *   is no such Deployment or the cluster does not answer; the signal's reason or an AbortError of it, once it is aborted
 */
export async function awaitRollout(
  cluster: Cluster,
  target: RolloutTarget,
  options: RolloutOptions,
): Promise<{ readonly waited: boolean }> {
  const { signal, pollMilliseconds = POLL_MILLISECONDS } = options;
  const look = newLook(cluster, target, signal);
  const report = reportChanges(options.onWaiting);
  awaited += 1;
  try {
    for (let waited = false; ; waited = true) {
      const waiting = await look();
      if (waiting === undefined) return { waited };
      report(waiting);
      await delay(pauseBetweenLooks(pollMilliseconds, waiting.longer, awaited), undefined, { signal });
    }
  } finally {
    awaited -= 1;
  }
}

/**
 * How long to wait until the next look at a Deployment, in milliseconds.
 *
 * @param longer it takes longer than most
 * @param count how many rollouts are awaited in this process
 */
export function pauseBetweenLooks(pollMilliseconds: number, longer: boolean, count: number): number {
  return Math.max(pollMilliseconds, longer ? SLOW_POLL_MILLISECONDS : 0, count * PAUSE_OF_ALL_MILLISECONDS);
}

/**
 * Whether a Deployment is rolled out at this moment.
 *
 * @throws {KubernetesError}
 */
export async function isRolledOut(
  cluster: Cluster,
  target: Pick<RolloutTarget, 'namespace' | 'name'>,
  { signal }: Pick<RolloutOptions, 'signal'>,
): Promise<boolean> {
  return deploymentStatus(await requireDeployment(cluster, target, signal)).state === 'done';
}

/*
 * A Deployment is asked, not watched. A watch would have to be allowed (no Role of a worker has the verb), and by `Watch` of
 * @kubernetes/client-node it would go past src/kubernetes/client: list first, begin again whenever the server ends it. What it
 * would save is little while a step waits for one node, for seconds. The more wait in this process, the less often each looks: all together
 * ask some 270 times a second at most.
 */

/** A small pod is ready within two seconds, and a look costs the API server 2 ms. */
const POLL_MILLISECONDS = 150;

/** For what takes longer than `PATIENCE_MILLISECONDS`, because then it takes longer still. */
const SLOW_POLL_MILLISECONDS = 2_000;

const PATIENCE_MILLISECONDS = 15_000;

/** Looking into pods and events costs several requests; a rollout that goes well ends before it is due. */
const EXPLAIN_MILLISECONDS = 2_500;

/** Between the looks of all waits together, and between their looks into pods and events: what 40 of them are allowed. */
const PAUSE_OF_ALL_MILLISECONDS = POLL_MILLISECONDS / 40;
const EXPLAIN_PAUSE_OF_ALL_MILLISECONDS = EXPLAIN_MILLISECONDS / 40;

/** How many rollouts are awaited in this process. */
let awaited = 0;

interface Verdict extends RolloutWaiting {
  readonly longer: boolean;
}

/**
 * Makes a function that looks at the Deployment once.
 *
 * It returns undefined when the rollout is done and what it waits for otherwise, and throws `RolloutFailed`.
 */
function newLook(cluster: Cluster, target: RolloutTarget, signal: AbortSignal): () => Promise<Verdict | undefined> {
  const begin = performance.now();
  let explainedAt = begin;
  let hadFailedBefore: boolean | undefined;
  let diagnosis: Diagnosis | undefined;
  return async () => {
    const deployment = await requireDeployment(cluster, target, signal);
    const status = deploymentStatus(deployment);
    if (status.state === 'done') return undefined;
    const failed = status.state === 'failed';
    // A rollout that had run out of its own time before we came gets ours: what was wrong may be mended by now.
    hadFailedBefore ??= failed;
    const now = performance.now();
    const over = now - begin > target.timeoutSeconds * 1000 || (failed && !hadFailedBefore);
    const isDue = now - explainedAt > Math.max(EXPLAIN_MILLISECONDS, awaited * EXPLAIN_PAUSE_OF_ALL_MILLISECONDS);
    if (over || isDue) {
      diagnosis = await explain(cluster, deployment, signal);
      explainedAt = performance.now();
    }
    if (diagnosis?.retryable === false) throw new RolloutFailed(diagnosis);
    if (over) throw new RolloutFailed(diagnosis ?? overdue(target, now - begin));
    const longer = now - begin > PATIENCE_MILLISECONDS;
    return {
      ...(diagnosis === undefined ? { reason: 'RollingOut', message: status.message } : inOneLine(diagnosis)),
      longer,
    };
  };
}

function inOneLine({ reason, message, log = '' }: Diagnosis): RolloutWaiting {
  const last = log.trimEnd().split('\n').at(-1) ?? '';
  return { reason, message: last === '' ? message : `${message} Its log ends with: ${last}` };
}

/** Why a Deployment is not ready; of one whose container crashes, its log says it. */
async function explain(cluster: Cluster, deployment: Deployment, signal: AbortSignal): Promise<Diagnosis | undefined> {
  const diagnosis = diagnoseRollout(await observeRollout(cluster, deployment, { signal }));
  if (diagnosis?.crash === undefined) return diagnosis;
  return withLog(diagnosis, await crashLog(cluster, diagnosis.crash, signal));
}

async function requireDeployment(
  cluster: Cluster,
  { namespace, name }: Pick<RolloutTarget, 'namespace' | 'name'>,
  signal: AbortSignal,
): Promise<Deployment> {
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } };
  const deployment = await observe(cluster, reference, { signal });
  if (deployment !== undefined) return deployment;
  throw new KubernetesError(
    'notFound',
    `Deployment ${name} in namespace ${namespace} does not exist, so it cannot become ready.`,
  );
}

function overdue({ name, timeoutSeconds }: RolloutTarget, elapsed: number): Diagnosis {
  // Kubernetes' own deadline may end before ours.
  const seconds = Math.min(timeoutSeconds, Math.round(elapsed / 1000) || timeoutSeconds);
  const message = `${name}: was not ready within ${String(seconds)} s.`;
  return { reason: 'RolloutDeadlineExceeded', message, retryable: true };
}

function reportChanges(onWaiting: RolloutOptions['onWaiting']): (waiting: RolloutWaiting) => void {
  let last = '';
  return ({ reason, message }) => {
    if (message !== last) onWaiting?.({ reason, message });
    last = message;
  };
}
