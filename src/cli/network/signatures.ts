import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import {
  addSignatures,
  awaitedSignatures,
  signEnvelope,
  type AddedSignatures,
  type AwaitedSignatures,
  type OperationContext,
} from '../../operations/index.ts';
import { serviceFor, type ApiFlags } from '../api/connection.ts';
import { signaturesOfServed } from '../api/signatures.ts';
import { CommandFailure } from '../command-failure.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import type { AccessFlags } from '../flags.ts';
import type { CommandResult, Session } from '../session.ts';
import { withContext } from './context.ts';
import { recordLookup, whichNetwork } from './which.ts';

export interface SignaturesFlags extends DestinationFlags, ApiFlags {
  readonly file?: string;
  /** Only this channel. */
  readonly channel?: string;
  /** Where to write the update. */
  readonly out?: string;
  /** The update with signatures, to be handed in. */
  readonly add?: string;
}

/** `weft signatures`: which changes of channels wait for signatures; writes one into a file, or hands signatures in. */
export async function weftSignatures(
  name: string | undefined,
  flags: SignaturesFlags,
  session: Session,
): Promise<CommandResult> {
  const { network } = await whichNetwork(session, name, flags.file);
  const api = await serviceFor(session, flags);
  if (api !== undefined) return listOrAdd(network, signaturesOfServed(api, network), flags, session);
  const destination = await findDestination(session, flags);
  return withContext(session, destination, (context) =>
    listOrAdd(network, signaturesOfRun(context, network), flags, session),
  );
}

/** The signatures for which the run that holds a network waits. */
export interface RunSignatures {
  readonly awaited: () => Promise<readonly AwaitedSignatures[]>;
  /** Hands in an update with signatures; undefined if no run of the network takes them. */
  readonly add: (envelope: Uint8Array) => Promise<AddedSignatures | undefined>;
}

function signaturesOfRun(context: OperationContext, network: string): RunSignatures {
  return {
    awaited: async () => {
      const found = await awaitedSignatures(context, network);
      return found.kind === 'no run' ? [] : found.updates;
    },
    add: async (envelope) => {
      const answer = await addSignatures(context, network, envelope);
      return answer.kind === 'no run' ? undefined : answer.added;
    },
  };
}

async function listOrAdd(
  network: string,
  signatures: RunSignatures,
  flags: SignaturesFlags,
  session: Session,
): Promise<CommandResult> {
  if (flags.add !== undefined) {
    const added = await signatures.add(await readEnvelopeFile(session, flags.add));
    return added === undefined ? nothingAwaited(network) : addedInWords(network, added);
  }
  const updates = (await signatures.awaited()).filter(({ channel }) => (flags.channel ?? channel) === channel);
  const [first, ...others] = updates;
  if (first === undefined) return nothingAwaited(network);
  if (flags.out !== undefined) {
    if (others.length > 0) throw channelNotNamed(updates);
    await writeEnvelopeFile(session, flags.out, first.envelope);
    session.note(`To sign it: weft sign ${flags.out} --as ORG, or: peer channel signconfigtx -f ${flags.out}\n`);
  }
  return {
    exitCode: EXIT.done,
    text: updates.map(awaitedInWords).join('\n'),
    document: { network, signatures: updates.map(documentOf) },
  };
}

export interface SignFlags extends AccessFlags {
  /** Name of the organization whose Admin signs. */
  readonly as: string;
  /** Where to write the signed update; undefined means the file that was given. */
  readonly out?: string;
}

/** `weft sign`: an Admin of the cluster signs an update of a channel, which may be that of somebody else's network. */
export async function weftSign(file: string, flags: SignFlags, session: Session): Promise<CommandResult> {
  const envelope = await readEnvelopeFile(session, file);
  const destination = await findDestination(session, flags);
  const access = await session.openNetworkAccess(destination.access);
  try {
    const lookup = await recordLookup(session, destination.cluster, flags);
    const signed = await signEnvelope(access, { ...lookup, organization: flags.as, envelope });
    const { channel, mspId } = signed;
    const out = flags.out ?? file;
    await writeEnvelopeFile(session, out, signed.envelope);
    session.note(`To hand it in: weft signatures NETWORK --add ${out}\n`);
    const text = `${out} has the signature of ${mspId}, of an update of ${channel}.`;
    return { exitCode: EXIT.done, text, document: { file: out, channel, mspId } };
  } finally {
    await access.close();
  }
}

function nothingAwaited(network: string): CommandResult {
  return {
    exitCode: EXIT.done,
    text: `No run of ${network} waits for a signature.`,
    document: { network, signatures: [] },
  };
}

function awaitedInWords({ channel, changes, awaited, signedBy, unmet }: AwaitedSignatures): string {
  return [
    `${channel}: ${changes}`,
    `  waits for ${awaited.join(', ')}${signedBy.length === 0 ? '' : `; signed by ${signedBy.join(', ')}`}`,
    ...unmet.map((wish) => `  ${wish}`),
  ].join('\n');
}

function documentOf({ envelope, ...told }: AwaitedSignatures): unknown {
  return { ...told, envelope: Buffer.from(envelope).toString('base64') };
}

function addedInWords(network: string, { channel, added, awaited }: AddedSignatures): CommandResult {
  const rest = awaited.length === 0 ? 'all have signed, and the run goes on' : `still awaited: ${awaited.join(', ')}`;
  return {
    exitCode: EXIT.done,
    text: `${channel} of ${network} has the signature of ${added.join(', ')}; ${rest}.`,
    document: { network, channel, added, awaited },
  };
}

function channelNotNamed(updates: readonly AwaitedSignatures[]): CommandFailure {
  const [first] = updates;
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: `which channel? Signatures are awaited for ${updates.map(({ channel }) => channel).join(', ')}.`,
    hints: [`Name one: --channel ${first?.channel ?? 'NAME'}`],
  });
}

async function readEnvelopeFile({ workingDirectory }: Session, file: string): Promise<Uint8Array> {
  return readFile(resolve(workingDirectory, file)).catch((error: unknown) => {
    throw new CommandFailure({ exitCode: EXIT.usage, message: `${file} cannot be read: ${reasonOf(error)}.` });
  });
}

/** What is in it is public. */
async function writeEnvelopeFile({ workingDirectory }: Session, file: string, envelope: Uint8Array): Promise<void> {
  await writeFile(resolve(workingDirectory, file), envelope).catch((error: unknown) => {
    throw new CommandFailure({ exitCode: EXIT.usage, message: `${file} cannot be written: ${reasonOf(error)}.` });
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
