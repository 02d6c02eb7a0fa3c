import { describe, expect, it } from 'vitest';

import { PageTokenInvalid } from '../../../src/database/index.ts';
import {
  namePositionOf,
  numberPositionOf,
  pageOf,
  stepPositionOf,
  timePositionOf,
} from '../../../src/database/page.ts';

const NOON = new Date('2026-11-26T12:00:00.123Z');

function token(...parts: readonly (string | number | Date)[]): string {
  return pageOf(['one', 'two'], { size: 1 }, () => parts).nextToken ?? expect.fail();
}

describe('a page', () => {
  it.each([
    [[], 2, [], false],
    [[1], 2, [1], false],
    [[1, 2], 2, [1, 2], false],
    [[1, 2, 3], 2, [1, 2], true],
  ])('of what was found, %j, for a size of %i is %j', (found, size, items, goesOn) => {
    const page = pageOf(found, { size }, (item) => [item]);
    expect(page.items).toEqual(items);
    expect(page.nextToken !== undefined).toBe(goesOn);
  });

  it('says where the list goes on: after its last item', () => {
    const { nextToken = '' } = pageOf([7, 8, 9], { size: 2 }, (item) => [item]);
    expect(numberPositionOf(nextToken)).toBe(8);
  });
});

describe('a page token', () => {
  it('says the place in the order of its list', () => {
    expect(timePositionOf(token(NOON, 'up-1'))).toEqual({ time: NOON, id: 'up-1' });
    expect(namePositionOf(token('local', 'net ü'))).toEqual(['local', 'net ü']);
    expect(stepPositionOf(token('org1', 'org1/peer1', 'join'))).toEqual(['org1', 'org1/peer1', 'join']);
  });

  it.each([
    ['of another list', () => timePositionOf(token('local', 'net'))],
    ['of a list with more in its order', () => namePositionOf(token('a', 'b', 'c'))],
    ['that is no JSON', () => numberPositionOf('!')],
    ['that is empty', () => numberPositionOf('')],
    ['with a number beyond those of the database', () => numberPositionOf(token(2 ** 31))],
    ['with a time before all others', () => timePositionOf(token(-1, 'up-1'))],
    ['with a time beyond those of the database', () => timePositionOf(token(8.64e15, 'up-1'))],
    ['with a text that the database cannot keep', () => namePositionOf(token('a\0', 'b'))],
  ])('%s is refused', (_what, read) => {
    expect(read).toThrow(PageTokenInvalid);
  });
});
