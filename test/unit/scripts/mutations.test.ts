import { describe, expect, test } from 'vitest';

import { choose, mutate, mutationsOf } from '../../../scripts/mutations.ts';

/** All that a piece of code can become by one mutation. */
function mutantsOf(code: string): string[] {
  return mutationsOf('file.ts', code).map((mutation) => mutate(code, mutation));
}

describe('a mutation', () => {
  test.for([
    ['a === b;', ['a !== b;']],
    ['a < b;', ['a <= b;']],
    ['a && b;', ['a || b;']],
    ['a - 1;', ['a + 1;']],
    ['a ?? b;', ['a;']],
    ['!a;', ['a;']],
    ['a = true;', ['a = false;']],
    ["a = 'permanent';", ["a = 'retryable';"]],
    ['if (a) return 1; else b;', ['if (!(a)) return 1; else b;']],
    ['if (a) return 1;', ['if (!(a)) return 1;', ';']],
    ['x = a ? b : c;', ['x = !(a) ? b : c;']],
    ['x = a.some(b);', ['x = a.every(b);']],
    ['x = a.filter(b);', ['x = a;']],
    ['await a(b);', [';']],
    ['x = { ...a };', ['x = { ...[] };']],
  ] as const)('of `%s` changes what it does', ([code, mutants]) => {
    expect(mutantsOf(code)).toEqual(mutants);
  });

  test.for([
    "import a from 'b';",
    'interface A { b: true }',
    "a = 'text';",
    "a = 'x' + b;",
    'const a: true | false = b;',
  ])('leaves alone what does nothing, or only says something: `%s`', (code) => {
    expect(mutantsOf(code)).toEqual([]);
  });

  test('knows its place and what it replaces', () => {
    expect(mutationsOf('file.ts', 'a;\nb === c;')).toEqual([
      { file: 'file.ts', line: 2, start: 5, end: 8, before: '===', after: '!==', operator: 'operator' },
    ]);
  });
});

describe('the choice of mutations', () => {
  const many = mutationsOf('file.ts', Array.from({ length: 50 }, (_, index) => `if (a${index}) f();`).join('\n'));

  test('is the same for the same seed, and another for another', () => {
    expect(choose(many, 10, 1)).toEqual(choose(many, 10, 1));
    expect(choose(many, 10, 1)).not.toEqual(choose(many, 10, 2));
  });

  test('takes at most one of a line, and no more than there are', () => {
    const lines = choose(many, 1_000, 1).map(({ line }) => line);
    expect(lines).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });
});
