import { expect, test } from 'vitest';

import { completeDescription } from '../../../../../src/spec/index.ts';
import { inUseBy } from '../../../../../src/workflows/apply/before/in-use.ts';
import { networkOf } from '../../../spec/descriptions.ts';

const NETWORK = networkOf(
  completeDescription({
    name: 'net',
    organizations: [
      { name: 'org0', orderers: 3 },
      { name: 'org1', peers: 1 },
    ],
    channels: [
      { name: 'one', orderers: [{ organization: 'org0', orderers: ['orderer1', 'orderer2'] }] },
      { name: 'two', orderers: [{ organization: 'org0', orderers: ['orderer2'] }] },
    ],
  }),
);

test('what an earlier run brought up is in use: every CA, every node, and the orderers that are consenters of a channel', () => {
  const { authorities, nodes, consenters, consentersOf, participantsOf } = inUseBy(NETWORK);
  expect([...nodes].sort()).toEqual(['org0-orderer1', 'org0-orderer2', 'org0-orderer3', 'org1-peer1']);
  expect([...authorities]).toEqual(['org0', 'org1']);
  expect([...consenters].sort()).toEqual(['org0-orderer1', 'org0-orderer2']);
  expect([...consentersOf('two')]).toEqual(['org0-orderer2']);
  expect([...consentersOf('three')]).toEqual([]);
  expect([...participantsOf('one')].sort()).toEqual(['org0', 'org1']);
  expect([...participantsOf('three')]).toEqual([]);
});

test('where no run has come to its end nothing is in use: all of it can be made anew', () => {
  const { authorities, nodes, consenters, consentersOf } = inUseBy(undefined);
  expect([authorities, nodes, consenters, consentersOf('one')].map(({ size }) => size)).toEqual([0, 0, 0, 0]);
});
