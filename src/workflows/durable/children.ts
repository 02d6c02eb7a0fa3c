import {
  ApplicationFailure,
  isCancellation,
  ParentClosePolicy,
  sleep,
  startChild,
  workflowInfo,
  type ChildWorkflowHandle,
  type SignalDefinition,
  type Workflow,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import type { StepRecord } from '../messages.ts';
import type { Steps } from './steps.ts';

/** What a part tells when it has ended. */
interface Recorded {
  readonly steps: readonly StepRecord[];
}

/** A part of a run: what it does to one organization, one channel or one chaincode. */
export interface Part<Args extends unknown[], Done extends Recorded> {
  /** Last part of its workflow id, e.g. `org1`; one open run per id is the lock on it. */
  readonly name: string;
  readonly work: (...args: Args) => Promise<Done>;
  readonly args: Args;
  /** Stands beside it in Temporal's own tools. */
  readonly summary: string;
}

type Started<Args extends unknown[], Done extends Recorded> = ChildWorkflowHandle<(...args: Args) => Promise<Done>>;

/** A part that is under way, as its run speaks to it. */
export interface OpenPart {
  /** Signals something to the part. One that has ended meanwhile hears nothing: its result says how it ended. */
  readonly tell: <Told extends [unknown?]>(signal: SignalDefinition<Told>, ...told: Told) => Promise<void>;
}

/** The parts of one run. */
export interface Parts {
  /** Workflow ids of those that are under way. */
  readonly open: readonly string[];
  /**
   * Runs a part to its end and adds what it did to the run's own record.
   *
   * @param meanwhile what the part has to be told while it runs
   * @throws ApplicationFailure `EarlierRunOpen`; else the type of the first step that failed
   */
  readonly run: <Args extends unknown[], Done extends Recorded>(
    part: Part<Args, Done>,
    meanwhile?: (part: OpenPart) => Promise<void>,
  ) => Promise<Done>;
}

export function runParts(steps: Steps): Parts {
  const open: string[] = [];
  return {
    open,
    run: async (part, meanwhile) => {
      const started = await startPart(part);
      // Not before: until it has started, its workflow id still means the same part of an earlier run.
      const { workflowId } = started;
      open.push(workflowId);
      // A part that fails before it was told ends the wait for what it should be told.
      const [done] = await Promise.all([started.result(), meanwhile?.(openPart(started))]);
      open.splice(open.indexOf(workflowId), 1);
      steps.add(done.steps);
      return done;
    },
  };
}

function openPart(started: Pick<ChildWorkflowHandle<Workflow>, 'signal'>): OpenPart {
  return {
    tell: async (told, ...values) => {
      try {
        await started.signal(told, ...values);
      } catch (error) {
        if (isCancellation(error)) throw error;
      }
    },
  };
}

/** Workflow id of a part of this run. */
function partWorkflowId(name: string): string {
  return `${workflowInfo().workflowId}/${name}`;
}

/**
 * Starts a part of this run as a child workflow.
 *
 * Somebody may have terminated the run before this one: then its parts are told to stop, and need a moment for it.
 * Two of them at the same time could enroll an identity twice, so the new one waits for the old.
 *
 * @throws ApplicationFailure `EarlierRunOpen` if the old one does not end
 */
async function startPart<Args extends unknown[], Done extends Recorded>(
  part: Part<Args, Done>,
): Promise<Started<Args, Done>> {
  const workflowId = partWorkflowId(part.name);
  for (let looks = 1; ; looks += 1) {
    try {
      return await startChild(part.work, {
        workflowId,
        args: part.args,
        // A cancelled or failed parent lets the child stop in good order.
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: part.summary,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (looks > LOOKS) throw earlierRunOpen(part.name, workflowId);
    }
    await sleep(LOOK_INTERVAL);
  }
}

const LOOK_INTERVAL = '1s';

/** A minute: a step learns of its cancellation within ten seconds, and a request under way takes at most thirty. */
const LOOKS = 60;

function earlierRunOpen(name: string, workflowId: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'EarlierRunOpen',
    nonRetryable: true,
    message:
      `The workflow ${workflowId} of an earlier run still works on ${name}, although that run was ended a minute ago or more. ` +
      `If it cannot end, end it: temporal workflow terminate --workflow-id ${workflowId}. Then run weft up again.`,
  });
}
