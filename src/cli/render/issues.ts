import type { IssueReport } from '../../spec/index.ts';
import { table } from './table.ts';

/** Issues, one a line: `14:13  organizations[1].peers  must be …`, in columns. */
export function inPlaces(issues: readonly IssueReport[], prefix = ''): string {
  const rows = issues.map(({ line, column, path, message }) => [
    `  ${prefix}${line === undefined ? '' : `${line}:${column ?? 1}`}`,
    path,
    message,
  ]);
  return table(rows);
}
