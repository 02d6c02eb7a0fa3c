import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { failure } from '../../src/activities/failures.ts';
import { createApi } from '../../src/api/index.ts';
import { connectTemporal, temporalSettings } from '../../src/client/index.ts';
import { createToken } from '../../src/database/index.ts';
import { startTracing } from '../../src/tracing/index.ts';
import { startTemporal } from '../support/temporal.ts';
import { startTraceCollector, type CollectedSpan, type TraceCollector } from '../support/trace-collector.ts';
import { openTestDatabase } from '../unit/database/test-database.ts';
import { begin, startBuild } from './fixtures/builds.ts';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

const DESCRIPTION = `name: traced
organizations:
  - { name: org0, orderers: 1 }
  - { name: org1, peers: 1 }
`;

/** The caller's own place in a trace (https://www.w3.org/TR/trace-context). */
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

/** A run that is asked for by a request, and one that somebody starts in Temporal, each carried out while all of it is traced. */
async function tracedRuns(environment: TestWorkflowEnvironment): Promise<TraceCollector> {
  const collector = await startTraceCollector();
  process.env[ENDPOINT] = collector.endpoint;
  const stopTracing = await startTracing('weft-api', '1.2.3');
  const test = await openTestDatabase();
  const { database } = test;
  const temporal = await connectTemporal(temporalSettings({ TEMPORAL_ADDRESS: environment.address }));
  const services = { database, temporal, cluster: 'local', now: () => new Date() };
  const [api, worker] = await Promise.all([
    createApi(services, { allowAnonymous: false, version: '1.2.3', logger: false }),
    startBuild(environment, 'traced'),
  ]);
  worker.fail('applyDeployment', 'org1-peer1', failure('ClusterUnavailable', 'it answers 503 to canary-secret'), 1);
  const input = { name: 'the-operator', role: 'operator', at: new Date(), by: 'tests' } as const;
  const { secret } = await createToken(database, input);
  const headers = { authorization: `Bearer ${secret}`, traceparent: `00-${TRACE}-${CALLER}-01` };
  const put = { method: 'PUT', url: '/v1/networks/traced', payload: DESCRIPTION } as const;
  const { statusCode } = await api.inject({ ...put, headers: { ...headers, 'content-type': 'application/yaml' } });
  expect(statusCode).toBe(202);
  await environment.client.workflow.getHandle('network/local/traced').result();
  await (await begin(environment, 'untraced')).result();
  await api.close();
  worker.stop();
  await worker.ended;
  await temporal.close();
  await test.remove();
  await stopTracing();
  expect(collector.text()).not.toContain(secret);
  return collector;
}

describe('what OpenTelemetry is told', () => {
  let environment: TestWorkflowEnvironment;
  let collector: TraceCollector;

  beforeAll(async () => {
    environment = await startTemporal();
    collector = await tracedRuns(environment);
  });
  afterAll(async () => {
    Reflect.deleteProperty(process.env, ENDPOINT);
    collector.close();
    await environment.teardown();
  });

  const named = (name: string): readonly CollectedSpan[] => collector.spans.filter((span) => span.name === name);

  it('is a request below its caller, the start of the run below that, and every attempt of its steps below the start', () => {
    const [request] = named('PUT /v1/networks/:name');
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, service: 'weft-api' });
    expect(request?.attributes).toMatchObject({ 'http.response.status_code': '202', 'http.request.method': 'PUT' });
    const starts = named('start applyNetwork').filter(
      ({ attributes }) => attributes['temporal.workflow.id'] === 'network/local/traced',
    );
    expect(starts).toMatchObject([{ traceId: TRACE, parentSpanId: request?.spanId }]);
    const attempts = named('applyDeployment').filter(({ traceId }) => traceId === TRACE);
    expect(
      attempts
        .map(({ attributes, failure: why }) => [attributes['weft.target'], attributes['weft.attempt'], why])
        .sort(),
    ).toEqual([
      ['org0/orderer1', '1', undefined],
      ['org1/peer1', '1', 'ClusterUnavailable'],
      ['org1/peer1', '2', undefined],
    ]);
    // Child workflows hand it on.
    const enrollments = named('enrollIdentity').filter(({ traceId }) => traceId === TRACE);
    expect(new Set(enrollments.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([starts[0]?.spanId]));
    expect(enrollments.map(({ attributes }) => attributes['temporal.workflow.id'])).not.toContain(
      'network/local/traced',
    );
  });

  it('is nothing of what failures say, which may quote anything', () => {
    expect(collector.text()).not.toContain('canary-secret');
  });

  it('is a trace of its own for every step of a run that nobody has asked for by a request', () => {
    const steps = collector.spans.filter(({ attributes }) =>
      attributes['temporal.workflow.id']?.startsWith('network/local/untraced'),
    );
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.filter(({ traceId, parentSpanId }) => traceId === TRACE || parentSpanId !== '')).toEqual([]);
  });
});
