import { createToken, type Role } from '../../../../src/database/index.ts';
import type { Server, ServerOptions } from '../../api/harness.ts';
import { machine, type Machine, type MachineOptions } from '../harness.ts';

/** A command line that works through a service, and the service. */
export interface Client extends Machine {
  readonly server: Server;
  readonly url: string;
}

let tokens = 0;

/**
 * Has a server listen, and a machine on which neither cluster nor Temporal can be reached work through it.
 *
 * @param start starts a server; see `servers()`
 */
export async function clientOf(
  start: (options?: ServerOptions) => Promise<Server>,
  { role = 'admin', ...options }: ServerOptions & MachineOptions & { readonly role?: Role } = {},
): Promise<Client> {
  const server = await start(options);
  tokens += 1;
  const input = { name: `client-${tokens}`, role, at: new Date(), by: 'tests' };
  const { secret: WEFT_TOKEN } = await createToken(server.database, input);
  const url = await server.api.listen({ host: '127.0.0.1', port: 0 });
  const connect = (): Promise<never> => Promise.reject(new Error('this command is not to touch Temporal'));
  const self = machine({ platform: undefined, ...options, connect, env: { WEFT_API: url, WEFT_TOKEN } });
  return Object.assign(self, { server, url });
}
