import type { Grant, Role } from '../../database/index.ts';

/** What a caller may do; each role may do what those before it may. */
export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

/**
 * What a route needs: a role on the network that it is about; to be signed in, as whoever it is; or to be admin of all networks. `public` ones tell nothing of
 * any network.
 */
export type Access = Role | 'public' | 'signed in' | 'admin of all';

/** Somebody who has signed in. */
export interface Principal {
  /** Kept with runs, revisions and the audit; no two who sign in in different ways have the same. */
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** Who sends a request. */
export interface Caller extends Principal {
  /** What the route needs that the request is sent to. */
  readonly needed: Access;
  /** That of the browser; absent where a token or nothing was sent. */
  readonly session?: ActiveSession;
}

/** A session by whose cookie a request is signed in. */
export interface ActiveSession {
  readonly id: string;
  readonly expiresAt: Date;
  readonly csrfToken: string;
}

/** Whether a role is enough for a route. */
export function allows(role: Role, access: Access): boolean {
  if (access === 'public' || access === 'signed in') return true;
  return ROLES.indexOf(role) >= ROLES.indexOf(access === 'admin of all' ? 'admin' : access);
}

/** The highest role that somebody has on a network; undefined if they have nothing to do with it. */
export function roleOn({ grants }: Pick<Principal, 'grants'>, cluster: string, name: string): Role | undefined {
  const roles = grants
    .filter(({ network }) => network === undefined || (network.cluster === cluster && network.name === name))
    .map(({ role }) => role);
  return ROLES.findLast((role) => roles.includes(role));
}

/**
 * Whether a caller may send the request as far as that can be said before its network is known.
 *
 * @param grants those of the caller
 */
export function mayCall({ grants, needed }: Pick<Caller, 'grants' | 'needed'>): boolean {
  if (needed === 'public' || needed === 'signed in') return true;
  return grants.some(
    ({ role, network }) => allows(role, needed) && (needed !== 'admin of all' || network === undefined),
  );
}

/** The networks of a cluster that a caller has the needed role on; undefined means all. */
export function onlyNetworks({ grants, needed }: Caller, cluster: string): readonly string[] | undefined {
  const enough = grants.filter(({ role }) => allows(role, needed));
  if (enough.some(({ network }) => network === undefined)) return undefined;
  const names = enough.flatMap(({ network }) => (network?.cluster === cluster ? [network.name] : []));
  return [...new Set(names)].sort();
}
