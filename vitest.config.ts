import { defineConfig } from 'vitest/config';

import { SHARDS } from './test/support/shards.ts';
import { ClosingLines } from './test/support/reporter.ts';

// Temporal's native core keeps one runtime per process, so every test file gets a process of its own.
const pool = 'forks';

// Left to itself, Vitest keeps one of two processors free.
const maxWorkers = 2;

/** Tests that put a module of their own in place of Node's: in a process that others share, those would get it, too. */
const MOCKING_TESTS = [
  'test/unit/activities/{channels,chaincodes,faults}/**/*.test.ts',
  'test/unit/activities/identities/enroll.test.ts',
  'test/unit/calls/**/*.test.ts',
  'test/unit/fabric/{ca,orderer}/**/*.test.ts',
  'test/unit/kubernetes/{apply,client}/**/*.test.ts',
];

/** What takes longer than everybody waits for, and is asked for by itself: make test-long. */
const LONG_TESTS = {
  name: 'long',
  pool,
  include: ['test/long/**/*.test.ts'],
  globalSetup: ['test/support/platform.ts'],
  setupFiles: ['test/support/enter-shard.ts'],
  maxWorkers: SHARDS,
  testTimeout: 180_000,
  hookTimeout: 600_000,
  sequence: { groupOrder: 4 },
};

/** Networks by workers that die or stand still at every point of every activity: make test-faults. */
const FAULTS = {
  name: 'faults',
  pool,
  include: ['test/faults/**/*.test.ts'],
  globalSetup: ['test/support/platform.ts'],
  setupFiles: ['test/support/enter-shard.ts'],
  fileParallelism: false,
  hookTimeout: 600_000,
  sequence: { groupOrder: 6 },
};

/** The pictures of the documentation, which are drawn on demand: see test/pictures. */
const PICTURES = {
  name: 'pictures',
  pool,
  include: ['test/pictures/**/*.test.ts'],
  globalSetup: ['test/page/support/machine.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  sequence: { groupOrder: 5 },
};

const PLATFORM_TESTS = ['test/integration/local/**/*.test.ts'];

export default defineConfig({
  test: {
    pool,
    reporters: [['default', { summary: false }], new ClosingLines()],
    projects: [
      {
        test: {
          name: 'unit',
          maxWorkers,
          pool,
          include: ['test/unit/**/*.test.ts'],
          exclude: MOCKING_TESTS,
          // One process after the other would spend two thirds of the time on loading the same packages.
          isolate: false,
          testTimeout: 30_000,
          // The first embedded database takes ten seconds to be made where others use the processors as well.
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'unit-mocking',
          maxWorkers,
          pool,
          include: MOCKING_TESTS,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          // The tables' tests once more, on a server.
          name: 'postgres',
          maxWorkers,
          pool,
          include: ['test/unit/database/**/*.test.ts', 'test/postgres/**/*.test.ts'],
          globalSetup: ['test/support/postgres.ts'],
          setupFiles: ['test/support/enter-postgres.ts'],
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'workflows',
          maxWorkers,
          pool,
          include: ['test/workflows/**/*.test.ts'],
          // A workflow bundle takes some seconds to build on two cores, a Temporal server as long to start.
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'page',
          maxWorkers,
          pool,
          include: ['test/page/**/*.test.ts'],
          globalSetup: ['test/page/support/machine.ts'],
          // A view is loaded in a second or two, and there are many.
          testTimeout: 60_000,
          // As long as what is waited for by the browser itself: a busy machine takes its time.
          expect: { poll: { timeout: 30_000 } },
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'contract',
          maxWorkers,
          pool,
          include: ['test/contract/**/*.test.ts'],
          globalSetup: ['test/contract/support/schemathesis.ts'],
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'integration',
          pool,
          include: ['test/integration/**/*.test.ts'],
          exclude: PLATFORM_TESTS,
          globalSetup: ['test/support/platform.ts', 'test/page/support/machine.ts'],
          setupFiles: ['test/support/enter-shard.ts'],
          maxWorkers: SHARDS,
          testTimeout: 180_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'platform',
          pool,
          include: PLATFORM_TESTS,
          globalSetup: ['test/support/platform.ts'],
          // What a platform does to the machine can only be seen while nobody else does anything to it.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 3 },
        },
      },
      ...(process.env['WEFT_TEST_LONG'] === undefined ? [] : [{ test: LONG_TESTS }]),
      ...(process.env['WEFT_TEST_FAULTS'] === undefined ? [] : [{ test: FAULTS }]),
      ...(process.env['WEFT_SCREENSHOTS'] === undefined ? [] : [{ test: PICTURES }]),
    ],
  },
});
