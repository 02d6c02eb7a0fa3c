import type { ApplicationFailure } from '@temporalio/workflow';

import type { ConfigUpdatePlan, PlanConfigUpdateInput } from '../../../activities/channels/config-update.ts';
import type { ChannelOrderersInput, OrganizationReference } from '../../../activities/inputs.ts';
import { onNode } from '../../../spec/index.ts';
import { refusal } from '../../durable/refusal.ts';
import { allDone, type Steps } from '../../durable/steps.ts';
import type { ChannelSignatures, PendingUpdate } from '../../messages.ts';
import type { CreateChannelInput, OrderingParticipant } from './create-channel.ts';
import type { SignatureWait } from './signature-wait.ts';

/** A channel whose configuration is as described, or would become so. */
export interface FollowedDescription {
  /** Number of blocks up to the newest configuration, 0 in a dry run. */
  readonly height: number;
  /** This run has changed it. */
  readonly isChanged: boolean;
  /** In a dry run, who would have to sign a change, if there is one. */
  readonly signatures?: ChannelSignatures;
}

/**
 * Changes the channel's configuration to what the description says: planned, signed by each organization whose signature the
 * channel's policies want, submitted to the orderers and awaited; again for what Fabric lets change one at a time.
 *
 * @param pending is kept up to date for whoever asks for the run's progress
 * @param wait brings the signatures of organizations that the description does not run
 * @throws ApplicationFailure `SignaturesMissing` where nobody is known whose signatures would be enough
 */
export async function followDescription(
  steps: Steps,
  input: CreateChannelInput,
  pending: PendingUpdate[],
  wait: SignatureWait,
): Promise<FollowedDescription> {
  const { ordering, members, leaving, blueprint } = input;
  const planNext: PlanNext = (target, asked) =>
    steps.at(asked.organization.cluster).planConfigUpdate(target, {
      ...asked,
      organizations: {
        ordering: ordering.map((part) => part.organization.mspId),
        members: members.map(({ mspId }) => mspId),
      },
      ordering: ordering.map(({ organization: { name, namespace } }) => ({ name, namespace })),
      leaving: leaving.known,
      areAllReady: input.unready.length === 0,
      ...(blueprint === undefined ? {} : { blueprint }),
    });
  return followPlans(steps, input, pending, planNext, wait);
}

/** What a channel's configuration is changed with: who signs, and whose orderers are asked. Who leaves is absent where nobody does. */
export type ChannelToChange = Pick<CreateChannelInput, 'base' | 'ordering' | 'members' | 'unready'> &
  Partial<Pick<CreateChannelInput, 'consenters' | 'leaving'>> & {
    readonly channel: Pick<CreateChannelInput['channel'], 'name'>;
  };

/** Plans the next update of a channel. */
type PlanNext = (
  target: string,
  asked: ChannelOrderersInput & Pick<PlanConfigUpdateInput, 'available'>,
) => Promise<ConfigUpdatePlan>;

/**
 * Has a channel's configuration updated as planned, until nothing is left to change.
 *
 * @param wait brings signatures that are missing; absent means that the run fails for want of them
 * @throws ApplicationFailure `SignaturesMissing`
 */
export async function followPlans(
  steps: Steps,
  input: ChannelToChange,
  pending: PendingUpdate[],
  planNext: PlanNext,
  wait?: SignatureWait,
): Promise<FollowedDescription> {
  const { base, channel, ordering, members, leaving } = input;
  // Those who leave last: they are asked for no more than is needed.
  const admins = [...ordering.map((part) => part.organization), ...members, ...(leaving?.signers ?? [])];
  const signers = new Map(admins.map((admin) => [admin.mspId, admin]));
  for (let round = 1; ; round += 1) {
    const { organization, orderers } = ordererReached(input, round);
    const step = steps.at(organization.cluster);
    const target = { ...base, organization, channel: channel.name, orderers };
    const plan = await planNext(inRound(channel.name, round), { ...target, available: [...signers.keys()] });
    const { update, height } = plan;
    if (update === undefined) return { height, isChanged: round > 1, ...signaturesOf(channel.name, plan) };
    // A renewed certificate that nobody here can have the channel take over is no reason to fail.
    if (plan.isRefresh === true && plan.unmet.length > 0) return { height, isChanged: round > 1 };

    const signatures = await signUpdate(steps, { input, plan, update, signers, pending, round });
    if (plan.unmet.length > 0) {
      if (!hasWho(plan) || wait === undefined) throw signaturesMissing(channel.name, plan);
      const { sequence, missing } = plan;
      const others = await wait.collect(inRound(channel.name, round), { ...target, update, sequence, missing });
      // The channel has changed meanwhile.
      if (others === undefined) continue;
      signatures.push(...others);
    }
    await step.submitConfigUpdate(inRound(channel.name, round), {
      ...target,
      update,
      signatures,
      sequence: plan.sequence,
      reason: plan.changes.join('; '),
    });
    await step.awaitConfigSequence(inRound(channel.name, round), { ...target, after: plan.sequence });
    pending.splice(0);
  }
}

/** Whether somebody is known whose signatures would be enough. */
function hasWho(plan: ConfigUpdatePlan): plan is ConfigUpdatePlan & Required<Pick<ConfigUpdatePlan, 'missing'>> {
  return plan.missing !== undefined && plan.missing.length > 0;
}

/** Who would have to sign, in a dry run that would change something. */
function signaturesOf(
  channel: string,
  { signers, unmet, missing = [] }: ConfigUpdatePlan,
): Pick<FollowedDescription, 'signatures'> {
  return signers.length > 0 || unmet.length > 0 ? { signatures: { channel, signers, missing, unmet } } : {};
}

/** What Fabric lets change one at a time takes several rounds: people are told which. */
function inRound(target: string, round: number): string {
  return round === 1 ? target : `${target}/${round}`;
}

/**
 * The first organization of which an orderer is ready, or else the first: it will say what is wrong with them. Where none of them orders the
 * channel yet, those who leave have to let the first one in.
 */
function ordererReached(
  { channel, ordering, unready, consenters = [], leaving }: ChannelToChange,
  round: number,
): OrderingParticipant {
  const isKnown = ({ orderers }: OrderingParticipant): boolean => orderers.some((node) => consenters.includes(node));
  const isLetIn = round > 1 || ordering.some(isKnown);
  const candidates = isLetIn ? ordering : [...(leaving?.ordering ?? []), ...ordering];
  const reached = candidates.find(({ orderers }) => orderers.some((node) => !unready.includes(node))) ?? candidates[0];
  if (reached === undefined) throw new TypeError(`The channel ${channel.name} has no ordering organization.`);
  return reached;
}

interface Signing {
  readonly input: ChannelToChange;
  readonly plan: ConfigUpdatePlan;
  readonly update: string;
  /** Organizations whose Admins can sign, by MSP ID. */
  readonly signers: ReadonlyMap<string, OrganizationReference>;
  readonly pending: PendingUpdate[];
  readonly round: number;
}

/** Has every organization sign that must and can. */
async function signUpdate(steps: Steps, { input, plan, update, signers, pending, round }: Signing): Promise<string[]> {
  const { base, channel } = input;
  const signedBy: string[] = [];
  const signatures: string[] = [];
  const reason = plan.changes.join('; ');
  pending.splice(0, 1, { channel: channel.name, reason, update, signatures, signedBy, unmet: plan.unmet });
  const must = plan.signers.flatMap((mspId) => signers.get(mspId) ?? []);
  return allDone(must.map(sign));

  async function sign(organization: OrganizationReference): Promise<string> {
    const step = steps.at(organization.cluster);
    const target = inRound(onNode(channel, organization.name), round);
    const input = { ...base, organization, channel: channel.name, update };
    const { signature } = await step.signConfigUpdate(target, input);
    signedBy.push(organization.mspId);
    signatures.push(signature);
    return signature;
  }
}

function signaturesMissing(channel: string, { unmet, missing = [] }: ConfigUpdatePlan): ApplicationFailure {
  const whose = missing.length === 0 ? 'the others' : missing.join(', ');
  return refusal(
    'SignaturesMissing',
    `planConfigUpdate ${channel}: ${channel} cannot be changed: ${unmet.join('; ')}, and this description has no Admin of ${whose}.`,
    { kind: 'collectSignatures', channel, missing: unmet },
  );
}
