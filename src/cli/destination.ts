import { readFile } from 'node:fs/promises';

import { parse } from 'yaml';

import { temporalSettings, type TemporalSettings } from '../client/index.ts';
import type { PlatformEnvironment } from '../local/index.ts';
import { refuseApi, type WhereFlags } from './api/connection.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { inWords, secondsBetween } from './render/duration.ts';
import type { Session } from './session.ts';

/** The cluster that a command works on, and the Temporal that carries it out. */
export interface Destination {
  /** The cluster's name in workflow ids and task queues. */
  readonly cluster: string;
  readonly temporal: TemporalSettings;
  /** How a worker reaches the cluster. */
  readonly access: { readonly kubeconfig?: string; readonly context?: string };
  /** The command that starts a worker for it. */
  readonly workerCommand: string;
}

export interface DestinationFlags {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** Any of these says that the user has a Temporal of their own in mind. */
const TEMPORAL_VARIABLES = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'];

/**
 * Decides where a command works. With `--context` or `--kubeconfig` (or WEFT_CONTEXT, WEFT_KUBECONFIG) it is that
 * cluster; otherwise the embedded one, never the user's current context. Temporal is what TEMPORAL_ADDRESS and its
 * like say; without them the embedded cluster brings its own.
 *
 * @throws CommandFailure if it is the embedded platform and that does not run, a kubeconfig names no context, or a service is named to work through
 */
export async function findDestination(session: Session, flags: WhereFlags): Promise<Destination> {
  refuseApi(session, flags);
  return hostDestination(session, flags);
}

/** The same for what a service consists of itself: WEFT_API is about its clients. @throws as {@link findDestination} */
export function hostDestination(session: Session, flags: DestinationFlags): Promise<Destination> {
  return destinationWith(session, flags, () => session.platform.environment());
}

/**
 * The same, but starts what does not run of the embedded platform.
 *
 * @throws CommandFailure if the user interrupts the start, a kubeconfig names no context, or a service is named to work through
 */
export async function prepareDestination(session: Session, flags: WhereFlags): Promise<Destination> {
  refuseApi(session, flags);
  return destinationWith(session, flags, () => startPlatform(session));
}

async function destinationWith(
  session: Session,
  flags: DestinationFlags,
  embeddedPlatform: () => Promise<PlatformEnvironment | undefined>,
): Promise<Destination> {
  const { env } = session;
  const { kubeconfig, context: named } = chosen(env, flags);
  if (named === undefined && kubeconfig === undefined) return embeddedDestination(session, await embeddedPlatform());
  const context = named ?? (await currentContext(kubeconfig ?? ''));
  const access = { context, ...(kubeconfig === undefined ? {} : { kubeconfig }) };
  return {
    cluster: clusterName(context),
    temporal: temporalSettings(env),
    access,
    workerCommand: `weft worker${kubeconfig === undefined ? '' : ` --kubeconfig ${kubeconfig}`} --context ${context}`,
  };
}

/** What flags say of the cluster, else the environment. */
function chosen(env: Session['env'], flags: DestinationFlags): DestinationFlags {
  const kubeconfig = flags.kubeconfig ?? (env['WEFT_KUBECONFIG'] || undefined);
  const context = flags.context ?? (env['WEFT_CONTEXT'] || undefined);
  return { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) };
}

/**
 * Name of the cluster that flags choose; nothing has to run there.
 *
 * @throws CommandFailure if a kubeconfig names no context
 */
export async function destinationCluster({ env, platform }: Session, flags: DestinationFlags): Promise<string> {
  const { kubeconfig, context } = chosen(env, flags);
  if (context !== undefined) return clusterName(context);
  return kubeconfig === undefined ? platform.cluster() : clusterName(await currentContext(kubeconfig));
}

/** A context's name as part of a workflow id, in which a slash would separate. */
export function clusterName(context: string): string {
  return context.replaceAll('/', '_');
}

function embeddedDestination({ env }: Session, environment: PlatformEnvironment | undefined): Destination {
  if (environment === undefined) {
    throw new CommandFailure({
      exitCode: EXIT.unreachable,
      message: 'the embedded platform does not run.',
      hints: ['Start it: weft local start', 'Or name a cluster of your own: --context NAME'],
    });
  }
  const ownTemporal = TEMPORAL_VARIABLES.some((name) => env[name]);
  return {
    cluster: environment.cluster,
    temporal: ownTemporal ? temporalSettings(env) : temporalSettings(env, environment.temporalAddress),
    access: { kubeconfig: environment.kubeconfig, context: environment.context },
    // The platform's own worker polls the platform's own Temporal; any other one needs a worker that polls there.
    workerCommand: ownTemporal ? 'weft worker' : 'weft local start',
  };
}

/** Starts what does not run of the platform, its worker included; says nothing if all of it runs. */
async function startPlatform(session: Session): Promise<PlatformEnvironment> {
  const started = session.now();
  const interrupted = new AbortController();
  const stopListening = session.terminal.onInterrupt((signal) => {
    interrupted.abort(signal);
  });
  try {
    return await session.platform.start((line) => {
      session.note(`[${inWords(Math.round(secondsBetween(started, session.now())))}] ${line}\n`);
    }, interrupted.signal);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    throw new CommandFailure({
      exitCode: interrupted.signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted,
      message: 'interrupted while the embedded platform was being started. No run was started.',
    });
  } finally {
    stopListening();
  }
}

async function currentContext(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure({ exitCode: EXIT.usage, message: `the kubeconfig cannot be read: ${reason}` });
  });
  const config: unknown = parse(text);
  if (typeof config === 'object' && config !== null && 'current-context' in config) {
    const context = config['current-context'];
    if (typeof context === 'string' && context !== '') return context;
  }
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `${path} has no current context.`,
    hints: [`Name one: --kubeconfig ${path} --context NAME`],
  });
}
