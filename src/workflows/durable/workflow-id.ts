import { workflowInfo } from '@temporalio/workflow';

import { networkWorkflowId } from '../messages.ts';
import { refusal } from './refusal.ts';

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
  const id = networkWorkflowId(cluster ?? '<cluster>', network);
  throw refusal(
    'InvalidWorkflowId',
    `The workflow id "${workflowId}" does not name the network. It is the lock on the network and says which cluster ` +
      `to work on: ${id} (the embedded cluster is "local").`,
    { kind: 'startUnderWorkflowId', workflowId: id },
  );

  function isQuestionAbout(): boolean {
    return cluster !== undefined || itsNetwork === network;
  }
}
