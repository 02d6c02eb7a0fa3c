import { NO_CHANNEL } from '../complete/chaincode.ts';
import { issuesOfEach, type Issue, type Path } from '../issues/issue.ts';
import { unknownName } from '../issues/suggestion.ts';
import { namesInWords } from '../issues/words.ts';
import type { Network } from '../network.ts';
import type { ChaincodeDescription, CollectionDescription } from '../schema/chaincode.ts';
import type { Description } from '../schema/description.ts';
import { LONGEST_NODE_NAME } from '../schema/formats.ts';
import { collectionIssues, collectionWarnings } from './collections.ts';
import { locatedServers, locatedChaincodes, type LocatedChaincode, type LocatedChannel } from './located.ts';
import { duplicates } from './name-conflicts.ts';
import { endorsementIssues } from './policies.ts';

/** Chaincodes that peers would refuse, or that could never run. */
export function chaincodeIssues(network: Network): Issue[] {
  return [
    ...duplicateChaincodes(network),
    ...issuesOfEach(locatedChaincodes(network), (located) => [
      ...unknownChannel(network, located),
      ...systemName(located),
      ...longName(located),
      ...(located.channel === undefined ? [] : policyIssues(network, located, located.channel)),
    ]),
  ];
}

export function chaincodeWarnings(network: Network): Issue[] {
  return locatedChaincodes(network).flatMap(({ chaincode, path, channel }) => [
    ...ownPod(chaincode, path),
    ...(channel === undefined ? [] : collectionWarnings(chaincode.collections, { network, channel, path })),
  ]);
}

/** Names and addresses by which a pod reaches itself. */
const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\]):\d+$/;

function ownPod(chaincode: LocatedChaincode['chaincode'], path: Path): Issue[] {
  if (!('address' in chaincode) || !LOOPBACK.test(chaincode.address)) return [];
  const { address } = chaincode;
  const message = `"${address}" is the pod of each peer itself, where no chaincode's server runs: name where pods reach it, such as its Service`;
  return [{ path: [...path, 'address'], message }];
}

/** The same name on another channel is another chaincode. */
function duplicateChaincodes({ chaincodes, channels }: Network): Issue[] {
  return [...new Set(channels.map(({ name }) => name))].flatMap((channel) =>
    duplicates(
      chaincodes.flatMap((chaincode, at) =>
        chaincode.channel === channel ? [{ value: chaincode.name, path: ['chaincodes', at, 'name'] }] : [],
      ),
      (name, first) => `"${name}" is already the name of ${first}: a chaincode needs a name of its own on its channel`,
    ),
  );
}

function unknownChannel({ channels }: Network, { chaincode, path, channel }: LocatedChaincode): Issue[] {
  if (channel !== undefined) return [];
  const at = { path: [...path, 'channel'], lookedIn: ['channels'] };
  const names = channels.map(({ name }) => name);
  if (chaincode.channel !== NO_CHANNEL) return [{ ...at, ...unknownName(chaincode.channel, 'channel', names) }];
  const why =
    names.length === 0 ? 'there are no channels' : `there are ${names.length} channels (${namesInWords(names)})`;
  return [{ ...at, message: `is missing: ${why}`, reason: 'MISSING' }];
}

/** fabric core/chaincode/lifecycle/scc.go, systemChaincodeNames. */
const SYSTEM_CHAINCODES = ['cscc', 'escc', 'lscc', 'qscc', 'vscc'];

function systemName({ chaincode: { name }, path }: LocatedChaincode): Issue[] {
  if (!SYSTEM_CHAINCODES.includes(name)) return [];
  return [
    {
      path: [...path, 'name'],
      message: `"${name}" is the name of one of Fabric's system chaincodes`,
      reason: 'NAME_TAKEN',
    },
  ];
}

/** One issue for a chaincode, of the longest name. */
function longName(located: LocatedChaincode): Issue[] {
  const longest = locatedServers(located).reduce(
    (longer, { name }) => (name.length > longer.length ? name : longer),
    '',
  );
  if (longest.length <= LONGEST_NODE_NAME) return [];
  const message = `makes the Kubernetes name "${longest}" of ${longest.length} characters: at most ${LONGEST_NODE_NAME} leave room for what a Deployment adds to the names of its pods`;
  return [{ path: [...located.path, 'name'], message }];
}

function policyIssues(network: Network, { chaincode, path }: LocatedChaincode, channel: LocatedChannel): Issue[] {
  const where = { network, channel, path };
  return [
    ...endorsementIssues(chaincode.endorsementPolicy, { ...where, path: [...path, 'endorsementPolicy'] }),
    ...collectionIssues(chaincode.collections, where),
  ];
}

/** Choices in chaincodes that completion would cover up: what excludes each other, or is not there at all. */
export function choiceIssues({ chaincodes = [] }: Description): Issue[] {
  return chaincodes.flatMap((chaincode, at) => [
    ...imageOrAddress(chaincode, ['chaincodes', at]),
    ...endorsementPolicies(chaincode, ['chaincodes', at]),
  ]);
}

/** What only makes sense for a server that Weft runs. */
const OF_IMAGE = ['per', 'resources', 'environment', 'environmentFrom'] as const;

function imageOrAddress(chaincode: ChaincodeDescription, path: Path): Issue[] {
  const { image, address } = chaincode;
  if (image === undefined && address === undefined) {
    const reason = 'MISSING';
    const message = 'is missing: give the image of the chaincode, or the address where somebody else runs it';
    return [{ path: [...path, 'image'], message, reason }];
  }
  if (address === undefined) return [];
  if (image !== undefined) {
    const message = 'excludes image: either Weft runs the chaincode from its image, or somebody else at its address';
    return [{ path: [...path, 'address'], message }];
  }
  return OF_IMAGE.filter((field) => chaincode[field] !== undefined).map((field) => ({
    path: [...path, field],
    message: 'is for a server that Weft runs from an image: it does nothing for one at an address',
  }));
}

function endorsementPolicies({ collections = [] }: ChaincodeDescription, path: Path): Issue[] {
  if (typeof collections === 'string') return [];
  return collections.flatMap(({ endorsementPolicy }, at) =>
    endorsementPolicy === undefined ? [] : eitherPolicy(endorsementPolicy, [...path, 'collections', at]),
  );
}

function eitherPolicy(
  { signaturePolicy, channelConfigPolicy }: NonNullable<CollectionDescription['endorsementPolicy']>,
  path: Path,
): Issue[] {
  if ((signaturePolicy === undefined) !== (channelConfigPolicy === undefined)) return [];
  const message = 'must have either a signaturePolicy or a channelConfigPolicy';
  return [{ path: [...path, 'endorsementPolicy'], message }];
}
