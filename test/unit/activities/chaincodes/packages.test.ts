import { gunzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { packageOf } from '../../../../src/activities/chaincodes/packages.ts';
import { packagedChaincode } from '../../../../src/workflows/inputs.ts';
import { chaincode } from '../chaincodes.ts';
import { fakeFabric } from '../fake-fabric.ts';
import { objectStore } from '../object-store.ts';
import { enrolled, ORG1 } from '../steps.ts';

async function packaged(
  fields: Record<string, unknown> = {},
  cluster = objectStore(enrolled(ORG1)),
  organization = ORG1,
): Promise<{ readonly packageId: string; readonly connection: Record<string, unknown> }> {
  const dependencies = fakeFabric().dependencies(cluster);
  const { bytes, packageId } = await packageOf(
    dependencies,
    packagedChaincode(chaincode(fields)),
    organization,
    AbortSignal.timeout(10_000),
  );
  // Tar keeps small files as they are, and the package is an archive in an archive.
  const outer = gunzipSync(bytes);
  const inner = gunzipSync(outer.subarray(outer.indexOf(Buffer.from([0x1f, 0x8b])))).toString('utf8');
  return { packageId, connection: JSON.parse(/\{.*\}/s.exec(inner)?.[0] ?? '{}') as Record<string, unknown> };
}

const ORG2 = { ...ORG1, name: 'org2', mspId: 'Org2MSP' };

const SOMEBODY_ELSES = { address: 'basic.example.com:7777' };

describe('the package of a chaincode', () => {
  test.for<[string, Record<string, unknown>, string]>([
    ['the server of its organization', { tls: false }, '{{.organization}}-ccaas-mychannel-basic:9999'],
    ['a server of its own', { tls: false, per: 'peer' }, '{{.node}}-ccaas-mychannel-basic:9999'],
    ['the server that somebody else runs', SOMEBODY_ELSES, 'basic.example.com:7777'],
  ])('says that each peer calls %s', async ([, fields, address]) => {
    expect((await packaged(fields)).connection).toEqual({ address, dial_timeout: '10s', tls_required: false });
  });

  test('has each peer fill in by what it and a server of its organization know each other in TLS', async () => {
    expect((await packaged()).connection).toEqual({
      address: '{{.organization}}-ccaas-mychannel-basic:9999',
      dial_timeout: '10s',
      tls_required: true,
      root_cert: '{{.root_cert}}',
      client_auth_required: true,
      client_cert: '{{.client_cert}}',
      client_key: '{{.client_key}}',
    });
  });

  test("says what peers trust of somebody else's server that talks TLS: the root of their own organization", async () => {
    expect((await packaged({ ...SOMEBODY_ELSES, tls: true })).connection).toEqual({
      address: 'basic.example.com:7777',
      dial_timeout: '10s',
      tls_required: true,
      root_cert: 'TLS root of org1',
    });
  });

  test("needs nothing of the cluster, but the root for somebody else's server that talks TLS", async () => {
    for (const fields of [{}, { tls: false }, SOMEBODY_ELSES]) {
      await expect(packaged(fields, objectStore([]))).resolves.toBeDefined();
    }
    await expect(packaged({ ...SOMEBODY_ELSES, tls: true }, objectStore([]))).rejects.toMatchObject({
      type: 'MaterialMissing',
    });
  });

  test('has an ID that begins with its label and is the same at every time', async () => {
    const [{ packageId }, again, other] = await Promise.all([packaged(), packaged(), packaged({ version: '1.1' })]);
    expect(packageId).toMatch(/^basic_1\.0:[0-9a-f]{64}$/);
    expect(again.packageId).toBe(packageId);
    expect(other.packageId).toMatch(/^basic_1\.1:/);
  });

  test('has the same ID in every organization, with TLS as without it', async () => {
    const ids = await Promise.all(
      [ORG1, ORG2].map(
        async (organization) => (await packaged({}, objectStore(enrolled(organization)), organization)).packageId,
      ),
    );
    expect(new Set(ids).size).toBe(1);
    expect((await packaged({ tls: false })).packageId).not.toBe(ids[0]);
  });
});
