import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { writeLayer, type WrittenImage } from '../../../../src/local/artifacts/image.ts';
import { pushImage, type PushedManifest } from '../../../../src/local/registry/client.ts';

let folder: string;
let registry: FakeRegistry;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-registry-client-'));
  registry = await startRegistry();
});

afterEach(() => {
  registry.server.close();
  rmSync(folder, { recursive: true });
});

describe('an image that is pushed', () => {
  it('is complete under its tag: a manifest, with the configuration and the layer that it names', async () => {
    const { digest, outcome } = await push('one');
    expect(outcome).toBe('created');
    const manifest = registry.manifests.get('tools/sample:1.0') ?? '';
    expect(sha256(manifest)).toBe(digest);
    const { config, layers } = JSON.parse(manifest) as Manifest;
    expect(layers).toHaveLength(1);
    for (const { digest: blob, size } of [config, ...layers]) expect(registry.blobs.get(blob)?.byteLength).toBe(size);
    expect(JSON.parse(String(registry.blobs.get(config.digest)))).toMatchObject({
      rootfs: { diff_ids: [layers[0]?.digest] },
    });
  });

  it('costs one question when the registry has it', async () => {
    const first = await push('one');
    registry.requests.length = 0;
    expect(await push('one')).toEqual({ ...first, outcome: 'unchanged' });
    expect(registry.requests).toEqual(['HEAD /v2/tools/sample/manifests/1.0']);
  });

  it('takes the place of another one, of which it sends only what is new', async () => {
    await push('one');
    const [manifest] = registry.manifests.values();
    await push('other');
    registry.requests.length = 0;
    expect((await push('one')).outcome).toBe('updated');
    expect(registry.manifests.get('tools/sample:1.0')).toBe(manifest);
    expect(registry.requests.filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  it('is refused in the words of the registry', async () => {
    registry.refusal = 'the disk is full';
    await expect(push('one')).rejects.toThrow(/answered 500 to POST .*the disk is full/);
  });

  it('is refused with what to look at when no registry answers', async () => {
    registry.server.close();
    await expect(push('one')).rejects.toThrow(/does not answer at http(.|\n)*weft local status/);
  });

  it('is given up when its user does', async () => {
    await expect(push('one', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

interface Manifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

async function push(text: string, signal?: AbortSignal): Promise<PushedManifest> {
  const layer = join(folder, 'layer.tar');
  const image: WrittenImage = await writeLayer(
    { architecture: 'amd64', entries: [{ path: 'file', mode: 0o644, text }], config: {} },
    layer,
  );
  return pushImage({ url: registry.url, repository: 'tools/sample', tag: '1.0', signal }, image, layer);
}

interface FakeRegistry {
  readonly server: Server;
  readonly url: string;
  readonly blobs: Map<string, Buffer>;
  /** By `repository:tag`. */
  readonly manifests: Map<string, string>;
  readonly requests: string[];
  /** What it says to every upload. */
  refusal?: string;
}

/** As much of the OCI distribution specification as one repository needs, as strict as the specification. */
async function startRegistry(): Promise<FakeRegistry> {
  const server = createServer((request, response) => void serve(self, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const url = `http://127.0.0.1:${String(port)}`;
  const self: FakeRegistry = { server, url, blobs: new Map(), manifests: new Map(), requests: [] };
  return self;
}

async function serve(registry: FakeRegistry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://registry');
  registry.requests.push(`${request.method ?? ''} ${url.pathname}`);
  const call: Call = { url, type: request.headers['content-type'], body: await buffer(request) };
  const answers = { HEAD: look, POST: startUpload, PUT: take };
  const { status, headers, text } = answers[request.method as keyof typeof answers](registry, call);
  response.writeHead(status, headers).end(text);
}

interface Call {
  readonly url: URL;
  readonly type: string | undefined;
  readonly body: Buffer;
}

interface FakeAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly text?: string;
}

function look({ manifests, blobs }: FakeRegistry, { url }: Call): FakeAnswer {
  if (!url.pathname.includes('/manifests/')) return { status: blobs.has(lastOf(url)) ? 200 : 404 };
  const manifest = manifests.get(taggedBy(url));
  if (manifest === undefined) return { status: 404 };
  return { status: 200, headers: { 'docker-content-digest': sha256(manifest) } };
}

function startUpload({ refusal }: FakeRegistry, { url }: Call): FakeAnswer {
  if (refusal !== undefined) return { status: 500, text: refusal };
  const isKnown = url.pathname === '/v2/tools/sample/blobs/uploads/';
  return isKnown ? { status: 202, headers: { location: '/uploads/7?state=x' } } : { status: 404 };
}

function take(registry: FakeRegistry, call: Call): FakeAnswer {
  return call.url.pathname.includes('/manifests/') ? takeManifest(registry, call) : takeBlob(registry, call);
}

function takeBlob({ blobs }: FakeRegistry, { url, body }: Call): FakeAnswer {
  const digest = url.searchParams.get('digest') ?? '';
  if (url.pathname !== '/uploads/7' || url.searchParams.get('state') !== 'x') return { status: 404 };
  if (digest !== sha256(body)) return { status: 400 };
  blobs.set(digest, body);
  return { status: 201 };
}

function takeManifest({ manifests, blobs }: FakeRegistry, { url, type, body }: Call): FakeAnswer {
  const { mediaType, config, layers } = JSON.parse(String(body)) as Manifest;
  const isComplete = [config, ...layers].every(({ digest }) => blobs.has(digest));
  if (type !== mediaType || !isComplete) return { status: 400 };
  manifests.set(taggedBy(url), String(body));
  return { status: 201 };
}

function taggedBy({ pathname }: URL): string {
  return pathname.replace('/v2/', '').replace('/manifests/', ':');
}

function lastOf({ pathname }: URL): string {
  return pathname.slice(pathname.lastIndexOf('/') + 1);
}

function sha256(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
