import { describe, expect, test } from 'vitest';

import { parsePolicy } from '../../../src/spec/index.ts';

describe('a policy', () => {
  test.each([
    ['MAJORITY Admins', { kind: 'implicit', rule: 'MAJORITY', subPolicy: 'Admins' }],
    ['ANY Readers', { kind: 'implicit', rule: 'ANY', subPolicy: 'Readers' }],
    ['ALL Endorsement', { kind: 'implicit', rule: 'ALL', subPolicy: 'Endorsement' }],
    ['/Channel/Application/Admins', { kind: 'reference', path: '/Channel/Application/Admins' }],
    ["OR ('A.peer')", { kind: 'outOf', n: 1, of: [{ kind: 'role', mspId: 'A', role: 'peer' }] }],
  ])('reads an implicit policy, a reference and a signature policy: %s', (text, policy) => {
    expect(parsePolicy(text)).toEqual(policy);
  });

  test.each([
    ['any Readers', 'at column 1 there must be ANY, ALL, MAJORITY or a signature policy (found "any Readers")'],
    ['Admins', 'at column 1 there must be ANY, ALL, MAJORITY or a signature policy (found "Admins")'],
    [' ANY Readers', 'at column 1 there must be ANY, ALL, MAJORITY or a signature policy (found " ANY Readers")'],
    ['MAJORITY', 'at column 9 there must be a space and the name of a policy, as in MAJORITY Admins'],
    ['ANY  Readers', 'at column 4 there must be a space and the name of a policy, as in MAJORITY Admins'],
    ['ANY Readers Writers', 'at column 4 there must be a space and the name of a policy, as in MAJORITY Admins'],
    [
      'Org1MSP.peer',
      `at column 1 there must be AND(…), OR(…) or OutOf(n, …), such as OR('Org1MSP.peer', 'Org2MSP.peer') (found "Org1MSP")`,
    ],
  ])('refuses what is no policy, with the column where it goes wrong: %s', (text, message) => {
    expect(() => parsePolicy(text)).toThrow(message);
  });
});
