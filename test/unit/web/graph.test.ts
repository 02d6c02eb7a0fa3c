import { describe, expect, it } from 'vitest';

import { parseDescription } from '../../../src/description/yaml.ts';
import { describedTopology } from '../../../src/web/model/described-topology.ts';
import { detailFor, graphOf, isTableFirst, type OrganizationBox } from '../../../src/web/model/graph.ts';
import { countsInWords, nodeCount, nodeLabel, type NetworkTopology } from '../../../src/web/model/topology.ts';

/** Five organizations with peers, one that orders, two channels. */
function topology(peers: number, underWay: Parameters<typeof describedTopology>[1] = []): NetworkTopology {
  const organizations = [1, 2, 3, 4, 5].map((number) => `  - { name: org${number}, peers: ${peers} }`).join('\n');
  const parsed = parseDescription(
    `name: net
organizations:
  - { name: ord, orderers: 3 }
${organizations}
channels:
  - { name: trade, orderers: [ord], peers: [org1, org2] }
  - { name: audit, orderers: [ord], peers: [org2, org3] }
chaincodes:
  - { name: basic, channel: trade, version: "1.0", image: basic:1.0 }
`,
    'test',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return describedTopology(parsed.network, underWay);
}

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
    const waiting = { target: 'org1/peer3', attempt: 1, reason: 'VolumeUnbound' };
    const [org1, org2] = boxes(topology(12, [waiting]));
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

describe('the structure of a topology', () => {
  it('stays the same when a state changes, and changes with a node', () => {
    const { structure } = topology(2);
    expect(topology(2, [{ target: 'org1/peer1', attempt: 2, reason: 'no answer' }]).structure).toBe(structure);
    expect(topology(3).structure).not.toBe(structure);
  });
});

describe('a node', () => {
  it('is told to a screen reader with its organization, its state and its channels', () => {
    const of = topology(1, [{ target: 'org2/peer1', attempt: 1, reason: 'VolumeUnbound' }]);
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
