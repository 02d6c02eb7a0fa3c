import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { describe, expect, it } from 'vitest';

import { keyOfSources, ROOT } from '../../../src/worker/sources.ts';
import { WORKER_SOURCES } from '../../../src/worker/version.ts';
import { BUNDLE_SOURCES } from '../../../src/worker/workflow-bundle.ts';

/** The folders of src whose code a module loads, directly or through others; types are not loaded. */
function foldersLoadedBy(module: string): string[] {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, imported = ''] of text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)'/gms))
      visit(join(dirname(path), imported));
  };
  visit(join(ROOT, module));
  return [...new Set([...seen].map((path) => relative(ROOT, path).split('/').slice(0, 2).join('/')))].sort();
}

describe('the name of what code does', () => {
  it('is made of all that a worker runs, and of the manifests that it applies', () => {
    const loaded = foldersLoadedBy('src/worker/main.ts');
    expect(loaded).toContain('src/activities');
    expect([...WORKER_SOURCES].sort()).toEqual(['kube', ...loaded].sort());
  });

  it('is made of all that workflows run', () => {
    expect([...BUNDLE_SOURCES].sort()).toEqual(foldersLoadedBy('src/workflows/index.ts'));
  });

  it('is another one with another file', async () => {
    const file = join(ROOT, 'package.json');
    expect(await keyOfSources(['src/worker'], [file])).not.toBe(await keyOfSources(['src/worker']));
  });
});
