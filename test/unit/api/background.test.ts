import { describe, expect, it } from 'vitest';

import { DEFAULT_RETENTION } from '../../../src/database/index.ts';
import { networkWorkflowId } from '../../../src/workflows/messages.ts';
import { parseDescription } from '../../../src/description/yaml.ts';
import { FakeTemporal, type FakeRun } from '../client/fake-temporal.ts';
import { description, done, servers, step, type Server } from './harness.ts';

const start = servers();

const background = { lookEveryMs: 60_000, discoverEveryMs: 100, retention: DEFAULT_RETENTION };

/** A run that somebody has started by the command line. */
function begun(temporal: FakeTemporal, name: string, operation = 'up', args?: readonly unknown[]): FakeRun {
  const types: Readonly<Record<string, string>> = { up: 'applyNetwork', down: 'removeNetwork' };
  const read = parseDescription(description(name));
  return temporal.add({
    type: types[operation] ?? '',
    workflowId: networkWorkflowId('local', name),
    args: args ?? [read.ok ? read.network : {}, {}],
    summary: '',
    memo: { operation, requestedBy: 'ana@laptop' },
  });
}

async function get({ as }: Server, path: string): Promise<unknown> {
  return (await as('viewer', { url: path })).json();
}

const PATIENCE = { timeout: 15_000 };

describe('a network that the command line has brought up', () => {
  it('is known with its run and its description, and followed like any other', async () => {
    const temporal = new FakeTemporal().withWorkers('local');
    const run = begun(temporal, 'by-hand');
    const server = await start({ temporal, background });
    await expect
      .poll(() => get(server, '/v1/networks/by-hand/runs'), PATIENCE)
      .toMatchObject({ runs: [{ kind: 'up', state: 'running', requestedBy: 'ana@laptop', revision: 1 }] });
    expect(await get(server, '/v1/networks/by-hand')).toMatchObject({ spec: { name: 'by-hand' } });
    expect(await get(server, '/v1/networks/by-hand/revisions/1')).toMatchObject({
      createdBy: 'ana@laptop',
      source: expect.stringMatching(/^apiVersion: weft.dev\/v1alpha1\nname: by-hand\n/) as string,
    });
    expect(await get(server, '/v1/networks/by-hand/topology')).toMatchObject({
      organizations: [{ name: 'org0' }, { name: 'org1', peers: [{ id: 'org1/peer1' }] }],
    });
    run.end(done('by-hand', step('created')));
    await expect
      .poll(() => get(server, '/v1/networks/by-hand/runs'), PATIENCE)
      .toMatchObject({ runs: [{ state: 'done' }] });
  });

  it('and removed while nobody looked is gone, with what was done to it', async () => {
    const temporal = new FakeTemporal().withWorkers('local');
    begun(temporal, 'past').end(done('past', step('created')));
    begun(temporal, 'past', 'down', [{ network: 'past' }]).end(done('past', step('removed')));
    const last = begun(temporal, 'still');
    const server = await start({ temporal, background });
    await expect.poll(() => get(server, '/v1/networks/still/runs'), PATIENCE).toMatchObject({ runs: [{}] });
    expect(await get(server, '/v1/networks/past')).toMatchObject({ reason: 'NETWORK_NOT_FOUND' });
    const kept = await server.database.query.selectFrom('steps').select(['target', 'outcome']).execute();
    expect(kept.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['created', 'removed']));
    last.end({ kind: 'cancelled' });
  });

  it('is known once, though runs are looked for again and again', async () => {
    const temporal = new FakeTemporal().withWorkers('local');
    begun(temporal, 'once').end(done('once'));
    begun(temporal, 'once').end(done('once'));
    const server = await start({ temporal, background });
    const runs = (): Promise<unknown> => get(server, '/v1/networks/once/runs');
    await expect.poll(runs, PATIENCE).toMatchObject({ runs: [{ state: 'done' }, { state: 'done' }] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await runs()).toMatchObject({ runs: [{ revision: 1 }, { revision: 1 }], nextPageToken: '' });
    expect(await get(server, '/v1/networks/once/revisions')).toMatchObject({ revisions: [{ number: 1 }] });
  });
});

describe('a look at a network', () => {
  it('is kept with its time, tells which conditions have changed, and says why there is no later one', async () => {
    const condition = { type: 'PeersInStep', status: 'False', reason: 'PeersBehind', message: 'org1/peer1 is behind' };
    const node = { name: 'org1-peer1', organization: 'org1', kind: 'peer', ready: true, reason: '', version: '2.5.0' };
    const temporal = new FakeTemporal((run) => {
      if (run.request.type !== 'inspectNetwork') return;
      const nodes = [{ ...node, certificates: [] }];
      const value = { network: 'seen', ready: false, conditions: [condition], nodes, channels: [], chaincodes: [] };
      run.end({ kind: 'completed', value });
    }).withWorkers('local');
    begun(temporal, 'seen').end(done('seen'));
    const server = await start({ temporal, background: { ...background, lookEveryMs: 500 } });
    const topology = (): Promise<unknown> => get(server, '/v1/networks/seen/topology');
    await expect.poll(topology, PATIENCE).toMatchObject({
      observation: { observedAt: expect.any(String) as string },
      organizations: [{}, { peers: [{ state: 'ready' }] }],
    });
    expect(await get(server, '/v1/networks/seen')).toMatchObject({
      status: { ready: 'False', conditions: [condition] },
    });
    const { events } = (await get(server, '/v1/networks/seen/events?watch=false')) as { events: { type: string }[] };
    expect(events.filter(({ type }) => type === 'condition.changed')).toMatchObject([{ condition }]);
    temporal.polled.clear();
    await expect
      .poll(topology, PATIENCE)
      .toMatchObject({ observation: { observedAt: expect.any(String) as string, stale: { reason: 'NO_WORKER' } } });
  });
});
