import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one line that a machine can read: `N passed, N failed`. */
export class ClosingLine implements Reporter {
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
      process.stdout.write(`${passed} passed, ${failed} failed\n`);
    });
  }
}
