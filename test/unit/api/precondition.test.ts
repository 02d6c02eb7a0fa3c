import { describe, expect, it } from 'vitest';

import { requireMatch, type Conditional } from '../../../src/api/networks/precondition.ts';
import { ApiProblem } from '../../../src/api/problems/problem.ts';

function answerTo(conditional: Conditional, current: string | undefined): string {
  try {
    requireMatch(conditional, current);
    return 'goes on';
  } catch (error) {
    if (error instanceof ApiProblem) return `${error.status} ${error.reason}`;
    throw error;
  }
}

describe('a change of a network', () => {
  it.each<[string, Conditional, string | undefined, string]>([
    ['of one that is not there needs no condition', {}, undefined, 'goes on'],
    ['of one that must not be there goes on if it is not', { ifNoneMatch: '*' }, undefined, 'goes on'],
    ['of one that is gone is refused to who has seen it', { ifMatch: '"3"' }, undefined, '412 PRECONDITION_FAILED'],
    ['of any state is refused where there is none', { ifMatch: '*' }, undefined, '412 PRECONDITION_FAILED'],
    ['is refused to who has not said which state they saw', {}, '"3"', '428 PRECONDITION_REQUIRED'],
    ['goes on for who has seen the state that is', { ifMatch: '"3"' }, '"3"', 'goes on'],
    ['goes on for who has seen one of several states', { ifMatch: '"2", "3"' }, '"3"', 'goes on'],
    ['goes on for who takes every state', { ifMatch: '*' }, '"3"', 'goes on'],
    ['is refused to who has seen an earlier state', { ifMatch: '"2"' }, '"3"', '412 PRECONDITION_FAILED'],
    [
      'is refused to a weak etag, which does not say that nothing differs',
      { ifMatch: 'W/"3"' },
      '"3"',
      '412 PRECONDITION_FAILED',
    ],
    ['is refused to who wants a new one', { ifNoneMatch: '*' }, '"3"', '412 PRECONDITION_FAILED'],
  ])('%s', (_, conditional, current, expected) => {
    expect(answerTo(conditional, current)).toBe(expected);
  });
});
