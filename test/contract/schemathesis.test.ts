import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

import { liveServer, type LiveServer } from './support/server.ts';

/** Without one that is given: always the same requests, so that what fails was broken by the change at hand. */
const SEED = process.env['WEFT_TEST_SEED'] ?? '133409216';

/** In seconds. What is tried last is left out on a machine that is busy. */
const TIME_S = 60;

/** In seconds, without what is tried: starting Python and reading the document. */
const START_S = 60;

/** What is looked for: answers that are a defect, or that the document does not tell. */
const CHECKS = 'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';

const ARGUMENTS = [
  ...['--workers', '1', '--phases', 'coverage,fuzzing', '--max-examples', '10', '--no-shrink', '--continue-on-failure'],
  ...['--suppress-health-check', 'all', '--warnings', 'off', '--request-timeout', '20', '--checks', CHECKS],
  ...['--max-time', String(TIME_S), '--seed', SEED],
];

let server: LiveServer;
let folder: string;

beforeAll(async () => {
  server = await liveServer();
  folder = await mkdtemp(join(tmpdir(), 'weft-contract-'));
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

// Nobody's request makes the server fail, or answer what its document does not tell; `WEFT_TEST_SEED` repeats a run.
it(
  `answers whatever it is sent as its document says (WEFT_TEST_SEED=${SEED})`,
  { timeout: (TIME_S + START_S) * 1000 },
  async () => {
    console.log(`schemathesis: WEFT_TEST_SEED=${SEED}`);
    const { all, exitCode } = await execa(
      'python3',
      [
        ...['-c', 'import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())'],
        ...['run', `${server.url}/openapi.json`, '--header', `Authorization: Bearer ${server.token}`, ...ARGUMENTS],
      ],
      {
        cwd: folder,
        env: { PYTHONPATH: inject('schemathesis'), PYTHONDONTWRITEBYTECODE: '1' },
        all: true,
        reject: false,
      },
    );
    expect(server.log.filter((line) => line.includes('a defect in Weft'))).toEqual([]);
    expect(exitCode, all).toBe(0);
    // A tool that found no operations would have found nothing wrong.
    expect(all).toMatch(/Tested: +[1-9]\d/);
  },
);
