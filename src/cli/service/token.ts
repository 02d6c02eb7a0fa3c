import { Command, Option } from 'commander';

import { ROLES } from '../../api/access/roles.ts';
import type { Database, Role } from '../../database/index.ts';
// Not by the folder's index, which loads the database's drivers: they are for those commands alone that open one.
import { createToken, listTokens, revokeToken, type StoredToken } from '../../database/tokens.ts';
import { CommandFailure } from '../command-failure.ts';
import type { CommandRunner } from '../command-runner.ts';
import { destinationCluster, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withDestinationFlags, withExamples, type CommonFlags } from '../flags.ts';
import { whoAmI } from '../network/context.ts';
import { table } from '../render/table.ts';
import type { CommandResult, Session } from '../session.ts';
import { withDatabase, withDatabaseFlag, type DatabaseFlags } from './database.ts';

export interface TokenAddFlags extends DatabaseFlags, DestinationFlags {
  readonly role: Role;
  readonly network?: string;
}

/** `weft token add`: makes a token and shows it, this once. */
export async function tokenAdd(name: string, flags: TokenAddFlags, session: Session): Promise<CommandResult> {
  const { role, network } = flags;
  const only =
    network === undefined ? {} : { network: { cluster: await destinationCluster(session, flags), name: network } };
  const { secret, token } = await withDatabase(session, flags, (database) =>
    createToken(database, { name, role, ...only, at: session.now(), by: whoAmI() }),
  );
  session.note(`The token of ${name}, ${roleInWords(token)}. It is shown this once:\n`);
  return { exitCode: EXIT.done, text: secret, document: { ...token, secret } };
}

/** `weft token list`: whose tokens there are, those that were revoked too. */
export async function tokenList(flags: DatabaseFlags, session: Session): Promise<CommandResult> {
  const tokens = await withDatabase(session, flags, allTokens);
  return {
    exitCode: EXIT.done,
    text:
      tokens.length === 0 ? 'There are no tokens. To make one: weft token add NAME --role ROLE' : renderTokens(tokens),
    document: { tokens },
  };
}

/** `weft token revoke`: makes a token worthless at once. */
export async function tokenRevoke(name: string, flags: DatabaseFlags, session: Session): Promise<CommandResult> {
  const revoked = await withDatabase(session, flags, (database) => revokeToken(database, { name }, session.now()));
  if (revoked !== undefined) {
    return { exitCode: EXIT.done, text: `The token of ${name} is revoked.`, document: revoked };
  }
  throw new CommandFailure({
    exitCode: EXIT.failed,
    message: `there is no valid token of ${name}.`,
    hints: ['All of them: weft token list'],
  });
}

/** So many are read at once. */
const PAGE = 500;

async function allTokens(database: Database): Promise<StoredToken[]> {
  const tokens: StoredToken[] = [];
  let next: string | undefined;
  do {
    const page = await listTokens(database, { size: PAGE, ...(next === undefined ? {} : { token: next }) });
    tokens.push(...page.items);
    next = page.nextToken;
  } while (next !== undefined);
  return tokens;
}

function renderTokens(tokens: readonly StoredToken[]): string {
  return table([
    ['NAME', 'ROLE', 'NETWORK', 'CREATED', 'LAST USED', 'STATE'],
    ...tokens.map(({ name, role, network, createdAt, lastUsedAt, revokedAt }) => [
      name,
      role,
      network === undefined ? 'all' : `${network.cluster}/${network.name}`,
      createdAt.toISOString(),
      lastUsedAt?.toISOString() ?? 'never',
      revokedAt === undefined ? 'valid' : `revoked ${revokedAt.toISOString()}`,
    ]),
  ]);
}

function roleInWords({ role, network }: StoredToken): string {
  return network === undefined ? `${role} of all networks` : `${role} of ${network.name} on ${network.cluster}`;
}

export function tokenCommand(run: CommandRunner): Command {
  return new Command('token')
    .description('The tokens with which people and programs sign in to the HTTP API')
    .addCommand(addCommand(run))
    .addCommand(listCommand(run))
    .addCommand(revokeCommand(run));
}

function addCommand(run: CommandRunner): Command {
  const command = withDatabaseFlag(
    withDestinationFlags(
      new Command('add')
        .description('Make a token, and show it this once')
        .argument('<name>', 'whose or what for it is'),
    ),
  )
    .addOption(
      new Option('--role <role>', 'what it is good for: to look, to change networks, to remove them too')
        .choices(ROLES)
        .makeOptionMandatory(),
    )
    .option('--network <name>', 'the only network that it is good for; without it all');
  withCommonFlags(command).action((name: string, flags: TokenAddFlags & CommonFlags) =>
    run(flags, (session) => tokenAdd(name, flags, session)),
  );
  return withExamples(command, [
    'weft token add ana --role admin --database ./weft-data',
    'weft token add ci --role operator --network test-network --context prod-eu',
  ]);
}

function listCommand(run: CommandRunner): Command {
  const command = withDatabaseFlag(
    new Command('list').description('Whose tokens there are, and when they were used last'),
  );
  withCommonFlags(command).action((flags: DatabaseFlags & CommonFlags) =>
    run(flags, (session) => tokenList(flags, session)),
  );
  return withExamples(command, ['weft token list --database ./weft-data']);
}

function revokeCommand(run: CommandRunner): Command {
  const command = withDatabaseFlag(
    new Command('revoke').description('Make a token worthless').argument('<name>', 'whose it is'),
  );
  withCommonFlags(command).action((name: string, flags: DatabaseFlags & CommonFlags) =>
    run(flags, (session) => tokenRevoke(name, flags, session)),
  );
  return withExamples(command, ['weft token revoke ci --database ./weft-data']);
}
