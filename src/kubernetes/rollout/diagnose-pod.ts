import type { ContainerStatus, Event, Pod, Termination } from './workloads.ts';

/** Why a Deployment is not ready, in words for people. */
export interface Diagnosis {
  /** One CamelCase word, Kubernetes' own where it has one, e.g. `ImagePullBackOff`. */
  readonly reason: string;
  /** A sentence that names the Deployment and the fact. */
  readonly message: string;
  /** Whether it can pass without a change to the Deployment: by itself, or by a hand from outside. */
  readonly retryable: boolean;
  /** A container that ended and whose log may say why. */
  readonly crash?: Crash;
  /** Its last lines, once they have been read. */
  readonly log?: string;
}

export interface Crash {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Whether the log is that of the container before the present one. */
  readonly previous: boolean;
}

/**
 * Says why a pod is not ready.
 *
 * @param subject what the pod is for, e.g. `org1-peer1`
 * @param events about the pod, the latest first
 */
export function diagnosePod(subject: string, pod: Pod, events: readonly Event[]): Diagnosis | undefined {
  const finding = findDiagnosis(pod, events);
  return finding === undefined ? undefined : { ...finding, message: `${subject}: ${finding.message}` };
}

function findDiagnosis(pod: Pod, events: readonly Event[]): Diagnosis | undefined {
  for (const check of CHECKS) {
    const diagnosis = check(pod, events);
    if (diagnosis !== undefined) return diagnosis;
  }
  return undefined;
}

type Check = (pod: Pod, events: readonly Event[]) => Diagnosis | undefined;

/** In the order in which a pod comes to life; the first that finds something is the diagnosis. */
const CHECKS: readonly Check[] = [evicted, unschedulable, imageNotPulled, notCreated, crashing, notMounted, notReady];

function evicted({ status }: Pod): Diagnosis | undefined {
  if (status?.phase !== 'Failed' || status.reason !== 'Evicted') return undefined;
  const fact = (status.message ?? 'the node does not say why').trim().replace(/\.$/, '');
  return { reason: 'Evicted', message: `its pod was evicted from its node: ${fact}.`, retryable: true };
}

function unschedulable({ status }: Pod): Diagnosis | undefined {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  // What follows tells that evicting others would not help either.
  const fact = (scheduled.message ?? 'the scheduler does not say why').replace(/ ?preemption: .*$/, '');
  return { reason: scheduled.reason ?? 'Unschedulable', message: `no node can run its pod: ${fact}`, retryable: true };
}

function imageNotPulled(pod: Pod, events: readonly Event[]): Diagnosis | undefined {
  const container = containersOf(pod).find(({ state }) => PULL_FAILURES.has(state?.waiting?.reason ?? ''));
  if (container === undefined) return undefined;
  const { reason = '', message = '' } = container.state?.waiting ?? {};
  if (reason === 'InvalidImageName') {
    return { reason, message: `${container.image} is not a valid image name.`, retryable: false };
  }
  const failed = events.find((event) => event.reason === 'Failed' && event.message?.startsWith('Failed to pull image'));
  const answer = pullFailure(container.image, [message, failed?.message ?? '']);
  const { reason: known } = PULL_ANSWERS.find(({ sign }) => sign.test(answer)) ?? { reason: 'ImagePullBackOff' };
  return { reason: known, message: `image ${container.image} cannot be pulled: ${answer}`, retryable: true };
}

/** What registries and containerd say. An image may be pushed anew under the same name, and credentials be put right: all of it may pass. */
const PULL_ANSWERS = [
  { sign: /no match for platform/, reason: 'ImagePlatformMissing' },
  {
    sign: /unauthorized|authorization failed|authentication required|denied|403 Forbidden/i,
    reason: 'ImagePullUnauthorized',
  },
  { sign: /media ?type|mismatched image rootfs|not an image|unsupported manifest/i, reason: 'NotAnImage' },
];

const PULL_FAILURES = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'InvalidImageName',
]);

function notCreated(pod: Pod): Diagnosis | undefined {
  const container = containersOf(pod).find(({ state }) => CREATION_FAILURES.has(state?.waiting?.reason ?? ''));
  if (container === undefined) return undefined;
  const { reason = '', message = 'the node does not say why' } = container.state?.waiting ?? {};
  return { reason, message: `container ${container.name} cannot be created: ${message}`, retryable: true };
}

const CREATION_FAILURES = new Set(['CreateContainerConfigError', 'CreateContainerError']);

function crashing(pod: Pod): Diagnosis | undefined {
  const container = containersOf(pod).find(({ ready, state, lastState }) => {
    const ended = state?.terminated ?? lastState?.terminated;
    return !ready && ended !== undefined && !isFinishedInit(state?.terminated);
  });
  if (container === undefined) return undefined;
  const { name, restartCount, state, lastState } = container;
  const ended = state?.terminated ?? lastState?.terminated;
  if (ended === undefined) return undefined;
  return {
    reason: crashReason(ended),
    message: `container ${name} ${describeEnd(ended)}${restartCount > 0 ? ` and was restarted ${times(restartCount)}` : ''}.`,
    retryable: restartCount < HOPELESS_RESTARTS,
    crash: {
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      container: name,
      previous: state?.terminated === undefined,
    },
  };
}

/**
 * Four failures in a row, over half a minute with the kubelet's pauses of 10 and 20 s between: what made it fail is
 * nothing that passes, and later pauses are minutes long.
 */
const HOPELESS_RESTARTS = 3;

/** An init container that has done its work stays `terminated`. */
function isFinishedInit(terminated: Termination | undefined): boolean {
  return terminated?.exitCode === 0 && terminated.reason === 'Completed';
}

function crashReason({ reason, message = '' }: Termination): string {
  if (message.includes('exec format error')) return 'ImagePlatformMissing';
  return reason === 'OOMKilled' ? reason : 'CrashLoopBackOff';
}

function describeEnd({ exitCode, reason = '', message }: Termination): string {
  switch (reason) {
    case 'OOMKilled':
      return `was killed because it used more memory than its limit (OOMKilled, exit code ${String(exitCode)})`;
    case 'StartError':
    case 'ContainerCannotRun':
      return `cannot be started (${startFailure(message ?? reason)})`;
    case 'Error':
    case '':
      return `ended with exit code ${String(exitCode)}`;
    default:
      return `ended with exit code ${String(exitCode)} (${reason})`;
  }
}

/** What the lowest layer says, without those that pass it on. */
function startFailure(message: string): string {
  return (message.split('\n', 1)[0] ?? '')
    .replace(/^.*(: unable to start container process|OCI runtime create failed): /, '')
    .replace(/: unknown$/, '');
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${String(count)} times`;
}

function notMounted(pod: Pod, events: readonly Event[]): Diagnosis | undefined {
  const creating = containersOf(pod).some(({ state }) => WAITING_TO_START.has(state?.waiting?.reason ?? ''));
  if (!creating) return undefined;
  const event = events.find(({ reason = '' }) => MOUNT_FAILURES.has(reason));
  if (event === undefined) return undefined;
  return {
    reason: event.reason ?? '',
    message: `its pod cannot start: ${event.message ?? 'the node does not say why'}`,
    retryable: true,
  };
}

const WAITING_TO_START = new Set(['ContainerCreating', 'PodInitializing']);

const MOUNT_FAILURES = new Set([
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedCreatePodSandBox',
  'FailedCreatePodContainer',
]);

function notReady(pod: Pod, events: readonly Event[]): Diagnosis | undefined {
  const running = containersOf(pod).find(({ ready, state }) => !ready && state?.running !== undefined);
  if (running === undefined) return undefined;
  const startedAt = running.state?.running?.startedAt ?? '';
  const event = events.find(
    ({ reason, lastTimestamp }) => reason === 'Unhealthy' && (lastTimestamp ?? startedAt).localeCompare(startedAt) >= 0,
  );
  if (event === undefined) return undefined;
  return {
    reason: 'Unready',
    message: `runs but is not ready: ${event.message ?? 'its probe fails'}`,
    retryable: true,
  };
}

function containersOf({ status }: Pod): ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

/**
 * The registry's own answer out of what kubelet and container runtime wrap around it, e.g. `not found`.
 *
 * @param image as the pod names it
 * @param messages of the container's state and of events, the best first
 */
function pullFailure(image: string, messages: readonly string[]): string {
  const answers = messages.map((message) => unwrap(image, message)).filter((answer) => answer !== '');
  return answers[0] ?? 'the node does not say why';
}

/** One layer of wrapping each, as kubelet, CRI and containerd put it in front. */
const WRAPPINGS = [
  /^Back-off pulling image ".*?"(: |$)/,
  /^Failed to pull image ".*?"(: |$)/,
  /^(ErrImagePull|ImagePullBackOff|RegistryUnavailable)(: |$)/,
  /^rpc error: code = \w+ desc = /,
  /^failed to pull and unpack image ".*?": /,
  /^failed to resolve (reference|image) ".*?": /,
  /^failed to resolve image: /,
];

function unwrap(image: string, message: string): string {
  let rest = message.trim();
  for (let before = ''; rest !== before;) {
    before = rest;
    for (const wrapping of WRAPPINGS) rest = rest.replace(wrapping, '');
    // Registries repeat the name, in its full form: `docker.io/library/nginx:1` for `nginx:1`.
    const named = /^(\S+): (.*)$/s.exec(rest);
    if (named?.[1]?.endsWith(image) === true) rest = named[2] ?? '';
  }
  return rest;
}
