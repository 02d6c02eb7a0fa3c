/** What the organizations of a channel agree on about a chaincode (https://hyperledger-fabric.readthedocs.io, "Chaincode lifecycle"). */
export interface ChaincodeDefinition {
  readonly name: string;
  readonly version: string;
  /** 1 for the first definition, one more with each change. */
  readonly sequence: number;
  /** A signature policy, or the path of a channel policy such as `/Channel/Application/Endorsement`. */
  readonly endorsementPolicy: string;
  /** The first transaction must be its initialization. */
  readonly initRequired: boolean;
  readonly collections: readonly CollectionConfig[];
}

/** A private data collection, with the fields of Fabric's collections_config.json. */
export interface CollectionConfig {
  readonly name: string;
  /** Signature policy of the members, e.g. `OR('Org1MSP.member')`. */
  readonly policy: string;
  readonly requiredPeerCount: number;
  readonly maxPeerCount: number;
  /** In blocks; 0 means for ever. */
  readonly blockToLive: number;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
  readonly endorsementPolicy?: { readonly signaturePolicy: string } | { readonly channelConfigPolicy: string };
}

/** Whether the text of an endorsement policy is the path of a channel policy, not a signature policy. */
export function isPolicyPath(endorsementPolicy: string): boolean {
  return endorsementPolicy.startsWith('/');
}

/**
 * A definition as arguments of `peer lifecycle chaincode` approveformyorg, checkcommitreadiness and commit
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/commands/peerlifecycle.html).
 *
 * @param collectionsFile where {@link collectionsConfig} is written; not named if the definition has no collections
 */
export function definitionArguments(
  channel: string,
  definition: ChaincodeDefinition,
  collectionsFile: string,
): readonly string[] {
  const { name, version, sequence, endorsementPolicy, initRequired, collections } = definition;
  return [
    ...['--channelID', channel, '--name', name, '--version', version, '--sequence', String(sequence)],
    ...[isPolicyPath(endorsementPolicy) ? '--channel-config-policy' : '--signature-policy', endorsementPolicy],
    ...(initRequired ? ['--init-required'] : []),
    ...(collections.length === 0 ? [] : ['--collections-config', collectionsFile]),
  ];
}

/**
 * Private data collections as the file that `--collections-config` takes
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/private_data_tutorial.html). Approvals are compared byte by
 * byte, so every organization must pass the same.
 */
export function collectionsConfig(collections: readonly CollectionConfig[]): string {
  return JSON.stringify(
    collections.map((collection) => ({
      name: collection.name,
      policy: collection.policy,
      requiredPeerCount: collection.requiredPeerCount,
      maxPeerCount: collection.maxPeerCount,
      blockToLive: collection.blockToLive,
      memberOnlyRead: collection.memberOnlyRead,
      memberOnlyWrite: collection.memberOnlyWrite,
      endorsementPolicy: collection.endorsementPolicy,
    })),
  );
}
