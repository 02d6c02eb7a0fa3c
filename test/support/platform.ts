import { createHash } from 'node:crypto';

import { status } from '@grpc/grpc-js';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { TestProject } from 'vitest/node';

import { grpcCode } from '../../src/client/calls.ts';
import { resetPlatform, startPlatform } from '../../src/local/index.ts';
import { eventually } from './eventually.ts';
import { SHARDS, temporalNamespaceOf } from './shards.ts';

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
  const platform = existingPlatform() ?? (await startOwnPlatform());
  await registerNamespaces(platform);
  project.provide('platform', platform);
}

/** Removes the tests' platform. */
export async function teardown(): Promise<void> {
  if (existingPlatform() === undefined) await resetPlatform({ report });
}

/** A namespace that was just registered is known to the whole server within seconds. */
const NAMESPACE_KNOWN_MS = 30_000;

async function registerNamespaces({ temporalAddress }: TestPlatform): Promise<void> {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    for (let shard = 1; shard <= SHARDS; shard += 1) {
      const namespace = temporalNamespaceOf(shard);
      await connection.workflowService
        .registerNamespace({ namespace, workflowExecutionRetentionPeriod: RETENTION })
        .catch((error: unknown) => {
          if (grpcCode(error) !== status.ALREADY_EXISTS) throw error;
        });
      await eventually(() => connection.workflowService.listOpenWorkflowExecutions({ namespace }), NAMESPACE_KNOWN_MS);
    }
  } finally {
    await connection.close();
  }
}

/** Longer than a run of the tests. */
const RETENTION = msToTs('1 day');

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
  return startPlatform({ report, worker: 'none', api: 'none' });
}
