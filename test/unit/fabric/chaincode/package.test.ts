import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';

import { ccaasPackage, type ChaincodeConnection } from '../../../../src/fabric/index.ts';
import { storedGzip } from '../../../../src/fabric/chaincode/package.ts';

const CONNECTION: ChaincodeConnection = {
  address: '{{.peername}}-ccaas-basic:9999',
  dialTimeout: '10s',
};

describe('the package of a chaincode as a service', () => {
  it('has a package ID that depends on its content alone, for ever', async () => {
    const { packageId } = await ccaasPackage({ label: 'basic_1.0', connection: CONNECTION });
    // Should this fail, then packages that are installed somewhere would be made anew, and every chaincode be approved again.
    expect(packageId).toBe('basic_1.0:bebdb2ce287e5ab5f53982b1cea8e67c50b04a8c4568f3335af6464a39df9894');
  });

  it('has another package ID with every other label or connection', async () => {
    const ids = await Promise.all([
      ccaasPackage({ label: 'basic_1.0', connection: CONNECTION }),
      ccaasPackage({ label: 'basic_1.1', connection: CONNECTION }),
      ccaasPackage({ label: 'basic_1.0', connection: { ...CONNECTION, address: 'other:9999' } }),
    ]);
    expect(new Set(ids.map(({ packageId }) => packageId.split(':')[1])).size).toBe(3);
  });

  it.each<[string, ChaincodeConnection['tls'], Record<string, unknown>]>([
    ['without TLS', undefined, { tls_required: false }],
    ['to a server that the peer knows', { rootCertificate: 'root' }, { tls_required: true, root_cert: 'root' }],
    [
      'to a server that knows the peer, too',
      { rootCertificate: 'root', client: { certificate: 'certificate', key: 'key' } },
      {
        ...{ tls_required: true, root_cert: 'root' },
        ...{ client_auth_required: true, client_cert: 'certificate', client_key: 'key' },
      },
    ],
  ])(
    'holds metadata.json and, in code.tar.gz, a connection %s, with the names that Fabric reads',
    async (_, tls, fields) => {
      const connection = { address: 'basic:9999', dialTimeout: '10s', ...(tls && { tls }) };
      const { bytes } = await ccaasPackage({ label: 'basic_1.0', connection });
      const files = await unpacked(bytes);
      expect([...files.keys()]).toEqual(['metadata.json', 'code.tar.gz']);
      expect(json(files, 'metadata.json')).toEqual({ type: 'ccaas', label: 'basic_1.0' });
      const code = await unpacked(files.get('code.tar.gz') ?? Buffer.alloc(0));
      expect([...code.keys()]).toEqual(['connection.json']);
      expect(json(code, 'connection.json')).toEqual({ address: 'basic:9999', dial_timeout: '10s', ...fields });
    },
  );

  it.each(['', 'basic 1.0', '_basic', 'basic/1', 'basic:1', 'grün'])(
    'refuses the label "%s", as Fabric does',
    async (label) => {
      await expect(ccaasPackage({ label, connection: CONNECTION })).rejects.toThrow(
        `"${label}" cannot be the label of a chaincode package`,
      );
    },
  );
});

describe('gzip without compression', () => {
  it.each([0, 1, 65_535, 65_536, 200_000])('is what every gzip reads, for %i bytes', (length) => {
    const bytes = Buffer.alloc(length, 'some text ');
    expect(gunzipSync(storedGzip(bytes)).equals(bytes)).toBe(true);
  });
});

async function unpacked(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  const entries = extract();
  entries.end(gunzipSync(bytes));
  const files = new Map<string, Buffer>();
  for await (const entry of entries) {
    expect(entry.header).toMatchObject({ mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: 'file' });
    files.set(entry.header.name, await buffer(entry));
  }
  return files;
}

function json(files: ReadonlyMap<string, Buffer>, name: string): unknown {
  return JSON.parse(files.get(name)?.toString('utf8') ?? '');
}
