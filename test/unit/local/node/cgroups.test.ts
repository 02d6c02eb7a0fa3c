import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createCgroup } from '../../../../src/local/node/cgroups.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-cgroups-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('the cgroup of a node', () => {
  it('has the processors of its parent in version 1, where a new cpuset has none', () => {
    const cpuset = hierarchy('cpuset', { 'cpuset.cpus': '0-3\n', 'cpuset.mems': '0\n' });
    const memory = hierarchy('memory', {});
    createCgroup('/weft', [
      { path: cpuset, version: 1 },
      { path: memory, version: 1 },
    ]);
    expect(readFileSync(join(cpuset, 'weft', 'cpuset.cpus'), 'utf8')).toBe('0-3\n');
    expect(readFileSync(join(cpuset, 'weft', 'cpuset.mems'), 'utf8')).toBe('0\n');
    expect(existsSync(join(memory, 'weft'))).toBe(true);
  });

  it('gets the controllers that the root has and does not hand down yet, in version 2', () => {
    const unified = hierarchy('unified', {
      'cgroup.controllers': 'cpuset cpu io memory pids rdma\n',
      'cgroup.subtree_control': 'cpu memory\n',
    });
    // The kernel makes these files with the folder.
    mkdirSync(join(unified, 'weft'));
    writeFileSync(join(unified, 'weft', 'cgroup.controllers'), 'cpuset cpu io memory pids\n');
    writeFileSync(join(unified, 'weft', 'cgroup.subtree_control'), '');
    createCgroup('/weft', [{ path: unified, version: 2 }]);
    expect(readFileSync(join(unified, 'cgroup.subtree_control'), 'utf8')).toBe('+cpuset +io +pids');
    expect(readFileSync(join(unified, 'weft', 'cgroup.subtree_control'), 'utf8')).toBe(
      '+cpuset +cpu +io +memory +pids',
    );
  });

  it('is refused on a machine without cgroups', () => {
    expect(() => {
      createCgroup('/weft', []);
    }).toThrow('Mount cgroups');
  });
});

function hierarchy(name: string, files: Record<string, string>): string {
  const path = join(root, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}
