import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { PlatformError } from '../failure.ts';
import type { WrittenImage } from '../artifacts/image.ts';

/*
 * The part of the OCI distribution API that puts an image of one layer into a registry that is on this machine and
 * needs no sign-in: four requests, for which a client for all registries would be one more program to build.
 */

/** Where an image goes. */
export interface PushDestination {
  /** The registry's address, such as `http://127.0.0.1:5000`. */
  readonly url: string;
  readonly repository: string;
  readonly tag: string;
  readonly signal: AbortSignal | undefined;
}

export interface PushedManifest {
  /** Of the image's manifest: what a reference by digest names. */
  readonly digest: string;
  /** Whether the registry had another image of this name, this one, or none. */
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  configuration: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/**
 * Pushes an image, unless the registry has just this one.
 *
 * @param layer - the file that writeLayer wrote.
 * @throws PlatformError when the registry does not answer, or refuses.
 * @throws the signal's reason when it aborts.
 */
export async function pushImage(
  destination: PushDestination,
  { configuration, layerDigest }: WrittenImage,
  layer: string,
): Promise<PushedManifest> {
  const layerContent = await readFile(layer);
  const blobs = [
    { digest: digestOf(configuration), content: Buffer.from(configuration), mediaType: types.configuration },
    { digest: `sha256:${layerDigest}`, content: layerContent, mediaType: types.layer },
  ] as const;
  const [config, ...layers] = blobs.map(({ digest, content, mediaType }) => ({
    mediaType,
    digest,
    size: content.byteLength,
  }));
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: types.manifest, config, layers });
  const digest = digestOf(manifest);
  const known = await taggedDigest(destination);
  if (known === digest) return { digest, outcome: 'unchanged' };
  for (const blob of blobs) await pushBlob(destination, blob.digest, blob.content);
  await request(destination, 'PUT', manifestPath(destination), {
    headers: { 'content-type': types.manifest },
    body: manifest,
  });
  return { digest, outcome: known === undefined ? 'created' : 'updated' };
}

/** @returns the digest of the image that has the tag now, or undefined if none has */
async function taggedDigest(destination: PushDestination): Promise<string | undefined> {
  const answer = await request(destination, 'HEAD', manifestPath(destination), { headers: { accept: types.manifest } });
  return answer.status === 404 ? undefined : (answer.headers.get('docker-content-digest') ?? undefined);
}

async function pushBlob(destination: PushDestination, digest: string, content: Buffer): Promise<void> {
  const blobs = `/v2/${destination.repository}/blobs`;
  if ((await request(destination, 'HEAD', `${blobs}/${digest}`)).status === 200) return;
  const upload = await request(destination, 'POST', `${blobs}/uploads/`);
  const place = new URL(upload.headers.get('location') ?? '', destination.url);
  place.searchParams.set('digest', digest);
  await request(destination, 'PUT', `${place.pathname}${place.search}`, {
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(content),
  });
}

function manifestPath({ repository, tag }: PushDestination): string {
  return `/v2/${repository}/manifests/${tag}`;
}

/** @returns the answer; that there is no such thing is an answer to HEAD */
async function request(
  { url, signal }: PushDestination,
  method: 'HEAD' | 'POST' | 'PUT',
  path: string,
  content: { headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer> } = {},
): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(`${url}${path}`, { method, ...content, ...(signal !== undefined && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new PlatformError(`The registry does not answer at ${url}: ${reason}\nLook at it: weft local status`, {
      cause: error,
    });
  }
  if (answer.ok || (method === 'HEAD' && answer.status === 404)) return answer;
  throw new PlatformError(
    `The registry answered ${answer.status} to ${method} ${path}: ${(await answer.text()).slice(0, 500)}\n` +
      'Its log may say why: weft local status -o json shows where it is.',
  );
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
