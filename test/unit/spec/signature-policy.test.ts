import { describe, expect, test } from 'vitest';

import { mspIdsOf, parseSignaturePolicy, PolicyError, type SignaturePolicy } from '../../../src/spec/index.ts';

const ORG1: SignaturePolicy = { kind: 'role', mspId: 'Org1MSP', role: 'peer' };
const ORG2: SignaturePolicy = { kind: 'role', mspId: 'Org2MSP', role: 'admin' };

function outOf(n: number, ...of: SignaturePolicy[]): SignaturePolicy {
  return { kind: 'outOf', n, of };
}

function refusal(text: string): PolicyError {
  try {
    parseSignaturePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error(`${text} is a policy`);
}

describe('a signature policy', () => {
  test.each([
    ["OR('Org1MSP.peer', 'Org2MSP.admin')", outOf(1, ORG1, ORG2)],
    ["AND('Org1MSP.peer','Org2MSP.admin')", outOf(2, ORG1, ORG2)],
    ["OutOf(2, 'Org1MSP.peer', 'Org2MSP.admin', 'Org1MSP.peer')", outOf(2, ORG1, ORG2, ORG1)],
    ["OutOf(0, 'Org1MSP.peer')", outOf(0, ORG1)],
    ["OutOf('1', 'Org1MSP.peer')", outOf(1, ORG1)],
    ["OR('Org1MSP.peer')", outOf(1, ORG1)],
    ["And('Org1MSP.peer')", outOf(1, ORG1)],
    ["Or('Org1MSP.peer')", outOf(1, ORG1)],
    ["outof(1, 'Org1MSP.peer')", outOf(1, ORG1)],
    ["OUTOF(1, 'Org1MSP.peer')", outOf(1, ORG1)],
    [`OR("Org1MSP.peer", 'Org2MSP.admin')`, outOf(1, ORG1, ORG2)],
    [" OR (\n\t'Org1MSP.peer' , 'Org2MSP.admin'\n) ", outOf(1, ORG1, ORG2)],
    ["OR('Org1MSP.peer', AND('Org2MSP.admin', OR('Org1MSP.peer')))", outOf(1, ORG1, outOf(2, ORG2, outOf(1, ORG1)))],
    ["OR('My.Org-1.member')", outOf(1, { kind: 'role', mspId: 'My.Org-1', role: 'member' })],
  ])('reads a signature policy as Fabric does: %s', (text, policy) => {
    expect(parseSignaturePolicy(text)).toEqual(policy);
  });

  test.each(['member', 'admin', 'client', 'peer', 'orderer'])('reads the role %s', (role) => {
    expect(parseSignaturePolicy(`OR('A.${role}')`)).toEqual(
      outOf(1, { kind: 'role', mspId: 'A', role } as SignaturePolicy),
    );
  });

  const gate = "there must be AND(…), OR(…) or OutOf(n, …), such as OR('Org1MSP.peer', 'Org2MSP.peer')";
  const role = "there must be an MSP ID, a dot and one of member, admin, client, peer, orderer, such as 'Org1MSP.peer'";
  const operand = "there must be a role in quotes, such as 'Org1MSP.peer', or AND, OR or OutOf";

  test.each([
    ['', `at column 1 ${gate} (found the end)`],
    ["'Org1MSP.peer'", `at column 1 ${gate} (found 'Org1MSP.peer')`],
    ["XOR('Org1MSP.peer')", `at column 1 ${gate} (found "XOR")`],
    ["OR('A.peer', NOT('B.peer'))", `at column 14 ${gate} (found "NOT")`],
    ["or('Org1MSP.peer')", 'at column 1 there must be OR in capitals, as not every Fabric reads "or"'],
    ["OR('A.peer', and('B.peer'))", 'at column 14 there must be AND in capitals, as not every Fabric reads "and"'],
    ["OR 'Org1MSP.peer'", `at column 4 there must be "(" (found 'Org1MSP.peer')`],
    ['OR()', `at column 4 ${operand} (found ")")`],
    ["OR('A.peer',)", `at column 13 ${operand} (found ")")`],
    ['OR(1)', `at column 4 ${operand} (found "1")`],
    ["OR('A.peer'", 'at column 12 there must be "," or ")" (found the end)'],
    ["OR('A.peer' 'B.peer')", `at column 13 there must be "," or ")" (found 'B.peer')`],
    ["OR('A.peer'))", 'at column 13 it must end (found ")")'],
    ["OR('A.peer') AND OR('B.peer')", 'at column 14 it must end (found "AND")'],
    ["OR('A.peer", `at column 4 ${operand} (found "'")`],
    ["OR('Org1MSP')", `at column 4 ${role} (found 'Org1MSP')`],
    ["OR('Org1MSP.Peer')", `at column 4 ${role} (found 'Org1MSP.Peer')`],
    ["OR('Org1 MSP.peer')", `at column 4 ${role} (found 'Org1 MSP.peer')`],
    ["OR('.peer')", `at column 4 ${role} (found '.peer')`],
    ["OutOf('A.peer')", "at column 7 there must be how many are needed, a whole number (found 'A.peer')"],
    ["OutOf(-1, 'A.peer')", 'at column 7 there must be how many are needed, a whole number (found "-1")'],
    ["OutOf(1.5, 'A.peer')", 'at column 7 there must be how many are needed, a whole number (found "1.5")'],
    ['OutOf(1)', 'at column 8 there must be "," (found ")")'],
    ["OutOf(2, 'A.peer')", 'at column 7 it asks for 2 out of 1, which nobody can fulfil'],
    ["OutOf(1+1, 'A.peer')", 'at column 8 there must be "," (found "+1")'],
  ])('refuses what is no signature policy, with the column where it goes wrong: %s', (text, message) => {
    const error = refusal(text);
    expect(error.message).toBe(message);
    expect(error.message).toContain(`column ${error.column} `);
  });

  test('refuses a policy that is nested deeper than people read', () => {
    const deep = `${'OR('.repeat(5000)}'A.peer'${')'.repeat(5000)}`;
    expect(refusal(deep).message).toBe('at column 61 it is nested more than 20 deep');
  });

  test('names each MSP of a policy once', () => {
    const policy = parseSignaturePolicy("OR('B.peer', AND('A.peer', 'B.admin'), OutOf(1, 'C.client'))");
    expect(mspIdsOf(policy)).toEqual(['B', 'A', 'C']);
  });
});
