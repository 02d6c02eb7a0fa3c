import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { platformEnvironment } from '../environment.ts';
import { existingCluster } from '../existing-cluster.ts';
import { PlatformError, PlatformNotRunning } from '../failure.ts';
import { resolveInstance, type Instance } from '../instance.ts';
import { imageRegistry } from '../node/cluster-network.ts';
import { goArchitecture } from '../artifacts/go-artifacts.ts';
import { writeLayer, type ImageContent } from '../artifacts/image.ts';
import { formatProgressLine, type ProgressLine } from '../artifacts/index.ts';
import { withProgress } from '../artifacts/progress.ts';
import type { Report } from '../start-context.ts';
import { pushImage, type PushedManifest } from './client.ts';
import { buildGoProgram } from './go-program.ts';
import { registryReadiness, registryUrl } from './registry.ts';

/** A Go program, and the image that is made of it. */
export interface GoProgram {
  /** Absolute path of the folder that has its package main. */
  readonly directory: string;
  /** Repository of the image. */
  readonly name: string;
  /** Tag of the image. */
  readonly version: string;
}

export interface PushOptions {
  /** Receives what is being done, in words. */
  readonly report?: Report;
  readonly signal?: AbortSignal;
  /** Which platform; by default the one that the environment names. */
  readonly instance?: Instance;
}

export interface PushedImage extends PushedManifest {
  /** What pods name it by, such as `localhost:5000/basic:1.0`. */
  readonly reference: string;
}

/**
 * Builds a Go program and puts it, alone in an image, into the registry of the embedded platform. The same sources make
 * the same image.
 *
 * @throws PlatformNotRunning when there is no registry to push to.
 * @throws PlatformError, ArtifactError when it cannot be built or pushed.
 */
export async function pushGoProgram(program: GoProgram, options: PushOptions = {}): Promise<PushedImage> {
  const { report = () => undefined, signal, instance = resolveInstance() } = options;
  const url = await runningRegistry(instance);
  const { directory, name, version } = program;
  const folder = await mkdtemp(join(tmpdir(), 'weft-image-'));
  const [executable, layer] = [join(folder, 'program'), join(folder, 'layer.tar')];
  const reportLine = (line: ProgressLine): void => {
    report(formatProgressLine(line));
  };
  try {
    await withProgress(reportLine, `${name} ${version}`, async (say) => {
      await buildGoProgram(directory, executable, { say, signal });
      return 'built';
    });
    const image = await writeLayer(imageOf(name, executable), layer);
    const pushed = await pushImage({ url, repository: name, tag: version, signal }, image, layer);
    return { reference: `${imageRegistry}/${name}:${version}`, ...pushed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runningRegistry(instance: Instance): Promise<string> {
  platformEnvironment(instance);
  const cluster = existingCluster(instance);
  if (cluster !== undefined) {
    throw new PlatformError(
      `The platform has no registry: it works on the cluster of the context ${cluster.context}.\n` +
        'Build the image with your own tools, and put it where that cluster finds it, for example: kind load docker-image IMAGE',
    );
  }
  const url = registryUrl(instance);
  const { ready, reason } = await registryReadiness(instance);
  if (url !== undefined && ready) return url;
  throw new PlatformNotRunning(
    `The registry of the embedded platform cannot be reached: ${reason ?? 'there is none'}.`,
  );
}

/** Nobody in particular, and not root: what `runAsNonRoot` asks for. */
const user = '65532:65532';

function imageOf(name: string, program: string): ImageContent {
  const path = basename(name);
  return {
    architecture: goArchitecture(),
    entries: [{ path, mode: 0o755, source: program }],
    config: { Entrypoint: [`/${path}`], User: user },
  };
}
