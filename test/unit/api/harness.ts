import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll, afterEach, beforeAll } from 'vitest';

import type { Role } from '../../../src/database/index.ts';
import { createApi, type ApiSettings } from '../../../src/api/index.ts';
import { createToken, type Database } from '../../../src/database/index.ts';
import type { RunEnding } from '../../../src/client/index.ts';
import type { RunResult, StepRecord } from '../../../src/workflows/messages.ts';
import { FakeTemporal } from '../client/fake-temporal.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';

/** A server of the API, and what stands behind it. */
export interface Server {
  readonly api: FastifyInstance;
  readonly temporal: FakeTemporal;
  readonly database: Database;
  /** Lines of the log. */
  readonly log: string[];
  /** Sends a request with a token of a role. */
  readonly as: (role: Role, request: InjectOptions) => Promise<LightMyRequestResponse>;
}

export interface ServerOptions extends Partial<ApiSettings> {
  readonly temporal?: FakeTemporal;
  readonly now?: () => Date;
}

/**
 * Gives the tests of a file one database, and each test servers of its own on it.
 *
 * @returns starts a server; it is closed after the test
 */
export function servers(): (options?: ServerOptions) => Promise<Server> {
  let opened: TestDatabase;
  const tokens = new Map<Role, string>();
  const started: FastifyInstance[] = [];

  beforeAll(async () => {
    opened = await openTestDatabase();
    for (const role of ['viewer', 'operator', 'admin'] as const) tokens.set(role, await tokenOf(opened.database, role));
  });
  afterEach(async () => {
    for (const api of started.splice(0)) await api.close();
  });
  afterAll(async () => {
    await opened.remove();
  });

  return async ({ temporal = new FakeTemporal().withWorkers('local'), now = () => new Date(), ...settings } = {}) => {
    const log: string[] = [];
    const { database } = opened;
    const api = await createApi(
      { database, temporal, cluster: 'local', now },
      {
        allowAnonymous: false,
        version: '1.2.3',
        logger: { level: 'info', stream: { write: (line) => log.push(line) } },
        ...settings,
      },
    );
    started.push(api);
    return {
      api,
      temporal,
      database,
      log,
      as: (role, request) => {
        const authorization = `Bearer ${tokens.get(role) ?? ''}`;
        return api.inject({ ...request, headers: { authorization, ...request.headers } });
      },
    };
  };
}

/** A token that is named after its role. */
async function tokenOf(database: Database, role: Role): Promise<string> {
  const { secret } = await createToken(database, { name: `the-${role}`, role, at: new Date(), by: 'tests' });
  return secret;
}

/** The description of a small network. */
export function description(name: string): string {
  return `name: ${name}
organizations:
  - { name: org0, mspId: OrdererMSP, domain: org0.example.com, orderers: 1 }
  - { name: org1, mspId: Org1MSP, domain: org1.example.com, peers: 1 }
`;
}

export function step(outcome: StepRecord['outcome'], target = 'org1/peer1', reason = ''): StepRecord {
  return { step: 'applyDeployment', target, outcome, attempts: 1, seconds: 0.5, reason };
}

/** The end of a run that did these steps. */
export function done(network: string, ...steps: StepRecord[]): RunEnding {
  const value: RunResult = { network, steps, endpoints: [] };
  return { kind: 'completed', value };
}

/** A Temporal whose runs end at once, each in the next way of a list; the others stay open. */
export function endingIn(...endings: RunEnding[]): FakeTemporal {
  const left = [...endings];
  return new FakeTemporal((run) => {
    const ending = left.shift();
    if (ending) run.end(ending);
  }).withWorkers('local');
}
