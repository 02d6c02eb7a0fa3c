import { awaitRollout, startDeployment, stopDeployment } from '../../kubernetes/index.ts';
import { asStep, UNCHANGED, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { asFailure, failure } from '../failures.ts';
import type { NetworkInput, OrganizationReference } from '../inputs.ts';
import { observeNode, removeVolumeJob, runVolumeJob, type NodeDeployment } from '../nodes/volume-job.ts';
import { isAbsence, lookOrExpect } from './readiness.ts';
import { withPeer } from './sessions.ts';

export interface UnjoinPeerInput extends NetworkInput {
  readonly organization: OrganizationReference;
  /** Kubernetes name. */
  readonly node: string;
  /** The channels that it leaves. */
  readonly channels: readonly string[];
  /** False for a peer that is removed next, once it has left its channels. */
  readonly startsAgain: boolean;
  readonly rolloutTimeoutSeconds: number;
}

export interface UnjoinActivities {
  unjoinPeer: (input: UnjoinPeerInput) => Promise<StepResult>;
}

/** Its part in the names of the Jobs. */
const TASK = 'unjoin';

/** What `peer node unjoin` says of a channel that the peer has left (core/ledger/kvledger/kv_ledger_provider.go). */
const HAS_LEFT = 'does not exist';

/** For what has to be done although the run was told to stop. */
const LAST_CALL_MS = 30_000;

/** How peers leave channels. */
export function createUnjoinActivities(dependencies: Dependencies): UnjoinActivities {
  return {
    unjoinPeer: asStep(async (input, context) => {
      const deployment = await observeNode(dependencies, input, context.signal);
      if (deployment === undefined) return UNCHANGED;
      const channels = await channelsToLeave(dependencies, input, deployment, context.signal);
      if (channels === undefined) return leftOnVolume(input);
      if (channels.length === 0) {
        if (!input.dryRun) await removeJobs(dependencies, input, context.signal);
        return UNCHANGED;
      }
      if (!input.dryRun) await leave(dependencies, { ...input, channels }, deployment, context);
      const removed: Decision = {
        outcome: 'removed',
        reason: `leaves ${channels.join(', ')}, with its ledger there; it is stopped meanwhile`,
      };
      return removed;
    }),
  };
}

/** A peer may be removed because it does not run any more. */
function leftOnVolume({ channels }: UnjoinPeerInput): Decision {
  return { outcome: 'unchanged', reason: `does not answer: what it has of ${channels.join(', ')} stays on its volume` };
}

/**
 * Those in which the peer is. Of one that is stopped nobody knows: an earlier attempt has stopped it.
 *
 * @returns undefined for a peer that is removed next and does not answer
 */
async function channelsToLeave(
  dependencies: Dependencies,
  input: UnjoinPeerInput,
  { spec }: NodeDeployment,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  if (spec?.replicas === 0) return input.channels;
  try {
    return await lookOrExpect(input, input.channels, async () => {
      const joined = await channelsOf(dependencies, input, signal);
      return input.channels.filter((channel) => joined.includes(channel));
    });
  } catch (error) {
    if (input.startsAgain || !isAbsence(asFailure(error))) throw error;
    return undefined;
  }
}

function channelsOf(
  dependencies: Dependencies,
  { organization, node }: UnjoinPeerInput,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return withPeer(dependencies, { organization, nodes: [node] }, signal, (peer) => peer.channels());
}

/** Who stopped half way may have left the Job of a channel that the peer has left by now. */
async function removeJobs(
  dependencies: Dependencies,
  { network, organization, node, channels }: UnjoinPeerInput,
  signal: AbortSignal,
): Promise<void> {
  for (const channel of channels) {
    await removeVolumeJob(dependencies, { network, organization, node, channel, task: TASK }, signal);
  }
}

/** Stops the peer, has it leave, and starts it again whatever came of that. */
async function leave(
  dependencies: Dependencies,
  input: UnjoinPeerInput,
  deployment: NodeDeployment,
  { signal, waiting }: StepContext,
): Promise<void> {
  const { network, organization, node, channels, rolloutTimeoutSeconds } = input;
  const { cluster } = dependencies;
  const target = { namespace: organization.namespace, name: node };
  let startsAgain = true;
  try {
    await stopDeployment(cluster, target, { network: network.name, signal, onWaiting: waiting });
    for (const channel of channels) {
      const job = { network, organization, node, channel, manifest: 'peer-unjoin.yaml', task: TASK } as const;
      await runVolumeJob(dependencies, { ...job, nothingToDo: HAS_LEFT }, deployment, { signal, waiting });
    }
    startsAgain = input.startsAgain;
  } finally {
    if (startsAgain) {
      const lastCall = AbortSignal.timeout(LAST_CALL_MS);
      await startDeployment(cluster, target, { network: network.name, signal: lastCall });
    }
  }
  if (!startsAgain) return;
  await awaitRollout(cluster, { ...target, timeoutSeconds: rolloutTimeoutSeconds }, { signal, onWaiting: waiting });
  const still = (await channelsOf(dependencies, input, signal)).filter((channel) => channels.includes(channel));
  if (still.length === 0) return;
  throw failure('NotRemoved', `${node} is still in ${still.join(', ')}, although it was told to leave.`, {
    remedy: { kind: 'runAgain' },
  });
}
