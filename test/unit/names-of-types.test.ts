import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../src', import.meta.url));

/** Files by the names of the types that they declare and export. */
function exportedTypes(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))) {
    const text = readFileSync(join(root, file), 'utf8');
    const names = text.matchAll(/^export (?:abstract )?(?:interface|class|type|enum) (\w+)/gm);
    for (const name of new Set([...names].map(([, declared = '']) => declared)))
      found.set(name, [...(found.get(name) ?? []), file]);
  }
  return found;
}

test('an exported type has a name of its own: whoever meets it knows which it is', () => {
  const types = exportedTypes();
  expect(types.size).toBeGreaterThan(300);
  expect([...types].filter(([, files]) => files.length > 1)).toEqual([]);
});
