import { createApi } from '../../../src/api/index.ts';
import { createToken } from '../../../src/database/index.ts';
import { FakeTemporal } from '../../unit/client/fake-temporal.ts';
import { openTestDatabase } from '../../unit/database/test-database.ts';

/** A server of the API that listens, with a network whose run has ended and one whose run goes on. */
export interface LiveServer {
  readonly url: string;
  /** Of somebody who may do everything. */
  readonly token: string;
  /** Lines of the log. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

/**
 * Enough that no request of a tool is refused for its number: that the server does refuse is tested by itself. A stream would be waited for until
 * it ends: instead of one comes the refusal.
 */
const WITHOUT_LIMIT = 1_000_000;

export async function liveServer(): Promise<LiveServer> {
  const opened = await openTestDatabase();
  const { database } = opened;
  const temporal = new FakeTemporal((run) => {
    // All but one end at once: what is asked of a network finds it free.
    if (run.request.workflowId !== 'network/local/goes-on')
      run.end({ kind: 'completed', value: { network: 'ended', steps: [], endpoints: [] } });
  }).withWorkers('local');
  const log: string[] = [];
  const api = await createApi(
    { database, temporal, cluster: 'local', now: () => new Date() },
    {
      ...{ allowAnonymous: false, version: '0.0.0', requestsPerMinute: WITHOUT_LIMIT, streamsPerCaller: 0 },
      logger: { level: 'warn', stream: { write: (line) => log.push(line) } },
    },
  );
  const { secret: token } = await createToken(database, {
    ...{ name: 'contract', role: 'admin', at: new Date(), by: 'tests' },
  });
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  for (const name of ['ended', 'goes-on']) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/yaml' };
    await fetch(`${url}/v1/networks/${name}`, { method: 'PUT', headers, body: description(name) });
  }
  return {
    ...{ url, token, log },
    close: async () => {
      await api.close();
      api.server.closeAllConnections();
      await opened.remove();
    },
  };
}

function description(name: string): string {
  return `name: ${name}
organizations:
  - { name: org0, mspId: OrdererMSP, domain: org0.example.com, orderers: 1 }
  - { name: org1, mspId: Org1MSP, domain: org1.example.com, peers: 1 }
`;
}
