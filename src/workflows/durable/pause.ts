import {
  ApplicationFailure,
  condition,
  setHandler,
  type ChildWorkflowHandle,
  type Workflow,
} from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';

import { isMapping, LONGEST_PAUSE_TEXT } from '../../spec/index.ts';
import {
  pauseSignal,
  pauseUpdate,
  resumeUpdate,
  type PauseAnswer,
  type PauseChange,
  type PauseRequest,
  type RunPause,
} from '../messages.ts';

/** Whether a workflow is paused. Steps that are under way go on; what asks here before it begins waits. */
export interface Pausing {
  /** Undefined while it is not paused. */
  readonly current: RunPause | undefined;
  /**
   * Begins work, at once unless the workflow is paused. What is cancelled meanwhile does not begin.
   *
   * @throws CancelledFailure; what the work throws
   */
  readonly begin: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** The same for a workflow with children, which are paused with it. */
export interface PausingWithChildren extends Pausing {
  /** From now on until it ends, the child is told what it has to know. */
  readonly tell: (child: ChildWorkflowHandle<Workflow>) => void;
  readonly forget: (child: ChildWorkflowHandle<Workflow>) => void;
}

/**
 * Lets people pause and resume the workflow by Updates. Each is answered when every child that is under way has been told.
 *
 * Nothing of it is in the history of a run that nobody pauses.
 */
export function acceptPauses(): PausingWithChildren {
  let change: PauseChange = { number: 0 };
  const children = new Set<ChildWorkflowHandle<Workflow>>();
  const announce = async (pause: RunPause | undefined): Promise<void> => {
    change = { number: change.number + 1, ...(pause && { pause }) };
    await Promise.all([...children].map((child) => signal(child, change)));
  };
  handle(pauseUpdate, 'paused', async ({ by, reason }) => {
    if (change.pause !== undefined) return { changed: false, pause: change.pause };
    const pause: RunPause = { by, reason, since: new Date().toISOString() };
    await announce(pause);
    return { changed: true, pause };
  });
  handle(resumeUpdate, 'resumed', async () => {
    const { pause } = change;
    if (pause === undefined) return { changed: false };
    await announce(undefined);
    return { changed: true, pause };
  });
  return {
    ...pausing(() => change.pause),
    get current() {
      return change.pause;
    },
    tell: (child) => {
      children.add(child);
      // It may have been on its way when the run was paused. Nobody waits for it: what it does not begin, it does not begin.
      if (change.pause !== undefined) void signal(child, change);
    },
    forget: (child) => {
      children.delete(child);
    },
  };
}

/** Pauses a child workflow with its parent. */
export function followPauses(): Pausing {
  let change: PauseChange = { number: 0 };
  setHandler(pauseSignal, (next) => {
    if (next.number > change.number) change = next;
  });
  return {
    ...pausing(() => change.pause),
    get current() {
      return change.pause;
    },
  };
}

/** Of a workflow that only looks. */
export const NEVER_PAUSED: Pausing = { current: undefined, begin: (work) => work() };

function pausing(current: () => RunPause | undefined): Pick<Pausing, 'begin'> {
  return {
    // Where nothing is paused no promise comes between: the order of what begins is that of runs of earlier versions.
    begin: (work) => (current() === undefined ? work() : condition(() => current() === undefined).then(work)),
  };
}

/** A child that cannot be told has ended: this never fails. */
async function signal(child: ChildWorkflowHandle<Workflow>, change: PauseChange): Promise<void> {
  try {
    await child.signal(pauseSignal, change);
  } catch {
    // Its end is seen by whoever awaits its result.
  }
}

/** Anybody can send an Update by hand, with anything as its argument. */
function handle(
  update: UpdateDefinition<PauseAnswer, [PauseRequest]>,
  what: string,
  handler: (request: PauseRequest) => Promise<PauseAnswer>,
): void {
  setHandler(update, handler, {
    validator: (request: unknown) => {
      if (isMapping(request) && isText(request['by']) && isText(request['reason'])) return;
      throw ApplicationFailure.nonRetryable(
        `A run is ${what} by somebody, for a reason: {"by": "ana", "reason": "the cluster is being upgraded"}. The reason may be empty, and neither is longer than ${LONGEST_PAUSE_TEXT} characters.`,
        'InvalidArgument',
      );
    },
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_PAUSE_TEXT;
}
