import { stringify } from 'yaml';

import type { CommandResult, OutputFormat } from '../session.ts';

/** What a command says on stdout, without the last line's end; empty if that is nothing. */
export function renderResult({ text, document }: CommandResult, output: OutputFormat): string {
  if (document === undefined || output === 'table' || output === 'wide') return text;
  return output === 'json' ? JSON.stringify(document, undefined, 2) : stringify(document).trimEnd();
}
