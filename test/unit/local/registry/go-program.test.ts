import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { buildGoProgram } from '../../../../src/local/registry/go-program.ts';

const work = { say: () => undefined, signal: undefined };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-go-program-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a Go program', () => {
  it('runs, and is the same bytes wherever its sources are', async () => {
    const [here, there] = [source('package main\nfunc main() { println("hello") }\n'), join(folder, 'there')];
    cpSync(here, there, { recursive: true });
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    await buildGoProgram(here, one, work);
    await buildGoProgram(there, other, work);
    expect((await execa(one)).stderr).toBe('hello');
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
  });

  it('that is a library is refused', async () => {
    const directory = source('package assets\n');
    await expect(buildGoProgram(directory, join(folder, 'program'), work)).rejects.toThrow(
      `${directory} is no program: its package is assets, not main.`,
    );
  });

  it('that does not compile is refused in the words of the compiler', async () => {
    const directory = source('package main\nfunc main() { println(nothing) }\n');
    await expect(buildGoProgram(directory, join(folder, 'program'), work)).rejects.toThrow(
      /undefined: nothing(.|\n)*then run the same command again/,
    );
  });
});

function source(text: string): string {
  const directory = join(folder, 'source');
  mkdirSync(directory);
  writeFileSync(join(directory, 'go.mod'), 'module example.com/program\n\ngo 1.24.0\n');
  writeFileSync(join(directory, 'main.go'), text);
  return directory;
}
