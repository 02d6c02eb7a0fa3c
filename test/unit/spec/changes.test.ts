import { describe, expect, test } from 'vitest';

import { completeDescription, issueInWords, refusedChanges } from '../../../src/spec/index.ts';
import { described, describedChaincodes, describedChannel, describedOrderer, networkOf } from './descriptions.ts';

type Fields = Record<string, unknown>;

function refused(standing: Fields, wanted: Fields): string[] {
  const [before, after] = [standing, wanted].map((fields) => networkOf(completeDescription(fields)));
  if (before === undefined || after === undefined) throw new Error('there are two');
  return refusedChanges(before, after).map(issueInWords);
}

const COLLECTION = { name: 'secrets', policy: "OR('Org1MSP.member')", blockToLive: 10 };

/** What is changed, the description that stands, the one that is wanted, and the whole of what is said. */
const REFUSED: readonly (readonly [string, Fields, Fields, string])[] = [
  [
    'an MSP ID',
    described({}, { mspId: 'OrdererMSP' }),
    described({}, { mspId: 'OtherMSP' }),
    'organizations[0].mspId was "OrdererMSP" and cannot become "OtherMSP": channels and certificates know the organization by it',
  ],
  [
    'the namespace of an organization',
    described({}, { namespace: 'one' }),
    described({}, { namespace: 'two' }),
    'organizations[0].namespace was "one" and cannot become "two": its volumes and keys are there, and would be left behind',
  ],
  [
    'the namespace of the network',
    described({ kubernetes: { namespace: 'one' } }),
    described({ kubernetes: { namespace: 'two' } }),
    'organizations[0].namespace was "one" and cannot become "two": its volumes and keys are there, and would be left behind',
  ],
  [
    'the cluster of an organization',
    described(),
    described({}, { cluster: 'prod-eu' }),
    'organizations[0].cluster was left open and cannot become "prod-eu": its volumes and keys are there, and would be left behind',
  ],
  [
    'the user as which pods run',
    described(),
    described({ kubernetes: { podUser: 'assigned' } }),
    'kubernetes.podUser was 7051 and cannot become assigned: the files on the volumes belong to the earlier user',
  ],
  [
    'a storage class',
    describedOrderer({ storageClass: 'slow' }),
    describedOrderer({ storageClass: 'fast' }),
    'organizations[0].orderers[0].storageClass was "slow" and cannot become "fast": a volume stays in the class in which it was made',
  ],
  [
    'the storage class of a CA by that of all',
    described({}, { certificateAuthority: { storageClass: 'fast' } }),
    described({ kubernetes: { storageClass: 'fast' } }, { orderers: 1 }),
    'organizations[0].orderers[0].storageClass was the cluster\'s default and cannot become "fast": a volume stays in the class in which it was made',
  ],
  [
    'a volume that would shrink',
    describedOrderer({ storage: '2Gi' }),
    describedOrderer({ storage: '1500Mi' }),
    'organizations[0].orderers[0].storage 1500Mi is less than the 2Gi that the volume has: a volume cannot shrink',
  ],
  [
    "a CA's volume that would shrink",
    described({}, { certificateAuthority: { storage: '2Gi' } }),
    described({}, { certificateAuthority: { storage: '1Gi' } }),
    'organizations[0].certificateAuthority.storage 1Gi is less than the 2Gi that the volume has: a volume cannot shrink',
  ],
  [
    'an older Fabric',
    described({ fabric: { version: '3.1.5' } }),
    described({ fabric: { version: '2.5.12' } }),
    'fabric.version 2.5.12 is older than 3.1.5, which has written what is there: an older release does not read it',
  ],
  [
    'an older Fabric CA',
    described({ fabric: { caVersion: '1.5.21' } }),
    described({ fabric: { caVersion: '1.4.9' } }),
    'fabric.caVersion 1.4.9 is older than 1.5.21, which has written what is there: an older release does not read it',
  ],
  [
    'an older image of one node',
    describedOrderer({ image: `registry.example.com:5000/fabric-orderer:3.1.5@sha256:${'0a'.repeat(32)}` }),
    describedOrderer({ image: 'registry.example.com:5000/fabric-orderer:2.5' }),
    'organizations[0].orderers[0].image 2.5 is older than 3.1.5, which has written what is there: an older release does not read it',
  ],
  [
    'an older release by the image of one node',
    describedOrderer({}),
    describedOrderer({ image: 'fabric-orderer:2.4.9' }),
    'organizations[0].orderers[0].image 2.4.9 is older than 2.5.9, which has written what is there: an older release does not read it',
  ],
  [
    'a lower capability',
    describedChannel({ capabilities: { application: 'V2_5' } }),
    describedChannel({ capabilities: { application: 'V2_0' } }),
    'channels[0].capabilities.application was V2_5 and cannot become V2_0: Fabric has no way back from a capability',
  ],
  [
    'the channel of a chaincode',
    describedChannel({}, { channels: [{ name: 'one' }, { name: 'two' }], chaincodes: [basicOn('one')] }),
    describedChannel({}, { channels: [{ name: 'one' }, { name: 'two' }], chaincodes: [basicOn('two')] }),
    'chaincodes[0].channel was "one" and cannot become "two": a definition and its data stay on their channel. Keep that chaincode, and add one',
  ],
  [
    'how long the data of a collection lives',
    describedChaincodes({ collections: [COLLECTION] }),
    describedChaincodes({
      collections: [
        { ...COLLECTION, name: 'more' },
        { ...COLLECTION, blockToLive: 0 },
      ],
    }),
    'chaincodes[0].collections[1].blockToLive was 10 and cannot become 0: Fabric does not change how long the data of a collection lives',
  ],
  [
    'a collection that goes',
    describedChaincodes({ collections: [COLLECTION] }),
    describedChaincodes({}),
    'chaincodes[0].collections must keep "secrets": Fabric does not let a collection go',
  ],
];

describe('a change that what stands cannot follow is refused, with its field and the reason', () => {
  test.for(REFUSED)('%s', ([, standing, wanted, words]) => {
    expect(refused(standing, wanted)).toEqual([words]);
  });

  test('consensus of another type', () => {
    const bft = {
      fabric: { version: '3.1.5' },
      organizations: [
        { name: 'org0', orderers: 4 },
        { name: 'org1', peers: 1 },
      ],
    };
    const raft = describedChannel({ consensus: { type: 'raft' }, capabilities: { channel: 'V3_0' } }, bft);
    expect(refused(raft, describedChannel({ consensus: { type: 'bft' } }, bft))).toEqual([
      'channels[0].consensus.type was raft and cannot become bft: Fabric changes it only while nobody uses the channel, with every orderer stopped in between',
    ]);
  });

  test('all of them together, each with its own place', () => {
    const standing = described({ fabric: { version: '3.1.5' } }, { mspId: 'OneMSP', namespace: 'one' });
    const wanted = described({ fabric: { version: '2.5.12' } }, { mspId: 'TwoMSP', namespace: 'two' });
    expect(refused(standing, wanted).map((words) => words.split(' ')[0])).toEqual([
      ...['fabric.version', 'organizations[0].mspId', 'organizations[0].namespace'],
    ]);
  });
});

/** What is changed, the description that stands, and the one that is wanted. */
const FOLLOWED: readonly (readonly [string, Fields, Fields])[] = [
  ['nothing', describedChaincodes({ collections: [COLLECTION] }), describedChaincodes({ collections: [COLLECTION] })],
  [
    'a domain: certificates are issued anew for it',
    described({}, { domain: 'a.example.com' }),
    described({}, { domain: 'b.example.com' }),
  ],
  ['an organization that comes', described(), described({}, {}, { name: 'org1', peers: 1, namespace: 'other' })],
  ['an organization that goes', described({}, {}, { name: 'org1', peers: 1 }), described()],
  ['a node that comes', described({}, { orderers: 1 }), described({}, { orderers: 3 })],
  ['a node that goes', described({}, { orderers: 3 }), described({}, { orderers: 1 })],
  ['a volume that grows', describedOrderer({ storage: '1Gi' }), describedOrderer({ storage: '2048Mi' })],
  [
    'a volume of the same size in other words',
    describedOrderer({ storage: '1Gi' }),
    describedOrderer({ storage: '1024Mi' }),
  ],
  [
    'a storage class that is named where it was that of all',
    described({ kubernetes: { storageClass: 'fast' } }),
    described({ kubernetes: { storageClass: 'fast' } }, { certificateAuthority: { storageClass: 'fast' } }),
  ],
  ['a newer Fabric', described({ fabric: { version: '2.5.9' } }), described({ fabric: { version: '3.1.5' } })],
  [
    'another patch of the same release',
    described({ fabric: { version: '2.5.12' } }),
    described({ fabric: { version: '2.5.9' } }),
  ],
  [
    'an older Fabric where every node has an image of its own',
    described({ fabric: { version: '3.1.5' } }, { orderers: [{ name: 'o', image: 'fabric-orderer:3.1.5' }] }),
    described({ fabric: { version: '2.5.12' } }, { orderers: [{ name: 'o', image: 'fabric-orderer:3.1.5' }] }),
  ],
  ['an image whose tag is no version', describedOrderer({}), describedOrderer({ image: 'fabric-orderer:nightly' })],
  [
    'an image without a tag',
    describedOrderer({ image: 'fabric-orderer:3.1.5' }),
    describedOrderer({ image: 'fabric-orderer' }),
  ],
  [
    'a higher capability',
    describedChannel({ capabilities: { application: 'V2_0' } }),
    describedChannel({ capabilities: { application: 'V2_5' } }),
  ],
  ['a collection that comes', describedChaincodes({}), describedChaincodes({ collections: [COLLECTION] })],
  [
    'how many peers a collection needs',
    describedChaincodes({ collections: [COLLECTION] }),
    describedChaincodes({ collections: [{ ...COLLECTION, maxPeerCount: 3 }] }),
  ],
  [
    'the same chaincode on one more channel',
    describedChannel({}, { channels: [{ name: 'one' }, { name: 'two' }], chaincodes: [basicOn('one')] }),
    describedChannel(
      {},
      { channels: [{ name: 'one' }, { name: 'two' }], chaincodes: [basicOn('one'), basicOn('two')] },
    ),
  ],
  [
    'the channel of a chaincode together with the channel itself',
    describedChannel({}, { channels: [{ name: 'one' }], chaincodes: [basicOn('one')] }),
    describedChannel({}, { channels: [{ name: 'two' }], chaincodes: [basicOn('two')] }),
  ],
];

describe('a change that what stands can follow is not refused', () => {
  test.for(FOLLOWED)('%s', ([, standing, wanted]) => {
    expect(refused(standing, wanted)).toEqual([]);
  });
});

function basicOn(channel: string): Fields {
  return { name: 'basic', channel, version: '1.0', image: 'localhost:5000/basic:1.0' };
}
