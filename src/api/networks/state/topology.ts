import { createHash } from 'node:crypto';

import type { LatestAttempt, StoredLook, StoredNetwork } from '../../../database/index.ts';
import {
  CA_NODE,
  nodeName,
  nodeTargetName,
  type Chaincode,
  type Channel,
  type Network,
  type Organization,
} from '../../../spec/index.ts';
import type { NetworkStatus, NodeStatus } from '../../../workflows/messages.ts';
import { observationOf } from './observation.ts';
import type { CurrentStep, PartReadiness, Topology, TopologyNode } from './resource.ts';

/** All that is known of a network. */
export interface NetworkFacts {
  readonly stored: StoredNetwork;
  /** The description that was asked for last; undefined where there is none that can be read. */
  readonly described: Network | undefined;
  /** The last look at it; undefined before the first. */
  readonly look: StoredLook | undefined;
  /** The run that works on it now, with those of its steps that are under way; undefined while none does. */
  readonly run: { readonly id: string; readonly steps: readonly LatestAttempt[] } | undefined;
}

type Part = Pick<TopologyNode, 'state' | 'reason' | 'since' | 'step'>;

/** A network as it is described, with the state of each of its parts as it was seen last. */
export function topologyOf(known: NetworkFacts): Topology {
  const { stored, described, look, run } = known;
  const { name: network, lastEvent } = stored;
  const organizations = described?.organizations.map((organization) => organizationOf(known, organization)) ?? [];
  const channels = described?.channels.map((channel) => channelOf(known, channel)) ?? [];
  const chaincodes = described?.chaincodes.map((chaincode) => chaincodeOf(known, described, chaincode)) ?? [];
  return {
    ...{ network, structure: structureOf({ organizations, channels, chaincodes }), lastEvent },
    ...(run === undefined ? {} : { run: run.id }),
    observation: observationOf(look),
    ...{ organizations, channels, chaincodes },
  };
}

function organizationOf(known: NetworkFacts, organization: Organization): Topology['organizations'][number] {
  const { name, mspId, domain, cluster = known.stored.cluster, namespace, orderers, peers } = organization;
  const channels = known.described?.channels ?? [];
  const channelsOf = (kind: 'orderers' | 'peers', node: string): string[] =>
    channels
      .filter((channel) => nodesIn(channel, kind).some((of) => of.organization === name && of.nodes.includes(node)))
      .map((channel) => channel.name);
  const node = (kind: 'orderers' | 'peers') => (one: { readonly name: string }) =>
    nodeOf(known, organization, one.name, channelsOf(kind, one.name));
  return {
    ...{ name, mspId, domain, cluster, namespace },
    certificateAuthority: nodeOf(known, organization, CA_NODE, []),
    orderers: orderers.map(node('orderers')),
    peers: peers.map(node('peers')),
  };
}

interface NodesOf {
  readonly organization: string;
  readonly nodes: readonly string[];
}

/** Names of the nodes of a channel within their organizations. */
function nodesIn(channel: Channel, kind: 'orderers' | 'peers'): readonly NodesOf[] {
  return kind === 'orderers'
    ? channel.orderers.map(({ organization, orderers: nodes }) => ({ organization, nodes }))
    : channel.peers.map(({ organization, peers: nodes }) => ({ organization, nodes }));
}

function nodeOf(
  { look, run }: NetworkFacts,
  organization: Organization,
  name: string,
  channels: readonly string[],
): TopologyNode {
  const id = nodeTargetName(organization, { name });
  const seen = look?.status?.nodes.find((node) => node.name === nodeName(organization, { name }));
  const ends = seen?.certificates.map(({ notAfter }) => notAfter).sort()[0];
  return {
    ...{ id, name },
    ...partOf(look?.status, seen, `${id} is not on its cluster`),
    ...currentStep(run, (target) => target === id),
    ...(seen === undefined ? {} : { version: seen.version }),
    ...(ends === undefined ? {} : { certificateEnds: ends }),
    channels,
  };
}

function partOf(
  status: NetworkStatus | undefined,
  seen: Pick<NodeStatus, 'ready' | 'reason' | 'since'> | undefined,
  missing: string,
): Part {
  if (status === undefined) return { state: 'unknown', reason: '' };
  if (seen === undefined) return { state: 'missing', reason: missing };
  const { ready, reason, since } = seen;
  return { state: ready ? 'ready' : 'notReady', reason, ...(since === undefined ? {} : { since }) };
}

/** What a run does to something now: of several steps the one that waits, which is what people look for. */
function currentStep(run: NetworkFacts['run'], isOf: (target: string) => boolean): { readonly step?: CurrentStep } {
  if (run === undefined) return {};
  const steps = run.steps.filter(({ target }) => isOf(target));
  const shown = steps.find(({ type }) => type !== '') ?? steps[0];
  if (shown === undefined) return {};
  const { step, target, type, reason, stepStartedAt, outcome, attempt, nextAttemptAt } = shown;
  return {
    step: {
      ...{ run: run.id, step, target },
      ...(stepStartedAt === undefined ? {} : { since: stepStartedAt.toISOString() }),
      attempt: outcome === 'running' ? attempt : attempt + 1,
      ...(type === '' ? {} : { type }),
      reason,
      ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: nextAttemptAt.toISOString() }),
    },
  };
}

function channelOf({ look, run }: NetworkFacts, channel: Channel): Topology['channels'][number] {
  const { name } = channel;
  const seen = look?.status?.channels.find((one) => one.name === name);
  const found = seen && { ready: seen.problems.length === 0, reason: seen.problems.join('; ') };
  return {
    name,
    ...partOf(look?.status, found, `nobody has told of the channel ${name}`),
    ...currentStep(run, (target) => target === name || target.startsWith(`${name}@`)),
    ...(seen === undefined ? {} : { height: seen.height }),
    orderers: nodesIn(channel, 'orderers'),
    members: nodesIn(channel, 'peers'),
  };
}

function chaincodeOf(
  { look, run }: NetworkFacts,
  { channels }: Network,
  { name, channel, version }: Chaincode,
): Topology['chaincodes'][number] {
  const id = `${channel}/${name}`;
  const seen = look?.status?.chaincodes.find((one) => one.name === name && one.channel === channel);
  const members = channels.find((one) => one.name === channel)?.peers.map(({ organization }) => organization) ?? [];
  // Where one chaincode alone has the name, its steps leave the channel out.
  const isOf = (target: string): boolean => [id, name].includes(target.split('@')[0] ?? '');
  return {
    ...{ id, name, channel, version },
    ...partOf(look?.status, seen, `nobody has told of the chaincode ${name}`),
    ...currentStep(run, isOf),
    members,
  };
}

/** Characters of a hash that is compared with the one before: two structures of a network do not share them by chance. */
const STRUCTURE_LENGTH = 16;

function structureOf({
  organizations,
  channels,
  chaincodes,
}: Pick<Topology, 'organizations' | 'channels' | 'chaincodes'>): string {
  const structure = [
    organizations.map(({ name, orderers, peers }) => [name, [...orderers, ...peers].map(({ id }) => id)]),
    channels.map(({ name, orderers, members }) => [name, orderers, members]),
    chaincodes.map(({ id, members }) => [id, members]),
  ];
  return createHash('sha256').update(JSON.stringify(structure)).digest('hex').slice(0, STRUCTURE_LENGTH);
}

export function stateOf(ready: boolean | undefined, isLookedAt: boolean): PartReadiness {
  if (ready === undefined) return isLookedAt ? 'missing' : 'unknown';
  return ready ? 'ready' : 'notReady';
}
