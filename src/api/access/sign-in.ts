import type { FastifyInstance, FastifyRequest } from 'fastify';

import { ApiProblem } from '../problems/problem.ts';
import { isFromThisMachine } from './loopback.ts';
import { allows, concerns, type Access, type Caller } from './roles.ts';

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
  /** Finds the caller who has a token; undefined if it is good for nothing. */
  readonly callerOf: (secret: string) => Promise<Caller | undefined>;
}

/** Has every request signed in before anything else of it is looked at. */
export function addSignIn(api: FastifyInstance, settings: SignInSettings): void {
  api.decorateRequest('caller', undefined);
  api.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { access } = request.routeOptions.config;
    if (access === undefined) throw new Error(`${request.routeOptions.url ?? ''} does not say who may call it`);
    if (access === 'public') return;
    const caller = await identify(request, settings);
    // Known from here on, so that the audit names who was refused.
    request.caller = caller;
    authorize(caller, access, request, settings.cluster);
  });
}

/** Who sent a request that is past sign-in. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === undefined) throw new Error('a request has come past sign-in without a caller');
  return caller;
}

const ANONYMOUS: Caller = { name: 'anonymous', role: 'admin' };

async function identify(request: FastifyRequest, settings: SignInSettings): Promise<Caller> {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    if (settings.allowAnonymous && isFromThisMachine(request.headers)) return ANONYMOUS;
    throw notSignedIn('A token is needed: Authorization: Bearer weft_…', 'Bearer');
  }
  const secret = /^Bearer +(?<secret>[^\s]+)$/i.exec(authorization)?.groups?.['secret'];
  const caller = secret === undefined ? undefined : await settings.callerOf(secret);
  if (caller === undefined)
    throw notSignedIn('The token is not known, or was revoked.', 'Bearer error="invalid_token"');
  return caller;
}

function notSignedIn(detail: string, challenge: string): ApiProblem {
  return new ApiProblem('UNAUTHENTICATED', {
    detail,
    headers: { 'www-authenticate': challenge },
    remedies: ['Have one made where the server runs: weft token add NAME --role ROLE.'],
  });
}

function authorize(caller: Caller, access: Access, request: FastifyRequest, cluster: string): void {
  if (!allows(caller.role, access)) {
    throw new ApiProblem('FORBIDDEN', {
      detail: `${caller.name} is ${caller.role}, and this needs ${access}.`,
      metadata: { role: caller.role, needed: access },
    });
  }
  const name = networkOf(request);
  // Before anything is looked up: the answer is the same whether there is such a network or not.
  if (name !== undefined && !concerns(caller, cluster, name)) {
    throw new ApiProblem('FORBIDDEN', { detail: `the token of ${caller.name} is not for the network ${name}.` });
  }
}

/** The network that the path of a request names. */
function networkOf({ params }: FastifyRequest): string | undefined {
  if (typeof params !== 'object' || params === null || !('name' in params)) return undefined;
  return typeof params.name === 'string' ? params.name : undefined;
}
