import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { cacheRoot, contentKey, sourcesOf } from '../../../../src/local/artifacts/cache.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const temporary = useTemporaryCache();

describe('the cache folder', () => {
  test('is WEFT_CACHE when that is set', () => {
    expect(cacheRoot({ WEFT_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  });
  test('is in XDG_CACHE_HOME when that is set', () => {
    expect(cacheRoot({ WEFT_CACHE: '', XDG_CACHE_HOME: '/b' })).toBe('/b/weft');
  });
  test('is in ~/.cache otherwise', () => {
    expect(cacheRoot({ XDG_CACHE_HOME: '' })).toBe(join(homedir(), '.cache', 'weft'));
  });
});

describe('the key of a content', () => {
  test('is 12 hexadecimal digits, the same for the same content', () => {
    expect(contentKey('a', 'b')).toMatch(/^[0-9a-f]{12}$/);
    expect(contentKey('a', 'b')).toBe(contentKey('a', 'b'));
  });
  test('changes when the same text is divided differently', () => {
    expect(contentKey('ab', 'c')).not.toBe(contentKey('a', 'bc'));
  });
  test('changes when a source changes, is added or is renamed', () => {
    const folder = temporary();
    const key = (): string => contentKey(...sourcesOf(folder));
    const keys = [key()];
    writeFileSync(join(folder, 'main.go'), 'package main');
    keys.push(key());
    writeFileSync(join(folder, 'main.go'), 'package other');
    keys.push(key());
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'inner', 'main.go'), '');
    keys.push(key());
    expect(new Set(keys).size).toBe(keys.length);
    expect(key()).toBe(keys.at(-1));
  });
});
