import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { apiMetrics } from './metrics/metrics.ts';
import { serveMetrics, type MetricsAddress, type MetricsServer } from './metrics/serve.ts';
import { createApi, type ApiSettings } from './server.ts';
import type { ApiServices } from './services.ts';
import { startTracing } from '../tracing/index.ts';

export interface ServeSettings extends ApiSettings {
  readonly host: string;
  /** 0 means any that is free. */
  readonly port: number;
  /** Where metrics are served, beside the API; absent means nowhere. */
  readonly metricsAddress?: MetricsAddress;
  /** Ends the serving once the requests that are being answered have their answers. */
  readonly stop: AbortSignal;
  /** Ends it at once. */
  readonly halt: AbortSignal;
  /** Called with the address once requests are answered, and with that of the metrics. */
  readonly ready: (address: string, metrics?: string) => void;
}

/** Less than the 10 s after which Compose kills a container, and the 30 s of Kubernetes. */
const DRAIN_MS = 8_000;

/**
 * Serves the HTTP API until it is told to stop.
 *
 * @throws the error of `listen()` if it cannot listen at the address
 */
export async function serveApi(services: ApiServices, settings: ServeSettings): Promise<void> {
  const { host, port, metricsAddress, stop, halt, ready } = settings;
  const metrics = apiMetrics(services.now());
  const stopTracing = await startTracing('weft-api', settings.version);
  const api = await createApi(services, settings, metrics);
  const drained = new AbortController();
  let measured: MetricsServer | undefined;
  try {
    if (metricsAddress !== undefined) measured = await serveMetrics(metricsAddress, metrics, services, api.log);
    ready(await api.listen({ host, port }), measured?.url);
    await aborted(AbortSignal.any([stop, halt]));
  } finally {
    const patience = sleep(DRAIN_MS, undefined, { signal: drained.signal }).catch(() => undefined);
    await Promise.race([api.close(), patience, aborted(AbortSignal.any([halt, drained.signal]))]);
    drained.abort();
    // Whoever has not been answered by now is cut off.
    api.server.closeAllConnections();
    await measured?.close();
    await stopTracing();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
