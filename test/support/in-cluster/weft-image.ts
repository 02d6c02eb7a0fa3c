import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { z } from 'zod';

import { resolveInstance } from '../../../src/local/index.ts';
import { contentKey, directoryOf, sourcesOf } from '../../../src/local/artifacts/cache.ts';
import { goArchitecture } from '../../../src/local/artifacts/go-artifacts.ts';
import { writeImageArchive, type ImageEntry } from '../../../src/local/artifacts/image.ts';
import { locateArtifacts } from '../../../src/local/artifacts/index.ts';
import { obtain, type Artifact } from '../../../src/local/artifacts/obtain.ts';
import type { ReportProgress } from '../../../src/local/artifacts/progress.ts';
import { runTool } from '../../../src/local/artifacts/run-tool.ts';
import { importImages } from '../../../src/local/node/import-images.ts';
import { findNode } from '../../../src/local/node/node.ts';

/*
 * An image of this Weft for the tests' cluster, with what the Dockerfile puts into one: Node, the compiled code with its page, the packages
 * that it needs at run time, Fabric's two programs. It is made without Docker and without npm, of what this checkout has installed.
 */

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const BUILT_FROM = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.client.json',
  'vite.config.ts',
  'scripts/build.ts',
];

/** What `npm run build` makes, types unchecked: that has been done by whoever runs the tests. */
async function builtWeft(): Promise<Artifact> {
  const files = await Promise.all(BUILT_FROM.map((path) => readFile(join(ROOT, path), 'utf8')));
  return {
    name: 'weft-dist',
    version: '1',
    key: contentKey(...sourcesOf(join(ROOT, 'src')), ...sourcesOf(join(ROOT, 'kube')), ...files),
    files: ['cli/main.js', 'build.json', 'web/index.html'],
    produce: async (directory, { say, signal }) => {
      say('compiling');
      await runTool('weft-dist', [process.execPath, join(ROOT, 'scripts/build.ts'), '--no-check', '--out', directory], {
        cwd: ROOT,
        signal,
        nextStep: 'Does it compile? npm run check says where not.',
      });
    },
  };
}

/**
 * Makes the image, and gives it to the node of the embedded platform under a name.
 *
 * @param reference - the image's name in manifests.
 * @throws ArtifactError when the code does not compile; Error where the tests' cluster is not the embedded one
 */
export async function importWeftImage(reference: string, report: ReportProgress): Promise<void> {
  const instance = resolveInstance();
  const node = findNode(instance);
  if (node === undefined) throw new Error('Images can be given to the node of the embedded platform alone.');
  const built = await builtWeft();
  await obtain(built, report);
  const folder = await mkdtemp(join(tmpdir(), 'weft-image-'));
  try {
    const archive = join(folder, 'weft.tar');
    await writeImageArchive(
      {
        reference,
        architecture: goArchitecture(),
        entries: await entriesOf(directoryOf(built)),
        config: {
          Entrypoint: ['weft'],
          Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'NODE_ENV=production'],
          User: '1000:1000',
          WorkingDir: '/tmp',
        },
      },
      archive,
    );
    await importImages(instance, node.pid, [{ reference, archive }], () => undefined);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function entriesOf(dist: string): Promise<ImageEntry[]> {
  const node = await realpath(join(ROOT, 'node_modules/.bin/node'));
  const packages = await Promise.all((await packagesAtRunTime()).map((path) => filesBelow(path, path)));
  return [
    { path: 'usr/local/bin/node', mode: 0o755, source: node },
    ...(await librariesOf(node, join(ROOT, CORE, 'index.node'))).map((source) => ({
      path: source.slice(1),
      mode: 0o755,
      source,
    })),
    ...(['configtxgen', 'configtxlator'] as const).map((program) => ({
      path: `usr/local/bin/${program}`,
      mode: 0o755,
      source: locateArtifacts().path(program),
    })),
    { path: 'usr/local/bin/weft', mode: 0o755, text: `#!/usr/local/bin/node\nimport('/${HOME}/dist/cli/main.js');\n` },
    { path: `${HOME}/package.json`, mode: 0o644, source: join(ROOT, 'package.json') },
    ...(await filesBelow(join(ROOT, 'kube'), 'kube')).map(inHome),
    ...(await filesBelow(dist, 'dist')).map(inHome),
    ...packages.flat().map(inHome),
    { path: 'etc/passwd', mode: 0o644, text: 'node:x:1000:1000::/tmp:/usr/local/bin/node\n' },
    { path: 'tmp', mode: 0o1777, folder: true },
    { path: 'run/secrets', mode: 0o755, folder: true },
  ];
}

/** Where Weft is in the image. */
const HOME = 'opt/weft';

function inHome(entry: ImageEntry): ImageEntry {
  return { ...entry, path: `${HOME}/${entry.path}` };
}

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });

/** Paths of the packages that are not for developers alone, as `npm prune --omit=dev` leaves them. */
async function packagesAtRunTime(): Promise<string[]> {
  const { packages } = lockSchema.parse(JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true && !RUNTIME.test(path) && existsSync(join(ROOT, path)))
    .map(([path]) => path);
}

/** The Node of a checkout; the image brings its own. */
const RUNTIME = /^(runtime|node_modules\/(weft-runtime|node-linux-\w+))$/;

/** Of no use to who runs it: half of all files. */
const LEFT_OUT = /\.(d\.[cm]?ts|map)$/;

/** The native core of Temporal's SDK, of which its package brings a build for every platform. */
const CORES = 'node_modules/@temporalio/core-bridge/releases/';
const CORE = `${CORES}${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`;

function isForeignCore(path: string): boolean {
  return path.startsWith(CORES) && !path.startsWith(CORE);
}

/** The files of a folder, not those of packages within. @param path - the folder's in the image */
async function filesBelow(folder: string, path: string): Promise<ImageEntry[]> {
  const source = resolve(ROOT, folder);
  const found: ImageEntry[] = [];
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), `${path}/${entry.name}`];
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') found.push(...(await filesBelow(from, to)));
    } else if (entry.isFile() && !LEFT_OUT.test(to) && !isForeignCore(to)) {
      found.push({ path: to, mode: 0o644, source: from });
    }
  }
  return found;
}

/** The shared libraries that programs of this machine load, and what loads them. */
async function librariesOf(...programs: readonly string[]): Promise<string[]> {
  const { stdout } = await execa('ldd', programs);
  return [...new Set([...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(/gm)].map(([, path = '']) => path))];
}
