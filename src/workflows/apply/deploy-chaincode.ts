import { condition, defineSignal, setHandler } from '@temporalio/workflow';

import type { ChaincodeInput, RunningNode } from '../../activities/inputs.ts';
import { activitiesOf } from '../durable/activities.ts';
import { chaincodeServers, type ChaincodeServer } from './chaincode-servers.ts';
import { progressQuery, type StepRecord } from '../messages.ts';
import { awaitPeers } from '../durable/readiness.ts';
import { allDone, recordSteps } from '../durable/steps.ts';

/** Tells {@link deployChaincode} that its channel stands, so that the organizations can agree on its definition there. */
export const channelStandsSignal = defineSignal('channelStands');

/**
 * One chaincode: installed on every peer of every member organization, approved by each organization, committed once, its
 * servers started, and asked through every peer. It begins while peers are being launched and the channel is being made.
 *
 * @param label how people are told about the chaincode, e.g. `basic`
 */
export async function deployChaincode(
  cluster: string,
  target: ChaincodeInput,
  label: string,
): Promise<{ readonly steps: readonly StepRecord[] }> {
  const activities = activitiesOf(cluster);
  const steps = recordSteps(activities);
  setHandler(progressQuery, () => ({ milestones: [], steps: steps.records, children: [] }));
  const stands = awaitPeers();
  let channelStands = false;
  setHandler(channelStandsSignal, () => {
    channelStands = true;
  });
  const { dryRun, members, network, peers } = target;

  const install = async (peer: RunningNode): Promise<void> => {
    await stands(peer);
    await steps.run('installChaincode', `${label}@${peer.node}`, { ...target, ...peer });
  };
  await allDone(peers.map(install));
  await condition(() => channelStands);

  const startServer = async (server: ChaincodeServer): Promise<void> => {
    const named = `${label}@${server.owner}`;
    const started = await steps.run('startChaincodeServer', named, { ...target, ...server });
    if (dryRun) return;
    await steps.run('awaitRollout', named, {
      namespace: server.organization.namespace,
      name: server.name,
      timeoutSeconds: network.kubernetes.rolloutTimeoutSeconds,
      after: started.outcome,
    });
  };
  const startServers = (): Promise<unknown> => allDone(chaincodeServers(target).map(startServer));

  const plan = await activities.look('planDefinition', label, target);
  const agree = async (): Promise<void> => {
    const agreed = { ...target, sequence: plan.sequence };
    await allDone(
      members.map((organization) =>
        steps.run('approveChaincode', `${label}@${organization.name}`, { ...agreed, organization }),
      ),
    );
    await steps.run('commitChaincode', label, { ...agreed, reason: plan.reason });
  };
  // A server answers to one package ID. Where an earlier definition is in use, its server stays until the new one is committed.
  if (plan.isFirst) await allDone([agree(), startServers()]);
  else {
    await agree();
    await startServers();
  }

  if (!dryRun) {
    await allDone(peers.map((peer) => steps.run('queryChaincode', `${label}@${peer.node}`, { ...target, ...peer })));
  }
  return { steps: steps.records };
}
