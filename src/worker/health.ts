import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

export interface HealthServer {
  readonly close: () => Promise<void>;
}

/**
 * Serves what Kubernetes and Compose ask a worker: `/livez` says that the process lives, `/readyz` whether it works on runs.
 *
 * @param address - where to listen, as `host:port`; an IPv6 host in brackets.
 * @param whyNotReady - asked each time; undefined means that it is ready.
 * @throws the error of `listen()` if it cannot listen there
 */
export async function serveHealth(
  address: string,
  whyNotReady: () => Promise<string | undefined>,
): Promise<HealthServer> {
  const server = createServer(({ url }, response) => {
    if (url === '/livez') {
      answer(response, 200, { status: 'ok' });
    } else if (url === '/readyz') {
      void whyNotReady().then((reason) => {
        if (reason === undefined) answer(response, 200, { status: 'ok' });
        else answer(response, 503, { status: 'not ready', reason });
      });
    } else {
      answer(response, 404, { status: 'unknown', reason: 'there are /livez and /readyz.' });
    }
  });
  const { hostname, port } = new URL(`http://${address}`);
  server.listen(Number(port), hostname.replace(/^\[(.*)\]$/, '$1'));
  await once(server, 'listening');
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
