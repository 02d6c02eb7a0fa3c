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
): Promise<{ readonly packageId: string; readonly connection: Record<string, unknown> }> {
  const dependencies = fakeFabric().dependencies(cluster);
  const { bytes, packageId } = await packageOf(
    dependencies,
    packagedChaincode(chaincode(fields)),
    ORG1,
    AbortSignal.timeout(10_000),
  );
  // Tar keeps small files as they are, and the package is an archive in an archive.
  const outer = gunzipSync(bytes);
  const inner = gunzipSync(outer.subarray(outer.indexOf(Buffer.from([0x1f, 0x8b])))).toString('utf8');
  return { packageId, connection: JSON.parse(/\{.*\}/s.exec(inner)?.[0] ?? '{}') as Record<string, unknown> };
}

describe('the package of a chaincode', () => {
  test.for<[string, Record<string, unknown>, string]>([
    ['the server of its organization', {}, '{{.organization}}-ccaas-mychannel-basic:9999'],
    ['a server of its own', { per: 'peer' }, '{{.node}}-ccaas-mychannel-basic:9999'],
    ['the server that somebody else runs', { address: 'basic.example.com:7777' }, 'basic.example.com:7777'],
  ])('says that each peer calls %s', async ([, fields, address]) => {
    expect((await packaged(fields)).connection).toEqual({ address, dial_timeout: '10s', tls_required: false });
  });

  test('says what peers trust where they talk TLS: the root of their own organization', async () => {
    expect((await packaged({ tls: true })).connection).toMatchObject({
      tls_required: true,
      root_cert: 'TLS root of org1',
    });
  });

  test('needs nothing of the cluster without TLS, and the root with it', async () => {
    await expect(packaged({}, objectStore([]))).resolves.toBeDefined();
    await expect(packaged({ tls: true }, objectStore([]))).rejects.toMatchObject({ type: 'MaterialMissing' });
  });

  test('has an ID that begins with its label and is the same at every time', async () => {
    const [{ packageId }, again, other] = await Promise.all([packaged(), packaged(), packaged({ version: '1.1' })]);
    expect(packageId).toMatch(/^basic_1\.0:[0-9a-f]{64}$/);
    expect(again.packageId).toBe(packageId);
    expect(other.packageId).toMatch(/^basic_1\.1:/);
  });
});
