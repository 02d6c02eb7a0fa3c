import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { machine } from './harness.ts';

/** What bash offers for a line that ends where the cursor is. */
async function offered(...words: string[]): Promise<string[]> {
  const { out } = await machine().weft('completion', 'bash');
  const line = words.map((word) => `'${word}'`).join(' ');
  const script = `${out}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _weft; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execa('bash', ['--norc', '-c', script], { cwd: import.meta.dirname });
  return stdout.split('\n');
}

describe('weft completion', () => {
  it('offers commands in bash', async () => {
    expect(await offered('weft', 'st')).toEqual(['status']);
  });

  it('offers the flags of a command in bash', async () => {
    expect(await offered('weft', 'down', '--keep')).toEqual(['--keep-data']);
  });

  it('offers the flags of a command after the name of a network', async () => {
    expect(await offered('weft', 'down', 'net', '--y')).toEqual(['--yes']);
  });

  it.each(['bash', 'zsh'])('is a script that %s can read', async (shell) => {
    const { out } = await machine().weft('completion', shell);
    // zsh's own syntax is bash's here but for its first two lines.
    await execa('bash', ['-n'], { input: out });
  });

  it('describes every command for fish', async () => {
    const { out } = await machine().weft('completion', 'fish');
    expect(out).toContain("-a status -d 'Show every node: ready or not and why, its version, its certificates'");
    expect(out).toContain("-n '__fish_seen_subcommand_from up' -l prune-data");
  });
});
