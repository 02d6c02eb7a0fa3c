import { CommandFailure } from '../command-failure.ts';
import { defaultFileIfPresent, readDescription } from '../description/source.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** The network that a command is about. */
export interface Which {
  readonly network: string;
  /** Where its parts are; absent if only the name is known. */
  readonly namespaces?: readonly string[];
}

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
): Promise<Which> {
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
  const namespaces = [...new Set(network.organizations.map(({ namespace }) => namespace))];
  return { network: network.name, namespaces };
}

function named(network: string): Which {
  if (NAME.test(network)) return { network };
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `"${network}" is no network's name: small letters, digits and "-" only.`,
    hints: [`If it is a file: -f ${network}`],
  });
}
