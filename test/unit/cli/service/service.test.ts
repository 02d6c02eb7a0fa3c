import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { EXIT } from '../../../../src/cli/exit-codes.ts';
import { signInLink } from '../../../../src/cli/service/open.ts';
import { listAudit, useSignInLink, useToken, type Database } from '../../../../src/database/index.ts';
import { DatabaseInUse, DatabaseUnreachable } from '../../../../src/database/failure.ts';
import { openTestDatabase, type TestDatabase } from '../../database/test-database.ts';
import { machine, type Machine, type MachineOptions } from '../harness.ts';

let opened: TestDatabase;
let database: Database;

beforeAll(async () => {
  opened = await openTestDatabase();
  database = opened.database;
});
afterAll(() => opened.remove());

function withDatabase(options: MachineOptions = {}): Machine {
  return machine({ database, env: { WEFT_DATABASE: '/data' }, ...options });
}

describe('weft api', () => {
  it('serves the cluster that it works on, at the loopback address, with its tables where it was told', async () => {
    const { weft, served, databases, temporal } = machine({ database });
    const { code, err } = await weft('api', '--database', 'postgresql://weft@db/weft');
    expect(code).toBe(0);
    expect(databases).toEqual(['postgresql://weft@db/weft']);
    expect(served).toMatchObject([{ host: '127.0.0.1', port: 8420, allowAnonymous: false, cluster: 'local' }]);
    expect(served).toMatchObject([{ page: '/built/page' }]);
    expect(err).toContain('page 1.2.3: building, 0s');
    expect(err).toContain(
      "The page and the API for local are at http://127.0.0.1:8420, the API's reference at http://127.0.0.1:8420/reference/.",
    );
    expect(temporal.closed).toBe(true);
  });

  it('serves metrics where it is told to, and names that address when it cannot', async () => {
    const { weft, served } = withDatabase();
    await weft('api');
    await weft('api', '--metrics', '0.0.0.0:9464');
    expect(served).toMatchObject([{}, { port: 8420, metricsAddress: { host: '0.0.0.0', port: 9464 } }]);
    expect(served[0]).not.toHaveProperty('metricsAddress');
    const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 9464 });
    const { code, err } = await withDatabase({ serve: () => Promise.reject(taken) }).weft(
      'api',
      '--metrics',
      '127.0.0.1:9464',
    );
    expect(code).toBe(2);
    expect(err).toContain('cannot listen at 127.0.0.1:9464: another program listens there');
    expect(err).toContain('--metrics HOST:PORT');
  });

  it('serves the cluster of a context', async () => {
    const { weft, served } = withDatabase();
    await weft('api', '--context', 'prod/eu', '--listen', '[::1]:0');
    expect(served).toMatchObject([{ cluster: 'prod_eu', host: '::1', port: 0 }]);
  });

  it('answers what is under way at the first signal, and stops at once at the second', async () => {
    const told: string[] = [];
    let isServing: () => void = () => undefined;
    const serving = new Promise<void>((resolve) => {
      isServing = resolve;
    });
    const { weft, interrupt } = withDatabase({
      serve: ({ stop, halt }) =>
        new Promise((resolve) => {
          stop.addEventListener('abort', () => told.push('stop'));
          halt.addEventListener('abort', () => {
            told.push('halt');
            resolve();
          });
          isServing();
        }),
    });
    const ended = weft('api');
    await serving;
    interrupt('SIGTERM');
    expect(told).toEqual(['stop']);
    interrupt('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(told).toEqual(['stop', 'halt']);
  });

  it.each([
    [['--allow-anonymous', '--listen', '0.0.0.0:8420'], '--allow-anonymous lets everybody in who reaches 0.0.0.0'],
    [['--listen', '8420'], 'It must be HOST:PORT, for example 127.0.0.1:8420.'],
    [['--listen', '127.0.0.1:70000'], 'It must be HOST:PORT, for example 127.0.0.1:8420.'],
  ])('refuses %j with code 2, and serves nothing', async (flags, message) => {
    const { weft, served } = withDatabase();
    const { code, err } = await weft('api', ...flags);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(served).toEqual([]);
  });

  it('lets who is on this machine in without a token if it is told to', async () => {
    const { weft, served } = withDatabase();
    await weft('api', '--allow-anonymous', '--listen', 'localhost:8420');
    expect(served).toMatchObject([{ allowAnonymous: true, host: 'localhost' }]);
  });

  it('lets in whom an issuer vouches for, with the roles of their claims', async () => {
    const { weft, served } = withDatabase();
    const issuer = 'https://login.example.com/realms/acme';
    const roles = ['--oidc-role', 'admin=fabric=admins', '--oidc-role', 'operator:test-network=team-a', 'viewer=*'];
    await weft(
      'api',
      '--oidc-issuer',
      issuer,
      '--oidc-audience',
      'weft',
      '--oidc-roles-claim',
      'realm.roles',
      ...roles,
    );
    expect(served).toMatchObject([
      {
        oidc: {
          ...{ issuer, audience: 'weft', userClaim: 'sub', rolesClaim: 'realm.roles' },
          mappings: [
            { role: 'admin', value: 'fabric=admins' },
            { role: 'operator', network: 'test-network', value: 'team-a' },
            { role: 'viewer', value: '*' },
          ],
        },
      },
    ]);
  });

  it('lets browsers sign in at the issuer as a client whose secret is in no argument', async () => {
    const { weft, served } = withDatabase({ env: { WEFT_DATABASE: '/data', WEFT_OIDC_CLIENT_SECRET: 'of-weft' } });
    const issuer = ['--oidc-issuer', 'https://a.example', '--oidc-audience', 'weft', '--oidc-role', 'viewer=*'];
    const client = ['--oidc-client-id', 'weft-page'];
    await weft('api', ...issuer, ...client);
    const elsewhere = ['--listen', '0.0.0.0:8420'];
    await weft('api', ...issuer, ...client, ...elsewhere, '--public-url', 'https://weft.example.com');
    const { code, err } = await weft('api', ...issuer, ...client, ...elsewhere);
    expect(code).toBe(2);
    expect(err).toContain('Add: --public-url URL');
    expect(served.map(({ oidc }) => oidc?.browser)).toEqual([
      {
        ...{ clientId: 'weft-page', clientSecret: 'of-weft', scope: 'openid profile email' },
        publicUrl: 'http://127.0.0.1:8420',
      },
      expect.objectContaining({ publicUrl: 'https://weft.example.com' }),
    ]);
  });

  it('shows who starts it at a terminal a link that signs one browser in', async () => {
    const { weft } = withDatabase({ stderrIsTerminal: true });
    const { err } = await weft('api');
    const link = /within 10 minutes: http:\/\/127\.0\.0\.1:8420\/sign-in#link=(?<secret>[\w-]{43})\n/.exec(err);
    const secret = link?.groups?.['secret'] ?? '';
    const inTime = new Date(Date.now() + 9 * 60_000);
    expect(await useSignInLink(database, secret, inTime)).toMatchObject({ grants: [{ role: 'admin' }] });
    expect(await useSignInLink(database, secret, inTime)).toBeUndefined();
  });

  it('writes a token that is good for everything into a file of its user alone, and makes the one before worthless', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-token-'));
    const file = join(folder, 'api-token');
    const { weft } = withDatabase();
    const secrets: string[] = [];
    for (let starts = 0; starts < 2; starts += 1) {
      expect((await weft('api', '--write-token', file)).code).toBe(0);
      secrets.push((await readFile(file, 'utf8')).trim());
    }
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const [first = '', second = ''] = secrets;
    expect(await useToken(database, first, new Date())).toBeUndefined();
    const token = await useToken(database, second, new Date());
    expect(token).toMatchObject({ name: 'weft-local', role: 'admin' });
    expect(token).not.toHaveProperty('network');
    await rm(folder, { recursive: true });
  });

  it.each([
    ['beyond this machine', { stderrIsTerminal: true }, ['--listen', '0.0.0.0:8420']],
    ['into a log', {}, []],
  ])('shows no such link %s', async (_, options, flags) => {
    const { err } = await withDatabase(options).weft('api', ...flags);
    expect(err).toContain('The page and the API for local are at');
    expect(err).not.toContain('link=');
  });

  it.each([
    [['--oidc-issuer', 'http://login.example.com'], 'It must be an https URL'],
    [['--oidc-issuer', 'https://a.example', '--oidc-role', 'viewer=*'], 'Add: --oidc-audience NAME'],
    [['--oidc-issuer', 'https://a.example', '--oidc-audience', 'weft'], 'nobody whom the issuer knows has a role'],
    [['--oidc-audience', 'weft'], 'Add: --oidc-issuer URL'],
    [['--oidc-role', 'root=*'], 'with a role of viewer, operator, admin'],
  ])('serves nobody with %j', async (flags, message) => {
    const { weft, served } = withDatabase();
    const { code, err } = await weft('api', ...flags);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(served).toEqual([]);
  });

  it.each([
    ['EADDRINUSE', 'another program listens there'],
    ['EACCES', 'this user may not listen there'],
  ])('says in words why it cannot listen: %s', async (code, reason) => {
    const failure = Object.assign(new Error('listen'), { code });
    const { weft } = withDatabase({ serve: () => Promise.reject(failure) });
    const answer = await weft('api');
    expect(answer.code).toBe(2);
    expect(answer.err).toContain(`the API cannot listen at 127.0.0.1:8420: ${reason}.`);
  });
});

describe('the database of the service', () => {
  it.each([['api'], ['token', 'list'], ['token', 'add', 'ana', '--role', 'admin'], ['token', 'revoke', 'ana']])(
    'has to be named for weft %j %j',
    async (...words) => {
      const { code, err } = await machine({ database }).weft(...words);
      expect(code).toBe(2);
      expect(err).toContain('which database? Name it with --database or WEFT_DATABASE.');
    },
  );

  it.each([
    [
      'does not answer',
      new DatabaseUnreachable('db:5432', new Error('connection refused')),
      4,
      'the database at db:5432',
    ],
    ['is open elsewhere', new DatabaseInUse('/data'), 4, 'another process has the database in /data open'],
  ])('that %s is told in a sentence', async (_, error, code, message) => {
    const answer = await withDatabase({ openDatabase: () => Promise.reject(error) }).weft('token', 'list');
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(message);
  });
});

describe('weft database migrate', () => {
  it('brings the tables to this version, and is done', async () => {
    const { weft, databases } = withDatabase();
    const { code, out } = await weft('database', 'migrate');
    expect(code).toBe(0);
    expect(out).toBe('The tables are those of this version.\n');
    expect(databases).toEqual(['/data']);
  });

  it('takes the URL from a file, as secrets are handed out', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-secret-'));
    await writeFile(join(folder, 'url'), 'postgresql://weft:secret@db/weft\n');
    const { weft, databases } = machine({ database, env: { WEFT_DATABASE_FILE: 'url' }, workingDirectory: folder });
    expect((await weft('database', 'migrate')).code).toBe(0);
    expect(databases).toEqual(['postgresql://weft:secret@db/weft']);
    await rm(folder, { recursive: true });
  });

  it('says which file cannot be read', async () => {
    const { weft } = machine({ database, env: { WEFT_DATABASE_FILE: '/nowhere/url' } });
    const { code, err } = await weft('database', 'migrate');
    expect(code).toBe(2);
    expect(err).toContain('WEFT_DATABASE_FILE cannot be read: ENOENT');
  });
});

describe('weft token', () => {
  it.each([
    ['nothing', ''],
    ['more than a hundred characters', 'x'.repeat(101)],
    ['what somebody of an issuer is called', 'oidc:ana'],
    ['a line of its own', 'ana\nben'],
  ])('is made for nobody whose name is %s, as through the API', async (_what, name) => {
    const self = withDatabase();
    const { code, err } = await self.weft('token', 'add', name, '--role', 'viewer');
    expect(code).toBe(EXIT.usage);
    expect(err).toContain('It must have 1 to 100 characters, none of them ":" or a control character.');
    expect(self.databases).toEqual([]);
  });

  it('shows a new token alone on stdout, and it is good for what was said', async () => {
    const { code, out, err } = await withDatabase().weft(
      'token',
      'add',
      'ci',
      '--role',
      'operator',
      '--network',
      'net',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^weft_[\w-]{43}\n$/);
    expect(err).toBe('The token of ci, operator of net on local. It is shown this once:\n');
    expect(await useToken(database, out.trim(), new Date())).toMatchObject({
      name: 'ci',
      role: 'operator',
      network: { cluster: 'local', name: 'net' },
    });
  });

  it('is in the audit when it is made and when it is revoked, in the name of who did so', async () => {
    const { weft } = withDatabase();
    await weft('token', 'add', 'audited', '--role', 'viewer');
    await weft('token', 'revoke', 'audited');
    await weft('token', 'revoke', 'audited');
    const { items } = await listAudit(database, { resource: '/v1/tokens/audited' }, { size: 10 });
    expect(items).toMatchObject([
      { method: 'weft token revoke', outcome: 'done', who: expect.stringContaining('@') as unknown },
      { method: 'weft token add', outcome: 'done' },
    ]);
  });

  it('is of the network on the cluster that is named', async () => {
    const { out } = await withDatabase().weft(
      'token',
      'add',
      'eu',
      '--role',
      'viewer',
      '--network',
      'net',
      '--context',
      'eu',
      '-o',
      'json',
    );
    expect(JSON.parse(out)).toMatchObject({ name: 'eu', network: { cluster: 'eu', name: 'net' } });
  });

  it('is not made a second time under a name that is taken', async () => {
    const { weft } = withDatabase();
    await weft('token', 'add', 'twice', '--role', 'viewer');
    const { code, err } = await weft('token', 'add', 'twice', '--role', 'viewer');
    expect(code).toBe(1);
    expect(err).toContain('there is a token named twice already.');
  });

  it('is listed without its secret, with when it was used last and that it was revoked', async () => {
    const { weft } = withDatabase();
    const secret = (await weft('token', 'add', 'listed', '--role', 'admin', '-q')).out.trim();
    await useToken(database, secret, new Date());
    const { out } = await weft('token', 'list');
    expect(out).toMatch(/^listed +admin +all +20\S+Z +20\S+Z +valid$/m);
    expect(out).not.toContain(secret);
    expect((await weft('token', 'revoke', 'listed')).out).toBe('The token of listed is revoked.\n');
    expect((await weft('token', 'list')).out).toMatch(/^listed .* revoked 20\S+Z$/m);
    expect(await useToken(database, secret, new Date())).toBeUndefined();
  });

  it('that nobody has cannot be revoked', async () => {
    const { code, err } = await withDatabase().weft('token', 'revoke', 'nobody');
    expect(code).toBe(1);
    expect(err).toContain('there is no valid token of nobody.');
  });

  it('needs a role', async () => {
    const { code, err } = await withDatabase().weft('token', 'add', 'ana');
    expect(code).toBe(2);
    expect(err).toContain("required option '--role <role>' not specified");
  });
});

describe('weft open', () => {
  const service = { address: 'http://127.0.0.1:8420', token: 'weft_1' };
  const address = 'http://127.0.0.1:8420/sign-in#link=link-of-weft_1';

  it('opens the page, signed in, and prints its address', async () => {
    const self = machine({ service, stderrIsTerminal: true });
    expect(await self.weft('open')).toMatchObject({ code: 0, out: `${address}\n` });
    expect(self.opened).toEqual([address]);
  });

  it.each([
    ['without a terminal', {}, []],
    ['with --no-browser', { stderrIsTerminal: true }, ['--no-browser']],
  ])('opens no browser %s', async (_, options, flags) => {
    const self = machine({ service, ...options });
    expect(await self.weft('open', ...flags)).toMatchObject({ code: 0, out: `${address}\n` });
    expect(self.opened).toEqual([]);
  });

  it('says how the platform is started that does not run', async () => {
    const { code, err } = await machine().weft('open');
    expect(code).toBe(4);
    expect(err).toContain('Start it: weft local start');
  });

  it.each([
    ['does not answer', undefined, 4, 'does not answer'],
    ['refuses', 401, 1, 'answers with status 401'],
  ])('says that an API %s', async (_, status, exitCode, message) => {
    const server = createServer((_request, response) => response.writeHead(status ?? 500).end());
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve((server.address() as AddressInfo).port);
      });
    });
    if (status === undefined) await new Promise((resolve) => server.close(resolve));
    await expect(signInLink({ address: `http://127.0.0.1:${port}`, token: 'weft_1' })).rejects.toMatchObject({
      report: { exitCode, message: expect.stringContaining(message) as string },
    });
    server.close();
  });
});
