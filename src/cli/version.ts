import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { Command } from 'commander';

import { EXIT } from './exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from './flags.ts';
import type { CommandRunner } from './command-runner.ts';
import type { CommandResult } from './session.ts';

const PROJECT = new URL('../../', import.meta.url);

/** `weft version`: what a report of a defect needs. */
export async function version(): Promise<CommandResult> {
  const [weft, temporal] = await Promise.all([
    weftVersion(),
    packageVersion(new URL('node_modules/@temporalio/client/package.json', PROJECT)),
  ]);
  const document = {
    weft,
    node: process.versions.node,
    temporalSdk: temporal,
    platform: `${process.platform}/${process.arch}`,
  };
  const text = `weft ${weft} (Node ${document.node}, Temporal SDK ${temporal}, ${document.platform})`;
  return { exitCode: EXIT.done, text, document };
}

/** Version of Weft itself. */
export function weftVersion(): Promise<string> {
  return packageVersion(new URL('package.json', PROJECT));
}

export function versionCommand(run: CommandRunner): Command {
  const command = new Command('version').description('Print the versions of Weft and of what it runs on');
  withCommonFlags(command).action((flags: CommonFlags) => run(flags, () => version()));
  return withExamples(command, ['weft version', 'weft version -o json']);
}

async function packageVersion(manifest: URL): Promise<string> {
  const parsed: unknown = JSON.parse(await readFile(fileURLToPath(manifest), 'utf8'));
  const found = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}
