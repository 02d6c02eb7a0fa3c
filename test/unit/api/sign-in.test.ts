import { describe, expect, it } from 'vitest';

import { isFromThisMachine, isLoopback } from '../../../src/api/access/loopback.ts';
import type { Grant } from '../../../src/database/index.ts';
import { allows, onlyNetworks, roleOn, ROLES } from '../../../src/api/access/roles.ts';

describe('an address', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.0.1', true],
    ['::1', true],
    ['[::1]', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['localhost.example.com', false],
    ['127.0.0.1.example.com', false],
    ['', false],
  ])('%s is this machine alone: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

describe('a request without a token', () => {
  it.each([
    ['of a program', { host: '127.0.0.1:8420' }, true],
    ['of the page that this server serves', { host: 'localhost:8420', origin: 'http://localhost:8420' }, true],
    ['of a page of another site', { host: '127.0.0.1:8420', origin: 'https://example.com' }, false],
    ['of a page without an origin of its own', { host: '127.0.0.1:8420', origin: 'null' }, false],
    ['of another server on this machine', { host: '127.0.0.1:8420', origin: 'http://127.0.0.1:3000' }, false],
    ['of a page whose name was resolved to this machine', { host: 'example.com:8420' }, false],
    ['that says no host', {}, false],
  ])('%s comes from this machine: %s', (_, headers, expected) => {
    expect(isFromThisMachine(headers)).toBe(expected);
  });
});

describe('a role', () => {
  it('may do what those before it may, and nothing of those after it', () => {
    const allowed = ROLES.map((role) => ROLES.filter((access) => allows(role, access)));
    expect(allowed).toEqual([['viewer'], ['viewer', 'operator'], ['viewer', 'operator', 'admin']]);
  });
});

describe('somebody with several roles', () => {
  const grants: readonly Grant[] = [
    { role: 'operator', network: { cluster: 'local', name: 'a' } },
    { role: 'viewer', network: { cluster: 'local', name: 'b' } },
    { role: 'admin', network: { cluster: 'other', name: 'c' } },
  ];
  const name = 'ana';

  it('has on a network the highest of those that are for it', () => {
    const everywhere: readonly Grant[] = [...grants, { role: 'viewer' }];
    const rolesOn = (all: readonly Grant[]) => ['a', 'b', 'c'].map((one) => roleOn({ grants: all }, 'local', one));
    expect(rolesOn(grants)).toEqual(['operator', 'viewer', undefined]);
    expect(rolesOn(everywhere)).toEqual(['operator', 'viewer', 'viewer']);
  });

  it('is shown the networks of the cluster where a role suffices', () => {
    expect(onlyNetworks({ name, grants, needed: 'viewer' }, 'local')).toEqual(['a', 'b']);
    expect(onlyNetworks({ name, grants, needed: 'operator' }, 'local')).toEqual(['a']);
    expect(onlyNetworks({ name, grants: [...grants, { role: 'viewer' }], needed: 'viewer' }, 'local')).toBeUndefined();
  });
});
