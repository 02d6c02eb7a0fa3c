import type { GrantOfSession } from '../api/resources.ts';

type RoleOfGrant = GrantOfSession['role'];

/** Each may do what those before it may. */
const ROLES: readonly RoleOfGrant[] = ['viewer', 'operator', 'admin'];

/** A network as grants name it. */
export interface GrantedNetwork {
  /** Undefined where it is not known yet: then the name alone counts. */
  readonly cluster: string | undefined;
  readonly name: string;
}

/**
 * Whether somebody may do what needs a role. The server decides by itself: this is for not offering what it would refuse.
 *
 * @param network what it is done to; undefined means all networks
 */
export function isGranted(
  grants: readonly GrantOfSession[],
  needed: RoleOfGrant,
  network: GrantedNetwork | undefined,
): boolean {
  return grants.some(({ role, network: only }) => {
    if (ROLES.indexOf(role) < ROLES.indexOf(needed)) return false;
    if (only === undefined) return true;
    return only.name === network?.name && [undefined, only.cluster].includes(network.cluster);
  });
}
