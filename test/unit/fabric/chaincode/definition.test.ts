import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { readApplicationPolicy } from '../../../../src/fabric/chaincode/endorsement-policy.ts';
import { collectionsConfig, definitionArguments } from '../../../../src/fabric/chaincode/definition.ts';
import { PrintedDefinitions, printedDefinitionOf } from '../../../../src/fabric/chaincode/committed-definition.ts';
import {
  definitionDifferences,
  type ChaincodeDefinition,
  type CommittedDefinition,
  type SignaturePolicy,
} from '../../../../src/fabric/index.ts';
import type { Collection } from '../../../../src/spec/index.ts';

const PRIVATE: Collection = {
  name: 'private',
  policy: "OR('Org1MSP.member','Org2MSP.member')",
  requiredPeerCount: 0,
  maxPeerCount: 1,
  blockToLive: 100,
  memberOnlyRead: true,
  memberOnlyWrite: false,
  endorsementPolicy: { signaturePolicy: "OR('Org1MSP.peer')" },
};
const PLAIN: Collection = {
  name: 'own',
  policy: "OR('Org1MSP.member')",
  requiredPeerCount: 1,
  maxPeerCount: 2,
  blockToLive: 0,
  memberOnlyRead: false,
  memberOnlyWrite: true,
};
const OWN: Collection = {
  ...PLAIN,
  endorsementPolicy: { channelConfigPolicy: '/Channel/Application/Endorsement' },
};

/** What was approved and committed before querycommitted.json was recorded, with peers of Fabric 2.5.0. */
const BASIC: ChaincodeDefinition = {
  name: 'basic',
  version: '1.0',
  sequence: 1,
  endorsementPolicy: "AND('Org1MSP.peer','Org2MSP.peer')",
  initRequired: true,
  collections: [PRIVATE, OWN],
};
const OTHER: ChaincodeDefinition = {
  name: 'other',
  version: '2',
  sequence: 1,
  endorsementPolicy: '/Channel/Application/Endorsement',
  initRequired: false,
  collections: [],
};

const role = (mspId: string, name: 'member' | 'peer'): SignaturePolicy => ({ kind: 'role', mspId, role: name });
const outOf = (n: number, ...of: SignaturePolicy[]): SignaturePolicy => ({ kind: 'outOf', n, of });

/** Texts of this test with their meaning; the parser itself is not a part of src/fabric. */
const POLICIES: Readonly<Record<string, SignaturePolicy>> = {
  "AND('Org1MSP.peer','Org2MSP.peer')": outOf(2, role('Org1MSP', 'peer'), role('Org2MSP', 'peer')),
  "AND('Org2MSP.peer','Org1MSP.peer')": outOf(2, role('Org2MSP', 'peer'), role('Org1MSP', 'peer')),
  "OR('Org1MSP.peer','Org2MSP.peer')": outOf(1, role('Org1MSP', 'peer'), role('Org2MSP', 'peer')),
  "OR('Org1MSP.peer')": outOf(1, role('Org1MSP', 'peer')),
  "OR('Org1MSP.member')": outOf(1, role('Org1MSP', 'member')),
  "OR('Org1MSP.member','Org2MSP.member')": outOf(1, role('Org1MSP', 'member'), role('Org2MSP', 'member')),
};

function parsePolicy(text: string): SignaturePolicy {
  const policy = POLICIES[text];
  if (policy === undefined) throw new Error(`this test does not know ${text}`);
  return policy;
}

const recorded = JSON.parse(readFileSync(new URL('querycommitted.json', import.meta.url), 'utf8')) as {
  readonly chaincode_definitions: readonly object[];
};

describe('the definitions that a channel has', () => {
  it('are read from what the peer program prints', () => {
    const [basic, other] = PrintedDefinitions.parse(recorded);
    expect(basic).toMatchObject({
      name: 'basic',
      version: '1.0',
      sequence: 1,
      initRequired: true,
      endorsementPolicy: { kind: 'signature', policy: POLICIES[BASIC.endorsementPolicy] },
    });
    expect(basic?.collections).toMatchObject([
      {
        name: 'private',
        maxPeerCount: 1,
        blockToLive: 100,
        memberOnlyRead: true,
        policy: { kind: 'signature', policy: POLICIES[PRIVATE.policy] },
        endorsementPolicy: { kind: 'signature', policy: POLICIES["OR('Org1MSP.peer')"] },
      },
      {
        name: 'own',
        requiredPeerCount: 1,
        memberOnlyWrite: true,
        endorsementPolicy: { kind: 'channel', path: '/Channel/Application/Endorsement' },
      },
    ]);
    expect(other).toMatchObject({
      name: 'other',
      endorsementPolicy: { kind: 'channel', path: '/Channel/Application/Endorsement' },
      initRequired: false,
      collections: [],
    });
  });

  it('are none where the peer program prints an empty object', () => {
    expect(PrintedDefinitions.parse({})).toEqual([]);
  });

  it('come one by one with the organizations that have approved', () => {
    const printed = {
      ...recorded.chaincode_definitions[1],
      name: undefined,
      approvals: { Org1MSP: true, Org2MSP: false },
    };
    expect(printedDefinitionOf('other').parse(printed)).toMatchObject({
      name: 'other',
      version: '2',
      approvals: { Org1MSP: true, Org2MSP: false },
    });
  });
});

describe('a policy that Weft cannot have written', () => {
  it.each([
    ['is no message', Buffer.from('ffff', 'hex')],
    ['is empty', new Uint8Array()],
    // rule { signed_by: 0 }, identities { principal_classification: IDENTITY, principal: "x" }
    ['asks for an identity', Buffer.from('0a0b120208001a050802120178', 'hex')],
    ['signs with a principal that is not there', Buffer.from('0a0412020805', 'hex')],
  ])('is told apart when it %s', (_, message) => {
    expect(readApplicationPolicy(message)).toEqual({ kind: 'other' });
  });
});

describe('the differences between a definition and the one that is wanted', () => {
  const [basic, other] = PrintedDefinitions.parse(recorded) as [CommittedDefinition, CommittedDefinition];

  it('are none for what was committed, whatever the sequence', () => {
    expect(definitionDifferences(basic, BASIC, parsePolicy)).toEqual([]);
    expect(definitionDifferences(other, { ...OTHER, sequence: 7 } as ChaincodeDefinition, parsePolicy)).toEqual([]);
  });

  it('are none for a policy that names the same signatures in another order', () => {
    const wanted = { ...BASIC, endorsementPolicy: "AND('Org2MSP.peer','Org1MSP.peer')" };
    expect(definitionDifferences(basic, wanted, parsePolicy)).toEqual([]);
  });

  it('are named in words', () => {
    const wanted: ChaincodeDefinition = {
      ...BASIC,
      version: '1.1',
      endorsementPolicy: "OR('Org1MSP.peer','Org2MSP.peer')",
      initRequired: false,
    };
    expect(definitionDifferences(basic, wanted, parsePolicy)).toEqual([
      'version 1.0 -> 1.1',
      'endorsement policy',
      'initialization required -> not required',
    ]);
  });

  it('tell a signature policy from the path of a channel policy', () => {
    expect(definitionDifferences(other, { ...OTHER, endorsementPolicy: '/Channel/Other' }, parsePolicy)).toEqual([
      'endorsement policy',
    ]);
    expect(definitionDifferences(other, { ...OTHER, endorsementPolicy: "OR('Org1MSP.peer')" }, parsePolicy)).toEqual([
      'endorsement policy',
    ]);
    expect(definitionDifferences(basic, { ...BASIC, endorsementPolicy: OTHER.endorsementPolicy }, parsePolicy)).toEqual(
      ['endorsement policy'],
    );
  });

  it.each<[string, readonly Collection[], readonly string[]]>([
    ['one more', [PRIVATE, OWN, { ...OWN, name: 'third' }], ['collection third added']],
    ['one less', [OWN], ['collection private removed']],
    ['another order', [OWN, PRIVATE], []],
    ['other members', [{ ...PRIVATE, policy: "OR('Org1MSP.member')" }, OWN], ['collection private']],
    ['another life time', [PRIVATE, { ...OWN, blockToLive: 3 }], ['collection own']],
    ['other peer counts', [PRIVATE, { ...OWN, maxPeerCount: 3 }], ['collection own']],
    ['other readers', [{ ...PRIVATE, memberOnlyRead: false }, OWN], ['collection private']],
    [
      'another endorsement policy',
      [{ ...PRIVATE, endorsementPolicy: { signaturePolicy: "OR('Org1MSP.peer','Org2MSP.peer')" } }, OWN],
      ['collection private'],
    ],
    [
      'an endorsement policy of another kind',
      [PRIVATE, { ...OWN, endorsementPolicy: { signaturePolicy: "OR('Org1MSP.peer')" } }],
      ['collection own'],
    ],
    ['no endorsement policy', [PRIVATE, PLAIN], ['collection own']],
  ])('are found in collections: %s', (_, collections, differences) => {
    expect(definitionDifferences(basic, { ...BASIC, collections }, parsePolicy)).toEqual(differences);
  });

  it('are found in plugins, of which Weft only uses the default ones', () => {
    const custom = { ...other, validationPlugin: 'custom' };
    expect(definitionDifferences(custom, OTHER, parsePolicy)).toEqual(['validation plugin custom -> vscc']);
  });
});

describe('a definition as arguments', () => {
  it('names a signature policy, the initialization and the file of its collections', () => {
    expect(definitionArguments('mychannel', BASIC, '/tmp/collections.json')).toEqual([
      ...['--channelID', 'mychannel', '--name', 'basic', '--version', '1.0', '--sequence', '1'],
      ...['--signature-policy', "AND('Org1MSP.peer','Org2MSP.peer')"],
      '--init-required',
      ...['--collections-config', '/tmp/collections.json'],
    ]);
  });

  it('names the path of a channel policy, and nothing that it does not have', () => {
    expect(definitionArguments('mychannel', OTHER, '/tmp/collections.json')).toEqual([
      ...['--channelID', 'mychannel', '--name', 'other', '--version', '2', '--sequence', '1'],
      ...['--channel-config-policy', '/Channel/Application/Endorsement'],
    ]);
  });

  it('has its collections in a file as Fabric reads it, without what is not set', () => {
    expect(JSON.parse(collectionsConfig([PRIVATE, PLAIN]))).toEqual([PRIVATE, PLAIN]);
  });
});
