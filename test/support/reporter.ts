import { relative } from 'node:path';

import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** Enough to see where the time of a run goes. */
const SLOWEST = 10;

/** Ends a run with the files that took longest, and one line that a machine can read: `N passed, N failed`. */
export class ClosingLines implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    let passed = 0;
    // An error outside of every test (a broken hook, a rejected promise that nobody awaited) is a failure too.
    let failed = errors.length;
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      passed += tests.filter((test) => test.result().state === 'passed').length;
      // A test that did not run is not green.
      const unsuccessful = tests.filter((test) => test.result().state !== 'passed').length;
      failed += unsuccessful;
      // A file that cannot be loaded, or whose hooks fail, has no failing test to count.
      if (module.state() === 'failed' && unsuccessful === 0) failed += 1;
    }
    process.once('exit', () => {
      process.stdout.write(`${slowest(modules)}${passed} passed, ${failed} failed\n`);
    });
  }
}

function slowest(modules: readonly TestModule[]): string {
  if (modules.length <= SLOWEST) return '';
  const lines = modules
    .map((module) => ({ file: relative('', module.moduleId), seconds: secondsOf(module) }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(({ file, seconds }) => `${seconds.toFixed(0).padStart(6)} s  ${file}\n`);
  return `\nSlowest files, hooks included:\n${lines.join('')}`;
}

function secondsOf(module: TestModule): number {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return (collectDuration + setupDuration + duration) / 1000;
}
