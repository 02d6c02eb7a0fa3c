import { NO_CHANNEL } from '../complete/chaincode.ts';
import { unknown } from './channels.ts';
import { collectionMistakes, collectionWarnings } from './collections.ts';
import { endorsementMistakes } from './endorsement.ts';
import { LONGEST_NODE_NAME } from '../schema/formats.ts';
import type { Finding } from '../issues/issue.ts';
import type { Network } from '../network.ts';
import { chaincodePlaces, chaincodeServerPlaces, type ChaincodePlace, type ChannelPlace } from './located.ts';
import { repeated } from './repeated.ts';

/** Chaincodes that peers would refuse, or that could never run. */
export function chaincodeMistakes(network: Network): Finding[] {
  return [
    ...repeatedChaincodes(network),
    ...chaincodePlaces(network).flatMap((found) => [
      ...unknownChannel(network, found),
      ...systemName(found),
      ...longName(found),
      ...(found.place === undefined ? [] : policyMistakes(network, found, found.place)),
    ]),
  ];
}

export function chaincodeWarnings(network: Network): Finding[] {
  return chaincodePlaces(network).flatMap(({ chaincode, path, place }) =>
    place === undefined ? [] : collectionWarnings(chaincode.collections, { network, place, path }),
  );
}

/** The same name on another channel is another chaincode. */
function repeatedChaincodes({ chaincodes, channels }: Network): Finding[] {
  return channels
    .filter(({ name }, at) => channels.findIndex((other) => other.name === name) === at)
    .flatMap((channel) => {
      const places = chaincodes.flatMap(({ name, ...chaincode }, at) =>
        chaincode.channel === channel.name ? [{ value: name, path: ['chaincodes', at, 'name'] }] : [],
      );
      return repeated(
        places,
        (name, first) =>
          `"${name}" is already the name of ${first}: a chaincode needs a name of its own on its channel`,
      );
    });
}

function unknownChannel({ channels }: Network, { chaincode, path, place }: ChaincodePlace): Finding[] {
  if (place !== undefined) return [];
  const at = { path: [...path, 'channel'], lookedIn: ['channels'] };
  const names = channels.map(({ name }) => name);
  if (chaincode.channel !== NO_CHANNEL) return [{ ...at, ...unknown(chaincode.channel, 'channel', names) }];
  const why = names.length === 0 ? 'there are no channels' : `there are ${names.length} channels (${names.join(', ')})`;
  return [{ ...at, message: `is missing: ${why}` }];
}

/** fabric core/chaincode/lifecycle/scc.go, systemChaincodeNames. */
const SYSTEM_CHAINCODES = ['cscc', 'escc', 'lscc', 'qscc', 'vscc'];

function systemName({ chaincode: { name }, path }: ChaincodePlace): Finding[] {
  if (!SYSTEM_CHAINCODES.includes(name)) return [];
  return [{ path: [...path, 'name'], message: `"${name}" is the name of one of Fabric's system chaincodes` }];
}

/** One finding for a chaincode, of the longest name. */
function longName(found: ChaincodePlace): Finding[] {
  const [longest = ''] = chaincodeServerPlaces(found)
    .map(({ server }) => server)
    .sort((one, other) => other.length - one.length);
  if (longest.length <= LONGEST_NODE_NAME) return [];
  const message = `makes the Kubernetes name "${longest}" of ${longest.length} characters: at most ${LONGEST_NODE_NAME} leave room for what a Deployment adds to the names of its pods`;
  return [{ path: [...found.path, 'name'], message }];
}

function policyMistakes(network: Network, { chaincode, path }: ChaincodePlace, place: ChannelPlace): Finding[] {
  const where = { network, place, path };
  return [
    ...endorsementMistakes(chaincode.endorsementPolicy, { ...where, path: [...path, 'endorsementPolicy'] }),
    ...collectionMistakes(chaincode.collections, where),
  ];
}
