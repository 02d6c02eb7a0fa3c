import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';

import type { Remedy } from '../../spec/index.ts';
import { networkWorkflowId } from '../messages.ts';

/**
 * The cluster that a run works on: as its arguments say, or else the second part of its workflow id
 * `<operation>/<cluster>/<network>[/…]`.
 *
 * The id `network/<cluster>/<network>` is the lock on the network, so a run that changes something under any other id
 * could work against one that holds the lock: it is refused.
 *
 * @param mode whether the run changes something, and so needs the lock
 * @param cluster as the arguments name it; absent means that the workflow id does
 * @throws ApplicationFailure `InvalidWorkflowId`
 */
export function clusterOf(network: string, mode: 'changes' | 'looks', cluster?: string): string {
  const { workflowId } = workflowInfo();
  const [, named = '', itsNetwork] = workflowId.split('/');
  const works = cluster ?? named;
  const fits = mode === 'changes' ? workflowId === networkWorkflowId(works, network) : isQuestionAbout();
  if (works !== '' && fits) return works;
  throw ApplicationFailure.create({
    type: 'InvalidWorkflowId',
    nonRetryable: true,
    message:
      `The workflow id "${workflowId}" does not name the network. It is the lock on the network and says which cluster ` +
      `to work on: network/${cluster ?? '<cluster>'}/${network} (the embedded cluster is "local").`,
    details: [
      {
        remedy: {
          kind: 'startUnderWorkflowId',
          workflowId: networkWorkflowId(cluster ?? '<cluster>', network),
        } satisfies Remedy,
      },
    ],
  });

  function isQuestionAbout(): boolean {
    return cluster !== undefined || itsNetwork === network;
  }
}
