import { once } from 'node:events';
import { createServer } from 'node:http';

import type { FastifyBaseLogger } from 'fastify';
import { collectDefaultMetrics } from 'prom-client';

import { listClusters, measureNetworks } from '../../database/index.ts';
import type { ApiServices } from '../services.ts';
import type { ApiMetrics } from './metrics.ts';

/** An address to listen at; port 0 means any that is free. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

export interface MetricsServer {
  /** Of the metrics, e.g. `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves `/metrics` for Prometheus, beside the API: who collects metrics has no token, and the names of all networks are not for whoever reaches the public address.
 * Networks are measured at each request; while the database does not answer, everything else is told.
 *
 * @throws the error of `listen()` if it cannot listen there
 */
export async function serveMetrics(
  { host, port }: MetricsAddress,
  metrics: ApiMetrics,
  services: Pick<ApiServices, 'database' | 'cluster' | 'now'>,
  log: Pick<FastifyBaseLogger, 'warn'>,
): Promise<MetricsServer> {
  const { registry } = metrics;
  collectDefaultMetrics({ register: registry });
  const measure = async (): Promise<string> => {
    const networks = await measureNetworks(services.database, services.cluster).catch((error: unknown) => {
      log.warn({ err: error }, 'networks could not be measured');
      return undefined;
    });
    metrics.networksMeasured(networks, services.now());
    const clusters = await listClusters(services.database, services.cluster).catch(() => []);
    metrics.clustersMeasured(clusters, services.now());
    return registry.metrics();
  };
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('there is /metrics.\n');
      return;
    }
    measure().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => {
        log.warn({ err: error }, 'the metrics could not be told');
        response.writeHead(500).end();
      },
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
