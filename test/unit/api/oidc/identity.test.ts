import { describe, expect, it } from 'vitest';

import { identityOf, type Claims } from '../../../../src/api/access/oidc/identity.ts';
import type { OidcSettings, RoleMapping } from '../../../../src/api/access/oidc/settings.ts';

type Settings = Omit<OidcSettings, 'issuer' | 'audience'>;

const SETTINGS: Settings = { userClaim: 'sub', rolesClaim: 'groups', mappings: [] };

function identityWith(claims: Claims, settings: Partial<Settings> = {}): ReturnType<typeof identityOf> {
  return identityOf(claims, { ...SETTINGS, ...settings }, 'local');
}

const ADMINS: RoleMapping = { value: 'fabric-admins', role: 'admin' };
const TEAM_A: RoleMapping = { value: 'team-a', role: 'operator', network: 'a' };
const EVERYBODY: RoleMapping = { value: '*', role: 'viewer' };

describe('whoever an issuer vouches for', () => {
  it.each<[string, unknown, readonly RoleMapping[], unknown[]]>([
    ['has no role without a mapping', ['fabric-admins'], [], []],
    ['has no role if no value is mapped', ['others'], [ADMINS, TEAM_A], []],
    ['has the role of a value', ['fabric-admins'], [ADMINS], [{ role: 'admin' }]],
    ['has the role of a value that stands alone', 'fabric-admins', [ADMINS], [{ role: 'admin' }]],
    ['has no role by a part of a value', ['fabric-admins-of-others'], [ADMINS], []],
    [
      'has a role of one network alone',
      ['team-a'],
      [TEAM_A],
      [{ role: 'operator', network: { cluster: 'local', name: 'a' } }],
    ],
    [
      'has what everybody has besides',
      ['team-a'],
      [EVERYBODY, TEAM_A],
      [{ role: 'viewer' }, { role: 'operator', network: { cluster: 'local', name: 'a' } }],
    ],
    ['has what everybody has without the claim', undefined, [EVERYBODY, ADMINS], [{ role: 'viewer' }]],
    ['has nothing by values that are no texts', [1, { a: 'fabric-admins' }], [ADMINS], []],
    ['is not everybody by a group of that name', ['*'], [ADMINS], []],
  ])('%s', (_, groups, mappings, grants) => {
    expect(identityWith({ sub: 'ana', groups }, { mappings })).toEqual({ name: 'oidc:ana', grants });
  });

  it.each<[string, Claims]>([
    ['in a claim', { roles: ['fabric-admins'] }],
    ['in a claim within another', { realm: { roles: ['fabric-admins'] } }],
    ['in a claim that is called by a URL', { 'https://example.com/roles': 'fabric-admins' }],
  ])('has their values where the setting says: %s', (_, claims) => {
    const rolesClaim = Object.hasOwn(claims, 'realm') ? 'realm.roles' : (Object.keys(claims)[0] ?? '');
    expect(identityWith({ sub: 'ana', ...claims }, { rolesClaim, mappings: [ADMINS] })).toMatchObject({
      grants: [{ role: 'admin' }],
    });
  });

  it.each(['ana\0', 'ana\nroot', '\u202Eana'])('has no name with control characters: %j', (sub) => {
    expect(identityWith({ sub })).toBe('has control characters in its claim sub');
  });

  it('is called by the claim that the setting names', () => {
    expect(identityWith({ sub: '1', preferred_username: 'ana' }, { userClaim: 'preferred_username' })).toMatchObject({
      name: 'oidc:ana',
    });
  });

  it.each<[string, Claims, string, string]>([
    ['no name', {}, 'sub', 'has no claim sub'],
    ['an empty name', { sub: '' }, 'sub', 'has no claim sub'],
    ['a name that is inherited', { sub: 'ana' }, 'constructor.name', 'has no claim constructor.name'],
    [
      'an address that they may not own',
      { email: 'ana@example.com', email_verified: false },
      'email',
      'has an e-mail address that is not verified',
    ],
  ])('is not taken with %s', (_, claims, userClaim, why) => {
    expect(identityWith(claims, { userClaim })).toBe(why);
  });
});
