import '@xyflow/react/dist/style.css';
import './graph.css';

import { Controls, ReactFlow, ReactFlowProvider, useReactFlow, useStore, type Edge } from '@xyflow/react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import { graphOf, type Graph } from '../../../model/graph.ts';
import { neighbour, type Direction } from '../../../model/neighbour.ts';
import { nodeLabel, wordOf, type NetworkTopology } from '../../../model/topology.ts';
import { Loading } from '../../../shell/loading.tsx';
import { ChannelElementView, NodeElementView, OrganizationElementView, type GraphElement } from './boxes.tsx';
import { layoutOf, type Position } from './layout.ts';

/** What somebody has picked on the graph, by the id of its element. */
export type Pick = string;

interface NetworkGraphProps {
  readonly topology: NetworkTopology;
  /** Name of the channel that the rest steps back behind; undefined means all are alike. */
  readonly channel: string | undefined;
  /** Called with the id of a node (`org1/peer1`), or with a channel's (`channel:trade`). */
  readonly onOpen: (pick: Pick) => void;
}

const ELEMENT_VIEWS = {
  organization: OrganizationElementView,
  channel: ChannelElementView,
  member: NodeElementView,
};

/** Its own text offers to move and to delete what is shown. */
const LABELS = {
  'node.a11yDescription.default': 'Press Enter to open it, arrow keys to go to what is beside it.',
  'node.a11yDescription.keyboardDisabled': 'Press Enter to open it, arrow keys to go to what is beside it.',
  'edge.a11yDescription.default': 'Membership of an organization in a channel.',
  'controls.ariaLabel': 'Zoom',
};

/** Below it texts cannot be read: names and shapes alone are shown, larger. */
const LEGIBLE_ZOOM = 0.5;

/** Small graphs are not blown up. */
const NATURAL_SIZE = { maxZoom: 1, padding: 0.04 };

/** The organizations, nodes and channels of a network. */
export function NetworkGraph(props: NetworkGraphProps): ReactNode {
  return (
    <ReactFlowProvider>
      <LaidOut {...props} />
    </ReactFlowProvider>
  );
}

function LaidOut({ topology, channel, onOpen }: NetworkGraphProps): ReactNode {
  const graph = useMemo(() => graphOf(topology), [topology]);
  const places = usePlaces(graph, topology.structure);
  const elements = useMemo(() => elementsOf(graph, places, topology, channel), [graph, places, topology, channel]);
  const edges = useMemo(() => edgesOf(graph, channel), [graph, channel]);
  const isFar = useStore(({ transform }) => transform[2] < LEGIBLE_ZOOM);
  const flow = useReactFlow();
  const surface = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent): void => {
    const id = elementAt(event.target);
    if (id === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onOpen(id);
      return;
    }
    if (!isDirection(event.key)) return;
    event.preventDefault();
    // Before React Flow, which moves what is picked.
    event.stopPropagation();
    const located = elements
      .filter(({ focusable }) => focusable !== false)
      .flatMap((element) => {
        const node = flow.getInternalNode(element.id);
        const { width = 0, height = 0 } = element;
        const place = node?.internals.positionAbsolute;
        return place === undefined ? [] : [{ id: element.id, x: place.x + width / 2, y: place.y + height / 2 }];
      });
    const from = located.find((one) => one.id === id);
    const next = from && neighbour(from, located, event.key);
    if (next === undefined) return;
    surface.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(next.id)}"]`)?.focus();
    void flow.setCenter(next.x, next.y, { zoom: flow.getZoom() });
  };

  if (places === undefined) return <Loading rows={8} />;
  return (
    <div ref={surface} className={`graph${isFar ? ' is-far' : ''}`} onKeyDownCapture={onKeyDown}>
      <ReactFlow
        aria-label="Organizations, nodes and channels"
        nodes={elements}
        edges={edges}
        nodeTypes={ELEMENT_VIEWS}
        ariaLabelConfig={LABELS}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        nodesFocusable
        fitView
        fitViewOptions={NATURAL_SIZE}
        minZoom={0.1}
        maxZoom={1.5}
        preventScrolling={false}
        zoomOnScroll={false}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_event, { id }) => {
          onOpen(id);
        }}
      >
        <Controls showInteractive={false} position="bottom-right" />
      </ReactFlow>
    </div>
  );
}

/** Lays a graph out anew when its structure changes, and never when a state does. */
function usePlaces(graph: Graph, structure: string): ReadonlyMap<string, Position> | undefined {
  const [places, setPlaces] = useState<ReadonlyMap<string, Position>>();
  // With what is only counted, boxes have other sizes when a node becomes unhealthy.
  const sizes = graph.boxes.map(({ id, width, height }) => `${id} ${width} ${height}`).join();
  const latest = useRef(graph);
  latest.current = graph;
  useEffect(() => {
    let isCurrent = true;
    void layoutOf(latest.current).then((found) => {
      if (isCurrent) setPlaces(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [structure, sizes]);
  return places;
}

function elementsOf(
  { boxes, detail }: Graph,
  places: ReadonlyMap<string, Position> | undefined,
  topology: NetworkTopology,
  channel: string | undefined,
): GraphElement[] {
  const picked = topology.channels.find(({ name }) => name === channel);
  return boxes.flatMap((box): GraphElement[] => {
    const shared = {
      id: box.id,
      position: places?.get(box.id) ?? { x: 0, y: 0 },
      width: box.width,
      height: box.height,
    };
    if (box.kind === 'channel') {
      const { name } = box.channel;
      const isDimmed = channel !== undefined && name !== channel;
      const ariaLabel = `channel ${name}, ${wordOf(box.channel).word.toLowerCase()}`;
      return [{ ...shared, type: 'channel', data: { box, isDimmed }, ariaLabel }];
    }
    const { organization } = box;
    const isIn = picked === undefined || [...picked.members, ...picked.orderers].includes(organization.name);
    const data = { box, isDimmed: !isIn };
    return [
      // What it says is said by its nodes as well; to open, there is nothing.
      { ...shared, type: 'organization', data, focusable: false, selectable: false },
      ...box.nodes.map(({ node, x, y, width, height }): GraphElement => {
        const isDimmed = channel !== undefined && !node.channels.includes(channel);
        return {
          ...{ id: node.id, parentId: box.id, position: { x, y }, width, height },
          type: 'member',
          data: { node, detail, isDimmed },
          ariaLabel: nodeLabel(organization.name, node),
        };
      }),
    ];
  });
}

function edgesOf({ edges }: Graph, channel: string | undefined): Edge[] {
  return edges.map(({ id, source, target, channel: ofChannel }) => ({
    ...{ id, source, target },
    focusable: false,
    className: channel !== undefined && channel !== ofChannel ? 'is-dimmed' : '',
  }));
}

function elementAt(target: EventTarget): string | undefined {
  if (!(target instanceof Element) || !target.classList.contains('react-flow__node')) return undefined;
  return target.getAttribute('data-id') ?? undefined;
}

function isDirection(key: string): key is Direction {
  return ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].includes(key);
}
