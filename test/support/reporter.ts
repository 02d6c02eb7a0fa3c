import { relative } from 'node:path';

import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** Enough to see where the time of a run goes. */
const SLOWEST = 10;

/** Enough of a message to know what went wrong, for each of several failures. */
const MESSAGE_LINES = 12;
const MESSAGE_COLUMNS = 300;

/**
 * Ends a run with what one looks for first, where it stays in sight when the beginning of a long log is cut off: the files that
 * took longest, the tests that failed with their errors, and one line that a machine can read: `N passed, N failed`.
 */
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
      process.stdout.write(`${slowest(modules)}${failures(modules, errors)}${passed} passed, ${failed} failed\n`);
    });
  }
}

function failures(modules: readonly TestModule[], errors: readonly SerializedError[]): string {
  const lines = modules.flatMap((module) => {
    const file = relative('', module.moduleId);
    const ofFile = module.errors().map((error) => `  ${file}\n${messageOf(error)}`);
    const ofTests = [...module.children.allTests()].flatMap((test) => {
      const { state, errors: reasons = [] } = test.result();
      return state === 'failed' ? [[`  ${file} > ${test.fullName}`, ...reasons.map(messageOf)].join('\n')] : [];
    });
    return [...ofFile, ...ofTests];
  });
  const pending = modules.flatMap((module) => [
    ...module.children.allTests('skipped'),
    ...module.children.allTests('pending'),
  ]);
  if (pending.length > 0) lines.push(`  ${pending.length} that did not run`);
  lines.push(...errors.map((error) => `  outside of every test\n${messageOf(error)}`));
  return lines.length > 0 ? `\nFailed:\n${lines.join('\n')}\n\n` : '';
}

/** The beginning of an error's message: the whole stands where the test ended. */
function messageOf({ message }: SerializedError): string {
  return message
    .split('\n')
    .slice(0, MESSAGE_LINES)
    .map((line) => `    ${line.slice(0, MESSAGE_COLUMNS)}`)
    .join('\n');
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
