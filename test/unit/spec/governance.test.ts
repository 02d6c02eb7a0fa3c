import { describe, expect, test } from 'vitest';

import { completeDescription } from '../../../src/spec/index.ts';
import { describedChannel, issuesOf, warningsOf } from './descriptions.ts';

function withAdmins(group: 'application' | 'orderer', admins: string): Record<string, unknown> {
  return describedChannel({ policies: { [group]: { admins } } });
}

describe('a policy after which nobody could change the channel again is refused', () => {
  test.each([
    ['application', 'MAJORITY Endorsement'],
    ['application', "OR('Org1MSP.peer')"],
    ['application', "AND('Org1MSP.admin','Org2MSP.client')"],
    ['application', "OutOf(2,'Org1MSP.admin','Org1MSP.peer','Org2MSP.peer')"],
    ['orderer', "OR('OrdererMSP.orderer')"],
  ] as const)('%s: %s', (group, admins) => {
    expect(issuesOf(completeDescription(withAdmins(group, admins)))).toEqual([
      `channels[0].policies.${group}.admins: asks for what no Admin can give, so that nobody could change mychannel again: Admins sign as admin or member (found "${admins}")`,
    ]);
  });

  test('also where an organization that it counts has left the description', () => {
    const [issue] = issuesOf(completeDescription(withAdmins('application', "AND('Org1MSP.admin','Org9MSP.admin')")));
    expect(issue).toContain('names "Org9MSP", but no organization has this MSP ID');
  });
});

test.each([
  ['application', 'ANY Admins'],
  ['application', 'ALL Readers'],
  ['application', "OutOf(1,'Org1MSP.peer','Org2MSP.admin')"],
  ['application', "OR('Org1MSP.member')"],
  ['orderer', "OR('OrdererMSP.admin')"],
] as const)('a policy that Admins can meet is taken: %s: %s', (group, admins) => {
  expect(warningsOf(completeDescription(withAdmins(group, admins)))).toEqual([]);
});
