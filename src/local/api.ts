import { dirname } from 'node:path';

import { filesOf, readIfPresent } from './files.ts';
import { resolveInstance, type Instance } from './instance.ts';
import { freePort } from './process/free-port.ts';
import { endProcess, startProcess, sweepProcesses } from './process/processes.ts';
import { findProcess, forgetProcess, isStartedAs, type ProcessRecord } from './process/record.ts';
import { readState, rememberState } from './state.ts';
import { encodingSettings } from './worker.ts';

/** Name of the HTTP API's process in records and logs. */
export const apiProcess = 'api';

/** The port of `weft api` where nobody says another. */
const usualPort = 8_420;

/** How the platform's API and page are started; where they listen and keep their tables comes on top. */
export interface ApiPlan {
  /** The program and its first arguments, up to the command that serves. */
  readonly command: readonly [string, ...string[]];
  /** What its code is recognised by: one that runs older code is replaced. */
  readonly sources: string;
}

/** Requests that are being answered have 8 s to end. */
const endingGraceMs = 10_000;

export function findApi(instance: Instance): ProcessRecord | undefined {
  return findProcess(instance, apiProcess);
}

/** @returns URL of the API and the page, or undefined if they were never started */
export function apiAddress(instance: Instance): string | undefined {
  const port = readState(instance)?.apiPort;
  return port === undefined ? undefined : addressAt(port);
}

/** Where the API and the page of a platform are. */
export interface PlatformService {
  /** URL without a slash at its end. */
  readonly address: string;
  /** Good for everything there, for whoever runs the platform. */
  readonly token: string;
}

/** @returns undefined if they do not run */
export function platformService(instance: Instance = resolveInstance()): PlatformService | undefined {
  const address = findApi(instance) === undefined ? undefined : apiAddress(instance);
  const token = readIfPresent(filesOf(instance.directory).apiToken)?.trim();
  return address === undefined || token === undefined ? undefined : { address, token };
}

/**
 * Starts the HTTP API, if it does not run yet with just this command and code. Its port is that of its last start where that is still free, since people
 * have its address in their browsers.
 *
 * @param prepare makes what it serves; called before it is started
 */
export async function ensureApi(
  instance: Instance,
  { command: [program, ...args], sources }: ApiPlan,
  prepare: () => Promise<void>,
): Promise<{ readonly record: ProcessRecord; readonly address: string; readonly wasStarted: boolean }> {
  const settings = {
    WEFT_LOCAL_INSTANCE: instance.name,
    WEFT_DATA: dirname(instance.directory),
    WEFT_SOURCES: sources,
    ...encodingSettings(process.env),
  };
  const commandAt = (port: number): [string, ...string[]] => [
    program,
    ...args,
    ...['--listen', `127.0.0.1:${String(port)}`],
    ...['--database', filesOf(instance.directory).database],
    ...['--write-token', filesOf(instance.directory).apiToken],
  ];
  const known = readState(instance)?.apiPort;
  const running = findApi(instance);
  if (running !== undefined && known !== undefined && isStartedAs(running, { command: commandAt(known), settings })) {
    return { record: running, address: addressAt(known), wasStarted: false };
  }
  await prepare();
  await stopApi(instance);
  const port = await freePort(known ?? usualPort, usualPort);
  rememberState(instance, { apiPort: port });
  const record = await startProcess(instance, {
    ...{ name: apiProcess, command: commandAt(port), settings },
    environment: withoutService(process.env),
  });
  return { record, address: addressAt(port), wasStarted: true };
}

/** Ends the API: what is being asked is answered first. Runs go on without it. */
export async function stopApi(instance: Instance): Promise<void> {
  const record = findApi(instance);
  if (record !== undefined) await endProcess(record, { graceMs: endingGraceMs });
  await sweepProcesses(instance, apiProcess);
  forgetProcess(instance, apiProcess);
}

/** Whether it answers, and reaches its tables and Temporal. */
export async function isApiReady(address: string, signal?: AbortSignal): Promise<boolean> {
  const patience = AbortSignal.timeout(ANSWER_MS);
  try {
    const answer = await fetch(`${address}/readyz`, {
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** It asks Temporal and its tables, on this machine. */
const ANSWER_MS = 3_000;

function addressAt(port: number): string {
  return `http://127.0.0.1:${String(port)}`;
}

/** Whatever service and Temporal the user works with otherwise are not the platform's. */
function withoutService(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = ['WEFT_CONTEXT', 'WEFT_DATABASE', 'WEFT_API', 'WEFT_TOKEN', 'KUBECONFIG'];
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_') && !others.includes(name)),
  );
}
