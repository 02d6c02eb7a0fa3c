import { readdir, readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

const FOLDER = new URL('../../../src/spec/', import.meta.url);

// The workflow bundle holds src/spec: a Node built-in would break it, a YAML parser would only make it heavy.
test('what workflows import of the description needs zod and nothing else', async () => {
  const modules = (await readdir(FOLDER)).filter((file) => file !== 'yaml.ts');
  const imports = await Promise.all(modules.map(importsOf));
  const packages = imports.flat().filter((name) => !name.startsWith('./'));
  expect([...new Set(packages)]).toEqual(['zod']);
  expect(imports.flat()).not.toContain('./yaml.ts');
});

async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(new URL(file, FOLDER), 'utf8');
  return [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, name]) => name ?? '');
}
