import { readdirSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';

import { cacheRoot, contentKey, directoryOf } from '../../../src/local/artifacts/cache.ts';
import { goCommand } from '../../../src/local/artifacts/find-command.ts';
import { goArtifact } from '../../../src/local/artifacts/go-artifacts.ts';
import { locateArtifacts } from '../../../src/local/artifacts/index.ts';
import { obtain, type Artifact } from '../../../src/local/artifacts/obtain.ts';
import type { ReportProgress } from '../../../src/local/artifacts/progress.ts';
import { runTool } from '../../../src/local/artifacts/run-tool.ts';
import { commandsOf, installMissing } from '../../../src/local/artifacts/system-packages.ts';
import { POSTGRES_FOLDER, POSTGRES_NEED, postgresVersions } from '../postgres.ts';
import type { DockerDaemon } from './daemon.ts';

/*
 * The images of docker-compose.yml, for a machine that reaches no registry of images: each is built from what the registries of packages
 * serve, and has the upstream name. Weft's own is made by its Dockerfile.
 */

const HERE = import.meta.dirname;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Where a daemon keeps the images between runs of the tests. */
export const DOCKER_DATA = join(cacheRoot(), 'docker-test');

const TEMPORAL_VERSION = '1.32.0';

const temporalServer = goArtifact(
  {
    name: 'temporal-server',
    version: TEMPORAL_VERSION,
    programs: {
      'temporal-server': 'go.temporal.io/server/cmd/server',
      'temporal-sql-tool': 'go.temporal.io/server/cmd/tools/sql',
    },
  },
  HERE,
);

/** What all stand-ins are made on. */
const DEBIAN = 'weft-test/debian:12';

const debian: Artifact = {
  name: 'debian-base',
  version: '12',
  key: contentKey('minbase ca-certificates busybox-static'),
  files: ['base.tar'],
  produce: async (folder, work) => {
    work.say('bootstrapping Debian');
    const root = join(folder, 'root');
    await runTool(
      'debian-base',
      ['debootstrap', '--variant=minbase', '--include=ca-certificates,busybox-static', 'bookworm', root],
      {
        signal: work.signal,
        nextStep: 'Make the command above work, then run the same command again.',
      },
    );
    const left = ['./var/cache/apt', './var/lib/apt/lists', './usr/share/doc', './usr/share/locale'];
    await execa('tar', ['-C', root, ...left.map((path) => `--exclude=${path}`), '-cf', join(folder, 'base.tar'), '.']);
    await rm(root, { recursive: true });
  },
};

/** Makes what the stand-ins are built from. The first time takes minutes: Temporal's server is compiled. */
export async function prepareDocker(report: ReportProgress): Promise<void> {
  const needs = [
    commandsOf('docker.io', ['dockerd', 'docker']),
    commandsOf('docker-compose', ['docker-compose']),
    commandsOf('debootstrap', ['debootstrap']),
    POSTGRES_NEED,
  ];
  await installMissing(needs, report);
  await obtain(temporalServer, report);
  await obtain(debian, report);
}

/**
 * Builds all images of docker-compose.yml but those of the profile `observability`; what has not changed comes from the daemon's store.
 *
 * @param docker - a daemon on this machine's network: the Dockerfile fetches packages.
 */
export async function buildImages(docker: DockerDaemon): Promise<void> {
  const contexts = await mkdtemp(join(tmpdir(), 'weft-images-'));
  try {
    await importBase(docker);
    for (const [name, { tag, fill }] of Object.entries(STAND_INS)) {
      const context = join(contexts, name);
      await cp(join(HERE, 'images', name), context, { recursive: true });
      await fill(context);
      await build(docker, context, tag);
    }
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
    await build(docker, ROOT, `weft:${version}`);
    await docker.run('docker', ['image', 'prune', '--force']);
  } finally {
    await rm(contexts, { recursive: true });
  }
}

/** Once: an image that is imported again is another one, and everything would be built anew. */
async function importBase(docker: DockerDaemon): Promise<void> {
  const present = await docker.run('docker', ['images', '--quiet', DEBIAN]);
  if (present === '') await docker.run('docker', ['import', join(directoryOf(debian), 'base.tar'), DEBIAN]);
}

async function build(docker: DockerDaemon, context: string, tag: string): Promise<void> {
  // Debian's Docker has no BuildKit.
  await docker.run('docker', ['build', '--quiet', '--network=host', '--tag', tag, context], {
    env: { DOCKER_BUILDKIT: '0' },
  });
}

interface StandIn {
  readonly tag: string;
  /** Puts into the folder of its Dockerfile what that copies. */
  readonly fill: (context: string) => Promise<void>;
}

const STAND_INS: Readonly<Record<string, StandIn>> = {
  // Node as its npm package has it, with an npm that trusts whom this machine trusts.
  node: {
    tag: 'node:24-bookworm-slim',
    fill: async (context) => {
      await cp(join(ROOT, 'node_modules/.bin/node'), join(context, 'node'), { dereference: true });
      await cp(await npmFolder(), join(context, 'npm'), { recursive: true, dereference: true });
      await cp(process.env['SSL_CERT_FILE'] ?? '/etc/ssl/certs/ca-certificates.crt', join(context, 'ca.crt'), {
        dereference: true,
      });
    },
  },
  // Instead of Go what it would build: the artifacts have the same programs of the same module.
  golang: {
    tag: 'golang:1.26-bookworm',
    fill: async (context) => {
      for (const program of ['configtxgen', 'configtxlator'] as const) {
        await cp(locateArtifacts().path(program), join(context, program));
      }
    },
  },
  postgres: { tag: 'postgres:17.6-bookworm', fill: (context) => copyPostgres(join(context, 'root')) },
  server: {
    tag: `temporalio/server:${TEMPORAL_VERSION}`,
    fill: async (context) => {
      await cp(join(directoryOf(temporalServer), 'bin/temporal-server'), join(context, 'temporal-server'));
      const script = await readFile(join(await temporalModule(), 'docker/scripts/sh/entrypoint.sh'), 'utf8');
      // It is written for the shell of Alpine.
      await writeFile(join(context, 'entrypoint.sh'), script.replace(/^#!.*$/m, '#!/bin/busybox sh'), { mode: 0o755 });
    },
  },
  tools: {
    tag: `temporalio/admin-tools:${TEMPORAL_VERSION}`,
    fill: async (context) => {
      await cp(join(directoryOf(temporalServer), 'bin/temporal-sql-tool'), join(context, 'temporal-sql-tool'));
      await cp(locateArtifacts().path('temporal'), join(context, 'temporal'));
      const schema = join(context, 'schema/postgresql');
      await cp(join(await temporalModule(), 'schema/postgresql'), schema, { recursive: true });
      await execa('chmod', ['-R', 'u+w', schema]);
    },
  },
  ui: { tag: 'temporalio/ui:2.55.0', fill: () => Promise.resolve() },
};

async function npmFolder(): Promise<string> {
  const { stdout } = await execa('npm', ['root', '--global']);
  return join(stdout, 'npm');
}

/** Where Go keeps the module of Temporal's server. */
async function temporalModule(): Promise<string> {
  const { stdout } = await execa(goCommand(), ['list', '-m', '-f', '{{.Dir}}', 'go.temporal.io/server'], {
    cwd: join(HERE, 'temporal-server'),
    env: { GOFLAGS: '-mod=readonly' },
  });
  return stdout;
}

/** This machine's PostgreSQL with the libraries that it loads: the image has the same Debian. */
async function copyPostgres(root: string): Promise<void> {
  const version = postgresVersions().at(-1) ?? '';
  const folders = [join(POSTGRES_FOLDER, version, 'bin'), join(POSTGRES_FOLDER, version, 'lib')];
  for (const folder of [...folders, join('/usr/share/postgresql', version)]) {
    await cp(folder, join(root, folder), {
      recursive: true,
      filter: (path) => !path.endsWith('/bitcode'),
    });
  }
  const files = folders
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const { stdout } = await execa('ldd', files, { reject: false, stderr: 'ignore' });
  const libraries = new Set([...stdout.matchAll(/=> (\/\S+)/g)].map(([, path = '']) => path));
  for (const library of libraries) {
    // /lib is a link to /usr/lib in the image.
    const copy = join(root, library.replace(/^\/lib\//, '/usr/lib/'));
    await mkdir(dirname(copy), { recursive: true });
    await cp(library, copy, { dereference: true });
    await chmod(copy, 0o644);
  }
}
