import { describe, expect, it } from 'vitest';

import { newKeyLines, parseKeys } from '../../../src/codec/keys.ts';

const MADE = new Date('2026-11-27T10:00:00Z');

/** Of 32 bytes of the same value. */
const encoded = (value: number): string => Buffer.alloc(32, value).toString('base64');

function idsOf(text: string): readonly string[] {
  const keys = parseKeys(text);
  if (typeof keys === 'string') throw new Error(keys);
  return keys.map(({ id }) => id);
}

describe('a key file', () => {
  it('has what weft codec key prints, under the id that it says', () => {
    const { id, lines } = newKeyLines(MADE);
    expect(lines).toMatch(new RegExp(`^# payload key ${id}, made 2026-11-27\n[A-Za-z0-9+/]{43}=$`));
    expect(idsOf(`${lines}\n`)).toEqual([id]);
  });

  it('has keys in their order, each once, whatever comments and empty lines are between them', () => {
    const [one = '', two = ''] = [1, 2].map((value) => idsOf(encoded(value))[0]);
    expect(idsOf(`# old\n\n  ${encoded(2)}\r\n${encoded(1)}\n${encoded(2)}\n`)).toEqual([two, one]);
  });

  it('makes no two keys alike', () => {
    expect(newKeyLines(MADE).lines).not.toBe(newKeyLines(MADE).lines);
  });

  it.each([
    ['is empty', '\n# nothing\n', 'it has no key.'],
    [
      'has a key that is too short',
      Buffer.alloc(16, 1).toString('base64'),
      'line 1 is no key: it must be 32 bytes in Base64, and nothing else.',
    ],
    [
      'has a key that is too long',
      `${encoded(1)}\n${Buffer.alloc(33, 1).toString('base64')}`,
      'line 2 is no key: it must be 32 bytes in Base64, and nothing else.',
    ],
    [
      'has bytes as they are',
      '\u0000\u0001'.repeat(16),
      'line 1 is no key: it must be 32 bytes in Base64, and nothing else.',
    ],
  ])('says what is wrong if it %s, and nothing of what is in it', (_what, text, issue) => {
    expect(parseKeys(text)).toBe(issue);
  });
});
