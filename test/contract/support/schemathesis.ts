import { readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { contentKey, directoryOf } from '../../../src/local/artifacts/cache.ts';
import { formatProgressLine } from '../../../src/local/artifacts/index.ts';
import { obtain, type Artifact } from '../../../src/local/artifacts/obtain.ts';
import type { ProgressLine } from '../../../src/local/artifacts/progress.ts';
import { runTool } from '../../../src/local/artifacts/run-tool.ts';
import { installMissing, pythonNeeds } from '../../../src/local/artifacts/system-packages.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the Python packages of schemathesis. */
    schemathesis: string;
  }
}

const requirements = join(import.meta.dirname, 'schemathesis-requirements.txt');

/** The packages stay in a folder of their own, out of the system's Python, as Temporal's does. */
const artifact: Artifact = {
  name: 'schemathesis',
  version: '4.32.5',
  // Some of its packages are compiled, for one version of Python.
  key: contentKey(readFileSync(requirements, 'utf8'), arch()),
  files: ['schemathesis/cli/__init__.py'],
  produce: async (directory, work) => {
    work.say('downloading schemathesis');
    await runTool(
      'schemathesis',
      [
        ...['python3', '-m', 'pip', 'install', '--no-deps', '--only-binary=:all:', '--require-hashes'],
        ...['--no-compile', '--disable-pip-version-check', '--target', directory, '--requirement', requirements],
      ] as ['python3', ...string[]],
      {
        signal: work.signal,
        nextStep:
          'Check that this machine reaches the Python package index (`python3 -m pip config list`), then run the tests again.',
      },
    );
  },
};

const report = (line: ProgressLine): void => {
  console.error(`  ${formatProgressLine(line)}`);
};

/** Has the tool in the cache of the artifacts. */
export async function setup(project: TestProject): Promise<void> {
  await installMissing(pythonNeeds, report);
  await obtain(artifact, report);
  project.provide('schemathesis', directoryOf(artifact));
}
