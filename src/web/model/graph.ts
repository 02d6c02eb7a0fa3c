import { countsInWords, nodeCount, wantsAttention } from './topology.ts';
import type { NetworkTopology, TopologyChannel, NodeInTopology, TopologyOrganization } from './topology.ts';

/*
 * What the graph of a network is made of, and how large. Organizations with peers stand left, channels in the middle, organizations that only order right.
 * Edges lead from organizations to channels alone: forty peers in six channels would be 240 lines.
 */

/** How much is drawn of each node. */
export type Detail = 'cards' | 'chips' | 'counts';

/** So many nodes are read as cards; more become chips, and those counts, so that a window holds them. */
const MOST_CARDS = 20;
const MOST_CHIPS = 60;
/** Beyond it nobody finds anything in a graph: the table is shown first. */
const MOST_IN_GRAPH = 150;

export function detailFor(nodes: number): Detail {
  if (nodes <= MOST_CARDS) return 'cards';
  return nodes <= MOST_CHIPS ? 'chips' : 'counts';
}

export function isTableFirst(nodes: number): boolean {
  return nodes > MOST_IN_GRAPH;
}

/** In CSS pixels, as all sizes here. */
const NODE_SIZE: Readonly<Record<Detail, { readonly width: number; readonly height: number }>> = {
  cards: { width: 240, height: 64 },
  chips: { width: 140, height: 32 },
  counts: { width: 140, height: 32 },
};
const GAP = 8;
const PADDING = 12;
/** Two lines, or one. */
const HEADER: Readonly<Record<Detail, number>> = { cards: 46, chips: 30, counts: 30 };
/** Channels have two lines. */
const CHANNEL_HEADER = 46;
const COUNT_LINE = 22;
const CHANNEL_WIDTH = 240;
const CHAINCODE_LINE = 28;

/** Cards stand in one column as long as it is no higher than a window; chips side by side, since many boxes stand above each other. */
const COLUMNS: Readonly<Record<Detail, number>> = { cards: 1, chips: 3, counts: 3 };
/** More boxes above each other would be higher than wide, and a window is not: chips stand in a row. */
const MOST_BOXES_IN_COLUMN = 5;
const COLUMNS_IN_LOW_BOX = 6;
const MOST_ROWS: Readonly<Record<Detail, number>> = { cards: 5, chips: 6, counts: 6 };

export interface PlacedNode {
  readonly node: NodeInTopology;
  /** Within its box. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface OrganizationBox {
  readonly kind: 'organization';
  readonly id: string;
  readonly organization: TopologyOrganization;
  readonly width: number;
  readonly height: number;
  /** Its name and that of its MSP share a line. */
  readonly isCompact: boolean;
  /** Lines that stand for nodes which are not drawn. */
  readonly counts: readonly string[];
  readonly nodes: readonly PlacedNode[];
}

export interface ChannelBox {
  readonly kind: 'channel';
  readonly id: string;
  readonly channel: TopologyChannel;
  readonly width: number;
  readonly height: number;
}

export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly channel: string;
}

export interface Graph {
  readonly detail: Detail;
  /** In reading order. */
  readonly boxes: readonly (OrganizationBox | ChannelBox)[];
  readonly edges: readonly GraphEdge[];
  /** Column of each box by its id: 0 left, 1 in the middle, 2 right. */
  readonly columns: ReadonlyMap<string, number>;
}

export function graphOf(topology: NetworkTopology): Graph {
  const detail = detailFor(nodeCount(topology));
  const members = topology.organizations.filter((organization) => !isOrdering(organization));
  const ordering = topology.organizations.filter(isOrdering);
  const left = organizationBoxes(members, detail);
  const middle = topology.channels.map(channelBox);
  const right = organizationBoxes(ordering, detail);
  const columns = new Map(
    [left, middle, right].flatMap((boxes, column) => boxes.map(({ id }) => [id, column] as const)),
  );
  const isRight = new Set(ordering.map(({ name }) => name));
  const edges = topology.channels.flatMap(({ name, orderers, members: joined }): GraphEdge[] =>
    [...new Set([...joined, ...orderers])].map((organization) => {
      const [source, target] = isRight.has(organization)
        ? [channelId(name), organizationId(organization)]
        : [organizationId(organization), channelId(name)];
      return { id: `${source}>${target}`, source, target, channel: name };
    }),
  );
  return { detail, boxes: [...left, ...middle, ...right], edges, columns };
}

/** An organization that orders and has no peers. */
function isOrdering({ nodes }: TopologyOrganization): boolean {
  return nodes.some(({ kind }) => kind === 'orderer') && !nodes.some(({ kind }) => kind === 'peer');
}

export function organizationId(name: string): string {
  return `organization:${name}`;
}

export function channelId(name: string): string {
  return `channel:${name}`;
}

/** Boxes that stand above each other. */
function organizationBoxes(organizations: readonly TopologyOrganization[], detail: Detail): readonly OrganizationBox[] {
  const isLow = detail === 'chips' && organizations.length > MOST_BOXES_IN_COLUMN;
  const wanted = isLow ? COLUMNS_IN_LOW_BOX : COLUMNS[detail];
  return organizations.map((organization) => organizationBox(organization, detail, wanted));
}

function organizationBox(organization: TopologyOrganization, detail: Detail, wanted: number): OrganizationBox {
  const { nodes } = organization;
  const drawn = detail === 'counts' ? nodes.filter(wantsAttention) : nodes;
  const counts =
    detail === 'counts'
      ? (['ca', 'orderer', 'peer'] as const).map((kind) => countsInWords(nodes, kind)).filter(Boolean)
      : [];
  const { width, height } = NODE_SIZE[detail];
  const columns = Math.max(Math.min(wanted, drawn.length), Math.ceil(drawn.length / MOST_ROWS[detail]));
  const rows = columns === 0 ? 0 : Math.ceil(drawn.length / columns);
  const top = HEADER[detail] + counts.length * COUNT_LINE;
  const placed = drawn.map((node, index): PlacedNode => ({
    ...{ node, width, height },
    x: PADDING + (index % columns) * (width + GAP),
    y: top + Math.floor(index / columns) * (height + GAP),
  }));
  return {
    kind: 'organization',
    id: organizationId(organization.name),
    ...{ organization, isCompact: detail !== 'cards', counts, nodes: placed },
    width: Math.max(2 * PADDING + columns * (width + GAP) - GAP, counts.length === 0 ? 180 : CHANNEL_WIDTH),
    height: top + rows * (height + GAP) + PADDING - (rows > 0 ? GAP : 0),
  };
}

function channelBox(channel: TopologyChannel): ChannelBox {
  const height = CHANNEL_HEADER + COUNT_LINE + channel.chaincodes.length * CHAINCODE_LINE + PADDING;
  return { kind: 'channel', id: channelId(channel.name), channel, width: CHANNEL_WIDTH, height };
}
