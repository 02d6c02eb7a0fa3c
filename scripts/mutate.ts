import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { execa } from 'execa';

import { choose, mutate, mutationsOf, type Mutation } from './mutations.ts';

/*
 * Says whether the unit tests would notice a mistake: `scripts/mutate [--count 60] [--seed 1] [FILE OR FOLDER …]`.
 *
 * In a copy of the checkout it makes one change of one line after the other in src/activities and src/fabric, and runs the
 * unit tests that load the file. A mutant that no test notices survives: a test is missing, or the line is not needed.
 * The same seed takes the same mutants of the same sources. `--list` only shows them.
 */

const root = fileURLToPath(new URL('..', import.meta.url));

const { values, positionals } = parseArgs({
  options: {
    count: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const places = positionals.length > 0 ? positionals : ['src/activities', 'src/fabric'];

/** A mutant may loop for ever; the tests of one file never take so long. */
const timeoutMs = 300_000;

type Verdict = 'killed' | 'survived' | 'timed out' | 'not loaded';

const mutants = choose(await allMutations(), Number(values.count), Number(values.seed));
if (values.list) {
  for (const mutant of mutants) console.log(describe(mutant));
} else {
  await mutateAll();
}

async function mutateAll(): Promise<void> {
  const copy = await copyOfCheckout();
  try {
    await refuseFailingTests(copy);
    const verdicts: { mutant: Mutation; verdict: Verdict }[] = [];
    for (const mutant of mutants) {
      const verdict = await verdictOn(mutant, copy);
      verdicts.push({ mutant, verdict });
      console.log(`${verdict.padEnd(10)} ${describe(mutant)}`);
    }
    console.log(`\n${tableOf(verdicts)}`);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function allMutations(): Promise<readonly Mutation[]> {
  const files = (await Promise.all(places.map(filesIn))).flat().sort();
  const mutations = await Promise.all(
    files.map(async (file) => mutationsOf(file, await readFile(join(root, file), 'utf8'))),
  );
  return mutations.flat();
}

/** Paths from the root of the checkout. */
async function filesIn(place: string): Promise<readonly string[]> {
  const path = join(root, place);
  if ((await stat(path)).isFile()) return [place];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)));
}

/** With the packages of this one: they are the same, and many. */
async function copyOfCheckout(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'weft-mutate-'));
  const { stdout } = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
  });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    // A file that was removed and not yet committed is listed all the same.
    await cp(join(root, file), join(copy, file)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** @throws Error when the tests fail without any change: then they would kill every mutant. */
async function refuseFailingTests(copy: string): Promise<void> {
  const { exitCode, all } = await runTests(copy, ['related', ...new Set(mutants.map(({ file }) => file))]);
  if (exitCode !== 0) throw new Error(`The tests fail without a mutation:\n${all}`);
}

/** Most mutants are noticed by the tests beside their file; all tests that load it are run only where these do not. */
async function verdictOn(mutant: Mutation, copy: string): Promise<Verdict> {
  const file = join(copy, mutant.file);
  const original = await readFile(file, 'utf8');
  try {
    await writeFile(file, mutate(original, mutant));
    const beside = await runTests(copy, ['run', `${dirname(mutant.file).replace(/^src/, 'test/unit')}/`]);
    const { exitCode, timedOut, all } = beside.exitCode === 0 ? await runTests(copy, ['related', mutant.file]) : beside;
    if (timedOut) return 'timed out';
    if (exitCode !== 0) return 'killed';
    return all.includes('No test files found') ? 'not loaded' : 'survived';
  } finally {
    await writeFile(file, original);
  }
}

/** Runs unit tests until the first fails, with this process's Node. */
async function runTests(
  copy: string,
  [command = '', ...filters]: readonly string[],
): Promise<{ exitCode: number | undefined; timedOut: boolean; all: string }> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const options = ['--run', '--project', 'unit', '--project', 'unit-mocking', '--bail', '1', '--passWithNoTests'];
  const { exitCode, timedOut, all } = await execa(process.execPath, [vitest, command, ...options, ...filters], {
    cwd: copy,
    preferLocal: true,
    localDir: root,
    reject: false,
    all: true,
    timeout: timeoutMs,
    env: { NO_COLOR: '1' },
  });
  return { exitCode, timedOut, all };
}

function describe({ file, line, operator, before, after }: Mutation): string {
  return `${file}:${line}  ${operator}: ${short(before)} -> ${short(after)}`;
}

/** One line, short enough to read in a list. */
function short(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? '(nothing)' : line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function tableOf(verdicts: readonly { mutant: Mutation; verdict: Verdict }[]): string {
  const folderOf = ({ file }: Mutation): string => file.split('/').slice(0, 3).join('/');
  const folders = [...new Set(verdicts.map(({ mutant }) => folderOf(mutant)))];
  const row = (name: string, those: readonly { verdict: Verdict }[]): string => {
    const caught = those.filter(({ verdict }) => verdict === 'killed' || verdict === 'timed out').length;
    const share = `${Math.floor((caught / those.length) * 100)} %`;
    return `${name.padEnd(28)} ${String(caught).padStart(4)} of ${String(those.length).padStart(3)} ${share.padStart(6)}`;
  };
  return [
    'Noticed by the unit tests:',
    ...folders.map((folder) =>
      row(
        folder,
        verdicts.filter(({ mutant }) => folderOf(mutant) === folder),
      ),
    ),
    row('all', verdicts),
  ].join('\n');
}
