import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** Names of the packages that files of src load or name in a type: `@temporalio/client`, `zod`. The page has those that it needs in its bundle. */
function importedPackages(): Set<string> {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const imported = files
    .filter((file) => file.endsWith('.ts') && !file.startsWith('web/'))
    .flatMap((file) => [
      ...readFileSync(join(root, 'src', file), 'utf8').matchAll(/(?:from |import |import\()'([^'.][^']*)'/g),
    ])
    .map(([, specifier = '']) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return new Set(imported.filter((name) => !name.startsWith('node:') && !builtinModules.includes(name)));
}

test('what src imports is installed without the development dependencies, too', () => {
  const imported = importedPackages();
  expect(imported.size).toBeGreaterThan(10);
  expect([...imported].filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
});

/** Needed without an import of their own, and why. */
const INDIRECT: Readonly<Record<string, string>> = {
  'google-protobuf': 'the messages of @hyperledger/fabric-protos are made of it',
  protobufjs: 'its version 8 at the top of node_modules is shared by all packages of Temporal',
};

test('every dependency is imported, or it is said who needs it', () => {
  const imported = importedPackages();
  expect(Object.keys(dependencies).filter((name) => !imported.has(name) && !Object.hasOwn(INDIRECT, name))).toEqual([]);
});
