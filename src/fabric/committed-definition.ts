import type { SignaturePolicy } from './signature-policy.ts';

/** A policy of a chaincode: who must sign, or the path of a channel policy. `other` is one that Weft cannot have made. */
export type ApplicationPolicy =
  | { readonly kind: 'signature'; readonly policy: SignaturePolicy }
  | { readonly kind: 'channel'; readonly path: string }
  | { readonly kind: 'other' };

/** The definition of a chaincode that a channel has, as `peer lifecycle chaincode querycommitted` tells it. */
export interface CommittedDefinition {
  readonly name: string;
  readonly version: string;
  readonly sequence: number;
  readonly endorsementPlugin: string;
  readonly validationPlugin: string;
  readonly endorsementPolicy: ApplicationPolicy;
  readonly initRequired: boolean;
  readonly collections: readonly CommittedCollection[];
}

export interface CommittedCollection {
  readonly name: string;
  readonly policy: ApplicationPolicy;
  readonly requiredPeerCount: number;
  readonly maxPeerCount: number;
  readonly blockToLive: number;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
  /** Absent means the chaincode's own. */
  readonly endorsementPolicy?: ApplicationPolicy;
}
