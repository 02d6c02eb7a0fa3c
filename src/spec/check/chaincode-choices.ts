import type { ChaincodeDescription, CollectionDescription } from '../schema/chaincode.ts';
import type { Finding, Path } from '../issues/issue.ts';
import type { Description } from '../schema/description.ts';

/** Choices in chaincodes that completion would cover up: what excludes each other, or is not there at all. */
export function choiceMistakes({ chaincodes = [] }: Description): Finding[] {
  return chaincodes.flatMap((chaincode, at) => [
    ...imageOrAddress(chaincode, ['chaincodes', at]),
    ...endorsementPolicies(chaincode, ['chaincodes', at]),
  ]);
}

/** What only makes sense for a server that Weft runs. */
const OF_IMAGE = ['per', 'resources', 'environment'] as const;

function imageOrAddress(chaincode: ChaincodeDescription, path: Path): Finding[] {
  const { image, address } = chaincode;
  if (image === undefined && address === undefined) {
    const message = 'is missing: give the image of the chaincode, or the address where somebody else runs it';
    return [{ path: [...path, 'image'], message }];
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

function endorsementPolicies({ collections = [] }: ChaincodeDescription, path: Path): Finding[] {
  if (typeof collections === 'string') return [];
  return collections.flatMap(({ endorsementPolicy }, at) =>
    endorsementPolicy === undefined ? [] : eitherPolicy(endorsementPolicy, [...path, 'collections', at]),
  );
}

function eitherPolicy(
  { signaturePolicy, channelConfigPolicy }: NonNullable<CollectionDescription['endorsementPolicy']>,
  path: Path,
): Finding[] {
  if ((signaturePolicy === undefined) !== (channelConfigPolicy === undefined)) return [];
  const message = 'must have either a signaturePolicy or a channelConfigPolicy';
  return [{ path: [...path, 'endorsementPolicy'], message }];
}
