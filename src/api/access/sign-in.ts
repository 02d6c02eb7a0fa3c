import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Grant, Role, StoredToken } from '../../database/index.ts';
import { ApiProblem } from '../problems/problem.ts';
import { isFromThisMachine } from './loopback.ts';
import { TokenRefused } from './oidc/provider.ts';
import { mayCall, roleOn, allows, type Access, type Caller, type Principal } from './roles.ts';
import { CSRF_HEADER, isMeant } from './session/csrf.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. One that does not say so is refused to everybody. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Undefined on public routes, and until the caller is known. */
    caller: Caller | undefined;
  }
}

export interface SignInSettings {
  /** Name of the cluster whose networks are served. */
  readonly cluster: string;
  /** Whoever is on this machine may do everything without a token. */
  readonly allowAnonymous: boolean;
  /** Origins of pages that may ask without a token, too, where that is allowed; absent means none but the server's own. */
  readonly trustedOrigins?: readonly string[];
  /** Finds who has a token; undefined if it is good for nothing. @throws TokenRefused, which says why it is */
  readonly identify: (secret: string) => Promise<Principal | undefined>;
  /** Finds whose browser's session a request is of; undefined if it is of none that goes on. */
  readonly sessionOf: (request: FastifyRequest) => Promise<SessionIdentity | undefined>;
  /** Counts a sign-in that failed; in how many seconds the next may be tried, undefined means now. */
  readonly retryAfter: (request: FastifyRequest) => Promise<number | undefined>;
}

type SessionIdentity = Principal & Required<Pick<Caller, 'session'>>;

/** Has every request signed in before anything else of it is looked at. */
export function addSignIn(api: FastifyInstance, settings: SignInSettings): void {
  api.decorateRequest('caller', undefined);
  api.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { access } = request.routeOptions.config;
    if (access === undefined) throw new Error(`${request.routeOptions.url ?? ''} does not say who may call it`);
    if (access === 'public') return;
    const identity = await identify(request, settings).catch(async (error: unknown) => {
      throw (await tooManyFailures(error, request, settings)) ?? error;
    });
    const caller = { ...identity, needed: access };
    // Known from here on, so that the audit names who was refused.
    request.caller = caller;
    authorize(caller, request, settings.cluster);
  });
}

/** What is answered to whoever fails to sign in again and again from one address. */
async function tooManyFailures(
  error: unknown,
  request: FastifyRequest,
  { retryAfter }: SignInSettings,
): Promise<ApiProblem | undefined> {
  if (!(error instanceof ApiProblem) || error.reason !== 'UNAUTHENTICATED') return undefined;
  const seconds = await retryAfter(request);
  if (seconds === undefined) return undefined;
  return new ApiProblem('TOO_MANY_REQUESTS', {
    detail: 'too many requests from this address were not signed in.',
    headers: { 'retry-after': String(seconds) },
  });
}

/** Who sent a request that is past sign-in. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === undefined) throw new Error('a request has come past sign-in without a caller');
  return caller;
}

const ANONYMOUS: Principal = { name: 'anonymous', grants: [{ role: 'admin' }] };

async function identify(
  request: FastifyRequest,
  settings: SignInSettings,
): Promise<Principal & Pick<Caller, 'session'>> {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    const session = await settings.sessionOf(request);
    if (session !== undefined) return requireMeant(request, session);
    if (settings.allowAnonymous && isFromThisMachine(request.headers, settings.trustedOrigins)) return ANONYMOUS;
    throw notSignedIn('A token is needed: Authorization: Bearer weft_…; or the session of a browser.', 'Bearer');
  }
  const secret = /^Bearer +(?<secret>[^\s]+)$/i.exec(authorization)?.groups?.['secret'];
  const identity = secret === undefined ? undefined : await identifyToken(secret, settings);
  if (identity === undefined) throw notSignedIn('The token is not known, or was revoked.', INVALID_TOKEN);
  return identity;
}

/** @throws ApiProblem if it may be that another site's page has sent the request, and its browser the cookie */
function requireMeant({ method, headers }: FastifyRequest, identity: SessionIdentity): SessionIdentity {
  if (isMeant(method, headers[CSRF_HEADER], identity.session.csrfToken)) return identity;
  throw new ApiProblem('CSRF_TOKEN_INVALID', {
    detail: `a browser that is signed in by its cookie has to send ${CSRF_HEADER} with what changes something.`,
    remedies: ['Send the csrfToken of GET /v1/session.'],
  });
}

/** What a token of Weft is good for. */
export function grantsOfToken({ role, network }: Pick<StoredToken, 'role' | 'network'>): readonly Grant[] {
  return [{ role, ...(network === undefined ? {} : { network }) }];
}

async function identifyToken(secret: string, settings: SignInSettings): Promise<Principal | undefined> {
  try {
    return await settings.identify(secret);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    throw notSignedIn(`The token is not good here: ${error.message}.`, INVALID_TOKEN);
  }
}

const INVALID_TOKEN = 'Bearer error="invalid_token"';

function notSignedIn(detail: string, challenge: string): ApiProblem {
  return new ApiProblem('UNAUTHENTICATED', {
    detail,
    headers: { 'www-authenticate': challenge },
    remedies: ['Have one made where the server runs: weft token add NAME --role ROLE.'],
  });
}

/** @throws ApiProblem */
function authorize(caller: Caller, request: FastifyRequest, cluster: string): void {
  const { name, needed, grants } = caller;
  if (!mayCall(caller)) {
    throw new ApiProblem('FORBIDDEN', {
      detail: `${name} is ${inWords(caller)}, and this needs ${needed}.`,
      metadata: { roles: grants.map(({ role }) => role), needed },
    });
  }
  const network = networkOf(request);
  if (network === undefined) return;
  const role = roleOn(caller, cluster, network);
  // Before anything is looked up: the answer is the same whether there is such a network or not.
  if (role === undefined) {
    throw new ApiProblem('FORBIDDEN', { detail: `${name} has nothing to do with the network ${network}.` });
  }
  if (!allows(role, needed)) throw forbiddenOn(caller, network, role);
}

/** What a request is refused with whose sender has a role on a network that does not suffice. */
export function forbiddenOn({ name, needed }: Caller, network: string, role: Role): ApiProblem {
  return new ApiProblem('FORBIDDEN', {
    detail: `${name} is ${role} of ${network}, and this needs ${needed}.`,
    metadata: { roles: [role], needed },
  });
}

function inWords({ grants }: Principal): string {
  if (grants.length === 0) return 'signed in, without any role';
  return grants.map(({ role, network }) => (network === undefined ? role : `${role} of ${network.name}`)).join(', ');
}

/** The network that the path of a request names. */
function networkOf({ params }: FastifyRequest): string | undefined {
  if (typeof params !== 'object' || params === null || !('name' in params)) return undefined;
  return typeof params.name === 'string' ? params.name : undefined;
}
