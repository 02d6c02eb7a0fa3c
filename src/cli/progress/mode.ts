export const PROGRESS_MODES = ['auto', 'tty', 'plain', 'json', 'quiet'] as const;

/** How progress is shown: a live tree, one line per change, the same as JSON, or not at all. */
export type ProgressMode = 'tty' | 'plain' | 'json' | 'quiet';

/** Narrower than this a tree is a column of broken words. */
const MIN_COLUMNS = 40;

/**
 * Decides how progress is shown.
 *
 * @param wanted - `--progress`, or WEFT_PROGRESS.
 * @param env - environment variables: CI and TERM count.
 * @param terminal - what is known about the terminal behind stderr.
 */
export function progressMode(
  wanted: (typeof PROGRESS_MODES)[number],
  env: Readonly<Record<string, string | undefined>>,
  terminal: { readonly isTerminal: boolean; readonly columns?: number },
): ProgressMode {
  if (wanted !== 'auto') return wanted;
  const { isTerminal, columns = 0 } = terminal;
  const dumb = !isTerminal || Boolean(env['CI']) || env['TERM'] === 'dumb' || columns < MIN_COLUMNS;
  return dumb ? 'plain' : 'tty';
}
