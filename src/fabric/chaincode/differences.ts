import type { Collection } from '../../spec/index.ts';
import type { ApplicationPolicy } from './endorsement-policy.ts';
import { isPolicyPath, type ChaincodeDefinition } from './definition.ts';
import type { CommittedCollection, CommittedDefinition } from './committed-definition.ts';
import { sameSignaturePolicy, type SignaturePolicyParser } from '../signature-policy.ts';

/**
 * What a channel's definition of a chaincode has otherwise than it should, leaving the sequence aside.
 *
 * @param wanted with policies as text
 * @param parsePolicy reads those texts
 * @returns in words, e.g. `version 1.0 -> 1.1`, `endorsement policy`, `collection private`; none means the same
 */
export function definitionDifferences(
  committed: CommittedDefinition,
  wanted: Omit<ChaincodeDefinition, 'sequence'>,
  parsePolicy: SignaturePolicyParser,
): readonly string[] {
  const { endorsementPolicy: policy } = committed;
  return [
    ...changed('version', committed.version, wanted.version),
    ...(isPolicy(policy, wanted.endorsementPolicy, parsePolicy) ? [] : ['endorsement policy']),
    ...changed('initialization', needed(committed.initRequired), needed(wanted.initRequired)),
    ...changed('endorsement plugin', committed.endorsementPlugin, DEFAULT_PLUGINS.endorsement),
    ...changed('validation plugin', committed.validationPlugin, DEFAULT_PLUGINS.validation),
    ...collectionDifferences(committed.collections, wanted.collections, parsePolicy),
  ];
}

// What the peer fills in where a definition names none (core/chaincode/lifecycle/scc.go), as Weft's definitions do.
const DEFAULT_PLUGINS = { endorsement: 'escc', validation: 'vscc' };

function changed(what: string, is: string, shouldBe: string): string[] {
  return is === shouldBe ? [] : [`${what} ${is} -> ${shouldBe}`];
}

function needed(initRequired: boolean): string {
  return initRequired ? 'required' : 'not required';
}

function isPolicy(policy: ApplicationPolicy, text: string, parsePolicy: SignaturePolicyParser): boolean {
  if (isPolicyPath(text)) return policy.kind === 'channel' && policy.path === text;
  return policy.kind === 'signature' && sameSignaturePolicy(policy.policy, parsePolicy(text));
}

function collectionDifferences(
  committed: readonly CommittedCollection[],
  wanted: readonly Collection[],
  parsePolicy: SignaturePolicyParser,
): string[] {
  const added = wanted.filter(({ name }) => !committed.some((is) => is.name === name));
  const differing = committed.flatMap((is) => {
    const shouldBe = wanted.find(({ name }) => name === is.name);
    if (shouldBe === undefined) return [`collection ${is.name} removed`];
    return sameCollection(is, shouldBe, parsePolicy) ? [] : [`collection ${is.name}`];
  });
  return [...differing, ...added.map(({ name }) => `collection ${name} added`)];
}

function sameCollection(is: CommittedCollection, shouldBe: Collection, parsePolicy: SignaturePolicyParser): boolean {
  return (
    SETTINGS.every((setting) => is[setting] === shouldBe[setting]) &&
    isPolicy(is.policy, shouldBe.policy, parsePolicy) &&
    sameEndorsement(is.endorsementPolicy, shouldBe.endorsementPolicy, parsePolicy)
  );
}

const SETTINGS = [
  'requiredPeerCount',
  'maxPeerCount',
  'blockToLive',
  'memberOnlyRead',
  'memberOnlyWrite',
] as const satisfies readonly (keyof CommittedCollection)[];

function sameEndorsement(
  is: ApplicationPolicy | undefined,
  shouldBe: Collection['endorsementPolicy'],
  parsePolicy: SignaturePolicyParser,
): boolean {
  if (is === undefined || shouldBe === undefined) return is === shouldBe;
  if ('channelConfigPolicy' in shouldBe) return is.kind === 'channel' && is.path === shouldBe.channelConfigPolicy;
  return isPolicy(is, shouldBe.signaturePolicy, parsePolicy);
}
