import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';

/**
 * Reads `--transient`.
 *
 * @param value a JSON object, or `@` and the path of a file with one
 * @throws CommandFailure which repeats nothing of it: it may be secret
 */
export async function readTransient(
  value: string,
  workingDirectory: string,
): Promise<Readonly<Record<string, Uint8Array>>> {
  const isFile = value.startsWith('@');
  return parseTransient(isFile ? await readText(resolve(workingDirectory, value.slice(1))) : value);
}

/** Texts go to the chaincode as they are, anything else as JSON. */
function parseTransient(json: string): Readonly<Record<string, Uint8Array>> {
  const parsed = parsedJson(json);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw wrong(
      '--transient must be a JSON object.',
      `For example: --transient '{"price": "400", "asset": {"id": "asset7"}}', or --transient @FILE`,
    );
  }
  const entries = Object.entries(parsed).map(([key, value]: [string, unknown]): [string, Uint8Array] => [
    key,
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  ]);
  return Object.fromEntries(entries);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw wrong(`the file of --transient cannot be read: ${path} (${reason}).`, 'Nothing was submitted.');
  });
}

function wrong(message: string, hint: string): CommandFailure {
  return new CommandFailure({ exitCode: EXIT.usage, message, hints: [hint] });
}
