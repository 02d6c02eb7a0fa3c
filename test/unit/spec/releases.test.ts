import { describe, expect, test } from 'vitest';

import { completeDescription } from '../../../src/spec/index.ts';
import { described, describedChannel, describedOrderer, issuesOf, warningsOf } from './descriptions.ts';

type Fields = Record<string, unknown>;

function withNodes(image: string, channel: Fields = {}, network: Fields = {}): Fields {
  return describedChannel(channel, {
    ...network,
    organizations: [
      { name: 'org0', mspId: 'OrdererMSP', orderers: [{ name: 'o1' }, { name: 'o2' }, { name: 'o3', image }] },
      { name: 'org1', peers: [{ name: 'p1', image }] },
    ],
  });
}

describe('a release is refused', () => {
  test.each<[string, Fields, string[]]>([
    [
      'that Weft does not know',
      described({ fabric: { version: '4.0.0' } }),
      ['fabric.version: 4.0.0 is no release that Weft knows: 2.4, 2.5, 3.0, 3.1'],
    ],
    [
      'that is known to be bad',
      described({ fabric: { version: '3.1.2' } }),
      [
        'fabric.version: 3.1.2 is known to be bad: its orderer image lacks sampleconfig/msp, and may not start. 3.1.3 has it',
      ],
    ],
    [
      'with which an orderer can stop for good',
      described({ fabric: { version: '2.5.0' } }),
      [
        'fabric.version: 2.5.0 is known to be bad: an orderer of it can stop for good when it restarts. 2.5.3 and later do not',
      ],
    ],
    [
      'that is known to be bad, as the image of one orderer',
      describedOrderer({ image: 'ghcr.io/hyperledger/fabric-orderer:3.1.2' }),
      [
        'organizations[0].orderers[0].image: 3.1.2 is known to be bad: its orderer image lacks sampleconfig/msp, and may not start. 3.1.3 has it',
      ],
    ],
    [
      'that does not know a level of the channel, as the image of a node',
      withNodes('fabric:2.4.9'),
      ['organizations[1].peers[0].image: is 2.4.9, and the level V2_5 of channel mychannel needs Fabric 2.5 or later'],
    ],
    [
      'that does not know a level of all nodes',
      withNodes('fabric:2.5.12', { capabilities: { channel: 'V3_0' } }, { fabric: { version: '3.1.5' } }),
      [
        'organizations[0].orderers[2].image: is 2.5.12, and the level V3_0 of channel mychannel needs Fabric 3.0 or later',
        'organizations[1].peers[0].image: is 2.5.12, and the level V3_0 of channel mychannel needs Fabric 3.0 or later',
      ],
    ],
  ])('%s', (_, description, issues) => {
    expect(issuesOf(completeDescription(description))).toEqual(issues);
  });
});

describe('a release is no matter', () => {
  test.each<[string, Fields]>([
    ['that an image is not known by', describedOrderer({ image: 'fabric-orderer:nightly' })],
    [
      'that is bad for orderers, of a peer',
      described({}, {}, { name: 'org1', peers: [{ name: 'p', image: 'fabric-peer:3.1.2' }] }),
    ],
    [
      'that is bad, where every orderer has an image of its own',
      described({ fabric: { version: '3.1.2' } }, { orderers: [{ name: 'o', image: 'fabric-orderer:3.1.3' }] }),
    ],
    ['of the network that is too old for a level, where every peer has a newer one', withAllPeers('fabric-peer:2.5.0')],
  ])('%s', (_, description) => {
    expect(warningsOf(completeDescription(description))).toEqual([]);
  });
});

function withAllPeers(image: string): Fields {
  return describedChannel(
    { capabilities: { application: 'V2_5' } },
    {
      fabric: { version: '2.4.9' },
      organizations: [
        { name: 'org0', mspId: 'OrdererMSP', orderers: 3 },
        { name: 'org1', peers: [{ name: 'p1', image }] },
      ],
    },
  );
}

describe('a release is warned about', () => {
  test('that an image is numbered by as nobody else does', () => {
    expect(warningsOf(completeDescription(describedOrderer({ image: 'mine/orderer:7.1' })))).toEqual([
      'organizations[0].orderers[0].image: has the tag 7.1, which is no release that Weft knows (2.4, 2.5, 3.0, 3.1): that its node fits the others is not checked',
    ]);
  });

  test.each([
    ['3.1.0', 1],
    ['3.0.0', 1],
    ['3.1.1', 0],
    ['3.1.5', 0],
    ['3', 0],
  ])('of which bft can stop: %s', (version, count) => {
    const organizations = [
      { name: 'org0', mspId: 'OrdererMSP', orderers: 4 },
      { name: 'org1', peers: 1 },
    ];
    const bft = describedChannel({ consensus: 'bft' }, { fabric: { version }, organizations });
    expect(warningsOf(completeDescription(bft))).toHaveLength(count);
  });
});
