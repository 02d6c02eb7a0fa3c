import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';

import { openDatabase, type Database } from '../../../src/database/index.ts';

/** URL of a PostgreSQL server whose user may make databases: the tests are then about it, and else about an embedded database. */
const SERVER = process.env['WEFT_TEST_POSTGRES'];

export const isServer = SERVER !== undefined;

/** A database of its own for the tests of a file. */
export interface TestDatabase {
  readonly database: Database;
  readonly location: string;
  /** Closes it and removes it. */
  remove(): Promise<void>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const place = await newPlace();
  const database = await openDatabase(place.location);
  return {
    database,
    location: place.location,
    remove: async () => {
      await database.close();
      await place.remove();
    },
  };
}

export interface Place {
  readonly location: string;
  remove(): Promise<void>;
}

/** A place for a database without tables. */
export function newPlace(): Promise<Place> {
  return SERVER === undefined ? newFolder() : newDatabase(SERVER);
}

async function newFolder(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-database-'));
  await cp(await emptyDatabase(), join(folder, 'postgresql'), { recursive: true });
  return { location: folder, remove: () => rm(folder, { recursive: true }) };
}

const PACKAGES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

const { version } = JSON.parse(readFileSync(join(PACKAGES, '@electric-sql/pglite/package.json'), 'utf8')) as {
  readonly version: string;
};

/** Kept from run to run: PostgreSQL takes many times longer to make an empty database than to open a copy of one. */
const EMPTY = join(PACKAGES, `.cache/pglite-${version}`);

/** @returns a folder with a database that nobody has opened since it was made */
async function emptyDatabase(): Promise<string> {
  if (existsSync(EMPTY)) return EMPTY;
  await mkdir(dirname(EMPTY), { recursive: true });
  const made = await mkdtemp(`${EMPTY}-`);
  const pglite = await PGlite.create(made);
  await pglite.close();
  try {
    await rename(made, EMPTY);
  } catch (error) {
    // The tests of another process had it first.
    await rm(made, { recursive: true });
    if (!existsSync(EMPTY)) throw error;
  }
  return EMPTY;
}

async function newDatabase(server: string): Promise<Place> {
  const name = `weft_test_${randomBytes(4).toString('hex')}`;
  await execute(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { location: url.href, remove: () => execute(server, `drop database ${name}`) };
}

async function execute(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
