import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

/** Gives each test of a file a cache of its own, removed afterwards; the caller asks for its folder. */
export function useTemporaryCache(): () => string {
  const before = process.env['WEFT_CACHE'];
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'weft-artifacts-'));
    process.env['WEFT_CACHE'] = folder;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env['WEFT_CACHE'];
    else process.env['WEFT_CACHE'] = before;
  });
  return () => folder;
}
