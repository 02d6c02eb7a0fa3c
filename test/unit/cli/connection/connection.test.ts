import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { machine, type Answer, type Machine } from '../harness.ts';
import type { StoredIdentity, Texts } from '../../../../src/operations/index.ts';
import { fakeAccess, type FakeAccess } from '../../operations/fake-access.ts';

let folder: string;
let access: FakeAccess;
let self: Machine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-connection-'));
  access = fakeAccess();
  self = machine({ access, workingDirectory: folder });
});
afterEach(() => rm(folder, { recursive: true }));

const weft = (...args: string[]): Promise<Answer> => self.weft('connection', ...args);
const weftAsAdmin = (...args: string[]): Promise<Answer> => weft('--admin', ...args);

const PROFILE = {
  network: 'net',
  organization: 'org1',
  mspId: 'Org1MSP',
  channels: ['mychannel'],
  chaincodes: [
    { name: 'basic', channel: 'mychannel' },
    { name: 'token', channel: 'mychannel' },
  ],
  peers: [
    {
      name: 'org1-peer1',
      endpoint: 'org1-peer1.net.svc.cluster.local:7051',
      hostOverride: 'org1-peer1',
      channels: [],
    },
    {
      name: 'org1-peer2',
      endpoint: 'org1-peer2.net.svc.cluster.local:7051',
      hostOverride: 'org1-peer2',
      channels: ['mychannel'],
    },
  ],
  tlsRoots: 'TLS root of org1',
  identity: {
    name: 'admin',
    secret: { namespace: 'net', name: 'org1-admin-msp', certificate: 'cert.pem', key: 'key.pem' },
  },
};

describe('weft connection', () => {
  it('prints a profile with addresses of the access, and says how they are reached from outside', async () => {
    const { code, out, err } = await weftAsAdmin('--org', 'org1');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(PROFILE);
    expect(err).toBe(
      "These addresses are the cluster's. From outside of it: --forward, or " +
        'kubectl port-forward -n net service/org1-peer2 7051:7051\n',
    );
  });

  it('is about the first organization with peers', async () => {
    const { out } = await weftAsAdmin('-q');
    expect(JSON.parse(out)).toEqual(PROFILE);
  });

  it('tells of every channel of the organization', async () => {
    const { out } = await weftAsAdmin('-q', '--org', 'org2');
    expect(JSON.parse(out)).toMatchObject({
      channels: ['mychannel', 'second'],
      chaincodes: [{ channel: 'mychannel' }, { channel: 'second' }, { name: 'token' }],
      peers: [{ channels: ['mychannel', 'second'] }, { channels: ['mychannel', 'second'] }],
    });
  });

  it('reads no private key that nobody asked for', async () => {
    await weftAsAdmin('--org', 'org1');
    expect(access.secrets).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    [['--org', 'org0'], 'org0 is no organization with peers in the network net.\n  Those with peers: org1, org2'],
    [['--org', 'org9'], 'org9 is no organization with peers in the network net.'],
    [['--identity', 'app1'], "option '--identity <name>' cannot be used with option '--admin'"],
    [['--forward', 'x'], 'It must be a port from 1 to 65535.'],
    [['--forward', '70000'], 'It must be a port from 1 to 65535.'],
  ])('refuses %j', async (args, message) => {
    const { code, out, err } = await weftAsAdmin(...args);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

describe('weft connection --identity', () => {
  const stored = (name: string, more: Texts = {}): StoredIdentity => ({
    ...{ organization: 'org1', name, data: { 'cert.pem': 'certificate', ...more } },
  });

  beforeEach(() => {
    access = fakeAccess({
      identities: [stored('app1'), stored('app2', { revoked: '2026-06-01T00:00:00.000Z' }), stored('app3')],
    });
    self = machine({ access, workingDirectory: folder });
  });

  it('hands out the identity of an application', async () => {
    const { out } = await weft('-q', '--org', 'org1', '--identity', 'app1', '--out', 'app1', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ identity: { name: 'app1', keyPath: 'key.pem' } });
    expect(await contents(join(folder, 'app1'))).toMatchObject({
      ...{ 'certificate.pem': 'cert of app1', 'key.pem': 'key of app1' },
    });
    expect(access.secrets).toEqual(['net/org1-app1-identity']);
  });

  it.each([
    [
      ['--identity', 'app9'],
      2,
      'org1 has no identity app9.\n  It has: app1, app3\n  Make it: weft identity add app9 --org org1',
    ],
    [['--identity', 'app2'], 1, 'the identity app2 of org1 is revoked.'],
    [[], 2, 'whose identity? Name one of an application (--identity NAME), or ask for the Admin (--admin).'],
  ])('says why %j is nobody', async (flags, exitCode, message) => {
    const { code, err } = await weft('--org', 'org1', ...flags);
    expect(err).toContain(message);
    expect(code).toBe(exitCode);
    expect(access.secrets).toEqual([]);
  });
});

describe('weft connection --out', () => {
  it('writes the profile and the credentials, the key for nobody else', async () => {
    const { code, out } = await weftAsAdmin('-q', '--org', 'org1', '--out', 'clients/org1');
    expect({ code, out }).toEqual({
      code: 0,
      out: 'clients/org1/connection.json is written, with the TLS root, the certificate and the private key that it names.\n',
    });
    const written = join(folder, 'clients/org1');
    expect(await mode(written)).toBe(0o700);
    expect(await mode(join(written, 'key.pem'))).toBe(0o600);
    expect(await contents(written)).toEqual({
      'connection.json': expect.any(String) as string,
      'tls-root.pem': 'TLS root of org1',
      'certificate.pem': 'cert of org1',
      'key.pem': 'key of org1',
    });
    expect(JSON.parse(await readFile(join(written, 'connection.json'), 'utf8'))).toEqual({
      ...PROFILE,
      tlsRootsPath: 'tls-root.pem',
      identity: { name: 'admin', certificatePath: 'certificate.pem', keyPath: 'key.pem' },
    });
  });

  it('replaces what is there, and its mode', async () => {
    await mkdir(join(folder, 'org1'));
    await writeFile(join(folder, 'org1/key.pem'), 'an old key', { mode: 0o644 });
    await weftAsAdmin('-q', '--org', 'org1', '--out', 'org1');
    expect(await readFile(join(folder, 'org1/key.pem'), 'utf8')).toBe('key of org1');
    expect(await mode(join(folder, 'org1/key.pem'))).toBe(0o600);
    expect(await readdir(join(folder, 'org1'))).toHaveLength(4);
  });

  it('says why it cannot write', async () => {
    await writeFile(join(folder, 'file'), '');
    const { code, err } = await weftAsAdmin('-q', '--out', 'file/org1');
    expect(code).toBe(1);
    expect(err).toMatch(/^✖ the profile cannot be written into .*file\/org1: ENOTDIR/);
  });

  it('has nothing of the key on stdout and stderr', async () => {
    const { out, err } = await weftAsAdmin('--out', 'org1', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ identity: { keyPath: 'key.pem' } });
    expect(out + err).not.toContain('key of');
  });
});

describe('weft connection --forward', () => {
  it('leads a port of this machine to the first peer in a channel until it is interrupted', async () => {
    const command = weftAsAdmin('--org', 'org1', '--forward', '7051', '--out', 'org1', '-o', 'json');
    await expect.poll(() => access.open).toBe(1);
    await expect.poll(() => readdir(folder)).toEqual(['org1']);
    self.interrupt('SIGINT');
    const { code, out, err } = await command;
    expect(code).toBe(0);
    expect(access.open).toBe(0);
    expect(access.forwards).toEqual([{ namespace: 'net', service: 'org1-peer2', port: 443, localPort: 7051 }]);
    expect(JSON.parse(out)).toMatchObject({
      peers: [{ name: 'org1-peer2', endpoint: 'localhost:7051', hostOverride: 'org1-peer2' }],
      identity: { keyPath: 'key.pem' },
    });
    expect(err).toBe('localhost:7051 leads to org1-peer2 until you end this command (Ctrl-C).\n');
  });

  it('takes a free port if none is named', async () => {
    const command = weftAsAdmin('--forward');
    await expect.poll(() => access.open).toBe(1);
    self.interrupt('SIGTERM');
    const { out } = await command;
    expect(access.forwards[0]).not.toHaveProperty('localPort');
    expect(JSON.parse(out)).toMatchObject({ peers: [{ endpoint: 'localhost:40001' }] });
  });
});

async function mode(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

async function contents(path: string): Promise<Record<string, string>> {
  const entries = (await readdir(path)).map(async (name) => [name, await readFile(join(path, name), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(entries));
}
