import type { Description } from '../../../src/spec/index.ts';

export interface Described {
  /** The image of its chaincode. */
  readonly image: string;
  /** How many orderers, and how many peers. */
  readonly nodes?: number;
  /** The channel has the first of them alone; absent means all. */
  readonly leaves?: boolean;
  readonly batchTimeout?: string;
  readonly version?: string;
  readonly logging?: string;
  /** Images of its orderers and peers; absent means those of its release of Fabric. */
  readonly nodeImages?: { readonly orderer: string; readonly peer: string };
  /** The chaincode's; absent means the channel's. */
  readonly endorsementPolicy?: string;
}

/** A small network that has everything: an organization that orders, one with peers, a channel, a chaincode. */
export function described({
  image,
  nodes = 1,
  leaves = false,
  batchTimeout = '500ms',
  version = '1.0',
  logging = 'info',
  nodeImages,
  endorsementPolicy,
}: Described): Omit<Description, 'name'> {
  const named = (kind: 'orderer' | 'peer'): { name: string; image?: string }[] =>
    Array.from({ length: nodes }, (_, at) => ({
      name: `${kind}${at + 1}`,
      ...(nodeImages && { image: nodeImages[kind] }),
    }));
  const environment = { FABRIC_LOGGING_SPEC: logging };
  return {
    organizations: [
      { name: 'org0', orderers: named('orderer') },
      { name: 'org1', peers: named('peer').map((peer) => ({ ...peer, environment })) },
    ],
    channels: [
      {
        name: 'mychannel',
        orderers: leaves ? [{ organization: 'org0', orderers: ['orderer1'] }] : ['org0'],
        peers: leaves ? [{ organization: 'org1', peers: ['peer1'] }] : ['org1'],
        batch: { timeout: batchTimeout },
      },
    ],
    chaincodes: [
      { name: 'basic', channel: 'mychannel', version, image, ...(endorsementPolicy && { endorsementPolicy }) },
    ],
  };
}
