import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';

import { formatProgressLine } from '../../src/local/artifacts/progress.ts';
import { installMissing, type SystemNeed } from '../../src/local/artifacts/system-packages.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a PostgreSQL server whose user may make databases. */
    postgres: string;
  }
}

/** A PostgreSQL server of the tests. */
export interface PostgresServer {
  /** Of its superuser, who needs no password. */
  readonly url: string;
  /** Ends it, and removes what it kept. */
  readonly stop: () => Promise<void>;
}

/** Where Debian has PostgreSQL, a folder for each major version. */
export const POSTGRES_FOLDER = '/usr/lib/postgresql';

/** The major versions of PostgreSQL on this machine. */
export function postgresVersions(): readonly string[] {
  return existsSync(POSTGRES_FOLDER)
    ? readdirSync(POSTGRES_FOLDER).filter((version) => existsSync(join(POSTGRES_FOLDER, version, 'bin/initdb')))
    : [];
}

/** Debian's package; installing it starts no server. */
export const POSTGRES_NEED: SystemNeed = { package: 'postgresql', isPresent: () => postgresVersions().length > 0 };

/** Nothing of what the tests write is of use after them. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

/** In milliseconds. It starts within a second. */
const START_MS = 30_000;

/** Starts a server on a free port of this machine, in a folder of its own. PostgreSQL refuses to be root: then it runs as the user whom its package has made. */
export async function startPostgres(): Promise<PostgresServer> {
  const version = postgresVersions().at(-1);
  if (version === undefined) throw new Error("Debian's package postgresql is not installed.");
  const programs = join(POSTGRES_FOLDER, version, 'bin');
  const folder = await mkdtemp(join(tmpdir(), 'weft-postgres-'));
  const user = await unprivilegedUser();
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const as = { ...user, cwd: folder };
  await execa(
    join(programs, 'initdb'),
    ['--pgdata', 'data', '--username', 'postgres', '--auth', 'trust', '--no-sync', '--encoding', 'UTF8'],
    as,
  );
  const port = await freePort();
  const server = execa(
    join(programs, 'postgres'),
    [
      ...[
        '-D',
        'data',
        '-c',
        `port=${port}`,
        '-c',
        'listen_addresses=127.0.0.1',
        '-c',
        `unix_socket_directories=${folder}`,
      ],
      ...SETTINGS.flatMap((setting) => ['-c', setting]),
    ],
    { ...as, reject: false, stdin: 'ignore', all: true },
  );
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  await eventually(() => answers(url), START_MS).catch(async (error: unknown) => {
    server.kill('SIGKILL');
    throw new Error(`PostgreSQL does not start: ${(await server).all}`, { cause: error });
  });
  const stop = async (): Promise<void> => {
    // Whoever is still connected is cut off.
    server.kill('SIGQUIT');
    await server;
    await rm(folder, { recursive: true, force: true });
  };
  return { url, stop };
}

async function answers(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  // A connection that is refused says so twice.
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
}

/** @returns absent where this process is none of root's */
async function unprivilegedUser(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await execa('id', [flag, 'postgres'])).stdout)),
  );
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres');
  return { uid, gid };
}

let started: PostgresServer | undefined;

/** Starts a server for the tests of a project; WEFT_TEST_POSTGRES names one that is there already. */
export async function setup(project: TestProject): Promise<void> {
  let url = process.env['WEFT_TEST_POSTGRES'];
  if (url === undefined) {
    await installMissing([POSTGRES_NEED], (line) => {
      console.error(`  ${formatProgressLine(line)}`);
    });
    started = await startPostgres();
    ({ url } = started);
  }
  project.provide('postgres', url);
}

export async function teardown(): Promise<void> {
  await started?.stop();
}
