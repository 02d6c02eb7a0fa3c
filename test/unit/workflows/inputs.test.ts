import { expect, test } from 'vitest';

import { canMembersMeet } from '../../../src/workflows/inputs.ts';
import { completed } from '../cli/harness.ts';

const ORGANIZATIONS = ['org1', 'org2', 'org3'];

type Members = readonly (readonly [organization: string, anchorPeers: readonly string[]])[];

/** Whether the members of the first of these channels can meet. */
function meet(...channels: readonly Members[]): boolean {
  const network = completed({
    name: 'net',
    organizations: [{ name: 'org0', orderers: 1 }, ...ORGANIZATIONS.map((name) => ({ name, peers: 1 }))],
    channels: channels.map((members, index) => ({
      name: `channel${index}`,
      orderers: ['org0'],
      peers: members.map(([organization, anchorPeers]) => ({ organization, anchorPeers })),
    })),
  });
  const [first] = network.channels;
  if (first === undefined) throw new TypeError('there is no channel');
  return canMembersMeet(network, first);
}

const without = (...organizations: readonly string[]): Members =>
  organizations.map((organization) => [organization, []] as const);

test.for<readonly [string, readonly Members[], boolean]>([
  ['alone, it has nobody to meet', [without('org1')], true],
  ['two without anchor peers cannot', [without('org1', 'org2')], false],
  ['one with an anchor peer is enough', [[['org1', ['peer1']], ...without('org2')]], true],
  [
    'those who met in another channel know each other',
    [without('org1', 'org2'), [['org2', ['peer1']], ...without('org1')]],
    true,
  ],
  [
    'those who met others in other channels hear of each other through them',
    [without('org1', 'org2'), [['org3', ['peer1']], ...without('org1')], [['org2', ['peer1']], ...without('org3')]],
    true,
  ],
  [
    'a third that nobody has met is left out',
    [without('org1', 'org3'), [['org2', ['peer1']], ...without('org1')]],
    false,
  ],
])('whether the members of a channel can meet: %s', ([, channels, expected]) => {
  expect(meet(...channels)).toBe(expected);
});
