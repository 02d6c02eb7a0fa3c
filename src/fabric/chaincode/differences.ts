import type { ChaincodeDefinition, CollectionDefinition, CommittedDefinition } from './definition.ts';
import { sameApplicationPolicy, type ApplicationPolicy } from './endorsement-policy.ts';

/**
 * In what a channel's definition of a chaincode differs from what it should be, leaving the sequence aside.
 *
 * @returns in words, e.g. `version 1.0 -> 1.1`, `endorsement policy`, `collection private`; none means the same
 */
export function definitionDifferences(
  committed: CommittedDefinition,
  wanted: Omit<ChaincodeDefinition, 'sequence'>,
): readonly string[] {
  const isSamePolicy = sameApplicationPolicy(committed.endorsementPolicy, wanted.endorsementPolicy);
  return [
    ...changed('version', committed.version, wanted.version),
    ...(isSamePolicy ? [] : ['endorsement policy']),
    ...changed('initialization', needed(committed.initRequired), needed(wanted.initRequired)),
    ...changed('endorsement plugin', committed.endorsementPlugin, DEFAULT_PLUGINS.endorsement),
    ...changed('validation plugin', committed.validationPlugin, DEFAULT_PLUGINS.validation),
    ...collectionDifferences(committed.collections, wanted.collections),
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

function collectionDifferences(
  committed: readonly CollectionDefinition[],
  wanted: readonly CollectionDefinition[],
): string[] {
  const added = wanted.filter(({ name }) => !committed.some((is) => is.name === name));
  const differing = committed.flatMap((is) => {
    const shouldBe = wanted.find(({ name }) => name === is.name);
    if (shouldBe === undefined) return [`collection ${is.name} removed`];
    return sameCollection(is, shouldBe) ? [] : [`collection ${is.name}`];
  });
  return [...differing, ...added.map(({ name }) => `collection ${name} added`)];
}

function sameCollection(is: CollectionDefinition, shouldBe: CollectionDefinition): boolean {
  return (
    SETTINGS.every((setting) => is[setting] === shouldBe[setting]) &&
    sameApplicationPolicy(is.policy, shouldBe.policy) &&
    sameIfAny(is.endorsementPolicy, shouldBe.endorsementPolicy)
  );
}

const SETTINGS = [
  'requiredPeerCount',
  'maxPeerCount',
  'blockToLive',
  'memberOnlyRead',
  'memberOnlyWrite',
] as const satisfies readonly (keyof CollectionDefinition)[];

function sameIfAny(is: ApplicationPolicy | undefined, shouldBe: ApplicationPolicy | undefined): boolean {
  if (is === undefined || shouldBe === undefined) return is === shouldBe;
  return sameApplicationPolicy(is, shouldBe);
}
