import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { serveApi } from '../../../src/api/index.ts';
import { apiMetrics } from '../../../src/api/metrics/metrics.ts';
import { routeLabel } from '../../../src/api/metrics/requests.ts';
import { findNetwork, keepConditions, keepLook, keepWorkers, type StoredStep } from '../../../src/database/index.ts';
import type { Condition, NetworkStatus } from '../../../src/workflows/messages.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';
import type { FakeTemporal } from '../client/fake-temporal.ts';
import { description, done, endingIn, step } from './harness.ts';

const NOW = new Date('2026-11-26T12:00:00.000Z');

function condition(type: Condition['type'], status: Condition['status']): Condition {
  return { type, status, reason: 'Tested', message: '' };
}

/** Lines of what Prometheus reads, of one metric. */
function linesOf(text: string, metric: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
}

describe('networks that are measured', () => {
  const measured = { name: 'net', createdAt: new Date('2026-11-26T11:00:00.000Z'), conditions: [] };

  it.each([
    ['all of its conditions are true', ['True', 'True'], 'True'],
    ['one is false', ['True', 'False'], 'False'],
    ['one is false, and one could not be found out', ['Unknown', 'False'], 'False'],
    ['one could not be found out', ['True', 'Unknown'], 'Unknown'],
  ] as const)('are as ready as they are where %s', async (_where, [first, second], ready) => {
    const { registry, networksMeasured } = apiMetrics(NOW);
    const conditions = [condition('PeersInStep', first), condition('ChannelsReady', second)];
    networksMeasured([{ ...measured, conditions }], NOW);
    expect(linesOf(await registry.metrics(), 'weft_network_condition')).toEqual([
      `weft_network_condition{network="net",condition="Ready",status="${ready}"} 1`,
      `weft_network_condition{network="net",condition="PeersInStep",status="${first}"} 1`,
      `weft_network_condition{network="net",condition="ChannelsReady",status="${second}"} 1`,
    ]);
  });

  it('at which nobody has looked are not unready, and have shown nothing since they are known', async () => {
    const { registry, networksMeasured } = apiMetrics(NOW);
    networksMeasured([measured], NOW);
    const text = await registry.metrics();
    expect(linesOf(text, 'weft_network_condition')).toEqual([]);
    expect(linesOf(text, 'weft_network_certificate_days')).toEqual([]);
    expect(linesOf(text, 'weft_network_look_age_seconds')).toEqual([
      'weft_network_look_age_seconds{network="net"} 3600',
    ]);
  });

  it('are not told any more when they are gone, and when the database does not answer', async () => {
    const { registry, networksMeasured } = apiMetrics(NOW);
    networksMeasured([measured], NOW);
    networksMeasured([{ ...measured, name: 'other' }], NOW);
    const text = await registry.metrics();
    expect(linesOf(text, 'weft_network_look_age_seconds')).toEqual([
      'weft_network_look_age_seconds{network="other"} 3600',
    ]);
    expect(linesOf(text, 'weft_database_up')).toEqual(['weft_database_up 1']);
    networksMeasured(undefined, NOW);
    const without = await registry.metrics();
    expect(linesOf(without, 'weft_network_look_age_seconds')).toEqual([]);
    expect(linesOf(without, 'weft_database_up')).toEqual(['weft_database_up 0']);
  });
});

describe('steps that are seen', () => {
  const attempt: StoredStep = {
    ...{ step: 'joinPeer', target: 'org1/peer1', path: '', outcome: 'created', type: '', reason: '' },
    ...{ attempt: 2, seconds: 3 },
  };
  const facts = { step: 'joinPeer', target: 'org1/peer1', attempt: 2 };

  it('are counted when they end, by what they did, and once', async () => {
    const { registry, stepsChanged } = apiMetrics(NOW);
    const failed: StoredStep = { ...attempt, attempt: 1, outcome: 'failed', type: 'NoRaftLeader', seconds: 100 };
    stepsChanged({ attempts: [failed], events: [{ ...facts, type: 'step.retrying', reason: 'NoRaftLeader' }] });
    stepsChanged({ attempts: [{ ...attempt, outcome: 'running' }], events: [{ ...facts, type: 'step.progress' }] });
    stepsChanged({ attempts: [failed, attempt], events: [{ ...facts, type: 'step.succeeded', outcome: 'created' }] });
    const text = await registry.metrics();
    expect(linesOf(text, 'weft_run_step_seconds_sum')).toEqual([
      'weft_run_step_seconds_sum{step="joinPeer",outcome="created"} 3',
    ]);
    expect(linesOf(text, 'weft_run_step_retries_total')).toEqual([
      'weft_run_step_retries_total{step="joinPeer",failure="NoRaftLeader"} 1',
    ]);
  });
});

describe('the route of a request', () => {
  it.each([
    ['/v1/networks/:name', '/v1/networks/:name'],
    ['/v1/runs/:id(^[^/:]+)::pause', '/v1/runs/:id:pause'],
    [undefined, 'none'],
  ])('%s is told as %s', (pattern, label) => {
    expect(routeLabel(pattern)).toBe(label);
  });
});

describe('an API that serves metrics', () => {
  let opened: TestDatabase;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    opened = await openTestDatabase();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  afterAll(async () => {
    await opened.remove();
  });

  /** Serves both at free ports. */
  function serve(temporal: FakeTemporal): Promise<{ readonly address: string; readonly metrics: string }> {
    const stop = new AbortController();
    return new Promise((resolve, reject) => {
      const ended = serveApi(
        { database: opened.database, temporal, cluster: 'local', now: () => NOW },
        {
          ...{ host: '127.0.0.1', port: 0, allowAnonymous: true, version: '1.2.3', logger: false },
          metricsAddress: { host: '127.0.0.1', port: 0 },
          ...{ stop: stop.signal, halt: new AbortController().signal },
          ready: (address, metrics = '') => {
            resolve({ address, metrics });
          },
        },
      );
      ended.catch(reject);
      stops.push(async () => {
        stop.abort();
        await ended;
      });
    });
  }

  async function scrape(url: string): Promise<string> {
    return (await fetch(url)).text();
  }

  it('tells requests by their routes, runs by their ends, and what is known of networks; none of it at the public address', async () => {
    const { address, metrics } = await serve(endingIn(done('net', step('created'))));
    const request = { method: 'PUT', headers: { 'content-type': 'application/yaml' }, body: description('net') };
    expect((await fetch(`${address}/v1/networks/net`, request)).status).toBe(202);
    expect((await fetch(`${address}/metrics`)).status).toBe(404);
    await expect
      .poll(async () => linesOf(await scrape(metrics), 'weft_run_seconds_count'))
      .toContain('weft_run_seconds_count{kind="up",outcome="done"} 1');

    const network = await findNetwork(opened.database, { cluster: 'local', name: 'net' });
    if (network === undefined) throw new Error('the network is not known');
    const observedAt = new Date(NOW.getTime() - 90_000);
    const conditions = [condition('CertificatesValid', 'True')];
    await keepConditions(opened.database, network.id, { conditions, seenAt: observedAt });
    await keepLook(
      opened.database,
      network.id,
      statusWith('2026-12-26T12:00:00.000Z', '2026-12-06T12:00:00.000Z'),
      observedAt,
    );
    const text = await scrape(metrics);
    expect(linesOf(text, 'weft_run_step_seconds_count')).toEqual([
      'weft_run_step_seconds_count{step="applyDeployment",outcome="created"} 1',
    ]);
    expect(linesOf(text, 'weft_http_request_seconds_count')).toEqual(
      expect.arrayContaining([
        'weft_http_request_seconds_count{route="/v1/networks/:name",method="PUT",status="202"} 1',
        'weft_http_request_seconds_count{route="none",method="GET",status="404"} 1',
      ]),
    );
    expect(linesOf(text, 'weft_network_condition')).toContain(
      'weft_network_condition{network="net",condition="Ready",status="True"} 1',
    );
    expect(linesOf(text, 'weft_network_certificate_days')).toEqual(['weft_network_certificate_days{network="net"} 10']);
    expect(linesOf(text, 'weft_network_look_age_seconds')).toEqual(['weft_network_look_age_seconds{network="net"} 90']);
    expect(linesOf(text, 'weft_network_run_age_seconds')).toEqual([]);
    expect(linesOf(text, 'process_cpu_seconds_total')).toHaveLength(1);
  });

  it('tells for how long a cluster has had no worker', async () => {
    const { metrics } = await serve(endingIn());
    const { database } = opened;
    expect(linesOf(await scrape(metrics), 'weft_cluster_without_worker_seconds')).toEqual([]);
    await keepWorkers(database, 'local', { cluster: 'local', isPolled: true }, NOW);
    const told = 'weft_cluster_without_worker_seconds{cluster="local"}';
    expect(linesOf(await scrape(metrics), 'weft_cluster_without_worker_seconds')).toEqual([`${told} 0`]);
    await keepWorkers(database, 'local', { cluster: 'local', isPolled: false }, new Date(NOW.getTime() - 90_000));
    expect(linesOf(await scrape(metrics), 'weft_cluster_without_worker_seconds')).toEqual([`${told} 90`]);
  });

  it('tells for how long a run goes on', async () => {
    const { address, metrics } = await serve(endingIn());
    const request = { method: 'PUT', headers: { 'content-type': 'application/yaml' }, body: description('long') };
    expect((await fetch(`${address}/v1/networks/long`, request)).status).toBe(202);
    expect(linesOf(await scrape(metrics), 'weft_network_run_age_seconds')).toEqual([
      expect.stringMatching(/^weft_network_run_age_seconds\{network="long"\} /),
    ]);
  });
});

/** What a look has found: certificates that end at these times. */
function statusWith(...ends: readonly string[]): NetworkStatus {
  const certificates = ends.map((notAfter) => ({
    ...{ owner: 'org1/peer1', use: 'identity' as const, serial: '01', notAfter },
  }));
  return { network: 'net', ready: true, conditions: [], channels: [], chaincodes: [], nodes: [], certificates };
}
