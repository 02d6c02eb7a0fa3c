import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import {
  connectTemporal,
  startOrJoin,
  temporalSettings,
  type RunSummary,
  type Temporal,
} from '../../src/client/index.ts';
import { networkWorkflowId } from '../../src/workflows/messages.ts';
import { startTemporal } from '../support/temporal.ts';
import { smallNetwork } from './fixtures/descriptions.ts';
import { PATIENCE } from './fixtures/temporal-test.ts';

/** No worker is needed: what is started stays open. */
describe('runs of networks', () => {
  let environment: TestWorkflowEnvironment;
  let temporal: Temporal;

  beforeAll(async () => {
    environment = await startTemporal();
    temporal = await connectTemporal(temporalSettings({ TEMPORAL_ADDRESS: environment.address }));
  });

  afterAll(async () => {
    await temporal.close();
    await environment.teardown();
  });

  it('start on a server that knows no search attributes of Weft, and are listed', async () => {
    await begin('local', 'first');
    await vi.waitFor(async () => {
      expect(await listed({ cluster: 'local', network: 'first', open: true })).toMatchObject([
        { network: 'first', cluster: 'local', operation: 'up', status: 'running', requestedBy: 'ana@laptop' },
      ]);
    }, PATIENCE);
  });

  it('are found by network, cluster, operation and organization once these are registered, which may be repeated', async () => {
    const names = ['WeftNetwork', 'WeftCluster', 'WeftOperation', 'WeftOrganizations'];
    expect(await temporal.registerSearchAttributes()).toEqual({ added: names, known: [] });
    expect(await temporal.registerSearchAttributes()).toEqual({ added: [], known: names });
    await begin('prod', 'second');
    const query =
      "WeftNetwork = 'second' AND WeftCluster = 'prod' AND WeftOperation = 'up' AND WeftOrganizations IN ('org1')";
    await vi.waitFor(async () => {
      expect((await environment.client.workflow.count(query)).count).toBe(1);
    }, PATIENCE);
  });

  it('are listed by cluster or by network, the newest first', async () => {
    await begin('prod', 'first');
    await vi.waitFor(async () => {
      expect((await listed({ cluster: 'prod' })).map(({ network }) => network)).toEqual(['first', 'second']);
      expect((await listed({ network: 'first' })).map(({ cluster }) => cluster)).toEqual(['prod', 'local']);
      expect(await listed({})).toHaveLength(3);
    }, PATIENCE);
  });

  async function begin(cluster: string, name: string): Promise<void> {
    const args = [{ ...smallNetwork, name }];
    const request = { type: 'applyNetwork', workflowId: networkWorkflowId(cluster, name), args, summary: '' };
    expect(await startOrJoin(temporal, request, 'ana@laptop')).toMatchObject({ kind: 'started' });
  }

  async function listed(filter: Parameters<Temporal['list']>[0]): Promise<RunSummary[]> {
    const runs: RunSummary[] = [];
    for await (const run of temporal.list(filter)) runs.push(run);
    return runs;
  }
});
