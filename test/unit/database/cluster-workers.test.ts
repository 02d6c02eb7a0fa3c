import { afterAll, beforeAll, expect, it } from 'vitest';

import {
  ensureNetwork,
  keepWorkers,
  listClusters,
  markRemoved,
  missingWorkers,
  saveRevision,
  type Database,
} from '../../../src/database/index.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

let opened: TestDatabase;
let database: Database;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ database } = opened);
});
afterAll(() => opened.remove());

const seconds = (second: number): Date => new Date(Date.UTC(2026, 10, 26, 10, 0, second));
const by = { by: 'tests', at: seconds(0) };

/** Keeps a network whose organizations are on these clusters. @returns its id */
async function described(home: string, name: string, ...clusters: (string | undefined)[]): Promise<string> {
  const organizations = clusters.map((cluster, index) => ({ name: `org${index}`, ...(cluster && { cluster }) }));
  const saved = await saveRevision(database, {
    ...{ network: { cluster: home, name }, description: { name, organizations }, source: '', ...by },
  });
  return saved.network?.id ?? '';
}

it('tells the clusters of all networks that are there, with what is known of their workers', async () => {
  const home = 'prod';
  await described(home, 'one', undefined, 'prod-eu');
  await described(home, 'two', 'prod-eu', 'prod-us', 'prod-eu');
  await ensureNetwork(database, { cluster: home, name: 'undescribed' }, by);
  await markRemoved(database, await described(home, 'gone', 'prod-gone'), seconds(1));
  await described('elsewhere', 'three', 'prod-far');
  await keepWorkers(database, home, { cluster: 'prod-eu', isPolled: true, seenAt: seconds(5) }, seconds(9));
  expect(await listClusters(database, home)).toEqual([
    { name: 'prod', networks: 2 },
    { name: 'prod-eu', networks: 2, lookedAt: seconds(9), seenAt: seconds(9) },
    { name: 'prod-us', networks: 1 },
  ]);
});

it('tells only the clusters of some networks to whom only those are shown', async () => {
  const home = 'shared';
  await described(home, 'mine', 'shared-eu');
  await described(home, 'yours', 'shared-us');
  expect((await listClusters(database, home, ['mine'])).map(({ name }) => name)).toEqual(['shared-eu']);
  expect(await listClusters(database, home, [])).toEqual([]);
});

it('tells the cluster that is served before it has a network', async () => {
  expect(await listClusters(database, 'new')).toEqual([{ name: 'new', networks: 0 }]);
});

it('keeps since when a worker is missing until there is one again', async () => {
  const home = 'kept';
  const network = await described(home, 'net', undefined, 'kept-eu');
  const other = await described(home, 'other', undefined);
  const look = async (isPolled: boolean, at: Date, seenAt?: Date): Promise<void> =>
    keepWorkers(database, home, { cluster: 'kept-eu', isPolled, ...(seenAt && { seenAt }) }, at);
  const missing = async (): Promise<unknown> => Object.fromEntries(await missingWorkers(database, home));

  await look(true, seconds(0));
  expect(await missing()).toEqual({});
  await look(false, seconds(40), seconds(3));
  // Temporal has forgotten it meanwhile.
  await look(false, seconds(50));
  expect(await missing()).toEqual({ [network]: [{ cluster: 'kept-eu', since: seconds(3) }] });
  expect(await listClusters(database, home)).toContainEqual({
    ...{ name: 'kept-eu', networks: 1, lookedAt: seconds(50), seenAt: seconds(3), missingSince: seconds(3) },
  });
  await look(true, seconds(55));
  expect(await missing()).toEqual({});

  await keepWorkers(database, home, { cluster: home, isPolled: false }, seconds(59));
  expect(await missing()).toEqual({
    [network]: [{ cluster: home, since: seconds(59) }],
    [other]: [{ cluster: home, since: seconds(59) }],
  });
});
