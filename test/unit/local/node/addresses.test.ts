import { describe, expect, it } from 'vitest';

import { addressesOf, freeBlock, isTaken } from '../../../../src/local/node/addresses.ts';

describe('the addresses of an instance', () => {
  it('are the first ones of 10.245.0.0/16 for the default instance', () => {
    expect(addressesOf(freeBlock('weft', new Set()))).toEqual({ host: '10.245.0.1', node: '10.245.0.2' });
  });

  it('stay inside 10.245.0.0/16 to the last block', () => {
    expect(addressesOf(16_383)).toEqual({ host: '10.245.255.253', node: '10.245.255.254' });
  });

  it('follow from the name of another instance, and are never the default ones', () => {
    const blocks = ['weft-a', 'weft-b', 'weft-c'].map((name) => freeBlock(name, new Set()));
    expect(new Set(blocks).size).toBe(3);
    expect(blocks).not.toContain(0);
    expect(freeBlock('weft-a', new Set())).toBe(blocks[0]);
  });

  it('are the next ones when somebody has them', () => {
    expect(freeBlock('weft', new Set(['192.168.1.1', '10.245.0.1', '10.245.0.6']))).toBe(2);
  });

  it('are taken when any address of the block is', () => {
    expect(isTaken(1, new Set(['10.245.0.7']))).toBe(true);
    expect(isTaken(1, new Set(['10.245.0.8', '10.245.0.3']))).toBe(false);
  });

  it('are refused when none are free', () => {
    const all = Array.from({ length: 65_536 }, (_, index) => `10.245.${index >> 8}.${index & 255}`);
    expect(() => freeBlock('weft', new Set(all))).toThrow('No /30 is free');
  });
});
