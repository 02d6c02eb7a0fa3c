import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { allowInsecureRequests, ClientSecretPost, discovery, None, type Configuration } from 'openid-client';

import { ApiProblem } from '../../problems/problem.ts';
import { isLoopback } from '../loopback.ts';
import type { Claims } from './identity.ts';
import type { BrowserSignIn, OidcSettings } from './settings.ts';

/** A token of an issuer that is not good for anything here. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** An issuer of tokens, which is asked for its keys when one is needed. */
export interface OidcIssuer {
  /**
   * Verifies a token.
   *
   * @throws TokenRefused; ApiProblem if the issuer does not tell its keys
   */
  verify(token: string): Promise<Claims>;
  /** How the issuer is spoken to as one of its clients. @throws ApiProblem if it does not answer */
  configuration(): Promise<Configuration>;
}

type OidcClient = Pick<BrowserSignIn, 'clientId' | 'clientSecret'>;

/** In seconds: how far clocks of servers that are set by NTP, or were a while ago, may be apart. */
const CLOCK_TOLERANCE_S = 30;

/** In milliseconds. Whoever waits for an answer here waits for this one. */
const ISSUER_TIMEOUT_MS = 5_000;

/** In seconds, as one that discovery takes. */
const ISSUER_TIMEOUT_S = ISSUER_TIMEOUT_MS / 1000;

/** In milliseconds. Tokens with made-up key ids have the keys fetched no more often; a key that is new is known after it. */
const KEYS_COOLDOWN_MS = 10_000;

/** In milliseconds. A key that the issuer has withdrawn is good for so long. */
const KEYS_MAX_AGE_MS = 10 * 60_000;

/** Those with a key pair: with a shared secret, whoever can verify a token can make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** An issuer that is restarted is back within seconds. */
const ISSUER_RETRY_S = '10';

export function oidcIssuer({ issuer, audience, browser }: OidcSettings): OidcIssuer {
  let known: Promise<Configuration> | undefined;
  const configuration = (): Promise<Configuration> => {
    // What failed is asked for again by the next who needs it.
    known ??= discover(issuer, browser ?? { clientId: audience }).catch((error: unknown) => {
      known = undefined;
      throw unavailable(issuer, error);
    });
    return known;
  };
  let keys: JWTVerifyGetKey | undefined;
  const keysOf = async (): Promise<JWTVerifyGetKey> => {
    const { jwks_uri: uri } = (await configuration()).serverMetadata();
    if (uri === undefined) throw unavailable(issuer, new Error('it names no jwks_uri'));
    keys ??= createRemoteJWKSet(new URL(uri), {
      timeoutDuration: ISSUER_TIMEOUT_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
      cacheMaxAge: KEYS_MAX_AGE_MS,
    });
    return keys;
  };
  return {
    configuration,
    verify: async (token) => {
      const find = await keysOf();
      try {
        const { payload } = await jwtVerify(token, telling(find, issuer), {
          issuer,
          audience,
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE_S,
          requiredClaims: ['exp'],
        });
        return payload;
      } catch (error) {
        if (error instanceof errors.JOSEError) throw new TokenRefused(error.message, { cause: error });
        throw error;
      }
    },
  };
}

/** Tells a key that the issuer does not have from an issuer that does not answer. */
function telling(find: JWTVerifyGetKey, issuer: string): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      const isOfToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      throw isOfToken || error instanceof errors.JOSENotSupported ? error : unavailable(issuer, error);
    }
  };
}

function discover(issuer: string, { clientId, clientSecret }: OidcClient): Promise<Configuration> {
  const url = new URL(issuer);
  const authentication = clientSecret === undefined ? None() : ClientSecretPost(clientSecret);
  return discovery(url, clientId, undefined, authentication, {
    timeout: ISSUER_TIMEOUT_S,
    // Between programs of one machine there is nobody who could listen. It is marked as deprecated to stand out alone.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    ...(url.protocol === 'http:' && isLoopback(url.hostname) ? { execute: [allowInsecureRequests] } : {}),
  });
}

/** Its address and what its client says are for operators: they are in the log. */
export function unavailable(issuer: string, error: unknown): ApiProblem {
  const detail = 'the issuer does not answer this server as it should, so that nobody can sign in by it.';
  const headers = { 'retry-after': ISSUER_RETRY_S };
  const cause = new Error(`the issuer ${issuer} cannot be used`, { cause: error });
  return new ApiProblem('ISSUER_UNAVAILABLE', { detail, headers }, { cause });
}
