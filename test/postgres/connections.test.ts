import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { Kysely, sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';

import { openPostgres } from '../../src/database/postgres.ts';
import { createSessionLocks } from '../../src/database/session-locks.ts';
import type { Tables } from '../../src/database/tables.ts';
import { newPlace } from '../unit/database/test-database.ts';

const TIMES = { statement: 300, answer: 600, sessionAsked: 100, sessionAnswer: 200 };

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A way to a server that can be cut without either end being told. */
interface Way {
  readonly url: string;
  readonly cut: () => void;
  readonly mend: () => void;
}

async function wayTo(location: string): Promise<Way> {
  const { hostname, port } = new URL(location);
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => {
        if (!isCut) to.write(data);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        if (!isCut) to.destroy();
      });
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const url = new URL(location);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: () => {
      isCut = true;
    },
    mend: () => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      isCut = false;
    },
  };
}

async function opened(): Promise<
  Way & { readonly query: Kysely<Tables>; readonly locks: ReturnType<typeof createSessionLocks> }
> {
  const place = await newPlace();
  ends.push(() => place.remove());
  const way = await wayTo(place.location);
  const engine = await openPostgres(way.url, TIMES);
  const query = new Kysely<Tables>({ dialect: engine.dialect });
  const session = engine.session?.(() => {
    locks.lose();
  });
  const own = new Kysely<Tables>({ dialect: session ?? engine.dialect });
  const locks = createSessionLocks(own);
  ends.push(
    () => engine.release(),
    () => query.destroy(),
    () => own.destroy(),
  );
  return { ...way, query, locks };
}

describe('a connection to a server', () => {
  it('has a statement given up that takes too long, and is used for the next', async () => {
    const { query } = await opened();
    await expect(sql`select pg_sleep(5)`.execute(query)).rejects.toThrow('statement timeout');
    await expect(sql`select 1`.execute(query)).resolves.toBeDefined();
  });

  it('that is silent is not waited for, and not used again', async () => {
    const { query, cut, mend } = await opened();
    await sql`select 1`.execute(query);
    cut();
    await expect(sql`select 1`.execute(query)).rejects.toThrow('Query read timeout');
    mend();
    await expect.poll(() => sql`select 1`.execute(query).then(() => 'answers', String)).toBe('answers');
  });

  it('takes its locks with it when it is silent, and they can be had again when it is not', async () => {
    const { locks, cut, mend } = await opened();
    const held = (await locks.tryLock('up-1')) ?? expect.fail();
    expect(held.lost.aborted).toBe(false);
    cut();
    const begun = Date.now();
    await expect.poll(() => held.lost.aborted, { timeout: 5_000 }).toBe(true);
    expect(Date.now() - begun).toBeLessThan(2_000);
    mend();
    await expect.poll(() => locks.tryLock('up-1').catch(() => undefined), { timeout: 5_000 }).toBeDefined();
  });
});
