import {
  definitionDifferences,
  type ApprovedDefinition,
  type ChaincodeDefinition,
  type CommittedDefinition,
  type Peer,
} from '../../fabric/index.ts';
import type { Chaincode } from '../../spec/index.ts';
import { asActivity, asStep, UNCHANGED, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { asFailure, failure, isUnanswered } from '../failures.ts';
import type { ChaincodeInput, ChaincodeNodeInput } from '../inputs.ts';
import { awaitLedgerHeight } from '../peers/ledger-height.ts';
import { lookOrExpect } from '../peers/readiness.ts';
import { withPeer } from '../peers/sessions.ts';
import { definitionOf } from './definition.ts';
import { packageOf } from './packages.ts';

/** A chaincode's definition as one member organization sees it. */
export interface DefinitionView {
  /** Name of the organization. */
  readonly organization: string;
  /** Sequence of the definition that its channel has committed; 0 if there is none. */
  readonly sequence: number;
  /** In what the committed definition differs from the description. */
  readonly differences: readonly string[];
  /**
   * What the organization has approved of the committed definition: nothing, with the described package, with another one, or what none of its peers
   * has any more.
   */
  readonly approval: 'none' | 'described' | 'other package' | 'lost';
  /** Why there is nothing to see yet, in a dry run. */
  readonly unread?: string;
}

/** A step that submits a transaction. */
interface SubmittingInput extends ChaincodeInput {
  readonly sequence: number;
  /** How many blocks the peer has to have before it is asked what is so already; absent at the first try. */
  readonly afterHeight?: number;
}

export type ApproveChaincodeInput = SubmittingInput;

export interface CommitChaincodeInput extends SubmittingInput {
  readonly reason: string;
  /** The organizations that have approved it, and whose peers endorse. */
  readonly members: readonly ChannelMember[];
}

export interface ChannelMember {
  readonly name: string;
  readonly mspId: string;
}

export interface LifecycleActivities {
  installChaincode: (input: ChaincodeNodeInput) => Promise<StepResult>;
  readDefinition: (input: ChaincodeInput) => Promise<DefinitionView>;
  approveChaincode: (input: ApproveChaincodeInput) => Promise<StepResult>;
  commitChaincode: (input: CommitChaincodeInput) => Promise<StepResult>;
}

/**
 * The lifecycle of a chaincode. What is so already is read from the peers and the channel, never from the refusal of a
 * second try (https://hyperledger-fabric.readthedocs.io/en/release-2.5/chaincode_lifecycle.html).
 */
export function createLifecycleActivities(dependencies: Dependencies): LifecycleActivities {
  return {
    installChaincode: asStep(async ({ chaincode, organization, node, dryRun }, { signal }) => {
      const installs: Decision = { outcome: 'created', reason: 'was not installed' };
      return lookOrExpect({ dryRun }, installs, async () => {
        const { bytes, packageId } = await packageOf(dependencies, chaincode, organization, signal);
        return withPeer(dependencies, { organization, nodes: [node] }, signal, async (peer) => {
          const installed = await peer.installedChaincodes();
          if (installed.some((other) => other.packageId === packageId)) return UNCHANGED;
          if (!dryRun) await peer.installChaincode(bytes);
          return installs;
        });
      });
    }),

    readDefinition: asActivity((input, { signal }) => {
      const unread = 'the peers are not ready yet';
      return lookOrExpect(input, { ...NO_DEFINITION, organization: input.organization.name, unread }, () =>
        readDefinition(dependencies, input, signal),
      );
    }),

    approveChaincode: asStep(async (input, context) => {
      const { signal } = context;
      const { chaincode, organization, peers, sequence, dryRun } = input;
      const definition = definitionOf(chaincode, sequence);
      const approves: Decision = { outcome: 'created', reason: `definition ${sequence} was not approved` };
      return lookOrExpect(input, approves, async () => {
        const { packageId } = await packageOf(dependencies, chaincode, organization, signal);
        return withPeer(dependencies, { organization, nodes: peers }, signal, async (peer) => {
          const { channel, name } = chaincode;
          if (dryRun && !(await peer.channels()).includes(channel)) return approves;
          await awaitEarlierTransactions(peer, input, context);
          const isApproved = await hasApproved(peer, { channel, definition, mspId: organization.mspId });
          const approved = isApproved ? await peer.approvedDefinition(channel, name, sequence) : undefined;
          const decision = decideApproval(approved?.packageId, packageId, sequence);
          if (decision.outcome !== 'unchanged' && !dryRun) await peer.approve(channel, definition, packageId);
          return decision;
        });
      });
    }),

    commitChaincode: asStep(async (input, context) => {
      const { signal } = context;
      const { chaincode, organization, peers, members, sequence, dryRun, reason } = input;
      const commits: Decision = { outcome: sequence === 1 ? 'created' : 'updated', reason };
      return lookOrExpect(input, commits, () =>
        withPeer(dependencies, { organization, nodes: peers }, signal, async (peer) => {
          const { channel, name } = chaincode;
          if (dryRun && !(await peer.channels()).includes(channel)) return commits;
          await awaitEarlierTransactions(peer, input, context);
          const committed = await peer.committedDefinition(channel, name);
          if (committed !== undefined && committed.sequence >= sequence) return UNCHANGED;
          if (dryRun) return commits;
          const definition = definitionOf(chaincode, sequence);
          requireApprovals(chaincode, sequence, members, await peer.commitReadiness(channel, definition));
          await peer.commit(
            channel,
            definition,
            members.map(({ mspId }) => mspId),
          );
          return commits;
        }),
      );
    }),
  };
}

const NO_DEFINITION = { sequence: 0, differences: [], approval: 'none' } as const;

async function readDefinition(
  dependencies: Dependencies,
  { chaincode, organization, peers, dryRun }: ChaincodeInput,
  signal: AbortSignal,
): Promise<DefinitionView> {
  const { channel, name } = chaincode;
  return withPeer(dependencies, { organization, nodes: peers }, signal, async (peer) => {
    const none = { ...NO_DEFINITION, organization: organization.name };
    if (dryRun && !(await peer.channels()).includes(channel)) return none;
    const committed = await peer.committedDefinition(channel, name);
    if (committed === undefined) return none;
    const view = definitionView(organization.name, chaincode, committed);
    if (committed.approvals[organization.mspId] !== true) return view;
    const { packageId } = await packageOf(dependencies, chaincode, organization, signal);
    const approved =
      (await peer.approvedDefinition(channel, name, committed.sequence)) ??
      (await approvalAtOthers(dependencies, { chaincode, organization, peers }, committed.sequence, signal));
    if (approved === undefined) return { ...view, approval: 'lost' };
    return { ...view, approval: approved.packageId === packageId ? 'described' : 'other package' };
  });
}

/** A peer that has just come back into its channel gets private data from others a while later. */
async function approvalAtOthers(
  dependencies: Dependencies,
  { chaincode: { channel, name }, organization, peers }: Pick<ChaincodeInput, 'chaincode' | 'organization' | 'peers'>,
  sequence: number,
  signal: AbortSignal,
): Promise<ApprovedDefinition | undefined> {
  for (const node of peers) {
    try {
      const approved = await withPeer(dependencies, { organization, nodes: [node] }, signal, (peer) =>
        peer.approvedDefinition(channel, name, sequence),
      );
      if (approved !== undefined) return approved;
    } catch (error) {
      if (!isUnanswered(asFailure(error).type)) throw error;
    }
  }
  return undefined;
}

/** What an organization says of a committed definition, before it looks at its own package. */
export function definitionView(
  organization: string,
  chaincode: Chaincode,
  committed: CommittedDefinition,
): DefinitionView {
  const { sequence } = committed;
  const differences = definitionDifferences(committed, definitionOf(chaincode, sequence));
  return { organization, sequence, differences, approval: 'none' };
}

/**
 * What an approval has to do.
 *
 * @param approved package ID that the organization has approved with exactly this definition; undefined if it has not
 * @param wanted package ID of the described package
 */
export function decideApproval(approved: string | undefined, wanted: string, sequence: number): Decision {
  if (approved === undefined) return { outcome: 'created', reason: `definition ${sequence} was not approved` };
  if (approved === wanted) return UNCHANGED;
  return { outcome: 'updated', reason: 'was approved with another package' };
}

/**
 * What an earlier attempt submitted may have been ordered although nobody told of it: a peer that has lost its orderer finds
 * another one after a minute. Asked before it has all blocks, it would have the same submitted again.
 *
 * @throws ApplicationFailure `AnswerLost` where it is not known yet how many blocks that are
 */
async function awaitEarlierTransactions(
  peer: Peer,
  { chaincode: { name, channel }, organization, afterHeight }: SubmittingInput,
  context: StepContext,
): Promise<void> {
  if (afterHeight !== undefined) {
    await awaitLedgerHeight(peer, { who: `a peer of ${organization.name}`, channel, goal: afterHeight }, context);
  }
  if (context.attempt > 1) {
    throw failure(
      'AnswerLost',
      `What was submitted to ${channel} for ${name} may have been ordered: its blocks are awaited.`,
    );
  }
}

/** Whether an organization has approved exactly this definition; the committed one and the one to come are asked for in different ways. */
async function hasApproved(
  peer: Peer,
  { channel, definition, mspId }: { channel: string; definition: ChaincodeDefinition; mspId: string },
): Promise<boolean> {
  const committed = await peer.committedDefinition(channel, definition.name);
  if (committed !== undefined && committed.sequence >= definition.sequence) return committed.approvals[mspId] === true;
  return (await peer.commitReadiness(channel, definition))[mspId] === true;
}

/**
 * All members that Weft speaks for have to approve first; whether that is enough is for the channel's policy to say.
 *
 * @param approvals by MSP ID
 * @throws ApplicationFailure `NotApproved`; a peer that is a block behind says so, too: the next look knows
 */
export function requireApprovals(
  { name, channel }: Pick<Chaincode, 'name' | 'channel'>,
  sequence: number,
  members: readonly ChannelMember[],
  approvals: Readonly<Record<string, boolean>>,
): void {
  const missing = members.filter(({ mspId }) => approvals[mspId] !== true).map((member) => member.name);
  if (missing.length === 0) return;
  throw failure(
    'NotApproved',
    `${name} cannot be committed on ${channel}: ${missing.join(', ')} has not approved definition ${sequence}.`,
  );
}
