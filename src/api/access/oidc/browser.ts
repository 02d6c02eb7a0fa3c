import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import {
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  ResponseBodyError,
  type Configuration,
} from 'openid-client';
import { z } from 'zod';

import { ApiProblem } from '../../problems/problem.ts';
import { beginSession, type SessionServices } from '../session/begin.ts';
import { identityOf, type Claims } from './identity.ts';
import { CALLBACK_PATH, SIGN_IN_PATH } from './paths.ts';
import { unavailable, type OidcIssuer } from './provider.ts';
import type { BrowserSignIn, OidcSettings } from './settings.ts';

/** Somebody looks for their password and their second factor. */
const SIGN_IN_S = 600;

const underWaySchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() });

/** What a sign-in that is under way has to come back with. */
type UnderWay = z.infer<typeof underWaySchema>;

export interface BrowserSignInServices extends SessionServices {
  readonly issuer: OidcIssuer;
  readonly cluster: string;
  readonly settings: OidcSettings & { readonly browser: BrowserSignIn };
}

/** Has browsers sign in at the issuer: authorization code with PKCE (RFC 9700, 2.1.1). */
export function addBrowserSignIn(api: FastifyInstance, services: BrowserSignInServices): void {
  const { issuer, cookies, settings } = services;
  const { publicUrl, scope } = settings.browser;
  const routes = api.withTypeProvider<ZodTypeProvider>();
  const redirectUri = new URL(CALLBACK_PATH, publicUrl).href;

  routes.get(
    SIGN_IN_PATH,
    {
      config: { access: 'public' },
      schema: {
        tags: ['Sessions'],
        summary: 'Sign a browser in at the issuer',
        querystring: z.object({ returnTo: z.string().default('/').describe('The path of this server to end at.') }),
        response: { 302: z.undefined().describe('To the issuer.') },
      },
    },
    async (request, reply) => {
      const configuration = await issuer.configuration();
      const underWay: UnderWay = {
        state: randomState(),
        nonce: randomNonce(),
        verifier: randomPKCECodeVerifier(),
        returnTo: pathOfThisServer(request.query.returnTo, publicUrl),
      };
      const { state, nonce, verifier } = underWay;
      const url = buildAuthorizationUrl(configuration, {
        ...{ redirect_uri: redirectUri, scope, state, nonce },
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      const value = Buffer.from(JSON.stringify(underWay)).toString('base64url');
      cookies.write(request, reply, { name: 'sign-in', value, seconds: SIGN_IN_S });
      return reply.header('cache-control', 'no-store').redirect(url.href);
    },
  );

  routes.get(
    CALLBACK_PATH,
    {
      config: { access: 'public', audited: true },
      // It is what the issuer calls, by standards of its own.
      schema: { hide: true },
      // The code in its address is good once, and for the next minute.
      logLevel: 'warn',
    },
    async (request, reply) => {
      const underWay = underWayOf(cookies.read(request, 'sign-in'));
      cookies.remove(request, reply, 'sign-in');
      if (underWay === undefined) throw notCompleted('it was begun in another browser, or too long ago');
      const claims = await claimsFrom(await issuer.configuration(), request, underWay);
      const identity = identityOf(claims, settings, services.cluster);
      if (typeof identity === 'string') throw notCompleted(`what the issuer says of this user ${identity}`);
      await beginSession(services, request, reply, identity);
      return reply.redirect(underWay.returnTo);
    },
  );

  async function claimsFrom(
    configuration: Configuration,
    { url }: FastifyRequest,
    { state, nonce, verifier }: UnderWay,
  ): Promise<Claims> {
    try {
      const tokens = await authorizationCodeGrant(configuration, new URL(url, publicUrl), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims: Claims & { readonly sub?: string } = tokens.claims() ?? {};
      const isComplete = Object.hasOwn(claims, settings.rolesClaim) && Object.hasOwn(claims, settings.userClaim);
      if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
      // Some issuers keep their ID tokens short.
      return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub ?? '')), ...claims };
    } catch (error) {
      throw isRefusal(error)
        ? notCompleted(`the issuer says ${error.error}`, error)
        : unavailable(settings.issuer, error);
    }
  }
}

/** The issuer has understood what it was asked and does not do it, or its user has declined. */
function isRefusal(error: unknown): error is AuthorizationResponseError | ResponseBodyError {
  return error instanceof AuthorizationResponseError || error instanceof ResponseBodyError;
}

function notCompleted(why: string, cause?: unknown): ApiProblem {
  return new ApiProblem(
    'UNAUTHENTICATED',
    { detail: `The sign-in could not be completed: ${why}.`, links: { signIn: SIGN_IN_PATH } },
    { cause },
  );
}

function underWayOf(cookie: string | undefined): UnderWay | undefined {
  if (cookie === undefined) return undefined;
  try {
    return underWaySchema.safeParse(JSON.parse(Buffer.from(cookie, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
}

/** @returns the path, or that of the first page if it leads elsewhere: a link to this server must not end at somebody else's */
export function pathOfThisServer(path: string, publicUrl: string): string {
  const { origin } = new URL(publicUrl);
  if (!path.startsWith('/') || !URL.canParse(path, origin)) return '/';
  const url = new URL(path, origin);
  return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : '/';
}
