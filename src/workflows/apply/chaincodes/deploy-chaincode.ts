import { setHandler } from '@temporalio/workflow';

import type { FailureType } from '../../../activities/failures.ts';
import type { NetworkInput, OrganizationReference } from '../../../activities/inputs.ts';
import { onNode, type Chaincode } from '../../../spec/index.ts';
import { refusal } from '../../durable/refusal.ts';
import { followPauses } from '../../durable/pause.ts';
import { allDone, isAnswerLost, recordSteps, type Steps } from '../../durable/steps.ts';
import { packagedChaincode } from '../../inputs.ts';
import { progressOf, progressQuery, type StepRecord } from '../../messages.ts';
import { definitionToAgreeOn, type DefinitionPlan } from './chaincode-definition.ts';
import type { OrderingParticipant } from '../channels/create-channel.ts';
import { chaincodeServers, type ChaincodeMember, type ChaincodeServer } from './chaincode-servers.ts';

export interface DeployChaincodeInput {
  readonly base: NetworkInput;
  readonly chaincode: Chaincode;
  readonly members: readonly ChaincodeMember[];
  /** The organizations that order the chaincode's channel, with their orderers. */
  readonly ordering: readonly OrderingParticipant[];
  /** How people are told about the chaincode, e.g. `basic`. */
  readonly label: string;
  /** Peers of all members can learn of each other, so that one of them finds the others to endorse. */
  readonly canMeet: boolean;
}

/**
 * One chaincode whose package is installed: its definition is approved by each organization and committed once, its servers
 * are started, and it is queried through every peer.
 */
export async function deployChaincode(input: DeployChaincodeInput): Promise<{ readonly steps: readonly StepRecord[] }> {
  const { base, members } = input;
  const steps = recordSteps(followPauses());
  setHandler(progressQuery, (since) => progressOf(steps.changedSince(since)));

  const plan = await planDefinition(steps, input);
  requireEndorsers(input, plan);
  const startServers = (): Promise<unknown> => allDone(members.map((member) => startServersOf(steps, input, member)));
  // A server answers to one package ID. Where an earlier definition is in use, its server stays until the new one is committed.
  if (plan.isFirst) await allDone([agree(steps, input, plan), startServers()]);
  else {
    await agree(steps, input, plan);
    await startServers();
  }
  if (!base.dryRun) await queryThroughAllPeers(steps, input);
  return { steps: steps.records };
}

/** Reads what each organization has committed and approved, and decides what they are to agree on. */
async function planDefinition(
  steps: Steps,
  { base, chaincode, members, label }: DeployChaincodeInput,
): Promise<DefinitionPlan> {
  const definitions = members.map(({ organization, peers }) =>
    steps
      .queriesAt(organization.cluster)
      .readDefinition(`${label}@${organization.name}`, { ...base, organization, chaincode, peers }),
  );
  return definitionToAgreeOn(await allDone(definitions));
}

/** @throws ApplicationFailure `AnchorPeersMissing` where a definition has to be committed that peers of every member endorse, and none could find the others */
function requireEndorsers({ chaincode, label, canMeet }: DeployChaincodeInput, { reason }: DefinitionPlan): void {
  if (canMeet || reason === '') return;
  throw refusal(
    'AnchorPeersMissing' satisfies FailureType,
    `The definition of ${label} cannot be committed: peers of every member of ${chaincode.channel} endorse it, and without anchor peers they never learn of each other.`,
    { kind: 'changeDescription', field: 'channels[].peers[].anchorPeers' },
  );
}

/** Each organization approves the definition that has not, and the first commits it when all have. */
async function agree(
  steps: Steps,
  input: DeployChaincodeInput,
  { sequence, reason, approvals }: DefinitionPlan,
): Promise<void> {
  const { base, chaincode, members, label } = input;
  const approving = members.filter(({ organization }) => approvals.includes(organization.name));
  await allDone(
    approving.map(({ organization, peers }) =>
      untilAnswered(steps, input, (after) =>
        steps.at(organization.cluster).approveChaincode(`${label}@${organization.name}`, {
          ...{ ...base, organization, chaincode, peers, sequence },
          ...after,
        }),
      ),
    ),
  );
  const [first] = members;
  // The committed definition is as described.
  if (first === undefined || reason === '') return;
  const { organization, peers } = first;
  await untilAnswered(steps, input, (after) =>
    steps.at(organization.cluster).commitChaincode(label, {
      ...{ ...base, organization, chaincode, peers, sequence, reason },
      ...after,
      members: members.map((member) => ({ name: member.organization.name, mspId: member.organization.mspId })),
    }),
  );
}

/** Submits again what may not have been ordered, once the peer has every block that the orderers have now. */
async function untilAnswered(
  steps: Steps,
  input: DeployChaincodeInput,
  submit: (after: { readonly afterHeight?: number }) => Promise<unknown>,
): Promise<void> {
  for (let after = {}; ; after = { afterHeight: await channelHeight(steps, input) }) {
    try {
      await submit(after);
      return;
    } catch (error) {
      if (!isAnswerLost(error)) throw error;
    }
  }
}

/** Number of blocks of the orderer that has most. */
async function channelHeight(steps: Steps, { chaincode, ordering }: DeployChaincodeInput): Promise<number> {
  const channel = { name: chaincode.channel };
  const views = ordering.map(({ organization, orderers }) =>
    steps.queriesAt(organization.cluster).inspectChannel(onNode(channel, organization.name), {
      ...{ organization, orderers },
      channel: channel.name,
      peers: [],
    }),
  );
  const orderers = (await allDone(views)).flatMap((view) => view.orderers);
  return Math.max(0, ...orderers.map(({ height }) => height));
}

async function startServersOf(steps: Steps, input: DeployChaincodeInput, member: ChaincodeMember): Promise<void> {
  await allDone(
    chaincodeServers(input.chaincode, member).map((server) => startServer(steps, input, member.organization, server)),
  );
}

/** Applies the Deployment of a chaincode's server and awaits its rollout, if there is one. */
export async function startServer(
  steps: Steps,
  { base, chaincode, label }: Pick<DeployChaincodeInput, 'base' | 'chaincode' | 'label'>,
  organization: OrganizationReference,
  { name, owner, settings }: ChaincodeServer,
): Promise<void> {
  const step = steps.at(organization.cluster);
  const target = `${label}@${owner}`;
  const started = await step.startChaincodeServer(target, {
    ...{ ...base, organization, name, settings },
    chaincode: packagedChaincode(chaincode),
  });
  if (base.dryRun || started.rolledOut) return;
  await step.awaitRollout(target, {
    namespace: organization.namespace,
    name,
    timeoutSeconds: base.network.kubernetes.rolloutTimeoutSeconds,
    after: started.outcome,
  });
}

async function queryThroughAllPeers(steps: Steps, input: DeployChaincodeInput): Promise<void> {
  const { base, chaincode, members, label } = input;
  await allDone(
    members.flatMap(({ organization, peers }) =>
      peers.map((node) =>
        steps.at(organization.cluster).queryChaincode(`${label}@${node}`, {
          ...{ ...base, organization, node },
          chaincode: packagedChaincode(chaincode),
        }),
      ),
    ),
  );
}
