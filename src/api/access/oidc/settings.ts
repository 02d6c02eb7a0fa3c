import type { Role } from '../../../database/index.ts';

/** Whose tokens are good for signing in, and what for. */
export interface OidcSettings {
  /** The issuer's URL, exactly as its tokens have it. */
  readonly issuer: string;
  /** What tokens have to be made for. */
  readonly audience: string;
  /** The claim that names its owner; no two of the issuer's users may have the same value. */
  readonly userClaim: string;
  /** The claim whose values are mapped to roles; one within another is named with a dot: `realm_access.roles`. */
  readonly rolesClaim: string;
  readonly mappings: readonly RoleMapping[];
  /** How browsers sign in at the issuer; absent means that they do not. */
  readonly browser?: BrowserSignIn;
}

/** The client as which the issuer knows Weft. */
export interface BrowserSignIn {
  readonly clientId: string;
  /** Absent for a client that has none and relies on PKCE alone. */
  readonly clientSecret?: string;
  /** Where browsers find this server. */
  readonly publicUrl: string;
  /** What the issuer is asked to tell, by names with spaces between. */
  readonly scope: string;
}

/** A role for whoever's claim has a value. */
export interface RoleMapping {
  /** `*` means everybody whom the issuer knows. */
  readonly value: string;
  readonly role: Role;
  /** The only network that the role is for; absent means all. */
  readonly network?: string;
}

/** Nothing else is unique and never given to somebody else later (OpenID Connect Core, 5.7). */
export const DEFAULT_USER_CLAIM = 'sub';

/** No standard has a claim for it; this is what most issuers call it. */
export const DEFAULT_ROLES_CLAIM = 'groups';

/** `openid` is what makes it a sign-in, the others what most issuers tell a name by. */
export const DEFAULT_SCOPE = 'openid profile email';
