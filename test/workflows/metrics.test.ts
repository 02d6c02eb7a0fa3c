import { readFileSync } from 'node:fs';

import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { failure } from '../../src/activities/failures.ts';
import { prometheusMetrics } from '../../src/worker/step-metrics.ts';
import { freePort } from '../support/free-port.ts';
import { metricsOfApi } from '../support/metrics-of-api.ts';
import { startTemporal } from '../support/temporal.ts';
import { begin, startBuild, type Build } from './fixtures/builds.ts';

/** The names of metrics that an expression or a whole file has. */
function metricsIn(text: string): readonly string[] {
  const named = text.matchAll(/\b((?:weft|temporal|process)_\w+?)(?:_bucket|_count|_sum)?\b/g);
  return [...new Set(Array.from(named, ([, name = '']) => name))].sort();
}

describe('what docs/ops asks Prometheus for', () => {
  let environment: TestWorkflowEnvironment;
  let worker: Build;
  const told = new Set<string>();

  beforeAll(async () => {
    const address = `127.0.0.1:${await freePort()}`;
    environment = await startTemporal([], prometheusMetrics(address));
    worker = await startBuild(environment, 'measured');
    // A counter is told from the first time on that it counts.
    worker.fail('applyDeployment', 'org0-orderer1', failure('ClusterUnavailable', 'the API server answers 503'), 1);
    await (await begin(environment, 'retried')).result();
    worker.fail('applyDeployment', 'org0-orderer1', failure('ImagePullFailed', 'there is no such image'));
    await (await begin(environment, 'failing')).result().catch(() => undefined);
    const text = await (await fetch(`http://${address}/metrics`)).text();
    for (const [, name = ''] of text.matchAll(/^# TYPE (\w+)/gm)) told.add(name);
    for (const name of await metricsOfApi()) told.add(name);
  });

  afterAll(async () => {
    worker.stop();
    await worker.ended;
    await environment.teardown();
  });

  it.each(['alerts.yml', 'weft.dashboard.json'])('in %s is told by the API or a worker', (file) => {
    const asked = metricsIn(readFileSync(new URL(`../../docs/ops/${file}`, import.meta.url), 'utf8'));
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !told.has(name))).toEqual([]);
  });
});
