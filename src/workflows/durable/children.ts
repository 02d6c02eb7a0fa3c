import type { ApplicationFailure } from '@temporalio/workflow';
import { ParentClosePolicy, sleep, startChild, workflowInfo, type ChildWorkflowHandle } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import type { StepRecord } from '../messages.ts';
import type { PausingWithChildren } from './pause.ts';
import { refusal } from './refusal.ts';
import type { Steps } from './steps.ts';

/** What a child workflow returns, besides its own result. */
interface Recorded {
  readonly steps: readonly StepRecord[];
}

/** A child workflow: what a run does to one organization, one channel or one chaincode. */
export interface Child<Input, Result extends Recorded> {
  /** Last part of its workflow id, e.g. `org1`; one open run per id is the lock on it. */
  readonly name: string;
  readonly workflow: (input: Input) => Promise<Result>;
  readonly input: Input;
  /** Stands beside it in Temporal's own tools. */
  readonly summary: string;
}

/** The child workflows of one run. */
export interface Children {
  /** Workflow ids of those that are under way. */
  readonly open: readonly string[];
  /**
   * Runs a child to its end and adds what it did to the run's own record.
   *
   * @throws ApplicationFailure `EarlierRunOpen`; else the type of the first step that failed
   */
  readonly run: <Input, Result extends Recorded>(child: Child<Input, Result>) => Promise<Result>;
}

/**
 * @param steps the record of the run's steps, to which those of its children are added
 * @param pausing while the run is paused no child is started, and those that are under way are paused, too
 */
export function runChildren(steps: Steps, pausing: PausingWithChildren): Children {
  const open: string[] = [];
  return {
    open,
    run: (child) =>
      pausing.begin(async () => {
        const started = await start(child);
        // Not before: until it has started, its workflow id still means the same child of an earlier run.
        const { workflowId } = started;
        open.push(workflowId);
        pausing.tell(started);
        const result = await started.result();
        pausing.forget(started);
        open.splice(open.indexOf(workflowId), 1);
        steps.add(result.steps.map((step) => ({ ...step, path: [child.name, step.path ?? []].flat().join('/') })));
        return result;
      }),
  };
}

/**
 * Starts a child workflow.
 *
 * Somebody may have terminated the run before this one: then its children are told to stop, and need a moment for it.
 * Two of them at the same time could enroll an identity twice, so the new one waits for the old.
 *
 * @throws ApplicationFailure `EarlierRunOpen` if the old one does not end
 */
async function start<Input, Result extends Recorded>(
  child: Child<Input, Result>,
): Promise<ChildWorkflowHandle<(input: Input) => Promise<Result>>> {
  const workflowId = `${workflowInfo().workflowId}/${child.name}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startChild(child.workflow, {
        workflowId,
        args: [child.input],
        // A cancelled or failed parent lets the child stop in good order.
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: child.summary,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (attempt > ATTEMPTS) throw earlierRunOpen(child.name, workflowId);
    }
    await sleep(INTERVAL);
  }
}

const INTERVAL = '1s';

/** A minute: a step learns of its cancellation within ten seconds, and a request under way takes at most thirty. */
const ATTEMPTS = 60;

function earlierRunOpen(name: string, workflowId: string): ApplicationFailure {
  return refusal(
    'EarlierRunOpen',
    `The workflow ${workflowId} of an earlier run still works on ${name}, although that run was ended a minute ago or more.`,
    { kind: 'terminateRun', workflowId },
  );
}
