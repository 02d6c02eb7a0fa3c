import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { contentKey, directoryOf, sourcesOf } from './cache.ts';
import { obtain, type Artifact } from './obtain.ts';
import type { ReportProgress, Say } from './progress.ts';
import { runTool } from './run-tool.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What the page is made of, besides what stands in these files: how, and of which packages. */
const PAGE_SOURCES = ['src/web', 'src/api-client'];
const BUILD_FILES = ['vite.config.ts', 'package-lock.json'];

/** Where `npm run build:web` puts the page, for packages and images, which have no sources of it. */
const BUILT_PAGE = join(root, 'dist/web');

/** In a built page: the key of the sources that it was made from. */
const KEY_FILE = '.sources';

/**
 * Obtains the page that a browser shows: the one in dist/web if it is there and its sources have not changed since, else one that is
 * built from them and kept in the user's cache.
 *
 * @param report receives progress while it is built
 * @returns the folder with its index.html
 * @throws ArtifactError when it cannot be built
 */
export async function preparePage(report: ReportProgress, signal?: AbortSignal): Promise<string> {
  if (isBuilt()) return BUILT_PAGE;
  const page = pageArtifact();
  await obtain(page, report, signal);
  const folder = directoryOf(page);
  const now = new Date();
  utimesSync(folder, now, now);
  removeUnused(dirname(folder));
  return folder;
}

/**
 * Builds the page into a folder, in place of an earlier one.
 *
 * @param folder by default dist/web
 * @throws ArtifactError when it cannot be built
 */
export async function buildPage(report: ReportProgress, folder: string = BUILT_PAGE): Promise<string> {
  const built = await preparePage(report);
  if (built !== folder) await copyPage(built, folder);
  return folder;
}

async function copyPage(built: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await cp(built, folder, { recursive: true });
  await writeFile(join(folder, KEY_FILE), keyOfPage());
}

function isBuilt(): boolean {
  if (!existsSync(join(BUILT_PAGE, 'index.html'))) return false;
  if (!existsSync(join(root, 'src/web'))) return true;
  const keyFile = join(BUILT_PAGE, KEY_FILE);
  return existsSync(keyFile) && readFileSync(keyFile, 'utf8') === keyOfPage();
}

function pageArtifact(): Artifact {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  return {
    name: 'page',
    version,
    key: keyOfPage(),
    files: ['index.html'],
    produce: (directory, { say, signal }) => build(directory, say, signal),
  };
}

function keyOfPage(): string {
  const sources = PAGE_SOURCES.flatMap((folder) => sourcesOf(join(root, folder)));
  return contentKey(...sources, ...BUILD_FILES.map((file) => readFileSync(join(root, file), 'utf8')));
}

/** In a process of its own: the bundler keeps hundreds of megabytes, and the server that is started next runs for weeks. */
async function build(directory: string, say: Say, signal: AbortSignal | undefined): Promise<void> {
  say('building');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const flags = [
    '--config',
    join(root, 'vite.config.ts'),
    '--outDir',
    directory,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ];
  await runTool('page', [process.execPath, vite, 'build', ...flags], {
    cwd: root,
    signal,
    // Under another value, such as that of a test run, React would be the one for its developers.
    env: { NODE_ENV: 'production' },
    nextStep: 'Are all packages installed? npm ci installs them.',
  });
}

/** A quarter of a year: no server of a checkout runs so long without a new start, and what is left of each change is some megabytes. */
const UNUSED_MS = 90 * 24 * 3_600_000;

function removeUnused(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > UNUSED_MS) rmSync(path, { recursive: true, force: true });
  }
}
