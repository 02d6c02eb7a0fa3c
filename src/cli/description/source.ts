import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import type { FileContent } from '../../description/collection-files.ts';
import { parseDescriptionWithFiles } from '../../description/yaml.ts';
import type { IssueReport, Network } from '../../spec/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { inPlaces } from '../render/issues.ts';
import type { Session } from '../session.ts';

/** The file that is taken when none is named. */
const DEFAULT_FILE = 'network.yaml';

export interface ReadDescription {
  readonly network: Network;
  /** As it was named, for messages and for commands to type. */
  readonly source: string;
  /** As it is written. */
  readonly text: string;
}

/**
 * Reads the description that a command is about, checks and completes it; warnings go to stderr.
 *
 * @param file - the path as the user gave it, `-` for standard input; absent means ./network.yaml.
 * @throws CommandFailure if there is no such file, or with the issues that it has.
 */
export async function readDescription(session: Session, file: string | undefined): Promise<ReadDescription> {
  const source = file ?? (await defaultFile(session));
  const text = source === '-' ? await session.terminal.readStdin() : await readText(session, source);
  const name = source === '-' ? 'standard input' : source;
  // Files that a description names are found beside it, wherever the command is run.
  const folder = source === '-' ? session.workingDirectory : dirname(resolve(session.workingDirectory, source));
  const result = await parseDescriptionWithFiles(text, name, (file) => readJson(resolve(folder, file)));
  if (!result.ok) throw invalid(name, result.issues);
  if (result.warnings.length > 0) session.note(`${inPlaces(result.warnings, '! ')}\n`);
  return { network: result.network, source, text };
}

/** ./network.yaml if it is there. */
export async function defaultFileIfPresent({ workingDirectory }: Session): Promise<string | undefined> {
  const found = await stat(resolve(workingDirectory, DEFAULT_FILE)).catch(() => undefined);
  return found?.isFile() === true ? DEFAULT_FILE : undefined;
}

async function defaultFile(session: Session): Promise<string> {
  const found = await defaultFileIfPresent(session);
  if (found !== undefined) return found;
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `no network description: name one with -f FILE (there is no ./${DEFAULT_FILE}).`,
    hints: ['For example: weft up -f examples/test-network.yaml'],
  });
}

async function readText({ workingDirectory }: Session, source: string): Promise<string> {
  try {
    return await readFile(resolve(workingDirectory, source), 'utf8');
  } catch (error) {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: `${source} ${whyUnreadable(error)}. Nothing was started.`,
    });
  }
}

async function readJson(path: string): Promise<FileContent> {
  try {
    return { value: JSON.parse(await readFile(path, 'utf8')) as unknown };
  } catch (error) {
    return { reason: error instanceof SyntaxError ? `is not valid JSON: ${error.message}` : whyUnreadable(error) };
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES') return 'cannot be read: permission denied';
  if (code === 'EISDIR') return 'is a folder, not a file';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function invalid(source: string, issues: readonly IssueReport[]): CommandFailure {
  const count = issues.length === 1 ? '1 issue' : `${issues.length} issues`;
  return new CommandFailure({
    exitCode: EXIT.usage,
    message: `${source}: ${count}. Nothing was started.\n${inPlaces(issues)}`,
    hints: ['All fields and their rules: weft schema'],
    document: { outcome: 'failed', steps: [], counts: { unchanged: 0, created: 0, updated: 0, removed: 0 }, issues },
  });
}
