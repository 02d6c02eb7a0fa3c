import { describe, expect, it } from 'vitest';

import { fingerprint } from '../../../src/client/index.ts';

describe('fingerprint', () => {
  it('does not depend on the order of fields, at any depth', () => {
    const one = fingerprint('up', { name: 'a', fabric: { version: '2.5.0', registry: 'r' } });
    const other = fingerprint('up', { fabric: { registry: 'r', version: '2.5.0' }, name: 'a' });
    expect(one).toBe(other);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells lists in another order apart, since their order is the order of the nodes', () => {
    expect(fingerprint('up', { peers: ['a', 'b'] })).not.toBe(fingerprint('up', { peers: ['b', 'a'] }));
  });

  it('tells the same subject under another operation apart', () => {
    expect(fingerprint('up', 'test-network')).not.toBe(fingerprint('down', 'test-network'));
  });
});
