import { setTimeout as sleep } from 'node:timers/promises';

import {
  channelConfig,
  configSequence,
  configUpdate,
  configUpdateTransaction,
  configWithCertificates,
  configWithRevocations,
  describeBlock,
  editedConfig,
  FabricError,
  genesisBlock,
  readUpdateEnvelope,
  signatureProblem,
  signConfigUpdate,
  signersNeeded,
  signersOfComers,
  type ChannelConfig,
  type ChannelEdit,
  type ConsenterCertificates,
  type UpdateSignature,
} from '../../fabric/index.ts';
import { asActivity, asStep, UNCHANGED, type Decision, type StepResult } from '../activity.ts';
import type { Dependencies } from '../cluster/manifests.ts';
import { failure } from '../failures.ts';
import { readAdmin } from '../identities/admin.ts';
import type { ChannelBlueprint, ChannelInput, ChannelOrderersInput } from '../inputs.ts';
import { lookOrExpect } from '../peers/readiness.ts';
import { withOrderer } from '../peers/sessions.ts';
import { countsInWords, leavingOf, type LeavingChannel, type OrderingPlace } from './leaving.ts';

export interface PlanConfigUpdateInput extends ChannelOrderersInput {
  /** What the channel's configuration should be made of; absent in a dry run where an organization of it is not enrolled yet. */
  readonly blueprint?: ChannelBlueprint;
  /** MSP IDs of the organizations whose Admins can sign; the first ones are preferred. */
  readonly available: readonly string[];
  /** MSP IDs of the organizations that shall be in the channel: those that order it, and its members. */
  readonly organizations: Readonly<Record<'ordering' | 'members', readonly string[]>>;
  /** The organizations whose orderers leave the channel when the description does not name them any more. */
  readonly ordering: readonly OrderingPlace[];
  /** Who was described, and is no more. */
  readonly leaving: LeavingChannel;
  /** All orderers of the channel are ready: certificates that were renewed for the same keys are taken over as well. */
  readonly areAllReady: boolean;
}

/** Certificates that a channel shall know its consenters by; nothing else of it changes. */
export interface PlanCertificateExchangeInput extends ChannelOrderersInput {
  readonly certificates: readonly ConsenterCertificates[];
  /** MSP IDs of the organizations whose Admins can sign; the first ones are preferred. */
  readonly available: readonly string[];
}

/** What an organization's CA has revoked, which a channel shall take no more; nothing else of it changes. */
export interface PlanRevocationInput extends ChannelOrderersInput {
  /** Of the organization whose MSP is changed. */
  readonly mspId: string;
  /** PEM. */
  readonly revocationList: string;
  /** MSP IDs of the organizations whose Admins can sign; the first ones are preferred. */
  readonly available: readonly string[];
}

/** The next step from a channel's configuration to what the description says. */
export interface ConfigUpdatePlan extends StepResult {
  /** What changes, in words; empty if nothing does. */
  readonly changes: readonly string[];
  /** The common.ConfigUpdate, base64; absent if nothing changes, and in a dry run. It is public. */
  readonly update?: string;
  /** MSP IDs of the organizations that must sign it. */
  readonly signers: readonly string[];
  /** Policies that no signatures of those available satisfy, each with what it wants. */
  readonly unmet: readonly string[];
  /** MSP IDs of other organizations of the channel whose signatures would be enough for those; absent means that there are none. */
  readonly missing?: readonly string[];
  /** Sequence of the configuration that it changes. */
  readonly sequence: number;
  /** Number of blocks up to that configuration. */
  readonly height: number;
  /** The channel goes on without it, too: it only takes over a certificate that was renewed for the same key. Absent means that it does not. */
  readonly isRefresh?: true;
}

export interface SignConfigUpdateInput extends ChannelInput {
  /** A common.ConfigUpdate, base64. */
  readonly update: string;
}

export interface SignedConfigUpdate extends StepResult {
  /** A common.ConfigSignature, base64. */
  readonly signature: string;
}

export interface SubmitConfigUpdateInput extends ChannelOrderersInput {
  /** A common.ConfigUpdate, base64. */
  readonly update: string;
  /** common.ConfigSignatures, base64. */
  readonly signatures: readonly string[];
  /** Sequence of the configuration that it changes. */
  readonly sequence: number;
  /** What it changes, in words. */
  readonly reason: string;
}

export interface AwaitConfigSequenceInput extends ChannelOrderersInput {
  /** Sequence of the configuration before the update. */
  readonly after: number;
}

/** An update of a channel that waits for signatures of organizations which the description does not run. */
export interface AwaitSignaturesInput extends AwaitConfigSequenceInput {
  /** MSP IDs of those whose signatures are awaited. */
  readonly missing: readonly string[];
}

export interface CheckSignaturesInput extends ChannelOrderersInput {
  /** The common.ConfigUpdate that is to be signed, base64. */
  readonly update: string;
  /** Sequence of the configuration that it changes. */
  readonly sequence: number;
  /** The common.Envelope that somebody hands in, base64. */
  readonly envelope: string;
  /** MSP IDs of those whose signatures are awaited. */
  readonly missing: readonly string[];
}

export type CheckedSignatures =
  /** At least one. */
  | { readonly kind: 'good'; readonly signatures: readonly { readonly mspId: string; readonly signature: string }[] }
  /** The channel has another configuration than the update is for. */
  | { readonly kind: 'outdated' }
  /** Why they do not count, as a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface ConfigUpdateActivities {
  readConfigBlock: (input: ChannelOrderersInput) => Promise<string>;
  planConfigUpdate: (input: PlanConfigUpdateInput) => Promise<ConfigUpdatePlan>;
  planCertificateExchange: (input: PlanCertificateExchangeInput) => Promise<ConfigUpdatePlan>;
  planRevocation: (input: PlanRevocationInput) => Promise<ConfigUpdatePlan>;
  signConfigUpdate: (input: SignConfigUpdateInput) => Promise<SignedConfigUpdate>;
  submitConfigUpdate: (input: SubmitConfigUpdateInput) => Promise<StepResult>;
  awaitConfigSequence: (input: AwaitConfigSequenceInput) => Promise<StepResult>;
  awaitSignatures: (input: AwaitSignaturesInput) => Promise<StepResult>;
  checkSignatures: (input: CheckSignaturesInput) => Promise<CheckedSignatures>;
}

type Plan = Omit<ConfigUpdatePlan, 'attempts'>;

type Edit = Pick<ChannelEdit, 'config' | 'changes' | 'postponed' | 'unmanaged'>;

/** Later changes of a channel: anchor peers, batches, policies, one more member, consenters that come and go. */
export function createConfigUpdateActivities(dependencies: Dependencies): ConfigUpdateActivities {
  return {
    readConfigBlock: asActivity(async ({ organization, orderers, channel }, { signal }) => {
      const block = await withOrderer(dependencies, { organization, nodes: orderers }, signal, (orderer) =>
        orderer.fetchBlock(channel, 'config'),
      );
      return block === undefined ? '' : Buffer.from(block).toString('base64');
    }),

    planConfigUpdate: asStep<PlanConfigUpdateInput, Plan>((input, { signal }) => {
      const { blueprint } = input;
      if (blueprint === undefined) return planComers(dependencies, input, signal);
      const expected = unseen('its orderers are not ready yet, so that it is not known what changes');
      return lookOrExpect(input, expected, () => planUpdate(dependencies, input, blueprint, signal));
    }),

    planCertificateExchange: asStep<PlanCertificateExchangeInput, Plan>(async (input, { signal }) => {
      const { current, height } = await newestConfig(dependencies, input, signal);
      const edit = { ...configWithCertificates(current, input.certificates), unmanaged: [] };
      return planOf(dependencies, input, { current, height, edit }, signal);
    }),

    planRevocation: asStep<PlanRevocationInput, Plan>(async (input, { signal }) => {
      const { current, height } = await newestConfig(dependencies, input, signal);
      const { mspId, revocationList: list } = input;
      const edit = { ...configWithRevocations(current, { mspId, list }), unmanaged: [] };
      return planOf(dependencies, input, { current, height, edit }, signal);
    }),

    signConfigUpdate: asStep<SignConfigUpdateInput, Omit<SignedConfigUpdate, 'attempts'>>(
      async ({ organization, update }, { signal }) => {
        const admin = await readAdmin(dependencies, organization, signal);
        const signature = await signConfigUpdate(Buffer.from(update, 'base64'), admin);
        return { outcome: 'updated', reason: 'signed', signature: Buffer.from(signature).toString('base64') };
      },
    ),

    submitConfigUpdate: asStep(async (input, { signal, attempt }) => {
      const { organization, orderers, channel, sequence, reason } = input;
      return withOrderer(dependencies, { organization, nodes: orderers }, signal, async (orderer, sender) => {
        const submitted: Decision = { outcome: 'updated', reason };
        // What an earlier attempt sent may have been ordered although its answer was lost.
        const isOrdered = async (): Promise<boolean> =>
          sequenceOf(await orderer.fetchBlock(channel, 'config')) > sequence;
        if (attempt > 1 && (await isOrdered())) return submitted;
        const transaction = await configUpdateTransaction({
          channel,
          configUpdate: Buffer.from(input.update, 'base64'),
          signatures: input.signatures.map((signature) => Buffer.from(signature, 'base64')),
          sender,
        });
        try {
          await orderer.broadcast(transaction);
        } catch (error) {
          if (!(error instanceof FabricError) || !(await isOrdered())) throw error;
        }
        return submitted;
      });
    }),

    awaitConfigSequence: asStep(async ({ organization, orderers, channel, after }, { signal, waiting }) => {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const block = await withOrderer(dependencies, { organization, nodes: orderers }, signal, (orderer) =>
          orderer.fetchBlock(channel, 'config'),
        );
        if (sequenceOf(block) > after) return UNCHANGED;
        if (Date.now() > deadline) return LOST;
        waiting({ reason: 'Ordering', message: `the update of ${channel} is being ordered` });
        await sleep(POLL_MS, undefined, { signal });
      }
    }),

    awaitSignatures: asStep(async ({ organization, orderers, channel, after, missing }, { signal, waiting }) => {
      // Signatures come to the workflow, which ends this step then. Here only the channel is looked at.
      for (;;) {
        waiting({
          reason: 'SignaturesMissing',
          message: `${channel} is changed when ${missing.join(', ')} has signed it`,
        });
        const block = await withOrderer(dependencies, { organization, nodes: orderers }, signal, (orderer) =>
          orderer.fetchBlock(channel, 'config'),
        );
        if (sequenceOf(block) > after) return MOVED_ON;
        await sleep(SIGNATURES_POLL_MS, undefined, { signal });
      }
    }),

    checkSignatures: asActivity(async (input, { signal }) => {
      const offered = offeredSignatures(input);
      if (typeof offered === 'string') return { kind: 'refused', reason: offered };
      const { current } = await newestConfig(dependencies, input, signal);
      if (Number(current.sequence) > input.sequence) return { kind: 'outdated' };
      const update = Buffer.from(input.update, 'base64');
      const problems = offered.flatMap(({ signature }) => signatureProblem(current, update, signature) ?? []);
      if (problems.length > 0) return { kind: 'refused', reason: `${problems.join('; ')}.` };
      const signatures = offered.map(({ mspId, signature }) => ({
        mspId,
        signature: Buffer.from(signature).toString('base64'),
      }));
      return { kind: 'good', signatures };
    }),
  };
}

/** The signatures in an envelope that are awaited, or a sentence why there are none. */
function offeredSignatures({
  channel,
  update,
  envelope,
  missing,
}: CheckSignaturesInput): readonly UpdateSignature[] | string {
  let signed;
  try {
    signed = readUpdateEnvelope(Buffer.from(envelope, 'base64'));
  } catch (error) {
    if (error instanceof FabricError) return `${error.message}.`;
    throw error;
  }
  if (signed.channel !== channel) return `This is an update of ${signed.channel}, not of ${channel}.`;
  if (!Buffer.from(update, 'base64').equals(signed.update)) {
    return `This is another update of ${channel} than the one that waits. It was planned anew, or comes from an earlier run.`;
  }
  const awaited = signed.signatures.filter(({ mspId }) => missing.includes(mspId));
  if (awaited.length > 0) return awaited;
  return `It has no signature of ${missing.join(', ')}.`;
}

/** Somebody else's change of a channel is nobody's hurry: a person would not see the difference. */
const SIGNATURES_POLL_MS = 10_000;

const MOVED_ON: Decision = {
  outcome: 'unchanged',
  reason: 'the channel has changed meanwhile, and the update is planned anew',
};

/** A configuration block is cut at once, so that it takes a consensus round. */
const POLL_MS = 250;

/**
 * A leader whose own certificate changes hands the lead on and then sends the update to the new leader, long after it has answered (ordered()
 * in orderer/consensus/etcdraft/chain.go): what gets lost on the way is not told to anybody.
 */
const PATIENCE_MS = 30_000;

/** The plan after it finds what has not changed, and the update is made again. */
const LOST: Decision = { outcome: 'unchanged', reason: `the update was not ordered within ${PATIENCE_MS / 1000} s` };

const NOTHING_TO_SIGN = { signers: [], unmet: [], missing: [] } as const;

/** What is expected of a channel whose configuration cannot be seen or computed yet. */
function unseen(reason: string): Plan {
  return { ...NOTHING_TO_SIGN, outcome: 'updated', reason, changes: [], sequence: 0, height: 0 };
}

/** Without the certificates of a new organization it is only certain that there is something to change, and who lets it in. */
function planComers(dependencies: Dependencies, input: PlanConfigUpdateInput, signal: AbortSignal): Promise<Plan> {
  const expected = unseen('an organization of it is not enrolled yet');
  return lookOrExpect(input, expected, async () => {
    const { current } = await newestConfig(dependencies, input, signal);
    const comers = { Orderer: input.organizations.ordering, Application: input.organizations.members };
    return { ...expected, ...signersOfComers(current, comers, input.available) };
  });
}

async function planUpdate(
  dependencies: Dependencies,
  input: PlanConfigUpdateInput,
  blueprint: ChannelBlueprint,
  signal: AbortSignal,
): Promise<Plan> {
  const [{ current, height }, described] = await Promise.all([
    newestConfig(dependencies, input, signal),
    describedConfig(dependencies, blueprint, signal),
  ]);
  const edit = editedConfig(current, described, {
    ...leavingOf(input.network, input),
    areAllActive: input.areAllReady,
  });
  const counts = countsInWords(input.leaving, edit);
  const plan = await planOf(dependencies, input, { current, height, edit, counts }, signal);
  return edit.isRefresh ? { ...plan, isRefresh: true } : plan;
}

/** The newest configuration of a channel, and the number of blocks up to it. */
async function newestConfig(
  dependencies: Dependencies,
  { organization, orderers, channel }: ChannelOrderersInput,
  signal: AbortSignal,
): Promise<{ readonly current: ChannelConfig; readonly height: number }> {
  const block = await withOrderer(dependencies, { organization, nodes: orderers }, signal, (orderer) =>
    orderer.fetchBlock(channel, 'config'),
  );
  if (block === undefined) throw failure('NodeUnreachable', `No orderer gave the configuration of ${channel}.`);
  const current = await channelConfig(dependencies.programs, block, signal);
  return { current, height: describeBlock(block).number + 1 };
}

interface ComputedEdit {
  readonly current: ChannelConfig;
  readonly height: number;
  readonly edit: Edit;
  /** By what those who leave are counted; a plan says it. */
  readonly counts?: readonly string[];
}

/** The update that leads from one configuration to another. */
async function planOf(
  { programs }: Dependencies,
  { channel, dryRun, available }: ChannelOrderersInput & Pick<PlanConfigUpdateInput, 'available'>,
  { current, height, edit, counts = [] }: ComputedEdit,
  signal: AbortSignal,
): Promise<Plan> {
  const seen = { sequence: Number(current.sequence), height };
  if (edit.changes.length === 0) return { ...NOTHING_TO_SIGN, ...decisionOf([], edit), changes: [], ...seen };
  const signing = signersNeeded(current, edit.config, available);
  if (dryRun) {
    const changes = [...edit.changes, ...edit.postponed, ...counts];
    return { ...signing, ...decisionOf(changes, edit), changes, ...seen };
  }
  const update = await configUpdate(programs, { channel, current, wanted: edit.config }, signal);
  if (update === undefined) return { ...NOTHING_TO_SIGN, ...UNCHANGED, changes: [], ...seen };
  return {
    ...UNCHANGED,
    ...{ changes: edit.changes, ...signing, ...seen },
    update: Buffer.from(update).toString('base64'),
  };
}

/** The configuration that a channel of this description would begin with. */
async function describedConfig(
  { programs }: Dependencies,
  blueprint: ChannelBlueprint,
  signal: AbortSignal,
): Promise<ChannelConfig> {
  return channelConfig(programs, await genesisBlock(programs, blueprint, signal), signal);
}

/** What a plan is said to do. What the description does not name stays, and that is said, too. */
export function decisionOf(changes: readonly string[], { unmanaged }: Pick<ChannelEdit, 'unmanaged'>): Decision {
  const stays = unmanaged.map((what) => `${what} is not described, and stays`);
  return { outcome: changes.length === 0 ? 'unchanged' : 'updated', reason: [...changes, ...stays].join('; ') };
}

/** The sequence of the configuration in a block; -1 if there is no block. */
function sequenceOf(block: Uint8Array | undefined): number {
  return block === undefined ? -1 : configSequence(block);
}
