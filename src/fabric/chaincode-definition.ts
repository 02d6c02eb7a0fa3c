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
