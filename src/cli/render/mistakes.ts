import type { Mistake } from '../../spec/index.ts';
import { table } from './table.ts';

/** Mistakes, one a line: `14:13  organizations[1].peers  must be …`, in columns. */
export function inPlaces(mistakes: readonly Mistake[], prefix = ''): string {
  const rows = mistakes.map(({ line, column, path, message }) => [
    `  ${prefix}${line === undefined ? '' : `${line}:${column ?? 1}`}`,
    path,
    message,
  ]);
  return table(rows);
}
