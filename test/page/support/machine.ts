import type { TestProject } from 'vitest/node';

import { formatProgressLine } from '../../../src/local/artifacts/index.ts';
import { findCommand } from '../../../src/local/artifacts/find-command.ts';
import { preparePage } from '../../../src/local/artifacts/page.ts';
import { commandsOf, installMissing } from '../../../src/local/artifacts/system-packages.ts';
import type { ProgressLine } from '../../../src/local/artifacts/progress.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the browser. */
    chromium: string;
    /** The folder of the built page. */
    builtPage: string;
  }
}

const report = (line: ProgressLine): void => {
  console.error(`  ${formatProgressLine(line)}`);
};

/** Installs the browser of the distribution where there is none, and builds the page as `weft api` does. */
export async function setup(project: TestProject): Promise<void> {
  await installMissing([commandsOf('chromium', ['chromium'])], report);
  project.provide('chromium', findCommand('chromium') ?? 'chromium');
  project.provide('builtPage', await preparePage(report));
}
