import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { extract } from 'tar-stream';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { writeImageArchive, type Image } from '../../../../src/local/artifacts/image.ts';
import { nodeImages } from '../../../../src/local/artifacts/images.ts';
import { useTemporaryCache } from './temporary-cache.ts';

const temporary = useTemporaryCache();

describe('an image archive', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is the same bytes when it is written again a year later', async () => {
    const [one, other] = [join(temporary(), 'one.tar'), join(temporary(), 'other.tar')];
    await writeImageArchive(sampleImage(), one);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 365 * 24 * 3_600_000 });
    await writeImageArchive(sampleImage(), other);
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
  });

  test('differs when a file in it differs', async () => {
    const [one, other] = [join(temporary(), 'one.tar'), join(temporary(), 'other.tar')];
    const image = sampleImage();
    await writeImageArchive(image, one);
    await writeImageArchive({ ...image, entries: [{ path: 'a', mode: 0o644, text: 'other' }] }, other);
    expect(readFileSync(one).equals(readFileSync(other))).toBe(false);
  });

  test('names its image, its settings and the digest of its one layer', async () => {
    const archive = join(temporary(), 'image.tar');
    await writeImageArchive(sampleImage(), archive);
    const files = await readTar(readFileSync(archive));
    const [manifest] = JSON.parse(text(files, 'manifest.json')) as [
      { Config: string; RepoTags: string[]; Layers: string[] },
    ];
    expect(manifest.RepoTags).toEqual(['example.com/sample:1']);
    const layer = files.get(manifest.Layers[0] ?? '')?.content ?? Buffer.alloc(0);
    expect(JSON.parse(text(files, manifest.Config))).toEqual({
      created: '1970-01-01T00:00:00.000Z',
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['sample', 'start'], User: '65532:65532' },
      rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
    });
  });

  test('holds every file with its mode and content, and each folder before what is in it', async () => {
    const archive = join(temporary(), 'image.tar');
    await writeImageArchive(sampleImage(), archive);
    const layer = (await readTar(readFileSync(archive))).get('layer.tar')?.content ?? Buffer.alloc(0);
    const files = await readTar(layer);
    expect([...files].map(([name, { type, mode }]) => `${type} ${mode.toString(8)} ${name}`)).toEqual([
      'directory 755 etc',
      'file 644 etc/passwd',
      'directory 1777 tmp',
      'directory 755 usr',
      'directory 755 usr/local',
      'file 755 usr/local/sample',
    ]);
    expect(text(files, 'usr/local/sample')).toBe('program');
  });

  test('that cannot be written is refused and leaves no layer behind', async () => {
    const archive = join(temporary(), 'image.tar');
    const entries = [{ path: 'gone', mode: 0o755, source: join(temporary(), 'no-such-file') }];
    await expect(writeImageArchive({ ...sampleImage(), entries }, archive)).rejects.toThrow('ENOENT');
    expect(() => readFileSync(`${archive}.layer`)).toThrow('ENOENT');
  });

  function sampleImage(): Image {
    const source = join(temporary(), 'program');
    writeFileSync(source, 'program');
    return {
      reference: 'example.com/sample:1',
      architecture: 'amd64',
      entries: [
        { path: 'usr/local/sample', mode: 0o755, source },
        { path: 'tmp', mode: 0o1777, folder: true },
        { path: 'etc/passwd', mode: 0o644, text: 'root:x:0:0::/:\n' },
      ],
      config: { Cmd: ['sample', 'start'], User: '65532:65532' },
    };
  }
});

describe('the node images', () => {
  const images = [...nodeImages().values()];

  test('have the names and commands of the upstream images', () => {
    const commands = images.map(({ reference, config }) =>
      [reference, ...(config.Entrypoint ?? []), ...(config.Cmd ?? [])].join(' '),
    );
    expect(commands).toEqual([
      'ghcr.io/hyperledger/fabric-peer:2.5.9 peer node start',
      'ghcr.io/hyperledger/fabric-orderer:2.5.9 orderer start',
      'ghcr.io/hyperledger/fabric-ca:1.5.21 fabric-ca-server start',
      'registry.k8s.io/coredns/coredns:v1.14.7 /coredns',
      'weft.dev/pause:1.0.0 /pause',
    ]);
  });

  test('of the peer brings the three programs of the ccaas builder and the sample configuration', () => {
    const paths = images[0]?.entries.map((entry) => entry.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'usr/local/bin/peer',
        'opt/hyperledger/ccaas_builder/bin/detect',
        'opt/hyperledger/ccaas_builder/bin/build',
        'opt/hyperledger/ccaas_builder/bin/release',
        'etc/hyperledger/fabric/core.yaml',
      ]),
    );
  });
});

type ImageFiles = ReadonlyMap<string, { readonly type: string; readonly mode: number; readonly content: Buffer }>;

async function readTar(archive: Buffer): Promise<ImageFiles> {
  const files = new Map<string, { type: string; mode: number; content: Buffer }>();
  const reader = extract();
  Readable.from([archive]).pipe(reader);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, { type: entry.header.type, mode: entry.header.mode, content: Buffer.concat(chunks) });
  }
  return files;
}

function text(files: ImageFiles, name: string): string {
  return files.get(name)?.content.toString() ?? '';
}
