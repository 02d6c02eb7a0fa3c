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
        : table([HEAD, ...identities.map(rowOf)]);
    return { exitCode: EXIT.done, text, document: { network, identities } };
  } finally {
    await access.close();
  }
}

const HEAD = ['ORGANIZATION', 'NAME', 'TYPE', 'AFFILIATION', 'ATTRIBUTES', 'STATE'];

function rowOf({ organization, name, type, affiliation, attributes, ...state }: IdentityView): string[] {
  const words = attributes.map((attribute) => `${attribute.name}=${attribute.value}`).join(', ');
  return [organization, name, type, affiliation || '-', words || '-', stateOf(state)];
}

function stateOf({ notAfter, revokedAt }: Pick<IdentityView, 'notAfter' | 'revokedAt'>): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  return notAfter === '' ? 'not enrolled yet' : `valid until ${notAfter}`;
}
