import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit, WorkerTuner } from '@temporalio/worker';

import { isWait } from '../workflows/durable/policies.ts';

// Steps that work at the same time: enough for a network of some dozen nodes, few enough to be kind to an API server.
const WORKING_STEPS = 40;

// Steps that wait for a node or a channel ask now and then (src/kubernetes/rollout), so that a network of a thousand nodes fits.
const WAITING_STEPS = 1_000;

// What Temporal's SDK has by itself; Weft has no local activities and no Nexus.
const USUAL = { type: 'fixed-size', numSlots: 100 } as const;
const WORKFLOW_TASKS = { type: 'fixed-size', numSlots: 40 } as const;

/**
 * How many steps a worker does at the same time.
 *
 * @param onFree told how many steps could begin now, whenever that changes: the SDK itself does not tell of places that are handed out here
 */
export function stepTuner(onFree: (free: number) => void = () => undefined): WorkerTuner {
  return {
    workflowTaskSlotSupplier: WORKFLOW_TASKS,
    activityTaskSlotSupplier: stepSlots({ working: WORKING_STEPS, waiting: WAITING_STEPS, isWait, onFree }),
    localActivityTaskSlotSupplier: USUAL,
    nexusTaskSlotSupplier: USUAL,
  };
}

export interface StepSlotsOptions {
  /** How many steps may work. */
  readonly working: number;
  /** How many may wait beside them; any more take places of those that work. */
  readonly waiting: number;
  /** Whether an activity mostly waits, by its name. */
  readonly isWait: (activity: string) => boolean;
  /** Told how many steps could begin now, whenever that changes. */
  readonly onFree?: (free: number) => void;
}

/** A place for one step. */
interface Place extends SlotPermit {
  /** It gave its place among those that work back, since it waits. */
  isWaiting: boolean;
}

/**
 * Places for steps, of which those that wait take none from those that work: sixty nodes whose images cannot be pulled must not keep
 * another network from its steps.
 */
export function stepSlots({
  working: mostWorking,
  waiting: mostWaiting,
  isWait: waits,
  onFree = () => undefined,
}: StepSlotsOptions): CustomSlotSupplier<ActivitySlotInfo> {
  let working = 0;
  let waiting = 0;
  const queue: (() => void)[] = [];

  const count = (change: 1 | -1): void => {
    working += change;
    onFree(mostWorking - working);
  };
  onFree(mostWorking);

  const take = (): Place | null => {
    if (working >= mostWorking) return null;
    count(1);
    return { isWaiting: false };
  };
  const serveNext = (): void => {
    queue.shift()?.();
  };

  return {
    type: 'custom',
    tryReserveSlot: take,
    reserveSlot: (_, signal) =>
      new Promise((resolve, reject) => {
        const serve = (): void => {
          const place = take();
          if (place === null) {
            queue.unshift(serve);
            return;
          }
          signal.removeEventListener('abort', leave);
          resolve(place);
          serveNext();
        };
        const leave = (): void => {
          const at = queue.indexOf(serve);
          if (at !== -1) queue.splice(at, 1);
          // The SDK wants an AbortError, which is what it aborts with.
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(serve);
        serveNext();
      }),
    markSlotUsed: ({ slotInfo, permit }) => {
      if (waiting >= mostWaiting || !waits(slotInfo.activityType)) return;
      (permit as Place).isWaiting = true;
      count(-1);
      waiting += 1;
      serveNext();
    },
    releaseSlot: ({ permit }) => {
      if ((permit as Place).isWaiting) waiting -= 1;
      else count(-1);
      serveNext();
    },
  };
}
