import { InvalidArgumentError, Option, type Command } from 'commander';

import { ROLES } from '../../api/access/roles.ts';
import {
  DEFAULT_ROLES_CLAIM,
  DEFAULT_SCOPE,
  DEFAULT_USER_CLAIM,
  type BrowserSignIn,
  type OidcSettings,
  type RoleMapping,
} from '../../api/access/oidc/settings.ts';
import { CALLBACK_PATH } from '../../api/access/oidc/paths.ts';
import { isLoopback } from '../../api/access/loopback.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** Whose tokens are good. */
export interface IssuerFlags {
  readonly oidcIssuer?: string;
  readonly oidcAudience?: string;
  readonly oidcUserClaim: string;
  readonly oidcRolesClaim: string;
  readonly oidcRole: readonly RoleMapping[];
}

export interface OidcFlags extends IssuerFlags {
  readonly oidcClientId?: string;
  readonly oidcScope: string;
  readonly publicUrl?: string;
}

/** Adds the flags that say whose tokens are good for signing in; they are called as those of the Kubernetes API server, as far as that has them. */
export function withIssuerFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--oidc-issuer <url>',
        'let in who has a token of this issuer (OpenID Connect), exactly as its tokens name it',
      ).argParser(secureUrl),
    )
    .option('--oidc-audience <name>', 'what those tokens have to be made for')
    .option('--oidc-user-claim <claim>', 'the claim that names their owner, unique at the issuer', DEFAULT_USER_CLAIM)
    .option('--oidc-roles-claim <claim>', 'the claim whose values are given roles', DEFAULT_ROLES_CLAIM)
    .addOption(
      new Option(
        '--oidc-role <role=value...>',
        'a role for whom the claim has this value, on one network: role:network=value; the value * is everybody',
      )
        .argParser((text, before: readonly RoleMapping[]) => [...before, roleMapping(text)])
        .default([], 'nobody has one'),
    );
}

/** The same, and those of a server at which browsers sign in. */
export function withOidcFlags(command: Command): Command {
  return withIssuerFlags(command)
    .option(
      '--oidc-client-id <id>',
      'let browsers sign in there as this client; its secret, if it has one, is read from WEFT_OIDC_CLIENT_SECRET',
    )
    .option('--oidc-scope <scopes>', 'what the issuer is asked to tell of who signs in with a browser', DEFAULT_SCOPE)
    .addOption(
      new Option(
        '--public-url <url>',
        `where browsers find this server; the issuer has to let them come back to ${CALLBACK_PATH} of it`,
      ).argParser(secureUrl),
    );
}

/**
 * What the flags say.
 *
 * @param listensAt where browsers of this machine find the server; undefined if they do not
 * @throws CommandFailure if the flags do not go together
 */
export function oidcSettings(
  flags: IssuerFlags & Partial<OidcFlags>,
  env: Session['env'],
  listensAt: string | undefined,
): OidcSettings | undefined {
  const { oidcIssuer: issuer, oidcAudience: audience, oidcRole: mappings } = flags;
  if (issuer === undefined) {
    if (audience === undefined && mappings.length === 0 && flags.oidcClientId === undefined) return undefined;
    throw incomplete(
      '--oidc-audience, --oidc-role and --oidc-client-id are about the tokens of an issuer.',
      '--oidc-issuer URL',
    );
  }
  // A token that the issuer has made for another program would do here, too.
  if (audience === undefined)
    throw incomplete('the tokens of an issuer have to be made for Weft.', '--oidc-audience NAME');
  if (mappings.length === 0) throw incomplete('nobody whom the issuer knows has a role.', '--oidc-role viewer=*');
  const browser = browserSignIn(flags, env, listensAt);
  return {
    ...{ issuer, audience, userClaim: flags.oidcUserClaim, rolesClaim: flags.oidcRolesClaim, mappings },
    ...(browser === undefined ? {} : { browser }),
  };
}

function browserSignIn(
  { oidcClientId: clientId, oidcScope: scope = DEFAULT_SCOPE, publicUrl }: Partial<OidcFlags>,
  env: Session['env'],
  listensAt: string | undefined,
): BrowserSignIn | undefined {
  if (clientId === undefined) return undefined;
  const url = publicUrl ?? listensAt;
  if (url === undefined)
    throw incomplete('browsers that have signed in have to find their way back.', '--public-url URL');
  const clientSecret = env['WEFT_OIDC_CLIENT_SECRET'] || undefined;
  return { clientId, scope, publicUrl: url, ...(clientSecret === undefined ? {} : { clientSecret }) };
}

function incomplete(message: string, flag: string): CommandFailure {
  return new CommandFailure({ exitCode: EXIT.usage, message, hints: [`Add: ${flag}`] });
}

/** @throws InvalidArgumentError */
function secureUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return text;
  throw new InvalidArgumentError('It must be an https URL, for example https://weft.example.com.');
}

/** @throws InvalidArgumentError */
function roleMapping(text: string): RoleMapping {
  const { name, network, value } =
    /^(?<name>[a-z]+)(?::(?<network>[-a-z0-9]+))?=(?<value>.+)$/.exec(text)?.groups ?? {};
  const role = ROLES.find((known) => known === name);
  if (role === undefined || value === undefined) {
    throw new InvalidArgumentError(
      `It must be ROLE=VALUE or ROLE:NETWORK=VALUE, with a role of ${ROLES.join(', ')}; for example operator:test-network=team-a.`,
    );
  }
  return { value, role, ...(network === undefined ? {} : { network }) };
}
