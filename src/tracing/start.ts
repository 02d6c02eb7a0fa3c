import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Traces by OpenTelemetry (https://opentelemetry.io/docs/specs/otel): from a request to the HTTP API over the run and its steps to the calls of Fabric's
 * nodes. They are off unless OpenTelemetry's own variables say where they go.
 */

/** Which process it is, where OTEL_SERVICE_NAME does not say so. */
export type TracedService = 'weft-api' | 'weft-worker';

/** Sends what is left, and ends. */
export type StopTracing = () => Promise<void>;

/** The variables that say where traces go; the exporter reads these and all others of its own. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];

/** In milliseconds. A collector that is away keeps no process from ending. */
const FLUSH_MS = 3_000;

/** Whether the environment wants traces (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables). */
export function isTracingWanted(env: NodeJS.ProcessEnv): boolean {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none') return false;
  return ENDPOINTS.some((name) => (env[name] ?? '') !== '');
}

/**
 * Has this process send its traces, if the environment wants that. Without it spans cost next to nothing: nobody makes them.
 *
 * @param version of Weft
 */
export async function startTracing(service: TracedService, version: string): Promise<StopTracing> {
  if (!isTracingWanted(process.env)) return () => Promise.resolve();
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
  ]);
  const { detectResources, envDetector, hostDetector, resourceFromAttributes } = resources;
  const own = resourceFromAttributes({ 'service.name': service, 'service.version': version });
  const provider = new NodeTracerProvider({
    // What the environment says wins.
    resource: own.merge(detectResources({ detectors: [hostDetector, envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  return async () => {
    const patience = sleep(FLUSH_MS, undefined, { ref: false });
    // What could not be sent is lost; the exporter says so where OpenTelemetry is asked for its own log.
    await Promise.race([provider.shutdown().catch(() => undefined), patience]);
  };
}
