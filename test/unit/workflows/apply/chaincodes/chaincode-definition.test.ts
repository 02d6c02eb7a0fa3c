import { describe, expect, test } from 'vitest';

import type { DefinitionView } from '../../../../../src/activities/chaincodes/lifecycle.ts';
import { definitionToAgreeOn } from '../../../../../src/workflows/apply/chaincodes/chaincode-definition.ts';

const agreed: DefinitionView = { organization: 'org1', sequence: 2, differences: [], approval: 'described' };
const none: DefinitionView = { organization: 'org2', sequence: 0, differences: [], approval: 'none' };

describe('what organizations are to agree on', () => {
  test('is the first definition while the channel has none', () => {
    expect(definitionToAgreeOn([none, { ...none, organization: 'org1' }])).toEqual({
      sequence: 1,
      isFirst: true,
      reason: 'was not committed',
      approvals: ['org2', 'org1'],
    });
  });

  test('is the first definition in a plan before peers are ready, which says so', () => {
    expect(definitionToAgreeOn([{ ...none, unread: 'the peers are not ready yet' }])).toMatchObject({
      sequence: 1,
      reason: 'the peers are not ready yet',
    });
  });

  test('is the committed definition again, with nothing to do, when it is as described everywhere', () => {
    expect(definitionToAgreeOn([agreed, { ...agreed, organization: 'org2' }])).toEqual({
      sequence: 2,
      isFirst: false,
      reason: '',
      approvals: [],
    });
  });

  test('is the committed definition for a member that has not approved it yet', () => {
    expect(definitionToAgreeOn([agreed, { ...agreed, organization: 'org3' }])).toMatchObject({
      sequence: 2,
      reason: '',
      approvals: [],
    });
  });

  test('is the next one when it differs from the description, said once', () => {
    const differs = { ...agreed, differences: ['version 1.0 -> 1.1'] };
    expect(definitionToAgreeOn([differs, { ...differs, organization: 'org2' }])).toEqual({
      sequence: 3,
      isFirst: false,
      reason: 'version 1.0 -> 1.1',
      approvals: ['org1', 'org2'],
    });
  });

  test('is the next one when a member runs another package, whose it is said', () => {
    expect(definitionToAgreeOn([agreed, { ...agreed, organization: 'org2', approval: 'other package' }])).toEqual({
      sequence: 3,
      isFirst: false,
      reason: 'package of org2',
      approvals: ['org1', 'org2'],
    });
  });

  test('is the next one when a member has lost what it approved, whose it is said', () => {
    expect(definitionToAgreeOn([agreed, { ...agreed, organization: 'org2', approval: 'lost' }])).toEqual({
      sequence: 3,
      isFirst: false,
      reason: 'lost approval of org2',
      approvals: ['org1', 'org2'],
    });
  });

  test('is judged by the newest definition that a peer knows: another may be a block behind', () => {
    const behind = { ...agreed, organization: 'org2', sequence: 1, differences: ['version 1.0 -> 1.1'] };
    expect(definitionToAgreeOn([agreed, behind])).toEqual({
      sequence: 2,
      isFirst: false,
      reason: '',
      approvals: ['org2'],
    });
  });
});
