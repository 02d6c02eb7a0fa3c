import { describe, expect, it } from 'vitest';

import { showUntilLeft, type LookingSession } from '../../../../src/cli/progress/looks.ts';
import type { OutputFormat } from '../../../../src/cli/session.ts';

/** Shows looks of these texts, and leaves at the last one. */
async function shown(output: OutputFormat, texts: readonly string[]): Promise<{ out: string; exitCode: number }> {
  let out = '';
  let leave = (): void => undefined;
  const session: LookingSession = {
    output,
    terminal: {
      out: (text) => (out += text),
      onInterrupt: (listener) => {
        leave = () => {
          listener('SIGINT');
        };
        return () => undefined;
      },
    },
  };
  const left = [...texts];
  const { exitCode } = await showUntilLeft(session, () => {
    const text = left.shift() ?? '';
    if (left.length === 0) leave();
    return Promise.resolve({ kind: 'seen', text, document: { text } });
  });
  return { out, exitCode };
}

describe('a look again and again', () => {
  it('prints each state that differs from the last, until it is left', async () => {
    expect(await shown('table', ['one', 'one', 'two'])).toEqual({ out: 'one\ntwo\n', exitCode: 130 });
  });

  it('prints a JSON document a line for programs', async () => {
    expect(await shown('json', ['one'])).toEqual({ out: '{"text":"one"}\n', exitCode: 130 });
  });
});
