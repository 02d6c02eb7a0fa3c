import type { Role } from '../../database/index.ts';

/** What a caller may do; each role may do what those before it may. */
export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

/** What a route needs: `public` ones tell nothing of any network. */
export type Access = Role | 'public';

/** Who sends a request. */
export interface Caller {
  /** Name of the token; kept with runs, revisions and the audit. */
  readonly name: string;
  readonly role: Role;
  /** The only network that the caller has to do with; absent means all. */
  readonly network?: { readonly cluster: string; readonly name: string };
}

/** Whether a role is enough for a route. */
export function allows(role: Role, access: Access): boolean {
  return access === 'public' || ROLES.indexOf(role) >= ROLES.indexOf(access);
}

/** Whether a caller has to do with a network. */
export function concerns({ network }: Pick<Caller, 'network'>, cluster: string, name: string): boolean {
  return network === undefined || (network.cluster === cluster && network.name === name);
}
