import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { fakeState, type FakeState } from '../../operations/fake-state-access.ts';
import { completed, machine, type Answer } from '../harness.ts';

const NETWORK = completed({ name: 'net', organizations: [{ name: 'org1', orderers: 1, peers: 1 }] });

/** A network whose only organization has a CA. */
function standing(): FakeState {
  const labels = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net' };
  const metadata = (name: string): { name: string; namespace: string; labels: typeof labels } => ({
    ...{ name, namespace: 'net', labels },
  });
  const containers = [{ image: 'fabric-ca:1.5.21' }];
  return fakeState([
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('net-network') },
      data: { 'network.json': JSON.stringify(NETWORK) },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: metadata('org1-admin-msp'), data: { 'key.pem': 'c2VjcmV0' } },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: metadata('org1-ca'), spec: {} },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata('org1-ca'),
      spec: { template: { spec: { containers } } },
    },
  ]);
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-backup-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function weft(state: FakeState, ...args: string[]): Promise<Answer> {
  return machine({ workingDirectory: folder, stateAccess: state }).weft(...args);
}

describe('weft backup', () => {
  test('writes a file that only its owner may read, and says what is in it', async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    const { code, out, err } = await weft(standing(), 'backup', 'net', '--out', 'net.age', '--recipient', recipient);
    expect(code, err).toBe(0);
    expect(out).toMatch(
      /^net\.age holds net as of .*Z: 1 Secret, 1 ConfigMap, 1 volume of CAs, from namespace net\.\n$/,
    );
    expect(err).toContain('copying the volume of org1-ca, which is stopped for some seconds');
    expect((await stat(join(folder, 'net.age'))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(folder, 'net.age'), 'latin1')).startsWith('age-encryption.org/v1\n')).toBe(true);
  });

  test('never writes over a file, and looks before a CA is stopped', async () => {
    await writeFile(join(folder, 'net.age'), 'the last backup');
    const state = standing();
    const recipient = await identityToRecipient(await generateX25519Identity());
    const { code, err } = await weft(state, 'backup', 'net', '--out', 'net.age', '--recipient', recipient);
    expect(code).toBe(2);
    expect(err).toContain('net.age is there already, and a backup is never written over.');
    expect(state.done).toEqual([]);
    expect(await readFile(join(folder, 'net.age'), 'utf8')).toBe('the last backup');
  });

  test.each([
    [['backup', 'net', '--out', 'net.age'], 'a backup holds private keys, and is encrypted: to whom?'],
    [['backup', 'net', '--out', 'net.age', '--recipient', 'ana'], '"ana" is no public key of age.'],
    [['backup', 'net', '--out', 'no/net.age', '--passphrase-file', '-'], 'no/net.age cannot be written: '],
    [['restore', 'net.age'], 'a backup is opened by one of: --identity-file FILE, --passphrase-file FILE.'],
    [['restore', 'gone.age', '--passphrase-file', '-'], 'the backup cannot be read: '],
  ])('%j is wrong usage, which says what to do', async (args, message) => {
    const state = standing();
    const { code, err } = await machine({
      workingDirectory: folder,
      stateAccess: state,
      stdin: 'horse battery\n',
    }).weft(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(state.done).toEqual([]);
  });

  test('leaves no file behind when it fails', async () => {
    const state = standing();
    state.readVolume = () => Promise.reject(new Error('the node is gone'));
    const recipient = await identityToRecipient(await generateX25519Identity());
    const { code } = await weft(state, 'backup', 'net', '--out', 'net.age', '--recipient', recipient);
    expect(code).not.toBe(0);
    await expect(stat(join(folder, 'net.age'))).rejects.toThrow('ENOENT');
    expect(state.done).toEqual(['stop org1-ca', 'start org1-ca']);
  });
});

describe('weft restore', () => {
  test('opens with the file that age-keygen writes, and says what was made', async () => {
    const identity = await generateX25519Identity();
    await writeFile(join(folder, 'key.txt'), `# created: today\n# public key: age1…\n${identity}\n`);
    const recipient = await identityToRecipient(identity);
    await weft(standing(), 'backup', 'net', '--out', 'net.age', '--recipient', recipient);
    const empty = fakeState();
    const { code, out, err } = await weft(empty, 'restore', 'net.age', '--identity-file', 'key.txt');
    expect(code, err).toBe(0);
    expect(out).toMatch(/^3 objects of net restored as of .*Z\.\n$/);
    expect(err).toContain('weft up -f FILE');
    expect(empty.objects.has('Secret org1-admin-msp in namespace net')).toBe(true);
  });

  test('says how to open a backup that was locked otherwise', async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    await weft(standing(), 'backup', 'net', '--out', 'net.age', '--recipient', recipient);
    await writeFile(join(folder, 'key.txt'), await generateX25519Identity());
    const { code, err } = await weft(fakeState(), 'restore', 'net.age', '--identity-file', 'key.txt');
    expect(code).toBe(1);
    expect(err).toContain('✖ the backup cannot be opened: ');
    expect(err).toContain('Give what it was encrypted to: --passphrase-file FILE');
  });
});
