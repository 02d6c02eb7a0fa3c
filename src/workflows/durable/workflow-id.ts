import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';

import { networkWorkflowId } from '../messages.ts';

/**
 * The cluster that a run works on: the second part of its workflow id `<operation>/<cluster>/<network>[/…]`.
 *
 * The id `network/<cluster>/<network>` is the lock on the network, so a run that changes something under any other id
 * could work against one that holds the lock: it is refused.
 *
 * @param mode whether the run changes something, and so needs the lock
 * @throws ApplicationFailure `InvalidWorkflowId`
 */
export function clusterOf(network: string, mode: 'changes' | 'looks'): string {
  const { workflowId } = workflowInfo();
  const [, cluster = '', named] = workflowId.split('/');
  const fits = mode === 'changes' ? workflowId === networkWorkflowId(cluster, network) : named === network;
  if (cluster !== '' && fits) return cluster;
  throw ApplicationFailure.create({
    type: 'InvalidWorkflowId',
    nonRetryable: true,
    message:
      `The workflow id "${workflowId}" does not name the network. It is the lock on the network and says which cluster ` +
      `to work on: start the run with --workflow-id network/<cluster>/${network} (the embedded cluster is "local").`,
  });
}
