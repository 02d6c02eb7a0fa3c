import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';

import type { createLogUpdate } from 'log-update';

export type Interrupt = 'SIGINT' | 'SIGTERM';

/** The streams and signals of a command. Results go to stdout, everything else to stderr. */
export interface Terminal {
  readonly stdinIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  /** Size of the terminal behind stderr; undefined if it is not known. */
  size(): { readonly columns?: number; readonly rows?: number };
  out(text: string): void;
  err(text: string): void;
  /** Replaces the live region at the end of stderr; nothing where stderr is no terminal. */
  redraw(region: string): void;
  /** Removes the live region. */
  clear(): void;
  /** Asks a question on stderr and reads one line. */
  ask(question: string): Promise<string>;
  readStdin(): Promise<string>;
  /** Calls back on each SIGINT and SIGTERM until the returned function is called. */
  onInterrupt(listener: (signal: Interrupt) => void): () => void;
}

/** The terminal of this process. */
export async function processTerminal(): Promise<Terminal> {
  const { stdin, stdout, stderr } = process;
  // `weft status | head` closes the pipe early: that is no error of Weft's.
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe);
  const live = stderr.isTTY ? await liveRegion() : undefined;
  return {
    stdinIsTerminal: stdin.isTTY,
    stdoutIsTerminal: stdout.isTTY,
    stderrIsTerminal: stderr.isTTY,
    size: () => (stderr.isTTY ? { columns: stderr.columns, rows: stderr.rows } : {}),
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    redraw: (region) => {
      live?.(region);
    },
    clear: () => {
      live?.clear();
      live?.done();
    },
    ask,
    readStdin: () => readAll(stdin),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener).off('SIGTERM', listener);
      };
    },
  };
}

/** Loaded only for who sees it. */
async function liveRegion(): Promise<ReturnType<typeof createLogUpdate>> {
  const { createLogUpdate } = await import('log-update');
  // The cursor stays visible: whoever kills the command is not left without one.
  return createLogUpdate(process.stderr, { showCursor: true });
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<string>((resolve, reject) => {
      // Ctrl-D is an answer too, and it is not yes.
      lines.once('close', () => {
        resolve('');
      });
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      lines.question(question).then(resolve, reject);
    });
  } finally {
    lines.close();
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
