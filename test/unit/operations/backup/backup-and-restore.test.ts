import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, test } from 'vitest';

import type { KubernetesObject } from '../../../../src/kubernetes/index.ts';
import { backup } from '../../../../src/operations/backup/backup.ts';
import type { Key, Lock } from '../../../../src/operations/backup/encryption.ts';
import { restore } from '../../../../src/operations/backup/restore.ts';
import { carryOut, OperationFailure, type OperationContext, type Restored } from '../../../../src/operations/index.ts';
import { networkWorkflowId } from '../../../../src/workflows/messages.ts';
import { completed } from '../../cli/harness.ts';
import { FakeTemporal } from '../../client/fake-temporal.ts';
import { fakeState, type FakeState } from '../fake-state-access.ts';

const NETWORK = completed({
  name: 'net',
  organizations: [
    { name: 'org0', namespace: 'ns0', orderers: 1 },
    { name: 'org1', namespace: 'ns1', peers: 1 },
  ],
  channels: [{ name: 'mychannel' }],
});

const IDENTITY = await generateX25519Identity();
const LOCK: Lock = { kind: 'recipients', recipients: [await identityToRecipient(IDENTITY)] };
const KEY: Key = { kind: 'identities', identities: [IDENTITY] };

function object(kind: string, namespace: string, name: string, data: object, labels: object = {}): KubernetesObject {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
  const own = { 'app.kubernetes.io/managed-by': 'weft', 'weft.dev/network': 'net', ...labels };
  return { apiVersion, kind, metadata: { name, namespace, labels: own, uid: '1', resourceVersion: '7' }, data };
}

function standing(): FakeState {
  const record = { 'network.json': JSON.stringify(NETWORK), state: 'applied', 'identity.json': '{"record":"1"}' };
  const objects = NETWORK.organizations.flatMap(({ name, namespace }) => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'weft.dev/network': 'net' } } },
    object('ConfigMap', namespace, 'net-network', record),
    object('ConfigMap', namespace, 'net-tls-roots', { [name]: 'made again' }),
    object('ConfigMap', namespace, `${name}-ca-certificates`, { 'ca.pem': 'root' }, { 'weft.dev/organization': name }),
    object('ConfigMap', namespace, 'mychannel-genesis-block', {}, { 'weft.dev/channel': 'mychannel' }),
    object('Secret', namespace, `${name}-admin-msp`, { 'key.pem': 'secret' }, { 'weft.dev/organization': name }),
    {
      ...object('PersistentVolumeClaim', namespace, `${name}-ca`, {}, { 'weft.dev/organization': name }),
      spec: { accessModes: ['ReadWriteOnce'], volumeName: 'pv-1' },
    },
    {
      ...object('Deployment', namespace, `${name}-ca`, {}),
      spec: {
        template: {
          spec: {
            imagePullSecrets: [{ name: 'registry' }],
            securityContext: { runAsUser: 1234 },
            containers: [{ image: 'fabric-ca:1.5.21' }],
          },
        },
      },
    },
  ]);
  const state = fakeState(objects);
  for (const ca of ['org0-ca', 'org1-ca']) {
    state.volumes.set(ca, [{ path: 'ca-cert.pem', content: Buffer.from(`root of ${ca}`) }]);
  }
  return state;
}

function contextWith(temporal = new FakeTemporal()): OperationContext {
  return { temporal, cluster: 'local', requestedBy: 'ana@laptop', now: () => new Date('2026-11-26T10:00:00Z') };
}

const signal = new AbortController().signal;

async function backedUp(state: FakeState, context = contextWith()): Promise<Uint8Array> {
  const lookup = { cluster: 'local', selector: { network: 'net' } };
  const { file } = await carryOut(backup(context, state, { lookup, lock: LOCK }, signal), () => undefined);
  return file;
}

function restored(
  state: FakeState,
  file: Uint8Array,
  organizations: readonly string[] = [],
  key = KEY,
): Promise<Restored> {
  return carryOut(restore(contextWith(), state, { file, key, organizations }, signal), () => undefined);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((caught: unknown) => caught);
  return error instanceof OperationFailure ? error.problem.code : String(error);
}

/** A run of the network that begins at once and does not end. */
function begun(temporal: FakeTemporal): void {
  temporal.add({
    type: 'applyNetwork',
    workflowId: networkWorkflowId('local', 'net'),
    args: [NETWORK],
    summary: '',
    memo: { operation: 'up' },
  });
}

describe('a backup', () => {
  test('stops one CA after the other, and starts each again', async () => {
    const state = standing();
    await backedUp(state);
    expect(state.done).toEqual(['stop org0-ca', 'start org0-ca', 'stop org1-ca', 'start org1-ca']);
  });

  test('is refused while a run is under way, before a CA is stopped', async () => {
    const [state, temporal] = [standing(), new FakeTemporal()];
    begun(temporal);
    expect(await codeOf(backedUp(state, contextWith(temporal)))).toBe('NetworkBusy');
    expect(state.done).toEqual([]);
  });

  test('is none if a run began meanwhile', async () => {
    const [state, temporal] = [standing(), new FakeTemporal()];
    const readVolume = state.readVolume.bind(state);
    state.readVolume = (volume, aborted) => {
      begun(temporal);
      return readVolume(volume, aborted);
    };
    expect(await codeOf(backedUp(state, contextWith(temporal)))).toBe('NetworkBusy');
  });

  test('is none without the volume of a CA', async () => {
    const state = standing();
    state.objects.delete('PersistentVolumeClaim org1-ca in namespace ns1');
    expect(await codeOf(backedUp(state))).toBe('ObjectMissing');
  });

  test('is opened by nobody else', async () => {
    const file = await backedUp(standing());
    expect(await codeOf(restored(fakeState(), file, [], { kind: 'passphrase', passphrase: 'x' }))).toBe('BackupLocked');
    expect(await codeOf(restored(fakeState(), Buffer.from('nonsense')))).toBe('BackupLocked');
  });
});

describe('a restore', () => {
  test('on nothing makes all of it again, the record before what it speaks of, and each claim while its CA is stopped', async () => {
    const [before, after] = [standing(), fakeState()];
    await restored(after, await backedUp(before));
    expect(after.done.slice(0, 4)).toEqual([
      'create Namespace ns0',
      'create Namespace ns1',
      'create ConfigMap net-network in namespace ns0',
      'create ConfigMap net-network in namespace ns1',
    ]);
    expect(after.done.slice(-8)).toEqual(
      ['0', '1'].flatMap((n) => [
        `stop org${n}-ca`,
        `create PersistentVolumeClaim org${n}-ca in namespace ns${n}`,
        `fill org${n}-ca`,
        `start org${n}-ca`,
      ]),
    );
    expect(after.volumes).toEqual(before.volumes);
    // By pods that run as those of the CAs did.
    expect(after.filledAs.get('org1-ca')).toEqual({
      ...{ image: 'fabric-ca:1.5.21', user: 1234, imagePullSecrets: ['registry'] },
    });
    expect(after.objects.get('Secret org1-admin-msp in namespace ns1')?.['data']).toEqual({ 'key.pem': 'secret' });
    // What is made again is not in it; what the cluster noted is not either.
    expect(after.objects.has('ConfigMap net-tls-roots in namespace ns0')).toBe(false);
    expect(after.objects.get('PersistentVolumeClaim org1-ca in namespace ns1')).toMatchObject({
      metadata: { name: 'org1-ca', namespace: 'ns1' },
      spec: { accessModes: ['ReadWriteOnce'] },
    });
    expect(JSON.stringify([...after.objects.values()])).not.toMatch(/resourceVersion|volumeName|identity\.json/);
  });

  test('leaves what stands as it is', async () => {
    const state = standing();
    const { created } = await restored(state, await backedUp(state));
    expect(created).toEqual([]);
  });

  test('touches nothing where something differs, not even what is missing, and says what', async () => {
    const state = standing();
    const file = await backedUp(state);
    state.objects.set('Secret org1-admin-msp in namespace ns1', object('Secret', 'ns1', 'org1-admin-msp', {}));
    state.objects.delete('Secret org0-admin-msp in namespace ns0');
    state.done.length = 0;
    const failed = restored(state, file);
    await expect(failed).rejects.toThrow('Secret org1-admin-msp in namespace ns1 differs in key.pem.');
    expect(state.done).toEqual([]);
  });

  test('refuses a volume that is another CA', async () => {
    const state = standing();
    const file = await backedUp(state);
    state.volumes.set('org1-ca', [{ path: 'ca-cert.pem', content: Buffer.from('another root') }]);
    await expect(restored(state, file)).rejects.toThrow(
      'PersistentVolumeClaim org1-ca in namespace ns1 holds another CA',
    );
  });

  test('takes no record for one that was written by a run which found nothing', async () => {
    const state = standing();
    const file = await backedUp(state);
    const begun = object('ConfigMap', 'ns0', 'net-network', {
      'network.json': JSON.stringify(NETWORK),
      state: 'begun',
    });
    await expect(restored(fakeState([begun]), file)).rejects.toThrow(
      'ConfigMap net-network in namespace ns0 differs in state.',
    );
  });

  test('of one organization asks nothing of the others, and leaves the record to those that stand', async () => {
    const state = standing();
    const file = await backedUp(state);
    for (const name of state.objects.keys()) if (name.includes('ns1')) state.objects.delete(name);
    // Renewed since.
    state.objects.set('Secret org0-admin-msp in namespace ns0', object('Secret', 'ns0', 'org0-admin-msp', {}));
    const { created } = await restored(state, file, ['org1']);
    expect(created).toEqual([
      'Namespace ns1',
      'ConfigMap mychannel-genesis-block in namespace ns1',
      'ConfigMap org1-ca-certificates in namespace ns1',
      'Secret org1-admin-msp in namespace ns1',
      'PersistentVolumeClaim org1-ca in namespace ns1',
    ]);
    expect(await codeOf(restored(state, file, ['org7']))).toBe('NotInBackup');
  });
});
