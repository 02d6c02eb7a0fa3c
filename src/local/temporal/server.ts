import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { filesOf } from '../files.ts';
import type { Instance } from '../instance.ts';
import { ASK_INTERVAL_MS, isServing } from './health.ts';
import { existingCluster } from '../existing-cluster.ts';
import { freePort } from '../process/free-port.ts';
import { listenersOf, type Listener } from '../process/listeners.ts';
import { refuseOtherUsers } from '../process/other-users.ts';
import { endProcess, startProcess, sweepProcesses } from '../process/processes.ts';
import { findProcess, forgetProcess, isStartedAs, type ProcessRecord } from '../process/record.ts';
import { until } from '../process/wait.ts';
import { readState, rememberState, type State } from '../state.ts';

/** Name of the Temporal server's process in records and logs. */
export const temporalProcess = 'temporal';

/** Temporal's own default port and the web page's, as the Temporal CLI chooses them. */
const usualPort = 7_233;
const usualUiPort = 8_233;

/** It closes its database in well under a second; a long poll may hold it up. */
const endingGraceMs = 10_000;

export interface TemporalAddresses {
  /** `host:port` of the server's gRPC API. */
  readonly address: string;
  /** URL of its web page. */
  readonly ui: string;
}

/** @returns where the instance's Temporal listens, or undefined if it never started */
export function temporalAddresses(instance: Instance): TemporalAddresses | undefined {
  const state = readState(instance);
  return state?.temporalPort === undefined ? undefined : addressesFrom(state);
}

export function findTemporal(instance: Instance): ProcessRecord | undefined {
  return findProcess(instance, temporalProcess);
}

/**
 * Starts the Temporal dev server, if it does not run yet with just this program and these ports. Its ports are those of
 * its last start where they are still free, since people have them in their environment.
 */
export async function ensureTemporal(
  instance: Instance,
  program: string,
): Promise<TemporalAddresses & { readonly record: ProcessRecord; readonly wasStarted: boolean }> {
  const running = findTemporal(instance);
  if (running !== undefined) {
    const state = readState(instance);
    const isSame =
      state !== undefined && isStartedAs(running, { command: serverCommand(instance, program, state), settings: {} });
    if (isSame) return { ...addressesFrom(state), record: running, wasStarted: false };
    await stopTemporal(instance);
  }
  await sweepProcesses(instance, temporalProcess);
  const known = readState(instance) ?? {};
  const temporalPort = await freePort(known.temporalPort ?? usualPort, usualPort);
  const temporalUiPort = await freePort(known.temporalUiPort ?? usualUiPort, usualUiPort);
  const state = { temporalPort, temporalUiPort };
  rememberState(instance, state);
  if (canRefuse(instance)) await refuseOtherUsers(instance, 'temporal', publishedBy(state));
  mkdirSync(filesOf(instance.directory).temporal, { recursive: true, mode: 0o700 });
  const { PATH, HOME } = process.env;
  const command = serverCommand(instance, program, state);
  const record = await startProcess(instance, { name: temporalProcess, command, environment: { PATH, HOME } });
  return { ...addressesFrom(state), record, wasStarted: true };
}

/** It answers within a second or two; a busy machine may need longer to load the program. */
const SERVING_MS = 60_000;

/**
 * Waits until a server that was started serves. It knows no users: other users of the machine are refused by all of it then. Its inner services listen beside it, at
 * ports that they choose anew at each start; what it publishes was closed before.
 */
export async function awaitTemporal(
  instance: Instance,
  { pid, command: [program = ''] }: ProcessRecord,
  signal?: AbortSignal,
): Promise<void> {
  const state = readState(instance) ?? {};
  const { address } = addressesFrom(state);
  await until(() => isServing(program, address), {
    ...{ what: `Temporal answers at ${address}`, timeoutMs: SERVING_MS, intervalMs: ASK_INTERVAL_MS },
    signal,
  });
  if (!canRefuse(instance)) return;
  // Also where this server has ended meanwhile, and listens nowhere: another one will.
  await refuseOtherUsers(instance, 'temporal', [...publishedBy(state), ...listenersOf(pid)]);
}

/** Where a server answers people and programs. */
function publishedBy({ temporalPort, temporalUiPort }: State): Listener[] {
  return [temporalPort, temporalUiPort].flatMap((port) => (port === undefined ? [] : [{ address: '127.0.0.1', port }]));
}

/** A platform on a cluster of the user's runs without root, to whom alone the packet filter is. */
function canRefuse(instance: Instance): boolean {
  return existingCluster(instance) === undefined;
}

/** Ends the server; what it knows is in its database. */
export async function stopTemporal(instance: Instance): Promise<void> {
  const record = findTemporal(instance);
  if (record !== undefined) await endProcess(record, { graceMs: endingGraceMs });
  await sweepProcesses(instance, temporalProcess);
  forgetProcess(instance, temporalProcess);
}

function addressesFrom({
  temporalPort,
  temporalUiPort,
}: Pick<State, 'temporalPort' | 'temporalUiPort'>): TemporalAddresses {
  return { address: `127.0.0.1:${String(temporalPort)}`, ui: `http://127.0.0.1:${String(temporalUiPort)}` };
}

function serverCommand(
  instance: Instance,
  program: string,
  { temporalPort, temporalUiPort }: Pick<State, 'temporalPort' | 'temporalUiPort'>,
): [string, ...string[]] {
  return [
    program,
    ...['server', 'start-dev'],
    ...['--ip', '127.0.0.1'],
    ...['--port', String(temporalPort)],
    ...['--ui-port', String(temporalUiPort)],
    ...['--db-filename', join(filesOf(instance.directory).temporal, 'temporal.db')],
    ...['--log-level', 'warn'],
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...['--dynamic-config-value', `history.transferProcessorMaxPollRPS=${DISPATCHES_PER_SECOND}`],
  ];
}

/** What clients label runs with, so that people find them; of no meaning here. */
export const searchAttributes = {
  WeftNetwork: 'Keyword',
  WeftCluster: 'Keyword',
  WeftOperation: 'Keyword',
  WeftOrganizations: 'KeywordList',
} as const;

/**
 * A dev server keeps all runs in one shard, and a shard hands out 20 tasks a second unless told otherwise: then every
 * step of a run waits 45 ms for its turn.
 */
const DISPATCHES_PER_SECOND = 1_000;
