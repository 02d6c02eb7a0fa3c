import lifecycle from '@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb.js';
import { describe, expect, it } from 'vitest';

import { committedDefinitionOf, writeDefinition } from '../../../../src/fabric/chaincode/definition.ts';
import {
  applicationPolicyMessage,
  readApplicationPolicy,
  signaturePolicyMessage,
  type ApplicationPolicy,
} from '../../../../src/fabric/chaincode/endorsement-policy.ts';
import {
  definitionDifferences,
  type ChaincodeDefinition,
  type CollectionDefinition,
  type CommittedDefinition,
} from '../../../../src/fabric/index.ts';
import { parseSignaturePolicy } from '../../../../src/spec/index.ts';

const signature = (text: string): ApplicationPolicy => ({ kind: 'signature', policy: parseSignaturePolicy(text) });

const CHANNEL_ENDORSEMENT: ApplicationPolicy = { kind: 'channel', path: '/Channel/Application/Endorsement' };

const PRIVATE: CollectionDefinition = {
  name: 'private',
  policy: signature("OR('Org1MSP.member','Org2MSP.member')"),
  requiredPeerCount: 0,
  maxPeerCount: 1,
  blockToLive: 100,
  memberOnlyRead: true,
  memberOnlyWrite: false,
  endorsementPolicy: signature("OR('Org1MSP.peer')"),
};
const OWN: CollectionDefinition = {
  name: 'own',
  policy: signature("OR('Org1MSP.member')"),
  requiredPeerCount: 1,
  maxPeerCount: 2,
  blockToLive: 0,
  memberOnlyRead: false,
  memberOnlyWrite: true,
  endorsementPolicy: CHANNEL_ENDORSEMENT,
};
const BASIC: ChaincodeDefinition = {
  name: 'basic',
  version: '1.0',
  sequence: 1,
  endorsementPolicy: signature("AND('Org1MSP.peer','Org2MSP.peer')"),
  initRequired: true,
  collections: [PRIVATE, OWN],
};
const OTHER: ChaincodeDefinition = {
  name: 'other',
  version: '2',
  sequence: 1,
  endorsementPolicy: CHANNEL_ENDORSEMENT,
  initRequired: false,
  collections: [],
};

/** A definition as a channel has it that was asked for it. */
function committed(definition: ChaincodeDefinition): CommittedDefinition {
  const message = writeDefinition(new lifecycle.CommitChaincodeDefinitionArgs(), definition);
  message.setEndorsementPlugin('escc');
  message.setValidationPlugin('vscc');
  const sent = lifecycle.CommitChaincodeDefinitionArgs.deserializeBinary(message.serializeBinary());
  return committedDefinitionOf(definition.name, sent);
}

describe('A definition', () => {
  it.each([BASIC, OTHER])('is read back as it was written: $name', (definition) => {
    expect(committed(definition)).toEqual({ ...definition, endorsementPlugin: 'escc', validationPlugin: 'vscc' });
  });

  it('leaves out collections where it has none, as the peer program does', () => {
    expect(writeDefinition(new lifecycle.CommitChaincodeDefinitionArgs(), OTHER).getCollections()).toBeUndefined();
  });

  it.each([
    // What peers of Fabric 2.5.0 had of definitions that were approved by means of the peer program.
    [BASIC.endorsementPolicy, 'CiwSDBIKCAISAggAEgIIARoNEgsKB09yZzFNU1AQAxoNEgsKB09yZzJNU1AQAw=='],
    [OTHER.endorsementPolicy, 'EiAvQ2hhbm5lbC9BcHBsaWNhdGlvbi9FbmRvcnNlbWVudA=='],
  ])('has its policy byte for byte as the peer program writes it: %o', (policy, bytes) => {
    expect(Buffer.from(applicationPolicyMessage(policy).serializeBinary()).toString('base64')).toBe(bytes);
    expect(readApplicationPolicy(Buffer.from(bytes, 'base64'))).toEqual(policy);
  });

  it('names the principals of inner gates first, as the parser of Fabric does', () => {
    const policy = signature("OR('A.member', AND('B.member', 'C.member'), OutOf(1, 'D.member'))");
    const message = signaturePolicyMessage(policy);
    const principals = message
      .getIdentitiesList()
      .map((principal) => Buffer.from(principal.getPrincipal_asU8()).toString());
    expect(principals.map((text) => text.at(-1))).toEqual(['B', 'C', 'D', 'A']);
    const rules = message.getRule()?.getNOutOf()?.getRulesList() ?? [];
    expect(rules[0]?.getSignedBy()).toBe(3);
    expect(
      rules[1]
        ?.getNOutOf()
        ?.getRulesList()
        .map((rule) => rule.getSignedBy()),
    ).toEqual([0, 1]);
  });

  it('cannot have a policy that Weft does not write', () => {
    expect(() =>
      writeDefinition(new lifecycle.CommitChaincodeDefinitionArgs(), {
        ...OTHER,
        endorsementPolicy: { kind: 'other' },
      }),
    ).toThrow(new TypeError('A policy of kind other cannot be written as a signature policy.'));
  });
});

describe('A policy that Weft cannot have written', () => {
  it.each([
    ['is no message', Buffer.from('ffff', 'hex')],
    ['is empty', new Uint8Array()],
    // rule { signed_by: 0 }, identities { principal_classification: IDENTITY, principal: "x" }
    ['asks for an identity', Buffer.from('0a0b120208001a050802120178', 'hex')],
    ['signs with a principal that is not there', Buffer.from('0a0412020805', 'hex')],
    // rule { signed_by: 0 }, identities { principal: MSPRole { msp_identifier: "A", role: 9 } }
    ['asks for a role of a newer Fabric', Buffer.from('0a0d120208001a0712050a01411009', 'hex')],
    ['asks for a role that cannot be read', Buffer.from('0a0a120208001a041202ffff', 'hex')],
    // rule { n_out_of { n: 1, rules { signed_by: 5 } } }
    ['has a gate with such a part', Buffer.from('0a0a12081206080112020805', 'hex')],
  ])('is told apart when it %s', (_, message) => {
    expect(readApplicationPolicy(message)).toEqual({ kind: 'other' });
  });

  it('is never the one that is wanted', () => {
    const other = { ...committed(OTHER), endorsementPolicy: { kind: 'other' } as const };
    expect(definitionDifferences(other, other)).toEqual(['endorsement policy']);
  });
});

describe('The differences between a definition and the one that is wanted', () => {
  const [basic, other] = [committed(BASIC), committed(OTHER)];

  it('are none for what was committed, whatever the sequence', () => {
    expect(definitionDifferences(basic, { ...BASIC, sequence: 7 } as ChaincodeDefinition)).toEqual([]);
    expect(definitionDifferences(other, OTHER)).toEqual([]);
  });

  it('are none for a policy that names the same signatures in another order', () => {
    const wanted = { ...BASIC, endorsementPolicy: signature("AND('Org2MSP.peer','Org1MSP.peer')") };
    expect(definitionDifferences(basic, wanted)).toEqual([]);
  });

  it.each<[string, Partial<ChaincodeDefinition>, string]>([
    ['the version', { version: '1.1' }, 'version 1.0 -> 1.1'],
    [
      'the threshold of the policy',
      { endorsementPolicy: signature("OR('Org1MSP.peer','Org2MSP.peer')") },
      'endorsement policy',
    ],
    [
      'a role of the policy',
      { endorsementPolicy: signature("AND('Org1MSP.peer','Org2MSP.member')") },
      'endorsement policy',
    ],
    [
      'an organization of the policy',
      { endorsementPolicy: signature("AND('Org1MSP.peer','Org3MSP.peer')") },
      'endorsement policy',
    ],
    ['the kind of the policy', { endorsementPolicy: CHANNEL_ENDORSEMENT }, 'endorsement policy'],
    ['the initialization', { initRequired: false }, 'initialization required -> not required'],
  ])('are found in %s', (_, change, difference) => {
    expect(definitionDifferences(basic, { ...BASIC, ...change })).toEqual([difference]);
  });

  it('tell one channel policy from another, and from a signature policy', () => {
    for (const endorsementPolicy of [
      { kind: 'channel', path: '/Channel/Other' } as const,
      signature("OR('Org1MSP.peer')"),
    ]) {
      expect(definitionDifferences(other, { ...OTHER, endorsementPolicy })).toEqual(['endorsement policy']);
    }
  });

  it.each<[string, readonly CollectionDefinition[], readonly string[]]>([
    ['one more', [PRIVATE, OWN, { ...OWN, name: 'third' }], ['collection third added']],
    ['one less', [OWN], ['collection private removed']],
    ['another order', [OWN, PRIVATE], []],
    ['other members', [{ ...PRIVATE, policy: signature("OR('Org1MSP.member')") }, OWN], ['collection private']],
    ['another life time', [PRIVATE, { ...OWN, blockToLive: 3 }], ['collection own']],
    ['another highest peer count', [PRIVATE, { ...OWN, maxPeerCount: 3 }], ['collection own']],
    ['another required peer count', [PRIVATE, { ...OWN, requiredPeerCount: 2 }], ['collection own']],
    ['other readers', [{ ...PRIVATE, memberOnlyRead: false }, OWN], ['collection private']],
    ['other writers', [PRIVATE, { ...OWN, memberOnlyWrite: false }], ['collection own']],
    [
      'another endorsement policy',
      [{ ...PRIVATE, endorsementPolicy: signature("OR('Org1MSP.peer','Org2MSP.peer')") }, OWN],
      ['collection private'],
    ],
    [
      'an endorsement policy of another kind',
      [PRIVATE, { ...OWN, endorsementPolicy: signature("OR('Org1MSP.peer')") }],
      ['collection own'],
    ],
    ['no endorsement policy', [PRIVATE, { ...OWN, endorsementPolicy: undefined }], ['collection own']],
  ])('are found in collections: %s', (_, collections, differences) => {
    expect(definitionDifferences(basic, { ...BASIC, collections })).toEqual(differences);
  });

  it('are found in plugins, of which Weft only uses the default ones', () => {
    expect(definitionDifferences({ ...other, validationPlugin: 'custom' }, OTHER)).toEqual([
      'validation plugin custom -> vscc',
    ]);
    expect(definitionDifferences({ ...other, endorsementPlugin: 'custom' }, OTHER)).toEqual([
      'endorsement plugin custom -> escc',
    ]);
  });
});
