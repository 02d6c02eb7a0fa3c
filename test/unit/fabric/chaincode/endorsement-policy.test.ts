import { expect, test } from 'vitest';

import { sameApplicationPolicy, type ApplicationPolicy } from '../../../../src/fabric/chaincode/endorsement-policy.ts';
import { parseSignaturePolicy } from '../../../../src/spec/index.ts';

const ENDORSEMENT: ApplicationPolicy = { kind: 'channel', path: '/Channel/Application/Endorsement' };
const ADMINS: ApplicationPolicy = { kind: 'channel', path: '/Channel/Application/Admins' };
const ONE: ApplicationPolicy = { kind: 'signature', policy: parseSignaturePolicy("OR('Org1MSP.peer')") };
const BOTH: ApplicationPolicy = {
  kind: 'signature',
  policy: parseSignaturePolicy("AND('Org1MSP.peer','Org2MSP.peer')"),
};
const OTHER: ApplicationPolicy = { kind: 'other' };

test.for<[string, ApplicationPolicy, ApplicationPolicy, boolean]>([
  ['the same path', ENDORSEMENT, { ...ENDORSEMENT }, true],
  ['another path', ENDORSEMENT, ADMINS, false],
  ['the same signatures', ONE, { ...ONE }, true],
  ['other signatures', ONE, BOTH, false],
  ['a path and signatures', ENDORSEMENT, ONE, false],
  ['signatures and a path', ONE, ENDORSEMENT, false],
  ['what Weft does not write, even twice', OTHER, OTHER, false],
  ['what Weft does not write and a path', OTHER, ENDORSEMENT, false],
  ['a path and what Weft does not write', ENDORSEMENT, OTHER, false],
])('two policies ask for the same only if they do: %s', ([, one, other, same]) => {
  expect(sameApplicationPolicy(one, other)).toBe(same);
});
