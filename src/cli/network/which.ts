import { selectorOf, type NetworkLookup } from '../../operations/index.ts';
import type { NetworkSelector } from '../../workflows/messages.ts';
import { CommandFailure } from '../command-failure.ts';
import { defaultFileIfPresent, readDescription } from '../description/source.ts';
import { EXIT } from '../exit-codes.ts';
import type { AccessFlags } from '../flags.ts';
import type { Session } from '../session.ts';

/** A name that Kubernetes takes, which the name of every network is. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Finds out which network is meant: the one that is named, or the one that a description describes.
 *
 * @throws CommandFailure if it is both or neither.
 */
export async function whichNetwork(
  session: Session,
  name: string | undefined,
  file: string | undefined,
): Promise<NetworkSelector> {
  if (name !== undefined && file !== undefined) {
    throw new CommandFailure({ exitCode: EXIT.usage, message: 'name the network or its description, not both.' });
  }
  if (name !== undefined) return named(name);
  if (file === undefined && (await defaultFileIfPresent(session)) === undefined) {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: 'which network? Name it, or its description with -f FILE (there is no ./network.yaml).',
      hints: ['For example: weft status test-network'],
    });
  }
  const { network } = await readDescription(session, file);
  return selectorOf(network);
}

/** The network that a client is of; nothing needs to be named where the cluster has only one. @throws CommandFailure */
export async function recordLookup(session: Session, cluster: string, flags: AccessFlags): Promise<NetworkLookup> {
  const named = flags.network ?? flags.file ?? (await defaultFileIfPresent(session));
  return {
    cluster,
    selector: named === undefined ? undefined : await whichNetwork(session, flags.network, flags.file),
  };
}

function named(network: string): NetworkSelector {
  if (NAME.test(network)) return { network };
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `"${network}" is no network's name: small letters, digits and "-" only.`,
    hints: [`If it is a file: -f ${network}`],
  });
}
