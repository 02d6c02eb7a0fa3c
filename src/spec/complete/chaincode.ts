import {
  DEFAULT_CHAINCODE_RESOURCES,
  DEFAULT_COLLECTION,
  DEFAULT_ENDORSEMENT_POLICY,
  DEFAULT_SERVER_PER,
  DEFAULT_TLS,
} from '../defaults.ts';
import type { ChaincodeDescription, CollectionDescription } from '../schema/chaincode.ts';
import type { Chaincode, Channel, Collection } from '../network.ts';
import { withoutUndefined } from '../mapping.ts';

/** The channel of a chaincode that names none where there is no only one: no channel has this name, so that it is an issue. */
export const NO_CHANNEL = '';

/** The image where neither image nor address is given; that is an issue of its own. */
const NO_IMAGE = '';

export function completeChaincode(chaincode: ChaincodeDescription, channels: readonly Channel[]): Chaincode {
  const { name, version, address } = chaincode;
  const definition = {
    name,
    channel: chaincode.channel ?? onlyChannel(channels),
    version,
    endorsementPolicy: chaincode.endorsementPolicy ?? DEFAULT_ENDORSEMENT_POLICY,
    initRequired: chaincode.initRequired ?? false,
    collections: completeCollections(chaincode.collections),
  };
  if (address !== undefined) return { ...definition, tls: chaincode.tls ?? DEFAULT_TLS.address, address };
  return {
    ...definition,
    tls: chaincode.tls ?? DEFAULT_TLS.image,
    image: chaincode.image ?? NO_IMAGE,
    per: chaincode.per ?? DEFAULT_SERVER_PER,
    resources: chaincode.resources === undefined ? DEFAULT_CHAINCODE_RESOURCES : withoutUndefined(chaincode.resources),
    environment: chaincode.environment ?? {},
    ...withoutUndefined({ environmentFrom: chaincode.environmentFrom }),
  };
}

function onlyChannel(channels: readonly Channel[]): string {
  const [first, ...others] = channels;
  return first !== undefined && others.length === 0 ? first.name : NO_CHANNEL;
}

/** The name of a file never comes here: the schema refuses it, and the command line puts what stands in the file in its place. */
function completeCollections(collections: ChaincodeDescription['collections'] = []): Collection[] {
  return typeof collections === 'string' ? [] : collections.map(completeCollection);
}

function completeCollection({ name, policy, endorsementPolicy, ...numbers }: CollectionDescription): Collection {
  return {
    name,
    policy,
    ...DEFAULT_COLLECTION,
    ...withoutUndefined(numbers),
    ...withoutUndefined({ endorsementPolicy: completeEndorsement(endorsementPolicy) }),
  };
}

/** Exactly one of them is given; all else is an issue of its own. */
function completeEndorsement(policy: CollectionDescription['endorsementPolicy']): Collection['endorsementPolicy'] {
  const { signaturePolicy, channelConfigPolicy } = policy ?? {};
  if (channelConfigPolicy !== undefined) return { channelConfigPolicy };
  return signaturePolicy === undefined ? undefined : { signaturePolicy };
}
