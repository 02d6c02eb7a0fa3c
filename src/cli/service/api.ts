import { writeFile } from 'node:fs/promises';

import { Command, InvalidArgumentError, Option } from 'commander';

// Not by the folder's index, which loads the database's drivers.
import { DEFAULT_RETENTION } from '../../database/pruning.ts';
import { isLoopback } from '../../api/access/loopback.ts';
import type { Database } from '../../database/index.ts';
import { createToken, revokeToken } from '../../database/tokens.ts';
import type { CommandRunner } from '../command-runner.ts';
import { hostDestination, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withDestinationFlags, withExamples, type CommonFlags } from '../flags.ts';
import { whoAmI } from '../network/context.ts';
import type { CommandResult, Session } from '../session.ts';
import { weftVersion } from '../version.ts';
import { withDatabase, withDatabaseFlag, type DatabaseFlags } from './database.ts';
import { cannotListen, endings, listenAddress, logTo, requireLoopback, type ListenAddress } from './listen.ts';
import { oidcSettings, withOidcFlags, type OidcFlags } from './oidc.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** In milliseconds. What the command line has started is there when somebody turns to the page. */
const DISCOVER_EVERY_MS = 3_000;

/** In seconds. Short enough to be of use, and long enough that a look at a network of hundreds of nodes is none of its load. */
const LOOK_EVERY_S = 60;

export interface ApiServerFlags extends DestinationFlags, DatabaseFlags, OidcFlags {
  readonly listen: ListenAddress;
  /** Where Prometheus finds metrics; absent means nowhere. */
  readonly metrics?: ListenAddress;
  readonly allowAnonymous?: boolean;
  /** File for a token that is good for everything while this server runs. */
  readonly writeToken?: string;
  readonly lookEvery: number;
  readonly keepRuns: number;
  readonly keepEvents: number;
  readonly keepAudit: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** `weft api`: serves the page and the HTTP API for one cluster until it is told to stop. */
export async function api(flags: ApiServerFlags, session: Session): Promise<CommandResult> {
  const { host, port } = flags.listen;
  const allowAnonymous = flags.allowAnonymous === true;
  if (allowAnonymous) requireLoopback(host);
  const oidc = oidcSettings(flags, session.env, isLoopback(host) ? `http://${bracketed(host)}:${port}` : undefined);
  const { cluster, temporal: settings } = await hostDestination(session, flags);
  const version = await weftVersion();
  await withDatabase(session, flags, async (database) => {
    const page = await session.preparePage((line) => {
      session.note(`${line}\n`);
    });
    if (flags.writeToken !== undefined) await writeToken(session, database, flags.writeToken);
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
          ...(flags.metrics === undefined ? {} : { metricsAddress: flags.metrics }),
          ...(oidc === undefined ? {} : { oidc }),
          background: {
            lookEveryMs: flags.lookEvery * 1000,
            discoverEveryMs: DISCOVER_EVERY_MS,
            retention: { runDays: flags.keepRuns, eventDays: flags.keepEvents, auditDays: flags.keepAudit },
          },
          version,
          page,
          logger: { level: flags.logLevel, stream: logTo(session) },
          stop,
          halt,
          ready: (address, metrics) => {
            session.note(
              `The page and the API for ${cluster} are at ${address}, the API's reference at ${address}/reference/.\n`,
            );
            if (metrics !== undefined) session.note(`Metrics are at ${metrics}.\n`);
            if (link !== undefined)
              session.note(`Sign a browser in, once, within 10 minutes: ${address}/sign-in#link=${link}\n`);
          },
        },
      );
    } catch (error) {
      const others = flags.metrics === undefined ? [] : [{ flag: '--metrics', ...flags.metrics }];
      throw cannotListen(error, 'the API', { flag: '--listen', ...flags.listen }, ...others) ?? error;
    } finally {
      stopListening();
      await temporal.close();
    }
  });
  return { exitCode: EXIT.done, text: '' };
}

/** Under what name whoever has the file is known to the audit. */
const FILE_TOKEN = 'weft-local';

/** Replaces the token that whoever may read a file signs in with. */
async function writeToken({ now }: Session, database: Database, file: string): Promise<void> {
  await revokeToken(database, { name: FILE_TOKEN }, now());
  const { secret } = await createToken(database, { name: FILE_TOKEN, role: 'admin', at: now(), by: whoAmI() });
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
}

/** Whoever starts a server on their machine may do everything there: its database is theirs. @returns what stands in the link, which is told to them alone */
async function signInLink({ now }: Session, database: Database): Promise<string> {
  const { createSignInLink, SIGN_IN_LINK_MS } = await import('../../database/sessions.ts');
  const expiresAt = new Date(now().getTime() + SIGN_IN_LINK_MS);
  return await createSignInLink(database, { name: whoAmI(), grants: [{ role: 'admin' }], expiresAt });
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function daysOption(flags: string, description: string, days: number): Option {
  return new Option(flags, `${description}, e.g. 90d`).argParser(daysOf).default(days, `${days}d`);
}

/** @throws InvalidArgumentError if it is no number of days */
function daysOf(text: string): number {
  const days = Number(/^(\d{1,5})d$/.exec(text)?.[1]);
  if (days >= 1) return days;
  throw new InvalidArgumentError('It must be a number of days, for example 90d.');
}

const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** In seconds. A look takes some itself. */
const SHORTEST_LOOK_S = 5;

/** @throws InvalidArgumentError if it is no time, or too short */
function lookInterval(text: string): number {
  const { number, unit } = /^(?<number>\d{1,5})(?<unit>[smh])$/.exec(text)?.groups ?? {};
  const seconds = Number(number) * (unit === 's' || unit === 'm' || unit === 'h' ? SECONDS[unit] : Number.NaN);
  if (seconds >= SHORTEST_LOOK_S) return seconds;
  throw new InvalidArgumentError(`It must be a time of at least ${SHORTEST_LOOK_S}s, for example 30s or 5m.`);
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
    .addOption(
      new Option(
        '--metrics <host:port>',
        'serve metrics for Prometheus, under /metrics: at an address of its own, since whoever reaches it sees the names of all networks without a token',
      ).argParser(listenAddress),
    )
    .option('--allow-anonymous', 'whoever is on this machine may do everything without a token')
    .option('--write-token <file>', 'make a token that is good for everything, and write it into a file of yours alone')
    .addOption(
      new Option('--look-every <time>', 'how often each network is looked at, e.g. 30s or 5m')
        .argParser(lookInterval)
        .default(LOOK_EVERY_S, `${LOOK_EVERY_S}s`),
    )
    .addOption(daysOption('--keep-runs <days>', 'how long runs are kept after their end', DEFAULT_RETENTION.runDays))
    .addOption(daysOption('--keep-events <days>', 'the same for events', DEFAULT_RETENTION.eventDays))
    .addOption(daysOption('--keep-audit <days>', 'the same for the audit', DEFAULT_RETENTION.auditDays));
  const command = withOidcFlags(served).addOption(
    new Option('--log-level <level>', 'how much is logged').choices(LOG_LEVELS).default('info'),
  );
  withCommonFlags(command).action((flags: ApiServerFlags & CommonFlags) =>
    run(flags, (session) => api(flags, session)),
  );
  return withExamples(command, [
    'weft api --database ./weft-data --allow-anonymous             for yourself, on the embedded platform',
    'weft api --database postgresql://weft@db/weft --listen 0.0.0.0:8420 --context prod-eu',
  ]);
}
