import { describe, expect, test } from 'vitest';

import { ArtifactError } from '../../../../src/local/failure.ts';
import { runTool } from '../../../../src/local/artifacts/run-tool.ts';
import { eventually } from '../../../support/eventually.ts';

/** A process starts, or ends, in well under a second; a busy machine takes longer. */
const patienceMs = 20_000;

describe('a program that fails', () => {
  test('is shown with its command, its last lines and what to do next', async () => {
    const failing = runTool('kubernetes 1.34.4', ['sh', '-c', 'seq 1 30; echo "no such module" >&2; exit 3'], {
      nextStep: 'Check the network.',
    });
    await expect(failing).rejects.toThrow(ArtifactError);
    const message = await failing.catch((error: unknown) => (error instanceof Error ? error.message : ''));
    const lines = message.split('\n');
    expect(lines[0]).toBe('kubernetes 1.34.4: the command failed (exit code 3):');
    expect(lines[1]).toContain('sh -c seq 1 30');
    expect(lines.slice(2, -1)).toHaveLength(20);
    expect(lines.at(-2)).toBe('    no such module');
    expect(lines.at(-1)).toBe('Check the network.');
  });

  test('because it is not there is named', async () => {
    await expect(runTool('etcd', ['no-such-program'], { nextStep: 'Install it.' })).rejects.toThrow(/no-such-program/);
  });
});

describe('a program that runs', () => {
  test('is heard line by line and answers with its output', async () => {
    const lines: string[] = [];
    const output = await runTool('etcd', ['sh', '-c', 'echo one; echo two >&2'], {
      onLine: (line) => lines.push(line),
      nextStep: '',
    });
    expect(output).toBe('one');
    expect(lines.sort()).toEqual(['one', 'two']);
  });

  test('is ended when the signal aborts', async () => {
    const abort = new AbortController();
    let pid = 0;
    const running = runTool('etcd', ['sh', '-c', 'echo $$; exec sleep 60'], {
      signal: abort.signal,
      onLine: (line) => {
        pid = Number(line);
        abort.abort(new Error('enough'));
      },
      nextStep: '',
    });
    await expect(running).rejects.toThrow('enough');
    await eventually(() => {
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      return Promise.resolve();
    }, patienceMs);
  });
});
