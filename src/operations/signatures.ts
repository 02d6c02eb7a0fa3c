import { FabricError } from '../fabric/error.ts';
import type { SignedUpdate } from '../fabric/channel/signed-update.ts';
import { NoAnswer, openRun, type RunReference, type RunView, type Temporal } from '../client/index.ts';
import {
  channelWorkflowId,
  networkWorkflowId,
  type PendingUpdate,
  type Progress,
  type SignaturesAnswer,
} from '../workflows/messages.ts';
import type { NetworkAccess } from './access/network-access.ts';
import { readAdminCredentials, requireOn } from './access/organization.ts';
import { readRecordedNetwork, type NetworkLookup } from './access/recorded-network.ts';
import type { OperationContext } from './context.ts';
import { OperationFailure } from './failure.ts';
import type { NoRun } from './open-run.ts';
import { askRun } from './pause.ts';

/*
 * Signatures of a channel's change by organizations that its description does not run.
 */

/** Fabric's messages take a moment to load, which what does without them is not to wait for. */
const fabricMessages = () => import('../fabric/channel/signed-update.ts');

/** An update of a channel for which a run waits. */
export interface AwaitedSignatures {
  readonly channel: string;
  /** What it changes, in words. */
  readonly changes: string;
  /** MSP IDs of the organizations whose signatures are awaited. */
  readonly awaited: readonly string[];
  /** MSP IDs of those that have signed. */
  readonly signedBy: readonly string[];
  /** Policies that want more, each with what it wants. */
  readonly unmet: readonly string[];
  /** The update with its signatures, as `peer channel signconfigtx` takes it: a common.Envelope. It is public. */
  readonly envelope: Uint8Array;
}

/**
 * What the run that holds a network waits to be signed.
 *
 * @throws OperationFailure `RunSilent`
 */
export async function awaitedSignatures(
  { temporal, cluster }: OperationContext,
  network: string,
): Promise<NoRun | { readonly kind: 'found'; readonly updates: readonly AwaitedSignatures[] }> {
  const open = await openRun(temporal, networkWorkflowId(cluster, network));
  if (open === undefined) return { kind: 'no run' };
  return { kind: 'found', updates: await awaitedOfRun(temporal, open.run) };
}

/** The same of a run that is followed, as it was seen. */
export async function awaitedInView({ unsignedUpdates }: RunView): Promise<readonly AwaitedSignatures[]> {
  return (await Promise.all(unsignedUpdates.map(({ update }) => awaitedIn(update)))).flat();
}

async function awaitedOfRun(temporal: Temporal, run: RunReference): Promise<readonly AwaitedSignatures[]> {
  const { children } = await progressOf(temporal, run);
  const ofChannels = children.filter((child) => child.startsWith(channelWorkflowId(run.workflowId, '')));
  const progress = await Promise.all(ofChannels.map((workflowId) => progressOf(temporal, { workflowId })));
  const pending = progress.flatMap(({ pendingUpdates = [] }) => pendingUpdates);
  return (await Promise.all(pending.map(awaitedIn))).flat();
}

async function progressOf(temporal: Temporal, run: RunReference): Promise<Progress> {
  try {
    return await temporal.progress(run);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new OperationFailure({ code: 'RunSilent', workflowId: run.workflowId }, { cause: error });
  }
}

async function awaitedIn(pending: PendingUpdate): Promise<readonly AwaitedSignatures[]> {
  const { channel, reason, update, signatures, signedBy, unmet, awaited = [] } = pending;
  if (awaited.length === 0) return [];
  const { updateEnvelope } = await fabricMessages();
  const envelope = updateEnvelope({ channel, update: bytesOf(update), signatures: signatures.map(bytesOf) });
  return [{ channel, changes: reason, awaited, signedBy, unmet, envelope }];
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}

/** Signatures that a run has taken. */
export interface AddedSignatures extends SignaturesAnswer {
  readonly channel: string;
}

/**
 * Hands signatures in for which the run of a network waits.
 *
 * @param envelope the update with them, a common.Envelope
 * @throws OperationFailure `EnvelopeInvalid`, `RunSilent`, `RunRefuses`
 */
export async function addSignatures(
  context: OperationContext,
  network: string,
  envelope: Uint8Array,
): Promise<NoRun | { readonly kind: 'added'; readonly added: AddedSignatures }> {
  const open = await openRun(context.temporal, networkWorkflowId(context.cluster, network));
  const added = open && (await addSignaturesToKnownRun(context, open.run, envelope));
  return added === undefined ? { kind: 'no run' } : { kind: 'added', added };
}

/**
 * The same with one run that somebody has noted.
 *
 * @returns undefined if it does not change the channel, or no more
 * @throws OperationFailure `EnvelopeInvalid`, `RunSilent`, `RunRefuses`
 */
export async function addSignaturesToKnownRun(
  context: OperationContext,
  run: RunReference,
  envelope: Uint8Array,
): Promise<AddedSignatures | undefined> {
  const { channel } = await readEnvelope(envelope);
  // The newest run of the child's id is that of the run that is open, which has to be this one.
  if ((await context.temporal.describe(run))?.status !== 'running') return undefined;
  const child = { workflowId: channelWorkflowId(run.workflowId, channel) };
  const answer = await askRun(context, child, 'addSignatures', {
    envelope: Buffer.from(envelope).toString('base64'),
    by: context.requestedBy,
  });
  return answer && { channel, ...answer };
}

export interface SignInput extends NetworkLookup {
  /** Name of the organization whose Admin signs. */
  readonly organization: string;
  /** The update, a common.Envelope. */
  readonly envelope: Uint8Array;
}

/** An update of a channel that an Admin has signed. */
export interface SignedEnvelope {
  readonly channel: string;
  readonly mspId: string;
  readonly envelope: Uint8Array;
}

/**
 * Signs an update of a channel with the Admin of an organization that the cluster has. The key stays where it is used: nothing of it leaves this process.
 *
 * @throws OperationFailure `EnvelopeInvalid`, `SignerUnknown`, `OrganizationElsewhere`, `ObjectMissing`; as {@link readRecordedNetwork}
 */
export async function signEnvelope(
  access: NetworkAccess,
  { organization: name, ...input }: SignInput,
): Promise<SignedEnvelope> {
  const { channel } = await readEnvelope(input.envelope);
  const network = await readRecordedNetwork(access, input);
  const organization = network.organizations.find((one) => one.name === name);
  if (organization === undefined) {
    const known = network.organizations.map((one) => one.name);
    throw new OperationFailure({ code: 'SignerUnknown', network: network.name, organization: name, known });
  }
  const admin = await readAdminCredentials(access, requireOn(organization, input.cluster));
  const { signUpdateEnvelope } = await fabricMessages();
  return { channel, mspId: admin.mspId, envelope: await signUpdateEnvelope(input.envelope, admin) };
}

async function readEnvelope(envelope: Uint8Array): Promise<SignedUpdate> {
  const { readUpdateEnvelope } = await fabricMessages();
  try {
    return readUpdateEnvelope(envelope);
  } catch (error) {
    if (!(error instanceof FabricError)) throw error;
    throw new OperationFailure({ code: 'EnvelopeInvalid', reason: error.message }, { cause: error });
  }
}
