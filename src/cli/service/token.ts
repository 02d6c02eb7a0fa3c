import { Argument, Command, InvalidArgumentError, Option } from 'commander';

import { answerOf, type paths } from '../../api-client/index.ts';
import { ROLES } from '../../api/access/roles.ts';
import type { Database, Role } from '../../database/index.ts';
// Not by the folder's index, which loads the database's drivers: they are for those commands alone that open one.
import { atomically } from '../../database/atomically.ts';
import { recordAudit } from '../../database/audit.ts';
import {
  createToken,
  listTokens,
  LONGEST_TOKEN_NAME,
  revokeToken,
  TOKEN_NAME_PATTERN,
  type StoredToken,
} from '../../database/tokens.ts';
import { connectApi, unlessRefused, withApiFlags, type ApiConnection, type ApiFlags } from '../api/connection.ts';
import { CommandFailure } from '../command-failure.ts';
import type { CommandRunner } from '../command-runner.ts';
import { destinationCluster, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withDestinationFlags, withExamples, type CommonFlags } from '../flags.ts';
import { whoAmI } from '../network/context.ts';
import { table } from '../render/table.ts';
import type { CommandResult, Session } from '../session.ts';
import { withDatabase, withDatabaseFlag, type DatabaseFlags } from './database.ts';

/** Where the tokens are: behind a service that runs, or in its database. */
type TokenFlags = DatabaseFlags & ApiFlags;

export interface TokenAddFlags extends TokenFlags, DestinationFlags {
  readonly role: Role;
  readonly network?: string;
}

/** `weft token add`: makes a token and shows it, this once. */
export async function tokenAdd(name: string, flags: TokenAddFlags, session: Session): Promise<CommandResult> {
  const { role, network } = flags;
  const api = await connectApi(session, flags);
  if (api !== undefined) {
    const body = { name, role, ...(network === undefined ? {} : { network }) };
    const { data } = await answerOf(api.client.POST('/v1/tokens', { body }));
    return issued(session, data);
  }
  const only =
    network === undefined ? {} : { network: { cluster: await destinationCluster(session, flags), name: network } };
  const { secret, token } = await withDatabase(session, flags, (database) =>
    atomically(database, async (atomic) => {
      const created = await createToken(atomic, { name, role, ...only, at: session.now(), by: whoAmI() });
      await recordAudit(atomic, entryOf('weft token add', name, session));
      return created;
    }),
  );
  return issued(session, { ...tokenDocument(token), secret });
}

function issued({ note }: Session, token: TokenDocument & { readonly secret: string }): CommandResult {
  note(`The token of ${token.name}, ${roleInWords(token)}. It is shown this once:\n`);
  return { exitCode: EXIT.done, text: token.secret, document: token };
}

/** `weft token list`: whose tokens there are, those that were revoked too. */
export async function tokenList(flags: TokenFlags, session: Session): Promise<CommandResult> {
  const api = await connectApi(session, flags);
  const tokens = await (api === undefined
    ? withDatabase(session, flags, async (database) => (await allTokens(tokensIn(database))).map(tokenDocument))
    : allTokens(tokensBehind(api)));
  return {
    exitCode: EXIT.done,
    text:
      tokens.length === 0 ? 'There are no tokens. To make one: weft token add NAME --role ROLE' : renderTokens(tokens),
    document: { tokens },
  };
}

/** `weft token revoke`: makes a token worthless at once. */
export async function tokenRevoke(name: string, flags: TokenFlags, session: Session): Promise<CommandResult> {
  const api = await connectApi(session, flags);
  const revoked = await (api === undefined
    ? withDatabase(session, flags, (database) =>
        atomically(database, async (atomic) => {
          const token = await revokeToken(atomic, { name }, session.now());
          if (token !== undefined) await recordAudit(atomic, entryOf('weft token revoke', name, session));
          return token;
        }),
      )
    : revokeBehind(api, name));
  if (revoked !== undefined) {
    return { exitCode: EXIT.done, text: `The token of ${name} is revoked.`, document: revoked };
  }
  throw new CommandFailure({
    exitCode: EXIT.failed,
    message: `there is no valid token of ${name}.`,
    hints: ['All of them: weft token list'],
  });
}

/** What the audit keeps of a token that was made or revoked in the database itself. */
function entryOf(command: string, token: string, { now }: Session): Parameters<typeof recordAudit>[1] {
  return {
    ...{ at: now(), who: whoAmI(), method: command, resource: `/v1/tokens/${token}` },
    ...{ outcome: 'done', reason: '', requestId: '' },
  };
}

/** So many are read at once. */
const PAGE = 500;

/** Lists a part of the tokens. */
type ListTokens<Token> = (pageToken: string | undefined) => Promise<{ items: readonly Token[]; nextToken?: string }>;

async function allTokens<Token>(list: ListTokens<Token>): Promise<Token[]> {
  const tokens: Token[] = [];
  let next: string | undefined;
  do {
    const page = await list(next);
    tokens.push(...page.items);
    next = page.nextToken;
  } while (next !== undefined);
  return tokens;
}

function tokensIn(database: Database): ListTokens<StoredToken> {
  return (token) => listTokens(database, { size: PAGE, ...(token === undefined ? {} : { token }) });
}

function tokensBehind({ client }: ApiConnection): ListTokens<TokenDocument> {
  return async (pageToken) => {
    const query = { pageSize: PAGE, ...(pageToken === undefined ? {} : { pageToken }) };
    const { tokens, nextPageToken } = (await answerOf(client.GET('/v1/tokens', { params: { query } }))).data;
    return { items: tokens, ...(nextPageToken === '' ? {} : { nextToken: nextPageToken }) };
  };
}

async function revokeBehind({ client }: ApiConnection, token: string): Promise<TokenDocument | undefined> {
  const asked = answerOf(client.DELETE('/v1/tokens/{token}', { params: { path: { token } } }));
  return (await unlessRefused('TOKEN_NOT_FOUND', asked))?.data;
}

/** A token as it is shown, wherever it comes from. */
type TokenDocument = paths['/v1/tokens']['get']['responses'][200]['content']['application/json']['tokens'][number];

function tokenDocument({ createdAt, lastUsedAt, revokedAt, ...token }: StoredToken): TokenDocument {
  return {
    ...token,
    createdAt: createdAt.toISOString(),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
    ...(revokedAt === undefined ? {} : { revokedAt: revokedAt.toISOString() }),
  };
}

function renderTokens(tokens: readonly TokenDocument[]): string {
  return table([
    ['NAME', 'ROLE', 'NETWORK', 'CREATED', 'LAST USED', 'STATE'],
    ...tokens.map(({ name, role, network, createdAt, lastUsedAt, revokedAt }) => [
      name,
      role,
      network === undefined ? 'all' : `${network.cluster}/${network.name}`,
      createdAt,
      lastUsedAt ?? 'never',
      revokedAt === undefined ? 'valid' : `revoked ${revokedAt}`,
    ]),
  ]);
}

function roleInWords({ role, network }: Pick<TokenDocument, 'role' | 'network'>): string {
  return network === undefined ? `${role} of all networks` : `${role} of ${network.name} on ${network.cluster}`;
}

export function tokenCommand(run: CommandRunner): Command {
  return new Command('token')
    .description('The tokens with which people and programs sign in to the HTTP API')
    .addCommand(addCommand(run))
    .addCommand(listCommand(run))
    .addCommand(revokeCommand(run));
}

function withTokenFlags(command: Command): Command {
  return withApiFlags(withDatabaseFlag(command));
}

/** @throws InvalidArgumentError if nobody may be called so */
function tokenName(name: string): string {
  if (name.length <= LONGEST_TOKEN_NAME && TOKEN_NAME_PATTERN.test(name)) return name;
  throw new InvalidArgumentError(
    `It must have 1 to ${LONGEST_TOKEN_NAME} characters, none of them ":" or a control character.`,
  );
}

function addCommand(run: CommandRunner): Command {
  const command = withTokenFlags(
    withDestinationFlags(
      new Command('add')
        .description('Make a token, and show it this once')
        .addArgument(new Argument('<name>', 'whose or what for it is').argParser(tokenName)),
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
    'WEFT_TOKEN=… weft token add ben --role viewer --api http://127.0.0.1:8420   while weft api runs',
  ]);
}

function listCommand(run: CommandRunner): Command {
  const command = withTokenFlags(
    new Command('list').description('Whose tokens there are, and when they were used last'),
  );
  withCommonFlags(command).action((flags: TokenFlags & CommonFlags) =>
    run(flags, (session) => tokenList(flags, session)),
  );
  return withExamples(command, ['weft token list --database ./weft-data']);
}

function revokeCommand(run: CommandRunner): Command {
  const command = withTokenFlags(
    new Command('revoke').description('Make a token worthless').argument('<name>', 'whose it is'),
  );
  withCommonFlags(command).action((name: string, flags: TokenFlags & CommonFlags) =>
    run(flags, (session) => tokenRevoke(name, flags, session)),
  );
  return withExamples(command, ['weft token revoke ci --database ./weft-data']);
}
