import collectionMessages from '@hyperledger/fabric-protos/lib/peer/collection_pb.js';

import {
  applicationPolicyMessage,
  applicationPolicyOf,
  readApplicationPolicy,
  signaturePolicyMessage,
  signaturePolicyOf,
  type ApplicationPolicy,
} from './endorsement-policy.ts';

/**
 * What the organizations of a channel agree on about a chaincode
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/chaincode_lifecycle.html).
 */
export interface ChaincodeDefinition {
  readonly name: string;
  readonly version: string;
  /** 1 for the first definition, one more with each change. */
  readonly sequence: number;
  readonly endorsementPolicy: ApplicationPolicy;
  readonly initRequired: boolean;
  readonly collections: readonly CollectionDefinition[];
}

/** A private data collection (https://hyperledger-fabric.readthedocs.io/en/release-2.5/private-data-arch.html). */
export interface CollectionDefinition {
  readonly name: string;
  /** Who the members are. */
  readonly policy: ApplicationPolicy;
  readonly requiredPeerCount: number;
  readonly maxPeerCount: number;
  /** In blocks; 0 means for ever. */
  readonly blockToLive: number;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
  /** Undefined means the chaincode's own. */
  readonly endorsementPolicy: ApplicationPolicy | undefined;
}

/** A definition that a channel has, with what its peers filled in. */
export interface CommittedDefinition extends ChaincodeDefinition {
  readonly endorsementPlugin: string;
  readonly validationPlugin: string;
}

/** What the messages with a whole definition have in common (peer/lifecycle/lifecycle.proto). */
interface DefinitionMessage {
  setName(value: string): void;
  setVersion(value: string): void;
  setSequence(value: number): void;
  setValidationParameter(value: Uint8Array): void;
  setInitRequired(value: boolean): void;
  setCollections(value?: collectionMessages.CollectionConfigPackage): void;
}

/**
 * Writes a definition into a message of the lifecycle. Peers compare approvals byte by byte: two organizations that pass the
 * same definition here, or by means of the `peer` program, agree.
 *
 * @param message changed in place
 * @throws TypeError if a policy is one that Weft does not write
 */
export function writeDefinition<Message extends DefinitionMessage>(
  message: Message,
  definition: ChaincodeDefinition,
): Message {
  const { name, version, sequence, endorsementPolicy, initRequired, collections } = definition;
  message.setName(name);
  message.setVersion(version);
  message.setSequence(sequence);
  message.setValidationParameter(applicationPolicyMessage(endorsementPolicy).serializeBinary());
  message.setInitRequired(initRequired);
  if (collections.length > 0) message.setCollections(collectionPackage(collections));
  return message;
}

function collectionPackage(collections: readonly CollectionDefinition[]): collectionMessages.CollectionConfigPackage {
  const configs = collections.map((collection) => {
    const policy = new collectionMessages.CollectionPolicyConfig();
    policy.setSignaturePolicy(signaturePolicyMessage(collection.policy));
    const message = new collectionMessages.StaticCollectionConfig();
    message.setName(collection.name);
    message.setMemberOrgsPolicy(policy);
    message.setRequiredPeerCount(collection.requiredPeerCount);
    message.setMaximumPeerCount(collection.maxPeerCount);
    message.setBlockToLive(collection.blockToLive);
    message.setMemberOnlyRead(collection.memberOnlyRead);
    message.setMemberOnlyWrite(collection.memberOnlyWrite);
    const { endorsementPolicy } = collection;
    if (endorsementPolicy !== undefined) message.setEndorsementPolicy(applicationPolicyMessage(endorsementPolicy));
    const config = new collectionMessages.CollectionConfig();
    config.setStaticCollectionConfig(message);
    return config;
  });
  const all = new collectionMessages.CollectionConfigPackage();
  all.setConfigList(configs);
  return all;
}

/** What the messages with a committed definition have in common; that of one definition leaves out its name. */
interface CommittedMessage {
  getVersion(): string;
  getSequence(): number;
  getEndorsementPlugin(): string;
  getValidationPlugin(): string;
  getValidationParameter_asU8(): Uint8Array;
  getInitRequired(): boolean;
  getCollections(): collectionMessages.CollectionConfigPackage | undefined;
}

export function committedDefinitionOf(name: string, message: CommittedMessage): CommittedDefinition {
  const configs = message.getCollections()?.getConfigList() ?? [];
  return {
    name,
    version: message.getVersion(),
    sequence: message.getSequence(),
    endorsementPlugin: message.getEndorsementPlugin(),
    validationPlugin: message.getValidationPlugin(),
    endorsementPolicy: readApplicationPolicy(message.getValidationParameter_asU8()),
    initRequired: message.getInitRequired(),
    collections: configs.flatMap((config) => collectionOf(config.getStaticCollectionConfig()) ?? []),
  };
}

function collectionOf(
  message: collectionMessages.StaticCollectionConfig | undefined,
): CollectionDefinition | undefined {
  if (message === undefined) return undefined;
  const endorsementPolicy = message.getEndorsementPolicy();
  return {
    name: message.getName(),
    policy: signaturePolicyOf(message.getMemberOrgsPolicy()?.getSignaturePolicy()),
    requiredPeerCount: message.getRequiredPeerCount(),
    maxPeerCount: message.getMaximumPeerCount(),
    blockToLive: message.getBlockToLive(),
    memberOnlyRead: message.getMemberOnlyRead(),
    memberOnlyWrite: message.getMemberOnlyWrite(),
    endorsementPolicy: endorsementPolicy === undefined ? undefined : applicationPolicyOf(endorsementPolicy),
  };
}
