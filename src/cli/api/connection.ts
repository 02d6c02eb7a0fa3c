import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { Option, type Command } from 'commander';

import { RequestRefused, weftClient, type ApiProblemDocument, type WeftClient } from '../../api-client/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** Flags of the commands that may work through a service, for people who have neither cluster nor Temporal. */
export interface ApiFlags {
  readonly api?: string;
  readonly tokenFile?: string;
}

/** Adds the flags that name the service. */
export function withApiFlags(command: Command): Command {
  return command
    .option('--api <url>', 'work through the HTTP API of a service, signed in by WEFT_TOKEN (also WEFT_API)')
    .addOption(
      new Option('--token-file <path>', 'the file with the token, instead of WEFT_TOKEN (also WEFT_TOKEN_FILE)'),
    );
}

/** Flags of a command that works through a service, or by itself on a cluster that may be named. */
export interface WhereFlags extends ApiFlags {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/**
 * The service that a command on a network is to work through. A cluster that is named on the command line says that it is to work by itself, whatever
 * WEFT_API is.
 *
 * @returns undefined if it is to work by itself
 * @throws CommandFailure if both are named, or as {@link connectApi}
 */
export async function serviceFor(session: Session, flags: WhereFlags): Promise<ApiConnection | undefined> {
  if (!namesCluster(flags)) return connectApi(session, flags);
  if (flags.api === undefined) return undefined;
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: 'name a service or a cluster, not both: a service works on a cluster of its own. Nothing was started.',
    hints: ['Leave out --context and --kubeconfig, or --api.'],
  });
}

/**
 * Keeps a command that works on a cluster itself from doing so for somebody who wants to work through a service.
 *
 * @throws CommandFailure if a service is named
 */
export function refuseApi(session: Session, flags: WhereFlags): void {
  if (namesCluster(flags) && flags.api === undefined) return;
  const url = apiUrl(session, flags);
  if (url === undefined) return;
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `this command does not work through a service (${url}): it needs the cluster and its Temporal. Nothing was started.`,
    hints: [
      'Run it where they can be reached, with the cluster named: --context NAME',
      ...(flags.api === undefined ? ['Or, for the embedded platform, without WEFT_API: env -u WEFT_API weft …'] : []),
    ],
  });
}

function namesCluster({ context, kubeconfig }: WhereFlags): boolean {
  return context !== undefined || kubeconfig !== undefined;
}

/** A service that commands work through. */
export interface ApiConnection {
  readonly url: string;
  readonly client: WeftClient;
}

/**
 * Where the service is that a command is to work through.
 *
 * @returns undefined if it is to work by itself
 * @throws CommandFailure if it is no address
 */
export function apiUrl({ env }: Pick<Session, 'env'>, flags: ApiFlags): string | undefined {
  const text = flags.api ?? (env['WEFT_API'] || undefined);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href.replace(/\/$/, '');
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `"${text}" is no address of a service.`,
    hints: ['For example: --api https://weft.example.com'],
  });
}

/**
 * The service that a command is to work through; without a token nobody is signed in, which one on the same machine may allow.
 *
 * @returns undefined if it is to work by itself
 * @throws CommandFailure if it is no address, or the token cannot be read
 */
export async function connectApi(session: Session, flags: ApiFlags): Promise<ApiConnection | undefined> {
  const url = apiUrl(session, flags);
  if (url === undefined) return undefined;
  const token = await tokenFrom(session, flags);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return { url, client: weftClient({ baseUrl: url, headers: () => headers, fetch: sendRepeatedly }) };
}

async function tokenFrom({ env }: Session, flags: ApiFlags): Promise<string | undefined> {
  const path = flags.tokenFile ?? (env['WEFT_TOKEN_FILE'] || undefined);
  if (path === undefined) return env['WEFT_TOKEN'] || undefined;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure({ exitCode: EXIT.usage, message: `the token cannot be read: ${reason}` });
  });
  return text.trim();
}

/** A header for whatever may be sent again if its answer is lost: the service carries it out once. */
export function onceOnly(): { readonly 'idempotency-key': string } {
  return { 'idempotency-key': randomUUID() };
}

/**
 * Takes a refusal with this reason for an answer.
 *
 * @returns undefined if it is refused so
 */
export async function unlessRefused<Answer>(
  reason: ApiProblemDocument['reason'],
  asked: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RequestRefused && error.problem.reason === reason) return undefined;
    throw error;
  }
}

/** In milliseconds: a service that is replaced is back within seconds. */
const PAUSES_MS = [500, 2_000, 5_000];

/** In milliseconds. Whoever is told to wait for longer is told so. */
const LONGEST_PAUSE_MS = 15_000;

/** Too often, and what says of itself that it is away for a moment. */
const PASSING = [429, 502, 503, 504];

/** Sends a request again whose answer was lost, or that came at a bad moment, if that cannot do twice what was asked for once. */
export async function sendRepeatedly(request: Request): Promise<Response> {
  for (const pause of PAUSES_MS) {
    const sent = await fetch(request.clone()).catch((error: unknown) => {
      if (request.signal.aborted || !isRepeatable(request)) throw error;
      return undefined;
    });
    if (sent !== undefined && !(PASSING.includes(sent.status) && isRepeatable(request))) return sent;
    const wanted = Number(sent?.headers.get('retry-after') ?? 0) * 1000;
    if (sent !== undefined && wanted > LONGEST_PAUSE_MS) return sent;
    await sleep(Math.max(pause, wanted), undefined, { signal: request.signal });
  }
  return fetch(request);
}

/** What changes nothing, or is carried out once however often it comes. */
function isRepeatable({ method, headers }: Request): boolean {
  return method === 'GET' || headers.has('idempotency-key');
}
