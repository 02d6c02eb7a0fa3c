import { ApplicationFailure, executeChild, ParentClosePolicy, sleep, workflowInfo } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import type { NetworkTarget } from '../activities/targets.ts';
import type { Organization } from '../spec/index.ts';
import { createLocalMsps, type LocalMsps } from './create-local-msps.ts';

/** Workflow id of an organization's part of this run; one open run per id is the lock on the organization. */
export function organizationWorkflowId(organization: Organization): string {
  return `${workflowInfo().workflowId}/${organization.name}`;
}

/**
 * Runs {@link createLocalMsps} as a child workflow.
 *
 * Somebody may have terminated the run before this one: then its children are told to stop, and need a moment for it.
 * Two of them at the same time could enroll an identity twice, so the new one waits for the old.
 *
 * @throws ApplicationFailure `OrganizationBusy` if the old one does not end; else the type of the first step that failed
 */
export async function runOrganization(
  cluster: string,
  base: NetworkTarget,
  organization: Organization,
): Promise<LocalMsps> {
  const workflowId = organizationWorkflowId(organization);
  for (let looks = 1; ; looks += 1) {
    try {
      return await executeChild(createLocalMsps, {
        workflowId,
        args: [cluster, base, organization],
        // A cancelled or failed parent lets the child stop in good order.
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: `CAs, identities and MSPs of ${organization.name}`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (looks > LOOKS) throw organizationBusy(organization, workflowId);
    }
    await sleep(LOOK_INTERVAL);
  }
}

const LOOK_INTERVAL = '1s';

/** A minute: a step learns of its cancellation within ten seconds, and a request under way takes at most thirty. */
const LOOKS = 60;

function organizationBusy({ name }: Organization, workflowId: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'OrganizationBusy',
    nonRetryable: true,
    message:
      `The workflow ${workflowId} of an earlier run still works on ${name}, although that run was ended a minute ago or more. ` +
      `If it cannot end, end it: temporal workflow terminate --workflow-id ${workflowId}. Then run weft up again.`,
  });
}
