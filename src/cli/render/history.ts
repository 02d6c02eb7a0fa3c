import type { PastOutcome, PastRun } from '../../operations/index.ts';
import { inWords, secondsBetween } from './duration.ts';
import { groupBy } from './group.ts';
import type { Palette } from './palette.ts';
import { table } from './table.ts';

export interface HistoryOptions {
  readonly palette: Palette;
  readonly now: Date;
  /** Every change by its name, and reasons in full. */
  readonly wide: boolean;
}

/** So many changes of one kind are named; more are counted. */
const MOST_NAMED = 3;

/** Runs as a table, newest first; what changed, or why a run did not end well, comes last and is never cut. */
export function renderHistory(runs: readonly PastRun[], options: HistoryOptions): string {
  return table([['STARTED', 'TOOK', 'BY', 'RUN', 'OUTCOME', 'CHANGES'], ...runs.map((run) => rowOf(run, options))]);
}

function rowOf(run: PastRun, { palette, now, wide }: HistoryOptions): string[] {
  const { startedAt, endedAt = now, requestedBy, operation, outcome, reason = '' } = run;
  const why = wide ? reason : (reason.split('\n')[0] ?? '');
  return [
    startedAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    inWords(Math.round(secondsBetween(startedAt, endedAt))),
    requestedBy || '-',
    operation,
    outcomeInWords(outcome, palette),
    [changesInWords(run, wide), why].filter((part) => part !== '').join('; '),
  ];
}

function changesInWords({ changes }: PastRun, wide: boolean): string {
  if (changes === undefined) return '';
  if (changes.length === 0) return 'nothing';
  const kinds = [...groupBy(changes, ({ outcome }) => outcome)];
  return kinds
    .map(([outcome, some]) => {
      const targets = [...new Set(some.map(({ target }) => target))];
      const names = wide || targets.length <= MOST_NAMED ? ` (${targets.join(', ')})` : '';
      return `${some.length} ${outcome}${names}`;
    })
    .join(', ');
}

function outcomeInWords(outcome: PastOutcome, { good, bad, attention, symbols }: Palette): string {
  switch (outcome) {
    case 'done':
      return good(`${symbols.done} done`);
    case 'running':
      return `${symbols.running} running`;
    case 'cancelled':
    case 'terminated':
      return attention(`${symbols.cancelled} ${outcome}`);
    case 'not ready':
    case 'failed':
    case 'timed out':
      return bad(`${symbols.failed} ${outcome}`);
  }
}
