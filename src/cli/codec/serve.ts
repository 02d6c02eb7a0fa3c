import { Command, InvalidArgumentError, Option } from 'commander';

import type { CodecServeSettings } from '../../api/index.ts';
import { loadDataConverter, temporalSettings } from '../../client/index.ts';
import type { Database } from '../../database/index.ts';
import { CommandFailure } from '../command-failure.ts';
import type { CommandRunner } from '../command-runner.ts';
import { EXIT } from '../exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from '../flags.ts';
import { databaseLocation, withDatabase, withDatabaseFlag, type DatabaseFlags } from '../service/database.ts';
import { cannotListen, endings, listenAddress, logTo, requireLoopback, type ListenAddress } from '../service/listen.ts';
import { oidcSettings, withIssuerFlags, type IssuerFlags } from '../service/oidc.ts';
import type { CommandResult, Session } from '../session.ts';

export interface CodecServeFlags extends DatabaseFlags, IssuerFlags {
  readonly listen: ListenAddress;
  readonly uiOrigin: readonly string[];
  readonly allowAnonymous?: boolean;
}

/** The port of Temporal's own example of a codec server for TypeScript. */
const USUAL_ADDRESS = '127.0.0.1:8888';

/** `weft codec serve`: encodes and decodes payloads for Temporal's page and command line until it is told to stop. */
export async function serve(flags: CodecServeFlags, session: Session): Promise<CommandResult> {
  const { host, port } = flags.listen;
  const allowAnonymous = flags.allowAnonymous === true;
  if (allowAnonymous) requireLoopback(host);
  const oidc = oidcSettings(flags, session.env, undefined);
  const { encoding } = temporalSettings(session.env);
  if (encoding?.keyFile === undefined && encoding?.module === undefined) throw nothingEncrypts();
  const { payloadCodecs = [] } = await loadDataConverter(encoding);
  const work = async (database: Database | undefined): Promise<void> => {
    const { stop, onSignal } = endings();
    const stopListening = session.terminal.onInterrupt(onSignal);
    const settings: CodecServeSettings = {
      ...{ host, port, allowAnonymous, codecs: payloadCodecs, uiOrigins: flags.uiOrigin, now: session.now, stop },
      ...(database === undefined ? {} : { database }),
      ...(oidc === undefined ? {} : { oidc }),
      logger: { level: 'info', stream: logTo(session) },
      ready: (address) => {
        session.note(`Payloads are decoded at ${address}: temporal workflow show … --codec-endpoint ${address}\n`);
      },
    };
    try {
      await session.serveCodec(settings);
    } catch (error) {
      throw cannotListen(error, 'the codec server', { flag: '--listen', ...flags.listen }) ?? error;
    } finally {
      stopListening();
    }
  };
  if ((await databaseLocation(flags, session)) !== undefined) await withDatabase(session, flags, work);
  else if (allowAnonymous || oidc !== undefined) await work(undefined);
  else throw nobodyMay();
  return { exitCode: EXIT.done, text: '' };
}

function nothingEncrypts(): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: 'what are payloads encoded with? Neither WEFT_PAYLOAD_KEY_FILE nor WEFT_DATA_CONVERTER is set.',
    hints: ['Set it as it is set for the worker. To make a key: weft codec key > FILE'],
  });
}

function nobodyMay(): CommandFailure {
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: 'who may read what Temporal keeps? Nothing says whose tokens are good.',
    hints: [
      'Whoever is on this machine: --allow-anonymous',
      "Admins of the HTTP API, by their tokens: --database; or an issuer's, by --oidc-issuer, --oidc-audience and --oidc-role",
    ],
  });
}

/** @throws InvalidArgumentError if it is no origin as browsers send it */
function origin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/') return url.origin;
  throw new InvalidArgumentError('It must be scheme, host and port, for example http://127.0.0.1:8233.');
}

export function serveCommand(run: CommandRunner): Command {
  const served = new Command('serve')
    .description("Decrypt payloads for Temporal's page and command line, until Ctrl-C or SIGTERM")
    .addOption(
      new Option(
        '--listen <host:port>',
        'where to listen; it speaks HTTP, so that beyond this machine a proxy with TLS belongs before it',
      )
        .argParser(listenAddress)
        .default(listenAddress(USUAL_ADDRESS), USUAL_ADDRESS),
    )
    .addOption(
      new Option('--ui-origin <url...>', "where Temporal's page is, whose scripts may ask; no other page's may")
        .argParser((text, before: readonly string[]) => [...before, origin(text)])
        .default([], 'none'),
    )
    .option('--allow-anonymous', 'whoever is on this machine may read everything without a token');
  const command = withIssuerFlags(withDatabaseFlag(served));
  withCommonFlags(command).action((flags: CodecServeFlags & CommonFlags) =>
    run(flags, (session) => serve(flags, session)),
  );
  return withExamples(command, [
    'weft codec serve --allow-anonymous --ui-origin http://127.0.0.1:8233        for yourself',
    'weft codec serve --listen 0.0.0.0:8888 --database postgresql://weft@db/weft  for admins of weft api',
  ]);
}
