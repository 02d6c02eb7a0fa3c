import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { createApi } from '../../src/api/index.ts';
import { ensureNetwork, findRun, lastEvent, openDatabase, recordRun, tryToObserve } from '../../src/database/index.ts';
import { FakeTemporal } from '../unit/client/fake-temporal.ts';
import { done, step } from '../unit/api/harness.ts';
import { newPlace } from '../unit/database/test-database.ts';

/** The Node that Weft runs on. */
const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');

const request = { type: 'applyNetwork', workflowId: 'network/local/net', args: [], summary: '', memo: {} };

/** A process of the API on a database, whose Temporal has one run, which goes on. It says when it serves. */
function replica(location: string): string {
  const from = (path: string): string => JSON.stringify(join(import.meta.dirname, '../..', path));
  return `
    import { createApi } from ${from('src/api/index.ts')};
    import { openDatabase } from ${from('src/database/index.ts')};
    import { FakeTemporal } from ${from('test/unit/client/fake-temporal.ts')};
    const temporal = new FakeTemporal();
    temporal.add(${JSON.stringify(request)});
    const database = await openDatabase(${JSON.stringify(location)});
    await createApi({ database, temporal, cluster: 'local', now: () => new Date() }, { allowAnonymous: false, version: '1', logger: false });
    console.log('serves');
    setInterval(() => undefined, 60_000);
  `;
}

it('what a process of the API followed is followed by another within seconds after that was killed', async () => {
  const place = await newPlace();
  onTestFinished(() => place.remove());
  const database = await openDatabase(place.location);
  onTestFinished(() => database.close());
  const by = { at: new Date(), by: 'tests' };
  const network = await ensureNetwork(database, { cluster: 'local', name: 'net' }, by);
  const run = await recordRun(database, {
    ...{ networkId: network.id, workflowId: request.workflowId, temporalRunId: 'run-1', kind: 'up' },
    ...{ startedAt: by.at, requestedBy: 'tests' },
  });

  const first = spawn(NODE, ['--input-type=module-typescript', '--eval', replica(place.location)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    first.kill('SIGKILL');
  });
  await once(first.stdout, 'data');
  const owner = { runId: run.id, networkId: network.id };
  await expect.poll(() => lastEvent(database, owner), { timeout: 10_000 }).toBeGreaterThan(0);
  expect(await tryToObserve(database, run.id)).toBeUndefined();

  const temporal = new FakeTemporal();
  const followed = temporal.add(request);
  const second = await createApi(
    { database, temporal, cluster: 'local', now: () => new Date() },
    { allowAnonymous: false, version: '1', logger: false },
  );
  onTestFinished(() => second.close());
  first.kill('SIGKILL');
  followed.end(done('net', step('created')));
  // A process asks every ten seconds for what another follows.
  await expect.poll(async () => (await findRun(database, run.id))?.state, { timeout: 20_000 }).toBe('done');
  // Its end is written before the run is let go.
  await expect.poll(() => tryToObserve(database, run.id), { timeout: 20_000 }).toBeDefined();
});
