import { listIdentities, type IdentityView } from '../../operations/index.ts';
import { findDestination } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import type { AccessFlags } from '../flags.ts';
import { recordLookup } from '../network/which.ts';
import { table } from '../render/table.ts';
import type { CommandResult, Session } from '../session.ts';

export interface ListFlags extends AccessFlags {
  readonly org?: string;
}

/** `weft identity list`: which identities applications have. */
export async function list(flags: ListFlags, session: Session): Promise<CommandResult> {
  const destination = await findDestination(session, flags);
  const access = await session.openNetworkAccess(destination.access);
  try {
    const lookup = await recordLookup(session, destination.cluster, flags);
    const { network, identities } = await listIdentities(access, { ...lookup, organization: flags.org });
    const text =
      identities.length === 0
        ? `No application has an identity in ${network}. To make one: weft identity add NAME --org ORGANIZATION`
        : table([HEAD, ...identities.map((identity) => rowOf(identity, session.now().getTime()))]);
    return { exitCode: EXIT.done, text, document: { network, identities } };
  } finally {
    await access.close();
  }
}

const HEAD = ['ORGANIZATION', 'NAME', 'TYPE', 'AFFILIATION', 'ATTRIBUTES', 'STATE'];

function rowOf({ organization, name, type, affiliation, attributes, ...state }: IdentityView, now: number): string[] {
  const words = attributes.map((attribute) => `${attribute.name}=${attribute.value}`).join(', ');
  return [organization, name, type, affiliation || '-', words || '-', stateOf(state, now)];
}

function stateOf({ notAfter, revokedAt }: Pick<IdentityView, 'notAfter' | 'revokedAt'>, now: number): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  if (notAfter === '') return 'not enrolled yet';
  const days = Math.floor((Date.parse(notAfter) - now) / DAY_MS);
  if (days < 0) return `ended ${notAfter}`;
  return `valid until ${notAfter}, ${days === 1 ? '1 day' : `${days} days`} left`;
}

const DAY_MS = 24 * 3_600_000;
