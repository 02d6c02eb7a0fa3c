/*
 * Who must sign a configuration update: what an orderer will check when it gets one (common/configtx/update.go,
 * verifyDeltaSet). An element that changes is guarded by its own modification policy; adding and removing elements is
 * guarded by that of the group in which they are.
 */
import { isDeepStrictEqual } from 'node:util';

import { section, type ChannelConfig, type ConfigGroup, type Section } from './config.ts';
import { organizationsOf } from './organizations.ts';
import { policyText, readChannelPolicy, type ChannelPolicy } from './policy.ts';
import type { SignaturePolicy } from '../../spec/index.ts';

/** Whose signatures make an update of a channel's configuration valid. */
export interface Signers {
  /** MSP IDs of the organizations whose admins sign, no more than are needed; together with those that are missing, if there are such. */
  readonly signers: readonly string[];
  /** Policies that no signatures of those available satisfy, each with what it wants. */
  readonly unmet: readonly string[];
  /** MSP IDs of organizations of the channel whose signatures would be enough for those, besides the ones above: the first that are; none where nobody can meet one of them. */
  readonly missing: readonly string[];
}

/**
 * Which organizations' admins must sign so that a channel goes from one configuration to another: those that the
 * modification policies of all that changes want, as the channel stands now.
 *
 * @param available MSP IDs of the organizations whose admin can sign; the first ones are preferred
 */
export function signersNeeded(current: ChannelConfig, wanted: ChannelConfig, available: readonly string[]): Signers {
  const paths = new Set(guards(ROOT, current.channel_group, wanted.channel_group));
  const policies = [...paths].map((path) => ({ path, found: find(current, path) }));
  const met = policies.filter(({ found }) => isSatisfied(found, new Set(available)));
  const unmet = policies.filter((policy) => !met.includes(policy));
  const everybody = [...new Set([...available, ...mspIdsOf(current)])];
  const possible = policies.filter(({ found }) => isSatisfied(found, new Set(everybody)));
  const enough = fewest(everybody, (signers) => possible.every(({ found }) => isSatisfied(found, signers)));
  // Where nobody can meet one of them, no signatures are enough.
  const isPossible = unmet.every((policy) => possible.includes(policy));
  return {
    signers: isPossible
      ? enough.filter((mspId) => available.includes(mspId))
      : fewest(available, (signers) => met.every(({ found }) => isSatisfied(found, signers))),
    unmet: unmet.map(({ path, found }) => `${path} wants ${wish(found)}`),
    missing: isPossible ? enough.filter((mspId) => !available.includes(mspId)) : [],
  };
}

/**
 * Who must sign so that organizations become part of a channel, where nothing is known of them yet but their MSP IDs.
 *
 * @param comers by the group that they come to
 */
export function signersOfComers(
  current: ChannelConfig,
  comers: Readonly<Record<Section, readonly string[]>>,
  available: readonly string[],
): Signers {
  const wanted = structuredClone(current);
  for (const name of SECTIONS) {
    const group = section(wanted, name);
    const present = organizationsOf(group).map(({ mspId }) => mspId);
    for (const mspId of comers[name].filter((comer) => !present.includes(comer))) {
      group.groups[mspId] = { ...group, groups: {}, policies: {}, values: {} };
    }
  }
  return signersNeeded(current, wanted, available);
}

const SECTIONS = ['Orderer', 'Application'] as const satisfies readonly Section[];

/** The organizations of a channel, members and ordering ones. */
function mspIdsOf(config: ChannelConfig): readonly string[] {
  return SECTIONS.flatMap((name) => organizationsOf(section(config, name)).map(({ mspId }) => mspId));
}

const ROOT = '/Channel';

/** Paths of the policies that guard what differs between two states of a group. */
function guards(path: string, current: ConfigGroup, wanted: ConfigGroup): readonly string[] {
  const kinds = ['groups', 'policies', 'values'] as const;
  const isSameShape =
    current.mod_policy === wanted.mod_policy &&
    kinds.every((kind) => isDeepStrictEqual(new Set(Object.keys(current[kind])), new Set(Object.keys(wanted[kind]))));
  return [
    ...(isSameShape ? [] : [absolute(path, current.mod_policy)]),
    ...guardsOfElements(path, current.values, wanted.values),
    ...guardsOfElements(path, current.policies, wanted.policies),
    ...Object.entries(current.groups).flatMap(([name, group]) => {
      const other = wanted.groups[name];
      return other === undefined ? [] : guards(`${path}/${name}`, group, other);
    }),
  ];
}

interface Element {
  readonly mod_policy: string;
  readonly version: string;
}

function guardsOfElements(
  path: string,
  current: Readonly<Record<string, Element>>,
  wanted: Readonly<Record<string, Element>>,
): readonly string[] {
  const changed = Object.entries(current).filter(([name, element]) => {
    const other = wanted[name];
    // Versions are the update's business; what is removed is a change of the group.
    return other !== undefined && !isDeepStrictEqual({ ...element, version: other.version }, other);
  });
  return changed.map(([, element]) => absolute(path, element.mod_policy));
}

function absolute(groupPath: string, policy: string): string {
  return policy.startsWith('/') ? policy : `${groupPath}/${policy}`;
}

/** A policy with the groups below its own, to which an implicit one refers. */
interface Found {
  readonly policy: ChannelPolicy;
  readonly groups: Readonly<Record<string, ConfigGroup>>;
}

/** Undefined if there is no such policy: Fabric takes that for one that nobody satisfies. */
function find(config: ChannelConfig, path: string): Found | undefined {
  const names = path.slice(ROOT.length + 1).split('/');
  const name = names.pop() ?? '';
  const group = names.reduce<ConfigGroup | undefined>((parent, key) => parent?.groups[key], config.channel_group);
  return group === undefined ? undefined : policyOf(group, name);
}

function policyOf(group: ConfigGroup, name: string): Found | undefined {
  const policy = group.policies[name];
  return policy === undefined ? undefined : { policy: readChannelPolicy(policy), groups: group.groups };
}

function isSatisfied(found: Found | undefined, signers: ReadonlySet<string>): boolean {
  if (found === undefined || found.policy.kind === 'other') return false;
  if (found.policy.kind === 'signature') return isSigned(found.policy.policy, signers);
  const { rule, subPolicy } = found.policy;
  const groups = Object.values(found.groups);
  const satisfied = groups.filter((group) => isSatisfied(policyOf(group, subPolicy), signers));
  return satisfied.length >= threshold(rule, groups.length);
}

/** As in common/policies/implicitmeta.go. */
function threshold(rule: 'ANY' | 'ALL' | 'MAJORITY', count: number): number {
  if (count === 0 || rule === 'ALL') return count;
  return rule === 'ANY' ? 1 : Math.floor(count / 2) + 1;
}

function isSigned(policy: SignaturePolicy, signers: ReadonlySet<string>): boolean {
  if (policy.kind === 'outOf') return policy.of.filter((part) => isSigned(part, signers)).length >= policy.n;
  // An admin is also a member, but with NodeOUs neither a client, nor a peer, nor an orderer.
  return signers.has(policy.mspId) && (policy.role === 'admin' || policy.role === 'member');
}

/** Leaves out, from the last to the first, whoever is not needed. */
function fewest(available: readonly string[], isEnough: (signers: ReadonlySet<string>) => boolean): readonly string[] {
  return available.reduceRight<readonly string[]>((needed, candidate) => {
    const others = needed.filter((mspId) => mspId !== candidate);
    return isEnough(new Set(others)) ? others : needed;
  }, available);
}

function wish(found: Found | undefined): string {
  if (found === undefined) return 'what nobody can give: there is no such policy';
  const { policy, groups } = found;
  return policy.kind === 'implicit' ? `${policyText(policy)} of ${Object.keys(groups).join(', ')}` : policyText(policy);
}
