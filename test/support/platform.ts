import { createHash } from 'node:crypto';

import type { TestProject } from 'vitest/node';

import { resetPlatform, startPlatform } from '../../src/local/index.ts';

/** Where the tests' own platform answers. */
export interface TestPlatform {
  readonly kubeconfig: string;
  readonly context: string;
  readonly temporalAddress: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    platform: TestPlatform;
  }
}

/**
 * The tests run on an instance of their own, beside one that a developer may have running, and each checkout on its own:
 * two runs would take the platform away from each other. What a killed run leaves, the next one in the checkout finds.
 */
const INSTANCE = `weft-test-${createHash('sha256')
  .update(import.meta.dirname)
  .digest('hex')
  .slice(0, 6)}`;

const report = (line: string): void => {
  console.error(`  ${line}`);
};

/**
 * Starts the embedded platform once for all integration tests, without a worker: tests start their own, and kill them.
 * Against a platform that is already there:
 * `WEFT_TEST_KUBECONFIG=… WEFT_TEST_CONTEXT=… WEFT_TEST_TEMPORAL=127.0.0.1:7233 npx vitest run --project integration`.
 */
export async function setup(project: TestProject): Promise<void> {
  project.provide('platform', existingPlatform() ?? (await startOwnPlatform()));
}

/** Removes the tests' platform. */
export async function teardown(): Promise<void> {
  if (existingPlatform() === undefined) await resetPlatform({ report });
}

function existingPlatform(): TestPlatform | undefined {
  const {
    WEFT_TEST_KUBECONFIG: kubeconfig,
    WEFT_TEST_CONTEXT: context,
    WEFT_TEST_TEMPORAL: temporalAddress,
  } = process.env;
  if (kubeconfig === undefined || context === undefined || temporalAddress === undefined) return undefined;
  return { kubeconfig, context, temporalAddress };
}

function startOwnPlatform(): Promise<TestPlatform> {
  process.env['WEFT_LOCAL_INSTANCE'] = INSTANCE;
  return startPlatform({ report, worker: 'none' });
}
