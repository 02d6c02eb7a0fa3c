import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { expect, it } from 'vitest';

import { createSessionLocks } from '../../../src/database/session-locks.ts';
import type { Tables } from '../../../src/database/tables.ts';

it('a lock that could not be asked for does not count as held', async () => {
  let isReachable = false;
  const driver = new DummyDriver();
  driver.acquireConnection = () =>
    isReachable
      ? Promise.resolve({
          executeQuery: () => Promise.resolve({ rows: [{ isLocked: true } as never] }),
          streamQuery: () => expect.fail(),
        })
      : Promise.reject(new Error('no server'));
  const session = new Kysely<Tables>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const locks = createSessionLocks(session);
  await expect(locks.tryLock('up-1')).rejects.toThrow('no server');
  isReachable = true;
  expect(await locks.tryLock('up-1')).toBeDefined();
});
