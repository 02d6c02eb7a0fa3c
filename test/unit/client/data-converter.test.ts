import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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
  it("is the SDK's own where none is named", async () => {
    expect(await loadDataConverter(undefined)).toEqual({});
  });

  it('is what the named module exports', async () => {
    const path = await moduleOf(
      'good',
      'const codec = { encode: async (p) => p, decode: async (p) => p };\nexport const dataConverter = { payloadCodecs: [codec] };',
    );
    expect((await loadDataConverter(path)).payloadCodecs).toHaveLength(1);
  });

  it.each([
    ['exports something else', 'export const converter = {};', /must export dataConverter/],
    ['has a codec that cannot decode', 'export const dataConverter = { payloadCodecs: [{ encode() {} }] };', /decode/],
    ['throws', 'throw new Error("no key");', /WEFT_DATA_CONVERTER: no key/],
  ])('is refused by name if the module %s', async (what, text, message) => {
    const loading = loadDataConverter(await moduleOf(what.replaceAll(' ', '-'), text));
    await expect(loading).rejects.toThrow(TemporalMisconfigured);
    await expect(loading).rejects.toThrow(message);
  });

  it('is refused by name if there is no module', async () => {
    await expect(loadDataConverter(join(folder, 'missing.mjs'))).rejects.toThrow(TemporalMisconfigured);
  });

  it("counts for the embedded platform's Temporal as for any other", () => {
    const env = { WEFT_DATA_CONVERTER: '/c.mjs', TEMPORAL_ADDRESS: 'temporal:7233' };
    expect(temporalSettings(env).dataConverter).toBe('/c.mjs');
    expect(temporalSettings(env, '127.0.0.1:7233')).toMatchObject({
      address: '127.0.0.1:7233',
      dataConverter: '/c.mjs',
    });
    expect(temporalSettings({ WEFT_DATA_CONVERTER: '' })).not.toHaveProperty('dataConverter');
  });
});
