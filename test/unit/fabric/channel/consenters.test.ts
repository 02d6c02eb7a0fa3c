import { expect, test } from 'vitest';

import { bftQuorum } from '../../../../src/fabric/index.ts';

// f = 1 and 2 with the sizes in between, and f = 3.
test.each([
  [4, 3],
  [5, 4],
  [6, 4],
  [7, 5],
  [8, 6],
  [9, 6],
  [10, 7],
])('of %i consenters %i must agree', (consenters, quorum) => {
  expect(bftQuorum(consenters)).toBe(quorum);
});
