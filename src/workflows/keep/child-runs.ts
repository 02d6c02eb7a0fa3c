import { ParentClosePolicy, sleep, startChild, type ChildWorkflowHandle } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import { allDone } from '../durable/steps.ts';
import { networkWorkflowId, type RunResult } from '../messages.ts';

/** A workflow of a network with its two arguments. */
export interface ChildRun<Subject, Options> {
  readonly workflow: (subject: Subject, options: Options) => Promise<RunResult>;
  readonly args: [Subject, Options];
}

/** Runs a workflow under an id that is nobody's lock. */
export async function runAlone<Subject, Options>(
  workflowId: string,
  child: ChildRun<Subject, Options>,
): Promise<RunResult> {
  return outcomeOf(await startUnder(workflowId, '', child));
}

/** A network that is changed by a schedule. */
export interface Changing {
  readonly cluster: string;
  readonly network: string;
  /** What is left for the next time, in words; added to. */
  readonly postponed: string[];
}

/**
 * Runs a workflow that changes a network, under the id that is the lock on it. Where another run holds the lock for long, it is left for the
 * next time.
 *
 * @param operation in the words of the command line, for whoever finds the network locked
 * @returns undefined if it was not run
 */
export async function runUnderLock<Subject, Options>(
  { cluster, network, postponed }: Changing,
  operation: string,
  child: ChildRun<Subject, Options>,
): Promise<RunResult | undefined> {
  const workflowId = networkWorkflowId(cluster, network);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      return await outcomeOf(await startUnder(workflowId, operation, child));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    await sleep(INTERVAL);
  }
  postponed.push(`another run holds ${network}`);
  return undefined;
}

/** A bring-up takes a minute or two; what takes longer waits for a person, and the schedule comes again. */
const ATTEMPTS = 60;

const INTERVAL = '5s';

/** Whoever finds a network locked is told who asked for it. */
const SCHEDULE = 'its schedule';

type Handle<Subject, Options> = ChildWorkflowHandle<ChildRun<Subject, Options>['workflow']>;

function startUnder<Subject, Options>(
  workflowId: string,
  operation: string,
  { workflow, args }: ChildRun<Subject, Options>,
): Promise<Handle<Subject, Options>> {
  return startChild(workflow, {
    workflowId,
    args,
    memo: { operation, requestedBy: SCHEDULE },
    // A run that is under way is stopped in good order.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
}

/** Its result, or its failure by the failure's own name. */
async function outcomeOf<Subject, Options>(handle: Handle<Subject, Options>): Promise<RunResult> {
  const [result] = await allDone([handle.result()]);
  return result;
}
