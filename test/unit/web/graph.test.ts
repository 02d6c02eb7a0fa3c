import { describe, expect, it } from 'vitest';

import { detailFor, graphOf, isTableFirst, type OrganizationBox } from '../../../src/web/model/graph.ts';
import type { WorkOnPart } from '../../../src/web/model/states.ts';
import {
  countsInWords,
  nodeCount,
  nodeLabel,
  type NetworkTopology,
  type NodeInTopology,
  type TopologyNodeKind,
  type TopologyOrganization,
} from '../../../src/web/model/topology.ts';

/** What a run does to a node, by its id. */
type Work = Readonly<Record<string, WorkOnPart>>;

/** Five organizations with peers, one that orders, two channels. */
function topology(peers: number, work: Work = {}): NetworkTopology {
  const node = (organization: string, kind: TopologyNodeKind, name: string, channels: string[]): NodeInTopology => {
    const id = `${organization}/${name}`;
    return { id, name, kind, channels, state: 'unknown', reason: '', work: work[id] };
  };
  const organization = (name: string, nodes: NodeInTopology[]): TopologyOrganization => ({
    ...{ name, mspId: `${name}MSP`, domain: `${name}.example.com`, namespace: 'net' },
    nodes: [node(name, 'ca', 'ca', []), ...nodes],
  });
  const numbered = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
  const channelsOf: Readonly<Record<string, string[]>> = { org1: ['trade'], org2: ['trade', 'audit'], org3: ['audit'] };
  const part = { state: 'unknown', reason: '' } as const;
  return {
    structure: `${peers} peers`,
    organizations: [
      organization(
        'ord',
        numbered(3).map((number) => node('ord', 'orderer', `orderer${number}`, ['trade', 'audit'])),
      ),
      ...numbered(5).map((of) =>
        organization(
          `org${of}`,
          numbered(peers).map((number) => node(`org${of}`, 'peer', `peer${number}`, channelsOf[`org${of}`] ?? [])),
        ),
      ),
    ],
    channels: [
      {
        ...{ name: 'trade', orderers: ['ord'], members: ['org1', 'org2'] },
        ...{ ...part, chaincodes: [{ ...part, name: 'basic', version: '1.0' }] },
      },
      { name: 'audit', orderers: ['ord'], members: ['org2', 'org3'], chaincodes: [], ...part },
    ],
  };
}

const WAITING: WorkOnPart = { step: 'awaitRollout', attempt: 1, reason: 'VolumeUnbound' };

function boxes(of: NetworkTopology): OrganizationBox[] {
  return graphOf(of).boxes.filter((box) => box.kind === 'organization');
}

describe('how much is drawn', () => {
  it.each([
    [3, 'cards', false],
    [20, 'cards', false],
    [21, 'chips', false],
    [60, 'chips', false],
    [61, 'counts', false],
    [150, 'counts', false],
    [151, 'counts', true],
  ])('of %d nodes: %s, the table first: %s', (nodes, detail, tableFirst) => {
    expect([detailFor(nodes), isTableFirst(nodes)]).toEqual([detail, tableFirst]);
  });

  it('of many nodes is their number by state, and each that wants attention', () => {
    const [org1, org2] = boxes(topology(12, { 'org1/peer3': WAITING })).filter(
      ({ organization: { name } }) => name !== 'ord',
    );
    expect(org1?.counts).toEqual(['CA 0/1 ready, 1 unknown', 'peers 0/12 ready, 11 unknown, 1 waiting']);
    expect(org1?.nodes.map(({ node }) => node.id)).toEqual(['org1/peer3']);
    expect(org2?.nodes).toEqual([]);
  });
});

describe('the graph', () => {
  it('has organizations with peers left, channels in the middle and those that only order right', () => {
    const { columns } = graphOf(topology(1));
    expect(['organization:org1', 'channel:trade', 'organization:ord'].map((id) => columns.get(id))).toEqual([0, 1, 2]);
  });

  it('has a line from an organization to each of its channels, and none from its nodes', () => {
    const { edges } = graphOf(topology(9));
    expect(edges.map(({ id }) => id)).toEqual([
      'organization:org1>channel:trade',
      'organization:org2>channel:trade',
      'channel:trade>organization:ord',
      'organization:org2>channel:audit',
      'organization:org3>channel:audit',
      'channel:audit>organization:ord',
    ]);
  });

  it('has many boxes above each other lower than few, so that a window holds them', () => {
    const few = topology(6);
    const more = few.organizations.slice(1).map((one) => ({ ...one, name: `${one.name}b` }));
    const many = { ...few, organizations: [...few.organizations, ...more.slice(0, 3)] };
    const heights = [few, many].map((of) => boxes(of).find(({ organization: { name } }) => name === 'org1')?.height);
    expect(heights).toEqual([154, 114]);
  });

  it.each([1, 4, 9, 30])('keeps every node within its box, and none over another, with %d peers', (peers) => {
    for (const box of boxes(topology(peers))) {
      const corners = box.nodes.map(({ x, y }) => `${x} ${y}`);
      expect(new Set(corners).size).toBe(box.nodes.length);
      for (const { x, y, width, height } of box.nodes) {
        expect([x + width <= box.width, y + height <= box.height]).toEqual([true, true]);
      }
    }
  });
});

describe('a node', () => {
  it('is told to a screen reader with its organization, its state and its channels', () => {
    const of = topology(1, { 'org2/peer1': WAITING });
    const nodes = of.organizations.find(({ name }) => name === 'org2')?.nodes ?? [];
    expect(nodes.map((node) => nodeLabel('org2', node))).toEqual([
      'ca of org2, unknown',
      'peer1 of org2, waiting: VolumeUnbound, channels trade and audit',
    ]);
  });

  it('is counted once', () => {
    expect(nodeCount(topology(2))).toBe(4 + 5 * 3);
    expect(countsInWords([], 'peer')).toBe('');
  });
});
