import type { ApplicationPolicy, ChaincodeDefinition, CollectionDefinition } from '../../fabric/index.ts';
import { parseSignaturePolicy, type Chaincode } from '../../spec/index.ts';

/** The definition of a described chaincode, as its organizations approve and commit it. */
export function definitionOf(chaincode: Chaincode, sequence: number): ChaincodeDefinition {
  const { name, version, endorsementPolicy, initRequired, collections } = chaincode;
  return {
    name,
    version,
    sequence,
    endorsementPolicy: policyOf(endorsementPolicy),
    initRequired,
    collections: collections.map(collectionOf),
  };
}

function collectionOf(collection: Chaincode['collections'][number]): CollectionDefinition {
  const { endorsementPolicy } = collection;
  return {
    ...collection,
    policy: policyOf(collection.policy),
    endorsementPolicy: endorsementPolicy === undefined ? undefined : policyOf(textOf(endorsementPolicy)),
  };
}

function textOf(policy: { readonly signaturePolicy: string } | { readonly channelConfigPolicy: string }): string {
  return 'signaturePolicy' in policy ? policy.signaturePolicy : policy.channelConfigPolicy;
}

/** A text that begins with a slash is the path of a channel policy, any other a signature policy. */
function policyOf(text: string): ApplicationPolicy {
  if (text.startsWith('/')) return { kind: 'channel', path: text };
  return { kind: 'signature', policy: parseSignaturePolicy(text) };
}
