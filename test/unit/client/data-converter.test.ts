import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { PayloadKeyMissing } from '../../../src/codec/index.ts';
import { loadDataConverter, TemporalMisconfigured, temporalSettings } from '../../../src/client/index.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-data-converter-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function moduleOf(name: string, text: string): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, text);
  return path;
}

describe('the data converter', () => {
  it('encrypts nothing where nothing is named, and says by name what it cannot read', async () => {
    const { payloadCodecs: [codec] = [], ...others } = await loadDataConverter();
    expect(others).toEqual({});
    const plain = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"net"') };
    expect(await codec?.encode([plain])).toEqual([plain]);
    const encrypted = { metadata: { encoding: Buffer.from('binary/encrypted') } };
    await expect(codec?.decode([encrypted])).rejects.toThrow(PayloadKeyMissing);
  });

  it('is what the named module exports', async () => {
    const path = await moduleOf(
      'good',
      'const codec = { encode: async (p) => p, decode: async (p) => p };\nexport const dataConverter = { payloadCodecs: [codec] };',
    );
    expect((await loadDataConverter({ module: path })).payloadCodecs).toHaveLength(1);
  });

  it.each([
    ['exports something else', 'export const converter = {};', /must export dataConverter/],
    ['has a codec that cannot decode', 'export const dataConverter = { payloadCodecs: [{ encode() {} }] };', /decode/],
    ['throws', 'throw new Error("no key");', /WEFT_DATA_CONVERTER: no key/],
  ])('is refused by name if the module %s', async (what, text, message) => {
    const loading = loadDataConverter({ module: await moduleOf(what.replaceAll(' ', '-'), text) });
    await expect(loading).rejects.toThrow(TemporalMisconfigured);
    await expect(loading).rejects.toThrow(message);
  });

  it('is refused by name if there is no module', async () => {
    await expect(loadDataConverter({ module: join(folder, 'missing.mjs') })).rejects.toThrow(TemporalMisconfigured);
  });

  it('is not both a module and a key file', async () => {
    await expect(loadDataConverter({ module: '/c.mjs', keyFile: '/keys' })).rejects.toThrow(
      /WEFT_DATA_CONVERTER and WEFT_PAYLOAD_KEY_FILE are both set/,
    );
  });

  it("counts for the embedded platform's Temporal as for any other", () => {
    const env = { WEFT_DATA_CONVERTER: '/c.mjs', WEFT_PAYLOAD_KEY_FILE: '/keys', TEMPORAL_ADDRESS: 'temporal:7233' };
    const encoding = { module: '/c.mjs', keyFile: '/keys' };
    expect(temporalSettings(env).encoding).toEqual(encoding);
    expect(temporalSettings(env, '127.0.0.1:7233')).toMatchObject({ address: '127.0.0.1:7233', encoding });
    expect(temporalSettings({ WEFT_DATA_CONVERTER: '', WEFT_PAYLOAD_KEY_FILE: '' }).encoding).toEqual({});
  });
});
