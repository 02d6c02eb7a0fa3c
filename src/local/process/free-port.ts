import { createServer } from 'node:net';

/** @returns the first of the wanted ports that nobody listens on at 127.0.0.1; any free one if there is none */
export async function freePort(...wanted: readonly number[]): Promise<number> {
  for (const port of wanted) {
    if ((await listenOnce(port)) !== undefined) return port;
  }
  const port = await listenOnce(0);
  if (port === undefined) throw new Error('this machine has no free port at 127.0.0.1');
  return port;
}

/** @returns the port that it could listen on, or undefined if it is taken */
function listenOnce(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' ? address?.port : undefined);
      });
    });
  });
}
