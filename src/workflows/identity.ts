import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';

/**
 * The cluster that a run works on: the second part of its workflow id `<operation>/<cluster>/<network>[/…]`.
 *
 * The id is the lock on the network, so a run under any other id could work against one that holds the lock: it is refused.
 *
 * @throws ApplicationFailure `InvalidWorkflowId`
 */
export function clusterOf(network: string): string {
  const { workflowId } = workflowInfo();
  const [operation, cluster, named] = workflowId.split('/');
  if (operation !== undefined && cluster !== undefined && cluster !== '' && named === network) return cluster;
  throw ApplicationFailure.create({
    type: 'InvalidWorkflowId',
    nonRetryable: true,
    message:
      `The workflow id "${workflowId}" does not name the network. It is the lock on the network and says which cluster ` +
      `to work on: start the run with --workflow-id network/<cluster>/${network} (the embedded cluster is "local").`,
  });
}
