import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';

import { BUILD_FILE, WORKFLOWS_FILE } from '../src/worker/build.ts';
import { ownBuildId } from '../src/worker/version.ts';
import { compileWorkflows } from '../src/worker/workflow-bundle.ts';

/*
 * `npm run build`: compiles src/ into dist/, which runs without TypeScript. A file is as deep in dist/ as in src/, so that it
 * finds kube/ and package.json by the same paths.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** What the code reads beside it, and the compiler does not copy: what the embedded platform is built from. */
const FILES = ['local/go', 'local/artifacts/temporal-requirements.txt'];

await rm(dist, { recursive: true, force: true });
await execa('node_modules/.bin/tsc', ['--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
// Of the client of the HTTP API others need the types as well (package.json, "exports").
await execa('node_modules/.bin/tsc', ['--project', 'tsconfig.client.json'], { cwd: root, stdio: 'inherit' });
await Promise.all(FILES.map((path) => cp(join(root, 'src', path), join(dist, path), { recursive: true })));
await writeFile(join(dist, WORKFLOWS_FILE), await compileWorkflows());
await writeFile(join(dist, BUILD_FILE), `${JSON.stringify({ buildId: await ownBuildId() })}\n`);
