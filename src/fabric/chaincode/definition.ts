import type { ChaincodeDefinition as DescribedDefinition, Collection } from '../../spec/index.ts';

/** What the organizations of a channel agree on about a chaincode (https://hyperledger-fabric.readthedocs.io, "Chaincode lifecycle"). */
export interface ChaincodeDefinition extends Pick<
  DescribedDefinition,
  'name' | 'version' | 'endorsementPolicy' | 'initRequired' | 'collections'
> {
  /** 1 for the first definition, one more with each change. */
  readonly sequence: number;
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
export function collectionsConfig(collections: readonly Collection[]): string {
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
