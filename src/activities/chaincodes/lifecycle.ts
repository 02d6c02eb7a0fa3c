import { setTimeout as sleep } from 'node:timers/promises';

import {
  definitionDifferences,
  describeBlock,
  FabricError,
  type ChaincodeDefinition,
  type CommittedDefinition,
  type Peer,
} from '../../fabric/index.ts';
import type { Chaincode } from '../../spec/index.ts';
import { untilCaughtUp } from '../peers/catching-up.ts';
import { definitionOf } from './definition.ts';
import { packageOf } from './packages.ts';
import { failure } from '../failures.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { withOrderingService, withPeer } from '../peers/sessions.ts';
import { lookOrExpect } from '../peers/readiness.ts';
import { asActivity, asStep, UNCHANGED, type Decision, type StepContext, type StepResult } from '../activity.ts';
import type { OrganizationReference, ChaincodeInput, RunningNode } from '../inputs.ts';

export interface ChaincodePeerInput extends ChaincodeInput, RunningNode {}

/** What the organizations of a channel are to agree on. */
export interface DefinitionPlan {
  readonly sequence: number;
  /** The channel has no definition of this chaincode yet. */
  readonly isFirst: boolean;
  /** Why there is something to agree on; empty if they have agreed. */
  readonly reason: string;
}

export interface AgreementInput extends ChaincodeInput {
  readonly sequence: number;
}

export interface ApprovalInput extends AgreementInput {
  readonly organization: OrganizationReference;
}

export interface CommitInput extends AgreementInput {
  readonly reason: string;
}

export interface ChaincodeActivities {
  installChaincode: (target: ChaincodePeerInput) => Promise<StepResult>;
  planDefinition: (target: ChaincodeInput) => Promise<DefinitionPlan>;
  approveChaincode: (target: ApprovalInput) => Promise<StepResult>;
  commitChaincode: (target: CommitInput) => Promise<StepResult>;
  queryChaincode: (target: ChaincodePeerInput) => Promise<StepResult>;
}

/**
 * The lifecycle of a chaincode. What is so already is read from the peers and the channel, never from the refusal of a
 * second try (https://hyperledger-fabric.readthedocs.io/en/release-2.5/chaincode_lifecycle.html).
 */
export function createChaincodeActivities(dependencies: Dependencies): ChaincodeActivities {
  return {
    installChaincode: asStep(async (target, { signal }) => {
      const { chaincode, organization, dryRun } = target;
      const installs: Decision = { outcome: 'created', reason: 'was not installed' };
      return lookOrExpect(target, installs, async () => {
        const { bytes, packageId } = await packageOf(dependencies, chaincode, organization, signal);
        return withPeer(dependencies, { admin: organization, peer: [target] }, signal, async (peer) => {
          const installed = await peer.installedChaincodes();
          if (installed.some((other) => other.packageId === packageId)) return UNCHANGED;
          if (!dryRun) await peer.installChaincode(bytes);
          return installs;
        });
      });
    }),

    planDefinition: asActivity((target, { signal }) =>
      lookOrExpect(target, { sequence: 1, isFirst: true, reason: 'the peers do not stand yet' }, () =>
        planDefinition(dependencies, target, signal),
      ),
    ),

    approveChaincode: asStep(async (target, context) => {
      const { signal } = context;
      const { chaincode, organization, sequence, dryRun } = target;
      const definition = definitionOf(chaincode, sequence);
      const approves: Decision = { outcome: 'created', reason: `definition ${sequence} was not approved` };
      const session = { admin: organization, peer: peersOf(target, organization) };
      return lookOrExpect(target, approves, async () => {
        const { packageId } = await packageOf(dependencies, chaincode, organization, signal);
        return withPeer(dependencies, session, signal, async (peer) => {
          const { channel, name } = chaincode;
          if (dryRun && !(await peer.channels()).includes(channel)) return approves;
          await untilItKnowsOfEarlierAttempts(dependencies, peer, target, context);
          const approved = await hasApproved(peer, { channel, definition, mspId: organization.mspId });
          if (approved && (await peer.approvedDefinition(channel, name, sequence)).packageId === packageId)
            return UNCHANGED;
          if (!dryRun) await peer.approve(channel, definition, packageId);
          return approved ? { outcome: 'updated', reason: 'was approved with another package' } : approves;
        });
      });
    }),

    commitChaincode: asStep(async (target, context) => {
      const { signal } = context;
      const { chaincode, sequence, dryRun, reason } = target;
      const commits: Decision = { outcome: sequence === 1 ? 'created' : 'updated', reason };
      const [first] = target.members;
      if (first === undefined) return UNCHANGED;
      const session = { admin: first, peer: peersOf(target, first) };
      return lookOrExpect(target, commits, () =>
        withPeer(dependencies, session, signal, async (peer) => {
          const { channel, name } = chaincode;
          if (dryRun && !(await peer.channels()).includes(channel)) return commits;
          await untilItKnowsOfEarlierAttempts(dependencies, peer, target, context);
          const committed = await peer.committedDefinition(channel, name);
          if (committed !== undefined && committed.sequence >= sequence) return UNCHANGED;
          if (dryRun) return commits;
          const definition = definitionOf(chaincode, sequence);
          await requireReadiness(peer, definition, target);
          await peer.commit(
            channel,
            definition,
            target.members.map(({ mspId }) => mspId),
          );
          return commits;
        }),
      );
    }),

    queryChaincode: asStep(async (target, { signal, waiting }) => {
      const { chaincode, organization, node } = target;
      const { packageId } = await packageOf(dependencies, chaincode, organization, signal);
      // Whoever runs the server has to know what it is to call itself.
      const hint = 'address' in chaincode ? ` Its server has to run with CHAINCODE_ID=${packageId}` : '';
      return withPeer(dependencies, { admin: organization, peer: [target] }, signal, async (peer) => {
        for (;;) {
          const answer = await ask(peer, chaincode);
          if (answer === 'answered') return UNCHANGED;
          if (answer === 'not initialized') {
            return {
              outcome: 'unchanged',
              reason: `waits for its first transaction: weft chaincode invoke ${chaincode.name} --init …`,
            };
          }
          waiting({
            reason: 'ChaincodeUnreachable',
            message: `${node} does not reach ${chaincode.name}: ${answer.trouble}.${hint}`,
          });
          await sleep(QUERY_INTERVAL_MS, undefined, { signal });
        }
      });
    }),
  };
}

/** A server's port opens a moment after its pod is ready, and a peer learns of a commit a moment after the others. */
const QUERY_INTERVAL_MS = 500;

function peersOf({ peers }: ChaincodeInput, { mspId }: OrganizationReference): RunningNode[] {
  return peers.filter(({ organization }) => organization.mspId === mspId);
}

/**
 * The channel's definition is as described, and every member runs this package: nothing to agree on. A member that has not
 * approved it yet does so with the sequence that is committed; anything else needs the next.
 */
async function planDefinition(
  dependencies: Dependencies,
  target: ChaincodeInput,
  signal: AbortSignal,
): Promise<DefinitionPlan> {
  const { chaincode, members } = target;
  const { channel, name } = chaincode;
  const views = await Promise.all(
    members.map((organization) =>
      withPeer(dependencies, { admin: organization, peer: peersOf(target, organization) }, signal, async (peer) => {
        if (target.dryRun && !(await peer.channels()).includes(channel)) return undefined;
        const committed = await peer.committedDefinition(channel, name);
        if (committed?.approvals[organization.mspId] !== true) return { committed, changes: [] };
        const { packageId } = await packageOf(dependencies, chaincode, organization, signal);
        const approved = await peer.approvedDefinition(channel, name, committed.sequence);
        return { committed, changes: approved.packageId === packageId ? [] : [`package of ${organization.name}`] };
      }),
    ),
  );
  const committed = newest(views.map((view) => view?.committed));
  if (committed === undefined) return { sequence: 1, isFirst: true, reason: 'was not committed' };
  const differences = [
    ...definitionDifferences(committed, definitionOf(chaincode, committed.sequence)),
    ...views.flatMap((view) => view?.changes ?? []),
  ];
  if (differences.length === 0) return { sequence: committed.sequence, isFirst: false, reason: '' };
  return { sequence: committed.sequence + 1, isFirst: false, reason: differences.join('; ') };
}

/** One peer may be a block behind another. */
function newest(committed: readonly (CommittedDefinition | undefined)[]): CommittedDefinition | undefined {
  return committed
    .filter((definition) => definition !== undefined)
    .sort((a, b) => b.sequence - a.sequence)
    .at(0);
}

/**
 * What an earlier attempt submitted may have been ordered although the peer did not tell of it in time: a peer that has lost
 * its orderer finds another one after a minute. Asked before it has all blocks, it would have the same submitted again.
 */
async function untilItKnowsOfEarlierAttempts(
  dependencies: Dependencies,
  peer: Peer,
  { chaincode: { channel }, orderers }: ChaincodeInput,
  context: StepContext,
): Promise<void> {
  if (context.attempt === 1) return;
  const newest = await withOrderingService(dependencies, orderers, context.signal, (orderer) =>
    orderer.fetchBlock(channel, 'newest'),
  );
  const goal = newest === undefined ? 0 : describeBlock(newest).number + 1;
  await untilCaughtUp(peer, { who: 'a peer', channel, goal }, context);
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

/** All members that Weft speaks for have approved; whether that is enough is for the channel's policy to say. */
async function requireReadiness(
  peer: Peer,
  definition: ChaincodeDefinition,
  { chaincode, members }: ChaincodeInput,
): Promise<void> {
  const approvals = await peer.commitReadiness(chaincode.channel, definition);
  const missing = members.filter(({ mspId }) => approvals[mspId] !== true).map(({ name }) => name);
  if (missing.length === 0) return;
  // A peer that is a block behind says so, too: the next look knows.
  throw failure(
    'NotApproved',
    `${chaincode.name} cannot be committed on ${chaincode.channel}: ${missing.join(', ')} has not approved definition ${definition.sequence}.`,
  );
}

/** Every chaincode that is reached answers, be it that it does not know what it is asked. */
export async function ask(
  peer: Peer,
  { channel, name }: Chaincode,
): Promise<'answered' | 'not initialized' | { readonly trouble: string }> {
  try {
    // Chaincodes made with Fabric's contract API describe themselves by this.
    await peer.query(channel, name, ['org.hyperledger.fabric:GetMetadata']);
    return 'answered';
  } catch (error) {
    if (!(error instanceof FabricError)) throw error;
    if (error.kind === 'chaincodeAnswered') return 'answered';
    if (error.kind === 'notInitialized') return 'not initialized';
    if (error.kind === 'chaincodeUnreachable' || error.kind === 'notFound') return { trouble: error.message };
    throw error;
  }
}
