import { z } from 'zod';

import type { Grant } from '../../../database/index.ts';
import type { Principal } from '../roles.ts';
import type { OidcSettings, RoleMapping } from './settings.ts';

/** What an issuer says of somebody. */
export type Claims = Readonly<Record<string, unknown>>;

/** Of everybody whom the issuer knows. */
const EVERYBODY = '*';

/**
 * Before the names of those whom an issuer vouches for: none of them can be taken for somebody else with a name of that kind, whose runs, answers
 * and audit are kept under the name.
 */
export const OIDC_PREFIX = 'oidc:';

/**
 * Who somebody is by their claims, which have been verified.
 *
 * @param cluster name of the cluster whose networks are served
 * @returns why they cannot be taken, as the end of a sentence about the token, if they cannot
 */
export function identityOf(
  claims: Claims,
  settings: Omit<OidcSettings, 'issuer' | 'audience'>,
  cluster: string,
): Principal | string {
  const { userClaim, rolesClaim, mappings } = settings;
  const user = claimOf(claims, userClaim);
  if (typeof user !== 'string' || user === '') return `has no claim ${userClaim}`;
  // Names are kept, and stand in lines of logs.
  if (/\p{C}/u.test(user)) return `has control characters in its claim ${userClaim}`;
  // Whoever may choose an address of their own at the issuer could choose somebody else's.
  if (userClaim === 'email' && claims['email_verified'] === false) return 'has an e-mail address that is not verified';
  const values = valuesOf(claimOf(claims, rolesClaim));
  const granted = mappings.filter(({ value }) => value === EVERYBODY || values.includes(value));
  return { name: `${OIDC_PREFIX}${user}`, grants: granted.map((mapping) => grantOf(mapping, cluster)) };
}

function grantOf({ role, network }: RoleMapping, cluster: string): Grant {
  return { role, ...(network === undefined ? {} : { network: { cluster, name: network } }) };
}

/** Many issuers have claims named by URLs, which have dots as well. */
function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((value, part) => objectSchema.safeParse(value).data?.[part], claims);
}

const objectSchema = z.record(z.string(), z.unknown());

function valuesOf(claim: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return values.filter((value) => typeof value === 'string');
}
