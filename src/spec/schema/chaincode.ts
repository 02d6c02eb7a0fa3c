import { z } from 'zod';

import { DEFAULT_COLLECTION, DEFAULT_ENDORSEMENT_POLICY, DEFAULT_SERVER_PER, DEFAULT_TLS } from '../defaults.ts';
import { environment, environmentFrom, oneOf, resources, text, wholeNumber } from './fields.ts';
import {
  addressFormat,
  chaincodeNameFormat,
  chaincodeVersionFormat,
  collectionNameFormat,
  imageFormat,
  policyFormat,
  referenceFormat,
} from './formats.ts';

/** The largest number that Fabric's protocol buffers hold in an int32. */
const MOST_PEERS = 2 ** 31 - 1;

/** Private data collections, with the fields of Fabric's collections_config.json (internal/peer/chaincode/common.go, collectionConfigJson). */
const collection = z.strictObject({
  name: text(collectionNameFormat).describe('Name of the collection.'),
  policy: text(policyFormat).describe("Who holds the data: roles joined by OR, e.g. OR('Org1MSP.member')."),
  requiredPeerCount: wholeNumber(0, MOST_PEERS)
    .optional()
    .describe(`Other peers that must have the data at endorsement. Default: ${DEFAULT_COLLECTION.requiredPeerCount}.`),
  maxPeerCount: wholeNumber(0, MOST_PEERS)
    .optional()
    .describe(`Other peers that are given the data at endorsement. Default: ${DEFAULT_COLLECTION.maxPeerCount}.`),
  blockToLive: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe(`Blocks after which the data is purged; 0 means never. Default: ${DEFAULT_COLLECTION.blockToLive}.`),
  memberOnlyRead: truth()
    .optional()
    .describe(`Only clients of members may read. Default: ${DEFAULT_COLLECTION.memberOnlyRead}.`),
  memberOnlyWrite: truth()
    .optional()
    .describe(`Only clients of members may write. Default: ${DEFAULT_COLLECTION.memberOnlyWrite}.`),
  endorsementPolicy: z
    .strictObject({
      signaturePolicy: text(policyFormat).optional().describe('A signature policy.'),
      channelConfigPolicy: text(policyFormat).optional().describe('Or the path of a policy of the channel.'),
    })
    .optional()
    .describe("Who must endorse a write to the collection. Default: the chaincode's policy."),
});

const FILE_ELSEWHERE = 'is the name of a file, which only the weft command reads: put the list that stands in it here';

/** A chaincode as a user writes it, in short or completed form. */
export const chaincodeSchema = z.strictObject({
  name: text(chaincodeNameFormat).describe('Name of the chaincode.'),
  channel: text(referenceFormat).optional().describe('Name of its channel. Default: the only one.'),
  version: text(chaincodeVersionFormat).describe('Version, a text: quote what looks like a number.'),
  image: text(imageFormat)
    .optional()
    .describe('Image of its server, which Weft runs beside the peers. Either this or address.'),
  address: text(addressFormat)
    .optional()
    .describe('Host and port, as peers reach it, of a server that somebody else runs. Either this or image.'),
  per: oneOf('organization', 'peer')
    .optional()
    .describe(
      `With image: whether the peers of an organization share a server, or each has one. Default: ${DEFAULT_SERVER_PER}.`,
    ),
  resources,
  environment: environment
    .optional()
    .describe('With image: environment variables of the server. Not for secrets, as for nodes.'),
  environmentFrom: environmentFrom
    .optional()
    .describe('With image: environment variables whose values stand in Secrets, as for nodes. Default: none.'),
  endorsementPolicy: text(policyFormat)
    .optional()
    .describe(
      `Who must endorse: a signature policy, or the path of a policy of the channel. Default: ${DEFAULT_ENDORSEMENT_POLICY}.`,
    ),
  initRequired: truth().optional().describe('The first transaction must be its initialization. Default: false.'),
  tls: truth()
    .optional()
    .describe(
      `TLS between peers and chaincode: with image both show certificates, with address the server alone. Default: ${DEFAULT_TLS.image} with image, ${DEFAULT_TLS.address} with address.`,
    ),
  collections: z
    .union([z.array(collection), z.string().refine(() => false, { error: FILE_ELSEWHERE })], {
      error: 'must be a list of collections, or the name of a collections_config.json',
    })
    .optional()
    .describe("Private data collections: a list, or the path of Fabric's collections_config.json. Default: none."),
});

export type ChaincodeDescription = z.output<typeof chaincodeSchema>;
export type CollectionDescription = z.output<typeof collection>;

function truth(): z.ZodBoolean {
  return z.boolean({ error: 'must be true or false' });
}
