import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Payload, PayloadCodec } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  encryptionCodec,
  openKeyRing,
  PayloadDamaged,
  PayloadKeyMissing,
  PayloadKeysUnusable,
} from '../../../src/codec/index.ts';

const OLD = Buffer.alloc(32, 'an old key').toString('base64');
const NEW = Buffer.alloc(32, 'a new key').toString('base64');

const payload = (text: string): Payload => ({
  metadata: { encoding: Buffer.from('json/plain'), type: Buffer.from('marked type') },
  data: Buffer.from(text),
});

let folder: string;
let keyFile: string;
let time: number;

/** A codec whose key file has these keys. */
async function codecOf(...keys: string[]): Promise<PayloadCodec> {
  await writeFile(keyFile, keys.join('\n'));
  return encryptionCodec(await openKeyRing(keyFile, () => time));
}

/** What stands in a payload, with bytes as text. */
function contentOf({ metadata, data }: Payload): unknown {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString()]);
  return { metadata: Object.fromEntries(entries) as unknown, data: Buffer.from(data ?? []).toString() };
}

async function encrypted(codec: PayloadCodec, text = 'marked'): Promise<Payload> {
  const [one = {}] = await codec.encode([payload(text)]);
  return one;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-codec-'));
  keyFile = join(folder, 'keys');
  time = 0;
});
afterEach(() => rm(folder, { recursive: true }));

describe('a payload', () => {
  it.each([
    ['text', payload('{"name":"net"}')],
    ['nothing', {}],
    ['metadata alone', { metadata: { encoding: Buffer.from('binary/null') } }],
    ['a megabyte', payload('x'.repeat(1_000_000))],
  ])(
    'of %s is what it was when it is decrypted again, and nothing of it can be read before',
    async (_what, original) => {
      const codec = await codecOf(NEW);
      const [kept = {}] = await codec.encode([original]);
      const visible = JSON.stringify(contentOf(kept));
      expect(visible).not.toContain('marked');
      expect(visible).not.toContain('xxxx');
      const [read = {}] = await codec.decode([kept]);
      expect(contentOf(read)).toEqual(contentOf(original));
    },
  );

  it('says how it is encoded and by which key, and grows by less than a hundred bytes', async () => {
    const kept = await encrypted(await codecOf(NEW), 'x'.repeat(1_000));
    expect(contentOf(kept)).toMatchObject({
      metadata: {
        encoding: 'binary/encrypted',
        'encryption-key-id': expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
      },
    });
    expect(kept.data?.length).toBeLessThan(1_100);
  });

  it('is never encrypted to the same bytes', async () => {
    const codec = await codecOf(NEW);
    expect((await encrypted(codec)).data).not.toEqual((await encrypted(codec)).data);
  });

  it('that is not encrypted is read as it is: it was written before there was a key', async () => {
    const plain = payload('"net"');
    expect(await (await codecOf(NEW)).decode([plain])).toEqual([plain]);
  });

  it.each([0, 11, 12, 20, -1])('is refused when its byte %i is another one', async (place) => {
    const codec = await codecOf(NEW);
    const kept = await encrypted(codec);
    const data = Buffer.from(kept.data ?? []);
    data.writeUInt8((data.at(place) ?? 0) ^ 1, place < 0 ? data.length + place : place);
    await expect(codec.decode([{ ...kept, data }])).rejects.toThrow(PayloadDamaged);
  });

  it.each([0, 5, 12, 27, 28])('is refused when only %i bytes are left of it', async (length) => {
    const codec = await codecOf(NEW);
    const kept = await encrypted(codec);
    const data = Buffer.from(kept.data ?? []).subarray(0, length);
    await expect(codec.decode([{ ...kept, data }])).rejects.toThrow(PayloadDamaged);
  });

  it('is refused under the id of another key', async () => {
    const old = await encrypted(await codecOf(OLD));
    const codec = await codecOf(NEW, OLD);
    const { metadata } = await encrypted(codec);
    await expect(codec.decode([{ ...old, metadata: metadata ?? {} }])).rejects.toThrow(PayloadDamaged);
  });

  it('whose key is not there is named with that key', async () => {
    const kept = await encrypted(await codecOf(OLD));
    const id = Buffer.from(kept.metadata?.['encryption-key-id'] ?? []).toString();
    const decoding = (await codecOf(NEW)).decode([kept]);
    await expect(decoding).rejects.toThrow(PayloadKeyMissing);
    await expect(decoding).rejects.toThrow(`encrypted with the key ${id}, which this process does not have`);
  });

  it('that others have encrypted without naming a key is named as such', async () => {
    const foreign = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.alloc(40) };
    await expect((await codecOf(NEW)).decode([foreign])).rejects.toThrow(/names no key/);
  });
});

describe('keys that change', () => {
  it('encrypt with the first, and decrypt with every one', async () => {
    const before = await encrypted(await codecOf(OLD));
    const both = await codecOf(NEW, OLD);
    const after = await encrypted(both);
    const read = await both.decode([before, after]);
    expect(read.map(contentOf)).toEqual([contentOf(payload('marked')), contentOf(payload('marked'))]);
    expect(await (await codecOf(NEW)).decode([after])).toHaveLength(1);
  });

  it('are read again when one is asked for that is not known, but not at every question', async () => {
    const kept = await encrypted(await codecOf(NEW));
    const codec = await codecOf(OLD);
    await writeFile(keyFile, `${OLD}\n${NEW}`);
    time = 4_999;
    await expect(codec.decode([kept])).rejects.toThrow(PayloadKeyMissing);
    time = 5_000;
    expect(await codec.decode([kept])).toHaveLength(1);
  });

  it('stay what they are while their file cannot be used', async () => {
    const kept = await encrypted(await codecOf(NEW));
    const codec = await codecOf(OLD);
    const old = await encrypted(codec);
    await writeFile(keyFile, 'half a fi');
    time = 5_000;
    await expect(codec.decode([kept])).rejects.toThrow(PayloadKeyMissing);
    expect(await codec.decode([old])).toHaveLength(1);
  });

  it('have to be there at first', async () => {
    await expect(openKeyRing(join(folder, 'none'))).rejects.toThrow(PayloadKeysUnusable);
    await writeFile(keyFile, '');
    await expect(openKeyRing(keyFile)).rejects.toThrow(`${keyFile} cannot be used: it has no key.`);
  });
});
