import { cp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { execa } from 'execa';

import { formatProgressLine } from '../src/local/artifacts/index.ts';
import { FAILURE_CONVERTER_PATH } from '../src/codec/index.ts';
import { buildPage } from '../src/local/artifacts/page.ts';
import { BUILD_FILE, ENCRYPTING_WORKFLOWS_FILE, WORKFLOWS_FILE } from '../src/worker/build.ts';
import { ownBuildId } from '../src/worker/version.ts';
import { compileWorkflows } from '../src/worker/workflow-bundle.ts';

/*
 * `npm run build`: compiles src/ into dist/, which runs without TypeScript, and builds the page into dist/web. A file is as deep in
 * dist/ as in src/, so that it finds kube/ and package.json by the same paths. `--out FOLDER` names another folder than dist;
 * `--no-check` is for code whose types have been checked already.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { out: { type: 'string', default: join(root, 'dist') }, 'no-check': { type: 'boolean', default: false } },
});
const dist = resolve(values.out);

/** What the code reads beside it, and the compiler does not copy: what the embedded platform is built from. */
const FILES = ['local/go', 'local/artifacts/temporal-requirements.txt'];

await rm(dist, { recursive: true, force: true });
// Of the client of the HTTP API others need the types as well (package.json, "exports").
for (const project of ['tsconfig.build.json', 'tsconfig.client.json']) {
  const flags = ['--project', project, '--outDir', dist, ...(values['no-check'] ? ['--noCheck'] : [])];
  await execa('node_modules/.bin/tsc', flags, { cwd: root, stdio: 'inherit' });
}
await Promise.all(FILES.map((path) => cp(join(root, 'src', path), join(dist, path), { recursive: true })));
await writeFile(join(dist, WORKFLOWS_FILE), await compileWorkflows());
await writeFile(
  join(dist, ENCRYPTING_WORKFLOWS_FILE),
  await compileWorkflows({ failureConverterPath: FAILURE_CONVERTER_PATH }),
);
await writeFile(join(dist, BUILD_FILE), `${JSON.stringify({ buildId: await ownBuildId() })}\n`);
await buildPage(
  (line) => {
    console.error(formatProgressLine(line));
  },
  join(dist, 'web'),
);
