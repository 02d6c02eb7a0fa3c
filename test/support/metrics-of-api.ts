import { collectDefaultMetrics } from 'prom-client';

import { apiMetrics } from '../../src/api/metrics/metrics.ts';

/** The names of the metrics that the API tells. */
export async function metricsOfApi(): Promise<readonly string[]> {
  const { registry } = apiMetrics(new Date());
  collectDefaultMetrics({ register: registry });
  const metrics = await registry.getMetricsAsJSON();
  return metrics.map(({ name }) => name);
}
