import { describe, expect, test } from 'vitest';

import { keyExchangeLoss, quorumLoss, quorumLossInWords } from '../../../src/spec/index.ts';

/** Each letter is the name of a consenter. */
function namesIn(text: string): string[] {
  return text.match(/./g) ?? [];
}

function loss(
  type: 'raft' | 'bft',
  [standing, wanted, active]: readonly [string, string, string],
): ReturnType<typeof quorumLoss> {
  return quorumLoss({
    ...{ type, standing: namesIn(standing), wanted: namesIn(wanted) },
    active: new Set(namesIn(active)),
  });
}

describe('a set of consenters is taken that keeps its quorum all the way', () => {
  test.each([
    ['nothing changes, and nobody is there', 'raft', 'abc', 'abc', ''],
    ['one more of all three', 'raft', 'abc', 'abcd', 'abc'],
    ['the second, which only one has to want', 'raft', 'a', 'ab', 'a'],
    ['from one to three', 'raft', 'a', 'abc', 'a'],
    ['one in the place of the only one', 'raft', 'a', 'b', 'a'],
    ['the one leaves that is down', 'raft', 'abc', 'ab', 'ab'],
    ['that one comes back', 'raft', 'ab', 'abc', 'ab'],
    ['all three for three others', 'raft', 'abc', 'def', 'abc'],
    ['two leave of five, one of which is down', 'raft', 'abcde', 'abc', 'abcd'],
    ['a fifth of bft', 'bft', 'abcd', 'abcde', 'abcd'],
    ['the fifth leaves again', 'bft', 'abcde', 'abcd', 'abcd'],
  ] as const)('%s', (_, type, standing, wanted, active) => {
    expect(loss(type, [standing, wanted, active])).toBeUndefined();
  });
});

describe('a set of consenters is refused on the way to which the channel would stop', () => {
  test.each([
    ['a fourth while one of three is down', 'raft', 'abc', 'abcd', 'ab', ['adding', 'd', 2, 4, 3]],
    ['one in the place of one that is down', 'raft', 'abc', 'abd', 'ab', ['adding', 'd', 2, 4, 3]],
    ['one of those leaves that are left', 'raft', 'abc', 'ab', 'ac', ['removing', 'c', 1, 2, 2]],
    ['the one of two leaves that is there', 'raft', 'ab', 'b', 'a', ['removing', 'a', 0, 1, 1]],
    ['anything while nobody is there', 'raft', 'abc', 'ab', '', ['removing', 'c', 0, 2, 2]],
  ] as const)('%s', (_, type, standing, wanted, active, [change, consenter, left, consenters, needed]) => {
    expect(loss(type, [standing, wanted, active])).toEqual({ change, consenter, consenters, active: left, needed });
  });

  test('of bft, too, which Fabric does not refuse', () => {
    expect(loss('bft', ['abcde', 'abcd', 'abe'])).toMatchObject({ change: 'removing', active: 2, needed: 3 });
    expect(loss('bft', ['abcd', 'abcde', 'ab'])).toMatchObject({ change: 'adding', active: 3, needed: 4 });
  });

  test('in words', () => {
    const found = loss('raft', ['abc', 'abcd', 'ab']);
    expect(found && quorumLossInWords(found)).toBe(
      'cannot change like this now: consenters change one at a time, and adding d needs 3 that are active, where there would be 2 of 4. Bring the others back first, or let those leave first that are down',
    );
  });
});

describe('consenters whose keys are lost', () => {
  function exchange(
    type: 'raft' | 'bft',
    [consenters, active, lost]: readonly [string, string, string],
  ): ReturnType<typeof keyExchangeLoss> {
    return keyExchangeLoss({
      type,
      consenters: namesIn(consenters),
      active: new Set(namesIn(active)),
      lost: namesIn(lost),
    });
  }

  test.each([
    ['one of three, which still runs', 'raft', 'abc', 'abc', 'a'],
    ['one of three, which is down', 'raft', 'abc', 'bc', 'a'],
    ['all three, which still run', 'raft', 'abc', 'abc', 'abc'],
    ['the one that is down, and then one that still runs', 'raft', 'abc', 'bc', 'ba'],
    ['one of two, while both run', 'raft', 'ab', 'ab', 'b'],
    ['one of four of bft', 'bft', 'abcd', 'bcd', 'a'],
  ] as const)('get new ones: %s', (_, type, consenters, active, lost) => {
    expect(exchange(type, [consenters, active, lost])).toBeUndefined();
  });

  test.each([
    ['the only one', 'raft', 'a', 'a', 'a', ['a', 0, 1]],
    ['one of two, which is down', 'raft', 'ab', 'b', 'a', ['a', 1, 2]],
    ['one of three while another is down', 'raft', 'abc', 'ac', 'a', ['a', 1, 2]],
    ['two of three that are down', 'raft', 'abc', 'c', 'ab', ['a', 1, 2]],
    ['one of four of bft while another is down', 'bft', 'abcd', 'acd', 'a', ['a', 2, 3]],
  ] as const)('cannot get new ones: %s', (_, type, consenters, active, lost, [consenter, others, needed]) => {
    expect(exchange(type, [consenters, active, lost])).toEqual({ consenter, active: others, needed });
  });
});
