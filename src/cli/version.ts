import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';

import { Command } from 'commander';

import { EXIT } from './exit-codes.ts';
import { withCommonFlags, withExamples, type CommonFlags } from './flags.ts';
import type { CommandRunner } from './command-runner.ts';
import type { CommandResult } from './session.ts';

/** `weft version`: what a report of a defect needs. */
export async function version(): Promise<CommandResult> {
  const [weft, temporal] = await Promise.all([weftVersion(), packageVersion('@temporalio/client')]);
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
  return packageVersion('..');
}

export function versionCommand(run: CommandRunner): Command {
  const command = new Command('version').description('Print the versions of Weft and of what it runs on');
  withCommonFlags(command).action((flags: CommonFlags) => run(flags, () => version()));
  return withExamples(command, ['weft version', 'weft version -o json']);
}

/** @param specifier - of a package as this module would import it; `..` for the package that this module is part of. */
async function packageVersion(specifier: string): Promise<string> {
  const manifest = findPackageJSON(specifier, import.meta.url);
  if (manifest === undefined) return 'unknown';
  const parsed: unknown = JSON.parse(await readFile(manifest, 'utf8'));
  const found = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}
