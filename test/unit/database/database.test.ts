import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { sql } from 'kysely';
import { Pool } from 'pg';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';

import {
  DatabaseInUse,
  DatabaseUnfit,
  DatabaseUnreachable,
  listTokens,
  createToken,
  openDatabase,
  ping,
  tryToObserve,
  type Database,
} from '../../../src/database/index.ts';
import { isDatabaseOutage } from '../../../src/database/failure.ts';
import { MIGRATIONS } from '../../../src/database/migrations/index.ts';
import { freePort } from '../../support/free-port.ts';
import { isServer, newPlace, type Place } from './test-database.ts';

/** The Node that Weft runs on. */
const NODE = join(import.meta.dirname, '../../../node_modules/.bin/node');

/** A new one takes three seconds, and twenty beside other tests. */
const MAKING_MS = 120_000;

const NOON = new Date('2026-11-26T12:00:00Z');

const open: Database[] = [];
const places: Place[] = [];

async function place(): Promise<string> {
  const made = await newPlace();
  places.push(made);
  return made.location;
}

async function opened(location: string): Promise<Database> {
  const database = await openDatabase(location);
  open.push(database);
  return database;
}

async function close(database: Database): Promise<void> {
  open.splice(open.indexOf(database), 1);
  await database.close();
}

afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
  for (const made of places.splice(0)) await made.remove();
});

describe('a database', () => {
  it('answers until it is closed, and keeps what was written until it is opened again', async () => {
    const location = await place();
    const first = await opened(location);
    await expect(ping(first)).resolves.toBeUndefined();
    await createToken(first, { name: 'ci', role: 'admin', at: NOON, by: 'ana' });
    await close(first);
    await expect(ping(first)).rejects.toThrow();
    await expect(tryToObserve(first, 'up-1')).rejects.toThrow();
    const second = await opened(location);
    expect((await listTokens(second, { size: 1 })).items).toMatchObject([{ name: 'ci', createdAt: NOON }]);
  });

  it('whose tables a newer version has made is left alone', async () => {
    const location = await place();
    const first = await opened(location);
    await sql`insert into kysely_migration (name, timestamp) values ('999-later', '2027-01-01')`.execute(first.query);
    await close(first);
    const error: unknown = await openDatabase(location).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseUnfit);
    expect((error as Error).message).toContain('999-later');
  });

  it('has one observer for each run, and the next when that one stops', async () => {
    const database = await opened(await place());
    const leases = await Promise.all(Array.from({ length: 5 }, () => tryToObserve(database, 'up-1')));
    const [lease, ...others] = leases.filter((one) => one !== undefined);
    expect(others).toEqual([]);
    expect(lease?.lost.aborted).toBe(false);
    expect(await tryToObserve(database, 'up-1')).toBeUndefined();
    expect(await tryToObserve(database, 'up-2')).toBeDefined();
    await lease?.release();
    const next = await tryToObserve(database, 'up-1');
    expect(next).toBeDefined();
    // What was given back is somebody else's now.
    await lease?.release();
    expect(await tryToObserve(database, 'up-1')).toBeUndefined();
  });
});

// What is not for this kind of database is no test that was skipped.
if (isServer) describe('a server', describeServer);
else describe('an embedded database', describeEmbedded);

function describeEmbedded(): void {
  it(
    'is made in a folder that is not there, is private to its user, and serves one process',
    async () => {
      const folder = `${await place()}/new/folder`;
      await opened(folder);
      expect((await stat(folder)).mode & 0o077).toBe(0);
      await expect(openDatabase(folder)).rejects.toThrow(DatabaseInUse);
    },
    MAKING_MS,
  );

  it('is whole after its process was killed, and free for the next', async () => {
    const location = await place();
    const other = holder(location);
    onTestFinished(() => {
      other.kill('SIGKILL');
    });
    await once(other.stdout, 'data');
    await expect(openDatabase(location)).rejects.toThrow(DatabaseInUse);
    other.kill('SIGKILL');
    // The child that holds the lock ends a moment later.
    await expect
      .poll(
        () =>
          opened(location).then(
            () => 'open',
            () => 'in use',
          ),
        { timeout: 20_000 },
      )
      .toBe('open');
    const items = (await listTokens(open[0] ?? expect.fail(), { size: 9 })).items;
    expect(items.map(({ name }) => name)).toEqual(['ci']);
  });
}

/** A process of its own that writes a token, says so, and keeps the database open. */
function holder(location: string): ChildProcessByStdio<null, Readable, null> {
  const program = `
    import { createToken, openDatabase } from '${join(import.meta.dirname, '../../../src/database/index.ts')}';
    const database = await openDatabase('${location}');
    await createToken(database, { name: 'ci', role: 'admin', at: new Date(), by: 'ana' });
    console.log('written');
    setInterval(() => undefined, 60_000);
  `;
  const options = ['--input-type=module-typescript', '--eval', program];
  return spawn(NODE, options, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function describeServer(): void {
  it('has its tables made once by processes that start at the same time', async () => {
    const location = await place();
    const databases = await Promise.all(Array.from({ length: 4 }, () => opened(location)));
    for (const database of databases) await listTokens(database, { size: 1 });
    const { rows } = await sql`select name from kysely_migration`.execute(databases[0]?.query ?? expect.fail());
    expect(rows).toEqual(Object.keys(MIGRATIONS).map((name) => ({ name })));
  });

  it('gives a run to one of several processes, and to the next when that one is gone', async () => {
    const location = await place();
    const [first, second] = [await opened(location), await opened(location)];
    expect(await tryToObserve(first, 'up-1')).toBeDefined();
    expect(await tryToObserve(second, 'up-1')).toBeUndefined();
    await close(first);
    await expect.poll(() => tryToObserve(second, 'up-1')).toBeDefined();
  });

  it('tells an observer that its connection is lost, and then somebody else may observe', async () => {
    const location = await place();
    const [first, second] = [await opened(location), await opened(location)];
    const lease = (await tryToObserve(first, 'up-1')) ?? expect.fail();
    await sql`
      select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
    `.execute(second.query);
    await expect.poll(() => lease.lost.aborted).toBe(true);
    const next = (await tryToObserve(second, 'up-1')) ?? expect.fail();
    await lease.release();
    expect(await tryToObserve(first, 'up-1')).toBeUndefined();
    await next.release();
    expect(await tryToObserve(first, 'up-1')).toBeDefined();
  });
}

describe('a server that cannot be used', () => {
  it.each([
    ['postgresql://weft:secret@127.0.0.1:1/weft?password=secret', '127.0.0.1:1/weft'],
    ['postgresql:///weft?host=/nowhere&password=secret', '/nowhere/weft'],
    ['postgres://weft:secret@[bad/weft', 'a URL that cannot be read'],
  ])('is named without its password: %s', async (url, address) => {
    const error: unknown = await openDatabase(url).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseUnreachable);
    const { message } = error as Error;
    expect(message).toContain(`the database at ${address} cannot be used: `);
    expect(message).not.toContain('secret');
    expect(message).not.toMatch(/used: $/);
  });
});

describe('a database that is away', () => {
  it('is told from a query that is wrong', async () => {
    // Nobody listens at the port of a server that was closed.
    const pool = new Pool({ host: '127.0.0.1', port: await freePort(), user: 'weft' });
    const refused: unknown = await pool.query('select 1').catch((error: unknown) => error);
    await pool.end();
    expect(isDatabaseOutage(refused)).toBe(true);
    const database = await opened(await place());
    const wrong: unknown = await sql`select nothing`.execute(database.query).catch((error: unknown) => error);
    expect(isDatabaseOutage(wrong)).toBe(false);
  });

  it.each([
    ['that is shut down', { code: '57P01', message: 'terminating connection due to administrator command' }, true],
    ['that takes no more connections', { code: '53300', message: 'sorry, too many clients already' }, true],
    ['that has given a statement up', { code: '57014', message: 'canceling statement due to statement timeout' }, true],
    ['that does not answer any more', { message: 'Query read timeout' }, true],
    ['whose connection is gone', { message: 'Connection terminated unexpectedly' }, true],
    ['that refuses a row', { code: '23505', message: 'duplicate key value' }, false],
  ])('%s is away or not', (_what, facts, isAway) => {
    expect(isDatabaseOutage(Object.assign(new Error(facts.message), facts))).toBe(isAway);
  });
});
