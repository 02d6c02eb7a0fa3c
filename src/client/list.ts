import type { WorkflowExecutionInfo } from '@temporalio/client';

import { networkWorkflowId } from '../workflows/messages.ts';
import { RUN_STATUS } from './description.ts';
import { networkOfRun } from './request.ts';
import type { RunFilter, RunSummary } from './temporal.ts';

/**
 * The filter in the words of Temporal's list filters (https://docs.temporal.io/list-filter). It rests on workflow ids, which
 * say cluster and network also where the server has no search attributes of Weft's; a network on any cluster is not to be
 * found by the beginning of an id, and is left to who reads the list.
 */
export function listQuery({ cluster, network, open }: RunFilter): string {
  return [
    "WorkflowType IN ('applyNetwork', 'renewNetwork', 'removeNetwork', 'addIdentity', 'revokeIdentity')",
    ...(cluster === undefined ? [] : [idFilter(cluster, network)]),
    ...(open === true ? ["ExecutionStatus = 'Running'"] : []),
  ].join(' AND ');
}

/** Runs whose workflow ids begin like this and that have come to their end. */
export function completedQuery(idPrefix: string): string {
  return `WorkflowId STARTS_WITH ${quoted(idPrefix)} AND ExecutionStatus = 'Completed'`;
}

function idFilter(cluster: string, network: string | undefined): string {
  const id = quoted(networkWorkflowId(cluster, network ?? ''));
  return network === undefined ? `WorkflowId STARTS_WITH ${id}` : `WorkflowId = ${id}`;
}

/** A run as lists show it; undefined if its workflow id is of another form, which such a run refuses at once. */
export function summaryOf({
  workflowId,
  runId,
  type,
  status,
  startTime,
  closeTime,
  memo,
}: WorkflowExecutionInfo): RunSummary | undefined {
  const subject = networkOfRun(workflowId);
  if (subject === undefined) return undefined;
  const operation: unknown = memo?.['operation'];
  const requestedBy: unknown = memo?.['requestedBy'];
  return {
    run: { workflowId, runId },
    ...subject,
    operation: typeof operation === 'string' ? operation : type,
    status: RUN_STATUS[status.name],
    startedAt: startTime,
    ...(closeTime === undefined ? {} : { endedAt: closeTime }),
    requestedBy: typeof requestedBy === 'string' ? requestedBy : '',
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
