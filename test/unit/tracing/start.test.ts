import { describe, expect, it } from 'vitest';

import { isTracingWanted } from '../../../src/tracing/index.ts';

describe('traces', () => {
  it.each<[boolean, NodeJS.ProcessEnv]>([
    [false, {}],
    [false, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    [false, { OTEL_SERVICE_NAME: 'weft' }],
    [true, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }],
    [true, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }],
    [false, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }],
    [false, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }],
  ])('are wanted (%s) by %j', (isWanted, env) => {
    expect(isTracingWanted(env)).toBe(isWanted);
  });
});
