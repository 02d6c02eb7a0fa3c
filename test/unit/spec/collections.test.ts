import { describe, expect, test } from 'vitest';

import type { FileContent } from '../../../src/description/collection-files.ts';
import { completeDescription, issueInWords, type Collection } from '../../../src/spec/index.ts';
import { parseDescriptionWithFiles } from '../../../src/description/yaml.ts';
import { describedChaincodes, issuesOf, networkOf, warningsOf } from './descriptions.ts';

type Fields = Record<string, unknown>;

/** Collections of a chaincode, each of all members but for what it says otherwise. */
function described(...collections: Fields[]): Fields {
  return describedChaincodes({
    collections: collections.map((fields) => ({ name: 'assets', policy: ALL, ...fields })),
  });
}

const ALL = "OR('Org1MSP.member', 'Org2MSP.member')";

function completed(collection: Fields): Collection | undefined {
  return networkOf(completeDescription(described(collection))).chaincodes[0]?.collections[0];
}

describe('a private data collection', () => {
  test('fills in the defaults of a collection', () => {
    expect(completed({})).toEqual({
      name: 'assets',
      policy: ALL,
      requiredPeerCount: 0,
      maxPeerCount: 1,
      blockToLive: 0,
      memberOnlyRead: true,
      memberOnlyWrite: true,
    });
  });

  test.each([{ signaturePolicy: "OR('Org1MSP.peer')" }, { channelConfigPolicy: '/Channel/Application/Endorsement' }])(
    'keeps what the description says of a collection: %j',
    (endorsementPolicy) => {
      const collection = {
        name: 'Org1MSP-private_2',
        policy: "OR('Org1MSP.member')",
        requiredPeerCount: 1,
        maxPeerCount: 3,
        blockToLive: 1_000_000,
        memberOnlyRead: false,
        memberOnlyWrite: false,
        endorsementPolicy,
      };
      expect(completed(collection)).toEqual(collection);
    },
  );

  test.each([
    [
      { name: '_implicit_org_Org1MSP' },
      'name: must be letters, digits, dashes and underscores, not beginning with an underscore (found "_implicit_org_Org1MSP")',
    ],
    [{ policy: undefined }, 'policy: is missing'],
    [
      { policy: "OR('Org1MSP.member', 'OrdererMSP.member')" },
      'policy: names "OrdererMSP", but org0 is no member of channel mychannel',
    ],
    [
      { policy: "OR('Org3MSP.member')" },
      'policy: names "Org3MSP", but no organization has this MSP ID; did you mean "Org1MSP"?',
    ],
    [
      { policy: "OR('Org1MSP.member', AND('Org1MSP.admin', 'Org2MSP.admin'))" },
      `policy: must be roles joined by OR, each of whose organizations holds the data (found "OR('Org1MSP.member', AND('Org1MSP.admin', 'Org2MSP.admin'))")`,
    ],
    [
      { policy: 'ANY Readers' },
      'policy: must be roles joined by OR, each of whose organizations holds the data (found "ANY Readers")',
    ],
    [
      { policy: "OR('Org1MSP')" },
      `policy: cannot be read: at column 4 there must be an MSP ID, a dot and one of member, admin, client, peer, orderer, such as 'Org1MSP.peer' (found 'Org1MSP')`,
    ],
    [
      { requiredPeerCount: 2, maxPeerCount: 1 },
      'maxPeerCount: must not be less than requiredPeerCount (found 1, requiredPeerCount is 2)',
    ],
    [{ requiredPeerCount: -1 }, 'requiredPeerCount: must be a whole number from 0 to 2147483647 (found -1)'],
    [{ endorsementPolicy: {} }, 'endorsementPolicy: must have either a signaturePolicy or a channelConfigPolicy'],
    [
      {
        endorsementPolicy: {
          signaturePolicy: "OR('Org1MSP.peer')",
          channelConfigPolicy: '/Channel/Application/Admins',
        },
      },
      'endorsementPolicy: must have either a signaturePolicy or a channelConfigPolicy',
    ],
    [
      { endorsementPolicy: { signaturePolicy: "OR('OrdererMSP.peer')" } },
      'endorsementPolicy.signaturePolicy: names "OrdererMSP", but org0 is no member of channel mychannel',
    ],
    [
      { endorsementPolicy: { signaturePolicy: '/Channel/Application/Admins' } },
      'endorsementPolicy.signaturePolicy: must be a signature policy: a path belongs in channelConfigPolicy (found "/Channel/Application/Admins")',
    ],
    [
      { endorsementPolicy: { channelConfigPolicy: 'Endorsement' } },
      'endorsementPolicy.channelConfigPolicy: must be the path of a policy of the channel, such as /Channel/Application/Endorsement (found "Endorsement")',
    ],
  ])('refuses a collection that Fabric refuses: %j', (collection, issue) => {
    expect(issuesOf(completeDescription(described(collection)))).toEqual([`chaincodes[0].collections[0].${issue}`]);
  });

  test('refuses two collections of one name', () => {
    expect(issuesOf(completeDescription(described({}, { name: 'b' }, {})))).toEqual([
      'chaincodes[0].collections[2].name: "assets" is already the name of chaincodes[0].collections[0]: a collection needs a name of its own',
    ]);
  });

  test('warns of a collection that asks for more peers than hold it', () => {
    const collection = { policy: "OR('Org1MSP.member')", requiredPeerCount: 2, maxPeerCount: 2 };
    expect(warningsOf(completeDescription(described(collection)))).toEqual([
      "chaincodes[0].collections[0].requiredPeerCount: asks for 2 other peers, but the collection's organizations have only 1 besides the endorsing one: every write to it will fail",
    ]);
    expect(warningsOf(completeDescription(described({ ...collection, policy: ALL })))).toEqual([]);
  });
});

describe('a collections_config.json that the description names', () => {
  const TEXT = JSON.stringify(describedChaincodes({ collections: 'collections.json' }), undefined, 2);

  async function withFile(content: FileContent): Promise<ReturnType<typeof completeDescription>> {
    return parseDescriptionWithFiles(TEXT, 'network.yaml', (name) =>
      Promise.resolve(name === 'collections.json' ? content : { reason: 'is another one' }),
    );
  }

  test('puts the collections of the file into the completed description, with what Fabric takes for what the file does not say', async () => {
    const network = networkOf(await withFile({ value: [{ name: 'assets', policy: ALL, memberOnlyRead: true }] }));
    expect(network.chaincodes[0]?.collections).toEqual([
      {
        name: 'assets',
        policy: ALL,
        requiredPeerCount: 0,
        maxPeerCount: 1,
        blockToLive: 0,
        memberOnlyRead: true,
        memberOnlyWrite: false,
      },
    ]);
  });

  test('tells issues of the file at the place that names it', async () => {
    const result = await withFile({ value: [{ name: 'assets', policy: "OR('Org3MSP.member')" }] });
    expect(result.ok ? [] : result.issues.map(issueInWords)).toEqual([
      '28:22 chaincodes[0].collections[0].policy names "Org3MSP", but no organization has this MSP ID; did you mean "Org1MSP"?',
    ]);
  });

  test('tells a file that cannot be read together with all other issues', async () => {
    const text = TEXT.replace('"version": "1.0"', '"version": 1');
    const result = await parseDescriptionWithFiles(text, 'network.yaml', () =>
      Promise.resolve({ reason: 'does not exist' }),
    );
    expect(issuesOf(result)).toEqual([
      'chaincodes[0].version: must be a text (found 1): write it in quotes',
      'chaincodes[0].collections: names "collections.json", which does not exist',
    ]);
  });

  test('refuses a file that holds no list', async () => {
    expect(issuesOf(await withFile({ value: {} }))).toEqual([
      'chaincodes[0].collections: must be a list of collections, or the name of a collections_config.json (found a mapping)',
    ]);
  });

  test('refuses the name of a file where no command line reads it', () => {
    expect(issuesOf(completeDescription(describedChaincodes({ collections: 'collections.json' })))).toEqual([
      'chaincodes[0].collections: is the name of a file, which only the weft command reads: put the list that stands in it here (found "collections.json")',
    ]);
  });

  test.each([
    ['no description', 'up'],
    ['no list of chaincodes', '{ "chaincodes": 1 }'],
    ['no chaincode', '{ "chaincodes": [1] }'],
  ])('reads no file where there is %s', async (_, text) => {
    const result = await parseDescriptionWithFiles(text, 'network.yaml', () => Promise.reject(new Error('looked for')));
    expect(result.ok).toBe(false);
  });
});
