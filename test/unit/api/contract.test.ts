import { Ajv2020 } from 'ajv/dist/2020.js';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { keepLook, keepSteps } from '../../../src/database/index.ts';
import { updateEnvelope } from '../../../src/fabric/index.ts';
import type { NetworkStatus, PendingUpdate } from '../../../src/workflows/messages.ts';
import { FakeTemporal, NO_PROGRESS } from '../client/fake-temporal.ts';
import { configUpdateOf } from '../fabric/channel/config-update-of.ts';
import { description, done, servers, step, type Server } from './harness.ts';

const start = servers();

const yaml = { 'content-type': 'application/yaml' };

/** What is there before the calls. */
interface State {
  /** A run that goes on. */
  readonly run: string;
  readonly plan: string;
  readonly etag: string;
  /** A token that somebody signs in with. */
  readonly token: string;
}

interface Call {
  readonly request?: Omit<InjectOptions, 'url' | 'method'>;
  /** What is wanted of the answer; absent means 200. */
  readonly status?: number;
}

const update = Buffer.from(configUpdateOf('mychannel'));
const envelope = Buffer.from(updateEnvelope({ channel: 'mychannel', update, signatures: [] })).toString('base64');

/** One call of each operation that is carried out, in an order in which each finds what the one before has left. */
const CALLS: Readonly<Record<string, Call | ((state: State) => Call)>> = {
  'GET /livez': {},
  'GET /readyz': {},
  'GET /v1/sign-in': {},
  'POST /v1/sign-in-links': { status: 201 },
  'POST /v1/tokens': { request: { payload: { name: 'made', role: 'viewer', network: 'net' } }, status: 201 },
  'GET /v1/tokens': {},
  'DELETE /v1/tokens/{token}': {},
  'POST /v1/session': ({ token }) => ({ request: { payload: { token } }, status: 201 }),
  'GET /v1/session': {},
  'DELETE /v1/session': { status: 204 },
  'GET /v1/schema': {},
  'GET /v1/clusters': {},
  'GET /v1/networks': {},
  'GET /v1/networks/{name}': {},
  'GET /v1/networks/{name}/runs': {},
  'GET /v1/networks/{name}/events': { request: { query: { watch: 'false' } } },
  'GET /v1/networks/{name}/topology': {},
  'GET /v1/networks/{name}/certificates': {},
  'GET /v1/networks/{name}/channels': {},
  'GET /v1/networks/{name}/chaincodes': {},
  'GET /v1/networks/{name}/identities': {},
  'GET /v1/networks/{name}/revisions': {},
  'GET /v1/networks/{name}/revisions/{number}': {},
  'GET /v1/networks/{name}/revisions:diff': { request: { query: { from: '1', to: '1' } } },
  'POST /v1/networks/{name}:validate': { request: { headers: yaml, payload: 'name: [' } },
  'POST /v1/networks/{name}:plan': { request: { headers: yaml, payload: description('net') } },
  'GET /v1/networks/{name}/plans/{plan}': {},
  'PUT /v1/networks/{name}': ({ etag }) => ({
    request: { headers: { ...yaml, 'if-match': etag }, payload: description('net') },
    status: 202,
  }),
  'GET /v1/networks/{name}/signatures': {},
  'GET /v1/runs/{id}': {},
  'GET /v1/runs/{id}/steps': {},
  'GET /v1/runs/{id}/steps/{step}/{target}': {},
  'GET /v1/runs/{id}/events': { request: { query: { watch: 'false' } } },
  'GET /v1/runs/{id}/signatures': {},
  'POST /v1/runs/{id}/signatures': { request: { payload: { envelope } } },
  'POST /v1/runs/{id}:pause': { request: { payload: { reason: 'lunch' } } },
  'POST /v1/runs/{id}:resume': {},
  'POST /v1/runs/{id}:retry': {},
  'POST /v1/runs/{id}:cancel': { status: 202 },
  'POST /v1/networks/{name}:renew': { status: 202 },
  'DELETE /v1/networks/{name}': { request: { query: { confirm: 'net' } }, status: 202 },
  'GET /v1/audit': {},
};

const contentSchema = z.record(z.string(), z.object({ schema: z.unknown() }));
const responseSchema = z.object({ content: contentSchema.optional() });
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ responses: z.record(z.string(), responseSchema) }))),
});

type Document = z.infer<typeof documentSchema>;

/** Where the document of the API stands for the schemas in it. */
const DOCUMENT = 'openapi';

/** Checks answers against what the document of the API says of them. */
class Contract {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  readonly #document: Document;

  constructor(document: unknown) {
    this.#document = documentSchema.parse(document);
    this.#ajv.addSchema({ $id: DOCUMENT, ...z.record(z.string(), z.unknown()).parse(document) });
  }

  get operations(): readonly string[] {
    return Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** @returns what the document does not tell of an answer; empty if it tells all */
  departures(operation: string, answer: LightMyRequestResponse): readonly string[] {
    const { place, content } = this.#told(operation, answer.statusCode);
    if (answer.body === '') return content === undefined ? [] : ['it has no body'];
    const type = String(answer.headers['content-type']).split(';')[0] ?? '';
    if (content?.[type] === undefined) return [`${answer.statusCode} is not told to be ${type}`];
    const pointer = [...place, 'content', type, 'schema'].map(
      (part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`,
    );
    const validate = this.#ajv.compile({ $ref: `${DOCUMENT}#${pointer.join('')}` });
    validate(answer.json());
    return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
  }

  /** What is told of the answers to an operation that have a status, and where in the document. */
  #told(operation: string, answered: number): { readonly place: readonly string[] } & z.infer<typeof responseSchema> {
    const [method = '', path = ''] = operation.split(' ');
    const key = method.toLowerCase();
    const responses = this.#document.paths[path]?.[key]?.responses ?? {};
    const status = String(answered) in responses ? String(answered) : 'default';
    return { place: ['paths', path, key, 'responses', status], ...responses[status] };
  }
}

const node = { organization: 'org1', kind: 'peer', version: '2.5.0', certificates: [] } as const;

const STATUS: NetworkStatus = {
  ...{ network: 'net', ready: false, conditions: [] },
  nodes: [{ ...node, name: 'org1-peer1', ready: true, reason: '', since: '2026-11-26T10:00:00Z' }],
  channels: [
    {
      ...{ name: 'mychannel', height: 7, problems: ['org1-peer1 is behind'] },
      orderers: [{ name: 'org0-orderer1', status: 'active', height: 7, leader: true, reason: '' }],
      peers: [{ name: 'org1-peer1', height: 7, reason: '' }],
    },
  ],
  chaincodes: [
    {
      ...{ name: 'basic', channel: 'mychannel', version: '1.0', sequence: 1 },
      ...{ packageId: 'basic:ab', ready: true, reason: '' },
    },
  ],
  certificates: [
    { owner: 'org1/peer1', use: 'identity', issuer: 'CN=org1-ca', serial: '02', notAfter: '2027-11-26T12:00:00Z' },
  ],
};

const PENDING: PendingUpdate = {
  ...{ channel: 'mychannel', reason: 'adds Org3MSP', update: update.toString('base64') },
  ...{ signatures: [], signedBy: [], unmet: ['/Channel/Application wants MAJORITY Admins'], awaited: ['Org9MSP'] },
};

/** A server with a network that was looked at, and a run of it that waits for signatures. */
async function prepared(): Promise<{ readonly server: Server; readonly state: State }> {
  // A plan ends at once, and so does a renewal.
  const temporal = new FakeTemporal(({ request: { workflowId, type }, end }) => {
    if (workflowId !== 'network/local/net' || type === 'renewNetwork') end(done('net', step('created')));
  }).withWorkers('local');
  const server = await start({ temporal });
  const put = { method: 'PUT', url: '/v1/networks/net', headers: yaml, payload: description('net') } as const;
  const begun = await server.as('operator', put);
  const { id } = begun.json<{ id: string }>();
  const run = temporal.runs.at(-1);
  if (run === undefined) throw new Error('no run was begun');
  const child = temporal.add({ ...run.request, workflowId: `${run.run.workflowId}/channels/mychannel` });
  run.progress = { ...NO_PROGRESS, children: [child.run.workflowId], steps: [step('running')] };
  child.progress = { ...NO_PROGRESS, pendingUpdates: [PENDING] };
  temporal.answerUpdate = ({ name }) =>
    name === 'addSignatures'
      ? { added: ['Org9MSP'], awaited: [] }
      : { changed: true, pause: { by: 'the-admin', reason: 'lunch', since: '2026-11-26T10:00:00.000Z' } };
  const { networkId } = await server.database.query
    .selectFrom('runs')
    .select('networkId')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const now = new Date();
  await keepLook(server.database, networkId, STATUS, now);
  await keepSteps(server.database, id, [{ ...step('running'), path: '', attempt: 1, type: '', startedAt: now }]);
  const made = await server.as('admin', {
    method: 'POST',
    url: '/v1/tokens',
    payload: { name: 'ana', role: 'viewer' },
  });
  const planned = await server.as('operator', {
    ...{ method: 'POST', url: '/v1/networks/net:plan', headers: yaml, payload: description('net') },
  });
  const state = {
    ...{ run: id, plan: planned.json<{ id: string }>().id, etag: String(begun.headers['etag']) },
    token: made.json<{ secret: string }>().secret,
  };
  return { server, state };
}

describe('the document of the API', () => {
  let contract: Contract;
  const answers = new Map<string, LightMyRequestResponse>();
  const refusals = new Map<string, LightMyRequestResponse>();

  beforeAll(async () => {
    const { server, state } = await prepared();
    contract = new Contract((await server.api.inject({ url: '/openapi.json' })).json());
    const values: Readonly<Record<string, string>> = {
      ...{ name: 'net', id: state.run, plan: state.plan, number: '1', token: 'made' },
      ...{ step: 'applyDeployment', target: encodeURIComponent('org1/peer1') },
    };
    for (const [operation, call] of Object.entries(CALLS)) {
      const [method = '', path = ''] = operation.split(' ');
      const { request } = typeof call === 'function' ? call(state) : call;
      const url = path.replace(/\{(\w+)\}/g, (_, parameter: string) => values[parameter] ?? '');
      answers.set(operation, await server.as('admin', { ...request, method, url }));
      refusals.set(
        operation,
        await server.api.inject({ method: method as 'GET', url, headers: { origin: 'https://x' } }),
      );
    }
  });

  it('has every operation called by these tests, and they call no other', () => {
    expect(Object.keys(CALLS).sort()).toEqual([...contract.operations].sort());
  });

  it.each(Object.keys(CALLS))('tells what comes of %s', (operation) => {
    const call = CALLS[operation];
    const answer = answers.get(operation);
    if (call === undefined || answer === undefined) return expect.fail('it was not called');
    const { status = 200 } = typeof call === 'function' ? call({ run: '', plan: '', etag: '', token: '' }) : call;
    expect({ status: answer.statusCode, departures: contract.departures(operation, answer) }, answer.body).toEqual({
      ...{ status, departures: [] },
    });
  });

  it.each(Object.keys(CALLS))('tells how %s is refused', (operation) => {
    const answer = refusals.get(operation);
    if (answer === undefined) return expect.fail('it was not called');
    expect(contract.departures(operation, answer), answer.body).toEqual([]);
  });
});
