import { Command, InvalidArgumentError, Option } from 'commander';

import { isLoopback } from '../../api/access/loopback.ts';
import type { Database } from '../../database/index.ts';
// Not by the folder's index, which loads the database's drivers: they are for those commands alone that open one.
import { createSignInLink } from '../../database/sessions.ts';
import { CommandFailure } from '../command-failure.ts';
import type { CommandRunner } from '../command-runner.ts';
import { findDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withDestinationFlags, withExamples, type CommonFlags } from '../flags.ts';
import { whoAmI } from '../network/context.ts';
import type { CommandResult, Session } from '../session.ts';
import type { Interrupt } from '../terminal.ts';
import { weftVersion } from '../version.ts';
import { withDatabase, withDatabaseFlag, type DatabaseFlags } from './database.ts';
import { oidcSettings, withOidcFlags, type OidcFlags } from './oidc.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** Where a server listens. */
interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface ApiFlags extends DestinationFlags, DatabaseFlags, OidcFlags {
  readonly listen: ListenAddress;
  readonly allowAnonymous?: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** `weft api`: serves the page and the HTTP API for one cluster until it is told to stop. */
export async function api(flags: ApiFlags, session: Session): Promise<CommandResult> {
  const { host, port } = flags.listen;
  const allowAnonymous = flags.allowAnonymous === true;
  if (allowAnonymous && !isLoopback(host)) throw anonymousElsewhere(host);
  const oidc = oidcSettings(flags, session.env, isLoopback(host) ? `http://${bracketed(host)}:${port}` : undefined);
  const { cluster, temporal: settings } = await findDestination(session, flags);
  const version = await weftVersion();
  await withDatabase(session, flags, async (database) => {
    const page = await session.preparePage((line) => {
      session.note(`${line}\n`);
    });
    const temporal = await session.connect(settings);
    const link =
      isLoopback(host) && session.terminal.stderrIsTerminal ? await signInLink(session, database) : undefined;
    const { stop, halt, onSignal } = endings();
    const stopListening = session.terminal.onInterrupt(onSignal);
    try {
      await session.serveApi(
        { database, temporal, cluster, now: session.now },
        {
          host,
          port,
          allowAnonymous,
          ...(oidc === undefined ? {} : { oidc }),
          version,
          page,
          logger: { level: flags.logLevel, stream: logTo(session) },
          stop,
          halt,
          ready: (address) => {
            session.note(
              `The page and the API for ${cluster} are at ${address}, the API's reference at ${address}/reference/.\n`,
            );
            if (link !== undefined)
              session.note(`Sign a browser in, once, within 10 minutes: ${address}/sign-in#link=${link}\n`);
          },
        },
      );
    } catch (error) {
      throw cannotListen(error, flags.listen) ?? error;
    } finally {
      stopListening();
      await temporal.close();
    }
  });
  return { exitCode: EXIT.done, text: '' };
}

/** In milliseconds: whoever starts a server opens its page now. */
const LINK_MS = 10 * 60_000;

/** Whoever starts a server on their machine may do everything there: its database is theirs. @returns what stands in the link, which is told to them alone */
function signInLink({ now }: Session, database: Database): Promise<string> {
  const expiresAt = new Date(now().getTime() + LINK_MS);
  return createSignInLink(database, { name: whoAmI(), grants: [{ role: 'admin' }], expiresAt });
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** The log goes where everything goes that is no result. */
function logTo({ terminal }: Session): { write: (line: string) => void } {
  return {
    write: (line) => {
      terminal.err(line);
    },
  };
}

/** The first signal has the requests that are being answered end, the second ends it at once. */
function endings(): { stop: AbortSignal; halt: AbortSignal; onSignal: (signal: Interrupt) => void } {
  const stop = new AbortController();
  const halt = new AbortController();
  return {
    stop: stop.signal,
    halt: halt.signal,
    onSignal: () => {
      if (stop.signal.aborted) halt.abort();
      else stop.abort();
    },
  };
}

function anonymousElsewhere(host: string): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: `--allow-anonymous lets everybody in who reaches ${host}: it goes with a loopback address alone.`,
    hints: ['Listen at 127.0.0.1, or give people tokens: weft token add NAME --role operator'],
  });
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not listen there',
  ENOTFOUND: 'there is no such host',
};

function cannotListen(error: unknown, { host, port }: ListenAddress): CommandFailure | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = WHY_NOT[code];
  if (reason === undefined) return undefined;
  const message = `the API cannot listen at ${host}:${port}: ${reason}.`;
  return new CommandFailure({ exitCode: EXIT.usage, message, hints: ['Another address: --listen HOST:PORT'] });
}

/** @throws InvalidArgumentError if it is no address that can be listened at */
function listenAddress(text: string): ListenAddress {
  const { host, port } = /^(?<host>\[[0-9a-fA-F:.]+\]|[^\s:]+):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError('It must be HOST:PORT, for example 127.0.0.1:8420.');
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

export function apiCommand(run: CommandRunner): Command {
  const served = withDatabaseFlag(
    withDestinationFlags(
      new Command('api').description('Serve the page and the HTTP API for one cluster, until Ctrl-C or SIGTERM'),
    ),
  )
    .addOption(
      new Option(
        '--listen <host:port>',
        'where to listen; it speaks HTTP, so that beyond this machine a proxy with TLS belongs before it',
      )
        .argParser(listenAddress)
        .default(listenAddress('127.0.0.1:8420'), '127.0.0.1:8420'),
    )
    .option('--allow-anonymous', 'whoever is on this machine may do everything without a token');
  const command = withOidcFlags(served).addOption(
    new Option('--log-level <level>', 'how much is logged').choices(LOG_LEVELS).default('info'),
  );
  withCommonFlags(command).action((flags: ApiFlags & CommonFlags) => run(flags, (session) => api(flags, session)));
  return withExamples(command, [
    'weft api --database ./weft-data --allow-anonymous             for yourself, on the embedded platform',
    'weft api --database postgresql://weft@db/weft --listen 0.0.0.0:8420 --context prod-eu',
  ]);
}
