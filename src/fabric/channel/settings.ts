/*
 * The settings of a channel, within its configuration: capabilities, batches, options of consensus, policies. Each function
 * takes over what the description says, changes the channel's group in place and returns what changes, in words.
 */
import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import { FabricError } from '../error.ts';
import type { ConfigGroup } from './config.ts';
import { consensusType } from './consenters.ts';
import { policyText, readChannelPolicy, sameChannelPolicy } from './policy.ts';

const Capabilities = z.object({ capabilities: z.record(z.string(), z.unknown()) });

/**
 * @throws FabricError `refused` where the channel has a higher level: Fabric has no way back from one
 *   (https://hyperledger-fabric.readthedocs.io/en/release-2.5/updating_capabilities.html), and does not refuse it
 */
export function editCapabilities(where: string, group: ConfigGroup, described: ConfigGroup): readonly string[] {
  const [from, to] = [capabilityLevels(group), capabilityLevels(described)];
  if (from.join() === to.join() || described.values['Capabilities'] === undefined) return [];
  if (compareLevels(highest(from), highest(to)) > 0) {
    throw new FabricError(
      'refused',
      `The channel's capability ${where} is ${from.join('+')} and cannot become ${to.join('+')}: Fabric has no way back from a capability.`,
    );
  }
  group.values['Capabilities'] = {
    ...(group.values['Capabilities'] ?? described.values['Capabilities']),
    value: described.values['Capabilities'].value,
  };
  return [`capabilities.${where} ${from.length === 0 ? 'none' : from.join('+')} -> ${to.join('+')}`];
}

function capabilityLevels(of: ConfigGroup): readonly string[] {
  const value = Capabilities.safeParse(of.values['Capabilities']?.value);
  return value.success ? Object.keys(value.data.capabilities).sort(compareLevels) : [];
}

function highest(levels: readonly string[]): string {
  return levels.at(-1) ?? '';
}

/** By their numbers, e.g. V1_4_3 before V2_0. */
function compareLevels(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

export function editBatch(orderer: ConfigGroup, described: ConfigGroup): readonly string[] {
  return [
    ...editFields('batch', orderer, described, 'BatchTimeout'),
    ...editFields('batch', orderer, described, 'BatchSize'),
  ];
}

const Fields = z.record(z.string(), z.unknown());

/** Takes over the members of a value that the description has, and names those that differ. */
function editFields(where: string, group: ConfigGroup, described: ConfigGroup, name: string): readonly string[] {
  const [value, wanted] = [group.values[name], described.values[name]];
  if (wanted === undefined) return [];
  const { fields, changes } = mergedFields(
    where,
    Fields.safeParse(value?.value).data ?? {},
    Fields.parse(wanted.value),
  );
  if (changes.length > 0) group.values[name] = { ...(value ?? wanted), value: fields };
  return changes;
}

function mergedFields(
  where: string,
  current: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): { readonly fields: Readonly<Record<string, unknown>>; readonly changes: readonly string[] } {
  const differing = Object.entries(wanted).filter(([key, value]) => !isDeepStrictEqual(current[key], value));
  return {
    fields: { ...current, ...wanted },
    changes: differing.map(([key, value]) => `${where}.${camelCase(key)} ${text(current[key])} -> ${text(value)}`),
  };
}

const ConsensusType = z.looseObject({ metadata: Fields });

/** The options of Raft lie beside its consenters; those of BFT are all that is there, with some that nobody describes. */
export function editConsensusOptions(orderer: ConfigGroup, described: ConfigGroup): readonly string[] {
  const value = orderer.values['ConsensusType'];
  if (value === undefined) return [];
  const current = ConsensusType.parse(value.value);
  const { metadata: wanted } = ConsensusType.parse(described.values['ConsensusType']?.value);
  if (consensusType(orderer) === 'etcdraft') {
    const merged = mergedFields(
      'consensus',
      Fields.parse(current.metadata['options']),
      Fields.parse(wanted['options']),
    );
    value.value = { ...current, metadata: { ...current.metadata, options: merged.fields } };
    return merged.changes;
  }
  const options = Object.fromEntries(Object.entries(wanted).filter(([key]) => BFT_OPTIONS.has(key)));
  const merged = mergedFields('consensus', current.metadata, options);
  value.value = { ...current, metadata: merged.fields };
  return merged.changes;
}

/** The options of smartbft.Options that a blueprint has (see BftConsensus). */
const BFT_OPTIONS: ReadonlySet<string> = new Set([
  'request_batch_max_count',
  'request_batch_max_interval',
  'request_forward_timeout',
  'request_complain_timeout',
  'request_auto_remove_timeout',
  'view_change_resend_interval',
  'view_change_timeout',
  'leader_heartbeat_timeout',
  'collect_timeout',
  'request_batch_max_bytes',
  'incoming_message_buffer_size',
  'request_pool_size',
  'leader_heartbeat_count',
]);

export function editPolicies(where: string, group: ConfigGroup, described: ConfigGroup): readonly string[] {
  return Object.entries(described.policies).flatMap(([name, wanted]) => {
    if (isDerived(described, name)) return [];
    const current = group.policies[name];
    if (current !== undefined && sameChannelPolicy(current, wanted)) return [];
    group.policies[name] = { ...(current ?? wanted), policy: wanted.policy };
    const from = current === undefined ? 'none' : policyText(readChannelPolicy(current));
    const key = name.charAt(0).toLowerCase() + name.slice(1);
    return [`policies.${where}.${key} ${from} -> ${policyText(readChannelPolicy(wanted))}`];
  });
}

/** With BFT, this policy names the consenters, and changes with them alone. */
function isDerived(group: ConfigGroup, policy: string): boolean {
  return policy === 'BlockValidation' && group.values['Orderers'] !== undefined;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function text(value: unknown): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
