import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { filesOf } from '../files.ts';
import type { Instance } from '../instance.ts';
import { refuseOtherUsers } from '../other-users.ts';
import { freePort } from '../process/free-port.ts';
import { endProcess, startProcess, sweepProcesses } from '../process/processes.ts';
import { findProcess, forgetProcess, isStartedAs, type ProcessRecord } from '../process/record.ts';
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

/** Where a server listens that other users of the machine can reach as well. */
const SHARED_HOST = '127.0.0.1';

/**
 * Starts the Temporal dev server, if it does not run yet with just this program, host and ports. Its ports are those of
 * its last start where they are still free, since people have them in their environment.
 *
 * @param ownHost an address of this machine's loopback that the instance has to itself. There other users are refused: the server knows none, and its inner services listen
 *   beside it, at ports that they choose anew at each start. Absent where the packet filter is not the platform's to set; the server is at 127.0.0.1 then, for everybody
 */
export async function ensureTemporal(
  instance: Instance,
  program: string,
  ownHost: string | undefined,
): Promise<TemporalAddresses & { wasStarted: boolean }> {
  const temporalHost = ownHost ?? SHARED_HOST;
  const running = findTemporal(instance);
  if (running !== undefined) {
    const state = readState(instance);
    const isSame =
      state !== undefined &&
      hostOf(state) === temporalHost &&
      isStartedAs(running, { command: serverCommand(instance, program, state), settings: {} });
    if (isSame) return { ...addressesFrom(state), wasStarted: false };
    await stopTemporal(instance);
  }
  await sweepProcesses(instance, temporalProcess);
  const known = readState(instance) ?? {};
  const temporalPort = await freePort(temporalHost, known.temporalPort ?? usualPort, usualPort);
  const temporalUiPort = await freePort(temporalHost, known.temporalUiPort ?? usualUiPort, usualUiPort);
  const state = { temporalHost, temporalPort, temporalUiPort };
  rememberState(instance, state);
  if (ownHost !== undefined) await refuseOtherUsers(instance, 'temporal', [{ address: ownHost }]);
  mkdirSync(filesOf(instance.directory).temporal, { recursive: true, mode: 0o700 });
  const { PATH, HOME } = process.env;
  const command = serverCommand(instance, program, state);
  await startProcess(instance, { name: temporalProcess, command, environment: { PATH, HOME } });
  return { ...addressesFrom(state), wasStarted: true };
}

/** Ends the server; what it knows is in its database. */
export async function stopTemporal(instance: Instance): Promise<void> {
  const record = findTemporal(instance);
  if (record !== undefined) await endProcess(record, { graceMs: endingGraceMs });
  await sweepProcesses(instance, temporalProcess);
  forgetProcess(instance, temporalProcess);
}

function hostOf({ temporalHost = SHARED_HOST }: State): string {
  return temporalHost;
}

function addressesFrom(state: State): TemporalAddresses {
  const host = hostOf(state);
  return { address: `${host}:${String(state.temporalPort)}`, ui: `http://${host}:${String(state.temporalUiPort)}` };
}

function serverCommand(instance: Instance, program: string, state: State): [string, ...string[]] {
  return [
    program,
    ...['server', 'start-dev'],
    ...['--ip', hostOf(state)],
    ...['--port', String(state.temporalPort)],
    ...['--ui-port', String(state.temporalUiPort)],
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
