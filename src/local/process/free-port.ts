import { createServer } from 'node:net';

/** @returns the first of the wanted ports that nobody listens on at an address of this machine; any free one if there is none */
export async function freePort(address: string, ...wanted: readonly number[]): Promise<number> {
  for (const port of wanted) {
    if ((await listenOnce(address, port)) !== undefined) return port;
  }
  const port = await listenOnce(address, 0);
  if (port === undefined) throw new Error(`this machine has no free port at ${address}`);
  return port;
}

/** @returns the port that it could listen on, or undefined if it is taken */
function listenOnce(host: string, wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen(wanted, host, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' ? address?.port : undefined);
      });
    });
  });
}
