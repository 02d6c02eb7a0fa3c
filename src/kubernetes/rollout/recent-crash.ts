import type { ContainerStatus, Pod } from './workloads.ts';

/** A container that runs, and has ended so lately that nobody knows yet whether it will go on running. */
export interface RecentCrash {
  readonly exitCode: number;
  /** How often it was started anew. */
  readonly restarts: number;
  /** RFC 3339 time of its last end. */
  readonly at: string;
}

/**
 * The latest crash of a pod whose container has not proven itself since. A process that dies a moment after each start is ready in between:
 * it is believed again when it has run for longer than the kubelet's next pause would be.
 *
 * @param now milliseconds since 1970
 */
export function recentCrash(pods: readonly Pod[], now: number): RecentCrash | undefined {
  const crashes = pods.flatMap(({ status }) => (status?.containerStatuses ?? []).flatMap(crashOf));
  return crashes
    .filter(({ at, restarts }) => now - Date.parse(at) < probationSeconds(restarts) * 1000)
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))[0];
}

function crashOf({ restartCount, lastState }: ContainerStatus): RecentCrash[] {
  const { exitCode = 0, finishedAt } = lastState?.terminated ?? {};
  return exitCode === 0 || exitCode === UNSEEN_END || finishedAt === undefined
    ? []
    : [{ exitCode, restarts: restartCount, at: finishedAt }];
}

/** What containerd says of a container whose end it did not see: the machine was restarted, and no process crashed. */
const UNSEEN_END = 255;

/** The kubelet's pauses before it starts a container again: 10 s, doubled with each crash, up to five minutes. */
function probationSeconds(restarts: number): number {
  return Math.min(300, 10 * 2 ** Math.max(0, restarts));
}
