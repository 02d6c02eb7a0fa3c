import { stringify } from 'yaml';

import type { OutputFormat } from '../session.ts';

/** Writes a command's result to stdout: the text for people, or the document in the format that was asked for. */
export function writeResult(output: OutputFormat, text: string, document: unknown): void {
  const rendered =
    output === 'json'
      ? JSON.stringify(document, undefined, 2)
      : output === 'yaml'
        ? stringify(document).trimEnd()
        : text;
  if (rendered !== '') process.stdout.write(`${rendered}\n`);
}
