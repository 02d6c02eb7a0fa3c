import { describe, expect, test } from 'vitest';

import { completeDescription, departureInWords, departuresOf, type Departure } from '../../../src/spec/index.ts';
import { described, describedChannel, networkOf } from './descriptions.ts';

type Fields = Record<string, unknown>;

function departures(standing: Fields | readonly Fields[], wanted: Fields): readonly Departure[] {
  const earlier = [standing].flat().map((fields) => networkOf(completeDescription(fields)));
  return departuresOf(earlier, networkOf(completeDescription(wanted)));
}

/** Who leaves what: the channel, the side, the organization, its nodes; `whole` where the organization leaves that side. */
function inShort(found: readonly Departure[]): string[] {
  return found.map(({ channel, kind, organization, nodes, isWhole }) =>
    [channel, kind, organization.name, ...nodes.map(({ name, stays }) => `${name}${stays ? '' : ' (gone)'}`)]
      .concat(isWhole ? ['whole'] : [])
      .join(' '),
  );
}

const ORDERERS = (count: number): Fields => ({ name: 'org0', mspId: 'OrdererMSP', orderers: count });
const [ORG1, ORG2, ORG3] = [1, 2, 3].map((number) => ({ name: `org${number}`, peers: 2 }));

const of = (channel: Fields, ...organizations: readonly (Fields | undefined)[]): Fields =>
  describedChannel(channel, organizations.length === 0 ? {} : { organizations });

const CHANGES: readonly (readonly [string, Fields, Fields, readonly string[]])[] = [
  ['nothing', of({}), of({}), []],
  ['one more of everything', of({}), of({}, ORDERERS(4), ORG1, ORG2, ORG3), []],
  [
    'an organization that is taken out of the members',
    of({}),
    of({ peers: ['org1'] }),
    ['mychannel peer org2 org2-peer1 org2-peer2 whole'],
  ],
  [
    'an organization that is not described any more',
    of({}),
    of({}, ORDERERS(3), ORG1),
    ['mychannel peer org2 org2-peer1 (gone) org2-peer2 (gone) whole'],
  ],
  [
    'a peer that is taken out of a channel',
    of({}),
    of({ peers: [{ organization: 'org1', peers: ['peer1'] }, 'org2'] }),
    ['mychannel peer org1 org1-peer2'],
  ],
  [
    'orderers that are fewer',
    of({}),
    of({}, ORDERERS(1), ORG1, ORG2),
    ['mychannel orderer org0 org0-orderer2 (gone) org0-orderer3 (gone)'],
  ],
  [
    'an organization that is taken out of those that order',
    of({ orderers: ['org0', 'org1'] }, ORDERERS(3), { ...ORG1, orderers: 1 }, ORG2),
    of({ orderers: ['org0'] }, ORDERERS(3), { ...ORG1, orderers: 1 }, ORG2),
    ['mychannel orderer org1 org1-orderer1 whole'],
  ],
  ['a channel that is removed as a whole', of({}), { ...of({}), channels: [{ name: 'other', peers: ['org1'] }] }, []],
];

describe('who leaves the channels', () => {
  test.for(CHANGES)('of %s', ([, standing, wanted, expected]) => {
    expect(inShort(departures(standing, wanted))).toEqual(expected);
  });

  test('is also who came with a run that did not end', () => {
    const applied = of({}, ORDERERS(3), ORG1);
    const begun = of({}, ORDERERS(4), ORG1, ORG2);
    expect(inShort(departures([applied, begun], applied))).toEqual([
      'mychannel orderer org0 org0-orderer4 (gone)',
      'mychannel peer org2 org2-peer1 (gone) org2-peer2 (gone) whole',
    ]);
  });

  test('is all that either of the two descriptions has and the wanted one has not', () => {
    const [three, four] = [of({}), of({}, ORDERERS(4), ORG1, ORG2)];
    expect(inShort(departures([three, four], of({}, ORDERERS(2), ORG1, ORG2)))).toEqual([
      'mychannel orderer org0 org0-orderer3 (gone) org0-orderer4 (gone)',
    ]);
  });

  test('is told once where both descriptions have it', () => {
    const before = of({}, ORDERERS(3), ORG1, ORG2);
    expect(departures([before, before], of({}, ORDERERS(3), ORG1))).toHaveLength(1);
  });

  test('is known by the address that the description gave: the channel knows it by that', () => {
    const orderer = (address?: string): Fields => ({ name: 'o2', ...(address === undefined ? {} : { address }) });
    const network = (...orderers: Fields[]): Fields =>
      described(
        { channels: [{ name: 'c', peers: ['org1'] }] },
        { orderers: [{ name: 'o1' }, ...orderers] },
        ORG1 ?? {},
      );
    const addresses = (found: readonly Departure[]): string[] =>
      found.flatMap(({ nodes }) => nodes.map(({ address }) => address));
    expect(addresses(departures(network(orderer('o2.example.com:443')), network()))).toEqual(['o2.example.com:443']);
    expect(addresses(departures(network(orderer()), network()))).toEqual(['org0-o2.net.svc.cluster.local:6050']);
  });
});

describe('what counts an organization that leaves', () => {
  const counts = (channel: Fields, chaincode: Fields = {}): readonly string[] => {
    const chaincodes = [{ name: 'basic', version: '1.0', image: 'basic:1.0', ...chaincode }];
    const standing = describedChannel(channel, { chaincodes });
    const wanted = describedChannel({ peers: ['org1'] });
    return departures(standing, wanted).flatMap(({ countedBy }) => countedBy);
  };
  const ANY = { admins: 'ANY Admins', lifecycleEndorsement: 'ANY Endorsement', endorsement: 'ANY Endorsement' };
  const none = { policies: { application: ANY } };

  test('are the policies of its side that count all: how many they are, and how many then', () => {
    expect(counts({})).toEqual([
      'policies.application.admins (MAJORITY Admins: of 2, then of 1)',
      'policies.application.lifecycleEndorsement (MAJORITY Endorsement: of 2, then of 1)',
      'policies.application.endorsement (MAJORITY Endorsement: of 2, then of 1)',
    ]);
  });

  test('is nothing where one of any is enough', () => {
    expect(counts(none)).toEqual([]);
  });

  test.for<[string, Fields, Fields, string]>([
    [
      'a policy of the channel',
      { policies: { application: { ...ANY, endorsement: "AND('Org1MSP.peer','Org2MSP.peer')" } } },
      {},
      "policies.application.endorsement (AND('Org1MSP.peer','Org2MSP.peer'))",
    ],
    [
      'a policy of those who order',
      { policies: { application: ANY, orderer: { readers: "OR('Org2MSP.peer','OrdererMSP.orderer')" } } },
      {},
      "policies.orderer.readers (OR('Org2MSP.peer','OrdererMSP.orderer'))",
    ],
    [
      'the endorsement policy of a chaincode',
      none,
      { endorsementPolicy: "OR('Org2MSP.peer')" },
      "endorsementPolicy of basic (OR('Org2MSP.peer'))",
    ],
    [
      'a policy that the chaincode refers to',
      none,
      { endorsementPolicy: '/Channel/Application/Org2MSP/Endorsement' },
      'endorsementPolicy of basic (/Channel/Application/Org2MSP/Endorsement)',
    ],
    [
      'a collection',
      none,
      { collections: [{ name: 'prices', policy: "OR('Org1MSP.member','Org2MSP.member')" }] },
      "collection prices of basic (OR('Org1MSP.member','Org2MSP.member'))",
    ],
    [
      'the policy of writes to a collection',
      none,
      {
        collections: [
          {
            ...{ name: 'prices', policy: "OR('Org1MSP.member')" },
            endorsementPolicy: { signaturePolicy: "AND('Org1MSP.peer','Org2MSP.peer')" },
          },
        ],
      },
      "endorsementPolicy of collection prices (AND('Org1MSP.peer','Org2MSP.peer'))",
    ],
  ])('is %s that names it', ([, channel, chaincode, expected]) => {
    expect(counts(channel, chaincode)).toEqual([expected]);
  });
});

describe('what is asked about a departure', () => {
  const words = (standing: Fields, wanted: Fields): string[] => departures(standing, wanted).flatMap(departureInWords);

  test('names an organization, what it leaves and what counts it', () => {
    const asked = words(of({}), of({ peers: ['org1'] }));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(
      /^org2 no longer is a member of mychannel; it is counted by policies\.application\.admins/,
    );
  });

  test('names nodes that stay in the network', () => {
    expect(words(of({}), of({ orderers: [{ organization: 'org0', orderers: ['orderer1'] }] }))).toEqual([
      'mychannel@org0-orderer2 leaves the channel',
      'mychannel@org0-orderer3 leaves the channel',
    ]);
  });

  test('is nothing for nodes that are removed: those are asked about as such', () => {
    expect(words(of({}), of({}, ORDERERS(1), ORG1, ORG2))).toEqual([]);
  });
});
