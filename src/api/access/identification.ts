import type { FastifyInstance } from 'fastify';

import { findSession, isToken, useToken, type Database } from '../../database/index.ts';
import type { ApiServices } from '../services.ts';
import { addBrowserSignIn } from './oidc/browser.ts';
import { identityOf, type Claims } from './oidc/identity.ts';
import { oidcIssuer, TokenRefused } from './oidc/provider.ts';
import type { OidcSettings } from './oidc/settings.ts';
import type { Principal } from './roles.ts';
import { cookiesFor, type Cookies } from './session/cookies.ts';
import { csrfTokenOf } from './session/csrf.ts';
import { addSignInLinks } from './session/links.ts';
import { addSessions } from './session/routes.ts';
import { addWaysToSignIn } from './session/ways.ts';
import { grantsOfToken, type SignInSettings } from './sign-in.ts';

/** How callers of one server are known, and how they sign in. */
export interface Identification extends Pick<SignInSettings, 'identify' | 'sessionOf'> {
  /** Adds the routes by which browsers sign in and out. */
  readonly addRoutes: (api: FastifyInstance) => void;
}

/** @param oidc whose tokens are good for signing in besides those of Weft itself; absent means nobody's */
export function identification(
  { database, cluster, now }: Pick<ApiServices, 'database' | 'cluster' | 'now'>,
  oidc: OidcSettings | undefined,
): Identification {
  const cookies: Cookies = cookiesFor(oidc?.browser?.publicUrl);
  const issuer = oidc && oidcIssuer(oidc);
  const sessions = { database, cookies, now };
  return {
    identify: identifierOfTokens({ database, cluster, now }, oidc, issuer),
    sessionOf: async (request) => {
      const secret = cookies.read(request, 'session');
      const session = secret && (await findSession(database, secret, now()));
      if (!session) return undefined;
      const { id, name, grants, expiresAt } = session;
      return { name, grants, session: { id, expiresAt, csrfToken: csrfTokenOf(secret) } };
    },
    addRoutes: (api) => {
      addWaysToSignIn(api, { oidc: oidc?.browser !== undefined });
      addSessions(api, sessions);
      addSignInLinks(api, sessions);
      if (oidc?.browser && issuer) {
        addBrowserSignIn(api, { ...sessions, issuer, cluster, settings: { ...oidc, browser: oidc.browser } });
      }
    },
  };
}

/** Whose tokens are good: those in a database, and an issuer's; absent means none. */
interface TokenSources extends Pick<ApiServices, 'cluster' | 'now'> {
  readonly database: Database | undefined;
}

/** Finds who has a token. */
export function identifierOfTokens(
  { database, cluster, now }: TokenSources,
  oidc: OidcSettings | undefined,
  issuer = oidc && oidcIssuer(oidc),
): SignInSettings['identify'] {
  return async (secret) => {
    // Those of Weft itself say what they are, so that no issuer gets to see one.
    if (oidc && issuer && !isToken(secret)) return issuedIdentity(await issuer.verify(secret), oidc, cluster);
    const token = database && (await useToken(database, secret, now()));
    return token && { name: token.name, grants: grantsOfToken(token) };
  };
}

/** @throws TokenRefused if its claims name nobody */
function issuedIdentity(claims: Claims, settings: OidcSettings, cluster: string): Principal {
  const identity = identityOf(claims, settings, cluster);
  if (typeof identity === 'string') throw new TokenRefused(`it ${identity}`);
  return identity;
}
