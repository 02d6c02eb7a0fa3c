import { partWord, type PartState, type StateWord, type WorkOnPart } from './states.ts';

/*
 * A network as graph and table show it. What the API answers is brought into this form, so that neither knows where it came from.
 */

/** What every part of a network has. */
export interface TopologyPart {
  readonly state: PartState;
  /** Why it is not ready; empty where it is, or where that is not known. */
  readonly reason: string;
  /** Since when it has been ready or not; undefined where that is not known. */
  readonly since?: string | undefined;
  /** What a run does to it now. */
  readonly work?: WorkOnPart | undefined;
}

export type TopologyNodeKind = 'ca' | 'orderer' | 'peer';

export interface NodeInTopology extends TopologyPart {
  /** As steps name it, e.g. `org1/peer1`. */
  readonly id: string;
  /** Within its organization, e.g. `peer1`. */
  readonly name: string;
  readonly kind: TopologyNodeKind;
  /** Tag of the image that it runs. */
  readonly version?: string | undefined;
  /** When the first of its certificates ends. */
  readonly certificateEnds?: string | undefined;
  readonly channels: readonly string[];
}

export interface TopologyOrganization {
  readonly name: string;
  readonly mspId: string;
  readonly domain: string;
  readonly namespace: string;
  /** CA first, then orderers, then peers. */
  readonly nodes: readonly NodeInTopology[];
}

export interface TopologyChaincode extends TopologyPart {
  readonly name: string;
  readonly version: string;
}

export interface TopologyChannel extends TopologyPart {
  readonly name: string;
  /** Number of blocks; undefined where it is not known. */
  readonly height?: number | undefined;
  /** Names of the organizations that order. */
  readonly orderers: readonly string[];
  /** Names of the organizations that are members. */
  readonly members: readonly string[];
  readonly chaincodes: readonly TopologyChaincode[];
}

export interface NetworkTopology {
  /** Changes with what there is and who belongs to what, and with no state: it is laid out anew when it does. */
  readonly structure: string;
  readonly organizations: readonly TopologyOrganization[];
  readonly channels: readonly TopologyChannel[];
}

export function nodeCount({ organizations }: NetworkTopology): number {
  return organizations.reduce((sum, { nodes }) => sum + nodes.length, 0);
}

/** How much a network is: `2 organizations with 5 nodes, and 1 channel`. */
export function sizeInWords(topology: NetworkTopology): string {
  const [organizations, channels] = [topology.organizations.length, topology.channels.length];
  const nodes = plural(nodeCount(topology), 'node');
  return `${plural(organizations, 'organization')} with ${nodes}, and ${plural(channels, 'channel')}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const KIND_WORDS: Readonly<Record<TopologyNodeKind, string>> = { ca: 'CA', orderer: 'orderer', peer: 'peer' };

export function kindWord(kind: TopologyNodeKind): string {
  return KIND_WORDS[kind];
}

export function wordOf({ state, work }: Pick<TopologyPart, 'state' | 'work'>): StateWord {
  return partWord(state, work);
}

/** Why a part is as it is: what is being done to it comes first. */
export function reasonOf({ reason, work }: Pick<TopologyPart, 'reason' | 'work'>): string {
  return work === undefined || work.reason === '' ? reason : work.reason;
}

/** What a screen reader says of a node: `peer1 of org1, ready, channels trade and audit`. */
export function nodeLabel(organization: string, node: NodeInTopology): string {
  const { name, channels } = node;
  const state = wordOf(node).word.toLowerCase();
  const why = reasonOf(node);
  const told = [`${name} of ${organization}`, why === '' ? state : `${state}: ${why}`];
  if (channels.length > 0) told.push(`${channels.length === 1 ? 'channel' : 'channels'} ${listed(channels)}`);
  return told.join(', ');
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** How many nodes of a kind are in which state: `peers 11/12 ready, 1 waiting`. Empty where there are none. */
export function countsInWords(nodes: readonly NodeInTopology[], kind: TopologyNodeKind): string {
  const ofKind = nodes.filter((node) => node.kind === kind);
  if (ofKind.length === 0) return '';
  const words = ofKind.map((node) => wordOf(node).word.toLowerCase());
  const ready = words.filter((word) => word === 'ready').length;
  const others = [...new Set(words)]
    .filter((word) => word !== 'ready')
    .map((word) => `, ${words.filter((other) => other === word).length} ${word}`);
  return `${KIND_WORDS[kind]}${ofKind.length === 1 ? '' : 's'} ${ready}/${ofKind.length} ready${others.join('')}`;
}

/** Whether somebody has to look at a node: it is drawn where others are only counted. */
export function wantsAttention(part: Pick<TopologyPart, 'state' | 'work'>): boolean {
  return ['attention', 'bad'].includes(wordOf(part).tone);
}

const TONES = ['bad', 'attention', 'busy', 'quiet', 'good'];

/** The word of the node that wants most attention: that of the whole organization. */
export function worstWord(nodes: readonly NodeInTopology[]): StateWord | undefined {
  return nodes.map(wordOf).toSorted((one, other) => TONES.indexOf(one.tone) - TONES.indexOf(other.tone))[0];
}
