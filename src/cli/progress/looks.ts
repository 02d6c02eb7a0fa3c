import { setTimeout as sleep } from 'node:timers/promises';

import type { CommandResult, Session } from '../session.ts';
import type { Interrupt, Terminal } from '../terminal.ts';
import { EXIT_OF_LEAVING } from './follow.ts';

/** In milliseconds, between two looks: each one may be a run that asks the cluster about every node. */
const INTERVAL_MS = 2_000;

/** What one look brings; the user may leave during it. */
export type ShownLook =
  | { readonly kind: 'seen'; readonly text: string; readonly document: unknown }
  | { readonly kind: 'left'; readonly result: CommandResult };

/** Where looks are shown. */
export interface LookingSession extends Pick<Session, 'output'> {
  readonly terminal: Pick<Terminal, 'out' | 'onInterrupt'>;
}

/** Looks again and again until the user leaves, and prints each state that differs from the last: for programs a JSON document a line. */
export async function showUntilLeft(session: LookingSession, look: () => Promise<ShownLook>): Promise<CommandResult> {
  const left: { why?: Interrupt } = {};
  const leave = new AbortController();
  const stopListening = session.terminal.onInterrupt((signal) => {
    left.why = signal;
    leave.abort();
  });
  try {
    for (let shown = ''; ;) {
      const seen = await look();
      if (seen.kind === 'left') return seen.result;
      const text = session.output === 'json' ? JSON.stringify(seen.document) : seen.text;
      if (text !== shown) session.terminal.out(`${text}\n`);
      shown = text;
      await sleep(INTERVAL_MS, undefined, { signal: leave.signal }).catch(() => undefined);
      if (left.why !== undefined) return { exitCode: EXIT_OF_LEAVING[left.why], text: '' };
    }
  } finally {
    stopListening();
  }
}
