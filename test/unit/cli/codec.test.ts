import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { EXIT } from '../../../src/cli/exit-codes.ts';
import { connectTemporal, RunUnreadable } from '../../../src/client/index.ts';
import { PayloadKeyMissing } from '../../../src/codec/index.ts';
import { parseKeys } from '../../../src/codec/keys.ts';
import { FakeTemporal } from '../client/fake-temporal.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { machine } from './harness.ts';

let folder: string;
let keyFile: string;
let opened: TestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'weft-codec-cli-'));
  keyFile = join(folder, 'keys');
  await writeFile(keyFile, `${Buffer.alloc(32, 1).toString('base64')}\n`);
});
afterAll(() => Promise.all([rm(folder, { recursive: true }), opened.remove()]));

describe('weft codec key', () => {
  it('prints what a key file is made of, and nothing of the key anywhere else', async () => {
    const { code, out, err } = await machine().weft('codec', 'key');
    expect(code).toBe(EXIT.done);
    const keys = parseKeys(out);
    expect(keys).toHaveLength(1);
    expect(out).toContain(`# payload key ${typeof keys === 'string' ? '' : (keys[0]?.id ?? '')}, made `);
    expect(err).not.toContain(out.split('\n')[1]);
  });
});

describe('weft codec serve', () => {
  it('serves whoever is on this machine, and the pages that are named, with the key of the environment', async () => {
    const self = machine({ env: { WEFT_PAYLOAD_KEY_FILE: keyFile } });
    const origins = ['--ui-origin', 'http://127.0.0.1:8233/', '--ui-origin', 'https://temporal.example.com'];
    const { code, err } = await self.weft('codec', 'serve', '--allow-anonymous', ...origins);
    expect(code).toBe(EXIT.done);
    expect(err).toContain('--codec-endpoint http://127.0.0.1:8888');
    expect(self.servedCodecs).toMatchObject([
      {
        ...{ host: '127.0.0.1', port: 8888, allowAnonymous: true },
        uiOrigins: ['http://127.0.0.1:8233', 'https://temporal.example.com'],
      },
    ]);
    expect(self.servedCodecs[0]?.codecs).toHaveLength(1);
    expect(self.databases).toEqual([]);
  });

  it("lets in whom the API's database knows, or an issuer", async () => {
    const env = { WEFT_PAYLOAD_KEY_FILE: keyFile };
    const self = machine({ env: { ...env, WEFT_DATABASE: './weft-data' }, database: opened.database });
    await self.weft('codec', 'serve', '--listen', '0.0.0.0:8888');
    expect(self.databases).toEqual(['./weft-data']);
    expect(self.servedCodecs[0]).toMatchObject({ host: '0.0.0.0', allowAnonymous: false });

    const other = machine({ env });
    const issuer = [
      '--oidc-issuer',
      'https://id.example.com',
      '--oidc-audience',
      'temporal',
      '--oidc-role',
      'admin=ops',
    ];
    await other.weft('codec', 'serve', ...issuer);
    expect(other.servedCodecs[0]?.oidc).toMatchObject({ issuer: 'https://id.example.com', audience: 'temporal' });
  });

  it.each([
    ['nothing says who may read', {}, [], /who may read what Temporal keeps/],
    [
      'everybody could read from elsewhere',
      {},
      ['--allow-anonymous', '--listen', '0.0.0.0:8888'],
      /goes with a loopback address alone/,
    ],
    ['nothing is encrypted', { WEFT_PAYLOAD_KEY_FILE: '' }, ['--allow-anonymous'], /Neither WEFT_PAYLOAD_KEY_FILE nor/],
    [
      'the key file is not there',
      { WEFT_PAYLOAD_KEY_FILE: '/none' },
      ['--allow-anonymous'],
      /file of payload keys \/none cannot be used/,
    ],
    [
      'an origin is none',
      {},
      ['--allow-anonymous', '--ui-origin', 'https://temporal.example.com/weft'],
      /scheme, host and port/,
    ],
  ])('is refused where %s', async (_what, env, flags, message) => {
    const self = machine({ env: { WEFT_PAYLOAD_KEY_FILE: keyFile, ...env } });
    const { code, err } = await self.weft('codec', 'serve', ...flags);
    expect(code).toBe(EXIT.usage);
    expect(err).toMatch(message);
    expect(self.servedCodecs).toEqual([]);
  });

  it('says that its address is taken, and which flag names another', async () => {
    const taken = Object.assign(new Error('taken'), { code: 'EADDRINUSE', port: 8888 });
    const self = machine({ env: { WEFT_PAYLOAD_KEY_FILE: keyFile }, serveCodec: () => Promise.reject(taken) });
    const { code, err } = await self.weft('codec', 'serve', '--allow-anonymous');
    expect(code).toBe(EXIT.usage);
    expect(err).toContain('the codec server cannot listen at 127.0.0.1:8888: another program listens there.');
    expect(err).toContain('--listen HOST:PORT');
  });
});

it('a command whose key file cannot be used says so, and what to do, before it connects', async () => {
  const env = { WEFT_PAYLOAD_KEY_FILE: join(folder, 'none'), TEMPORAL_ADDRESS: '127.0.0.1:9' };
  const { code, err } = await machine({ env, connect: connectTemporal }).weft('history', 'net');
  expect(code).toBe(EXIT.usage);
  expect(err).toContain('none cannot be used: ENOENT');
  expect(err).toContain('weft codec key > FILE');
});

it('a command that cannot read a run says what is missing', async () => {
  const temporal = new FakeTemporal();
  temporal.list = () => {
    throw new RunUnreadable('one of the runs', new PayloadKeyMissing('0123'));
  };
  const { code, err } = await machine({ temporal }).weft('history', 'net');
  expect(code).toBe(EXIT.failed);
  expect(err).toContain('a payload is encrypted with the key 0123');
  expect(err).toContain('Set it as it is set for the worker: WEFT_PAYLOAD_KEY_FILE=FILE');
});
