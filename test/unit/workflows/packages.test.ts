import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../package.json', import.meta.url));

/*
 * Each @temporalio package asks for protobufjs 8, while something else puts version 7 at the top of node_modules. Then
 * npm nests a copy of version 8 under each of them, and reading a history from JSON fails with "type must be a Type",
 * since `instanceof` knows only its own copy. Weft's own dependency on version 8 keeps the one copy at the top.
 */
test('all Temporal packages share one copy of protobufjs 8', () => {
  const users = ['@temporalio/client', '@temporalio/worker', '@temporalio/common', '@temporalio/proto'];
  const copies = users.map((user) => protobufjs(createRequire(createRequire(root).resolve(`${user}/package.json`))));
  expect(new Set(copies.map(({ path }) => path))).toEqual(new Set([protobufjs(createRequire(root)).path]));
  expect(copies[0]?.version).toMatch(/^8\./);
});

function protobufjs(require: NodeJS.Require): { path: string; version: string } {
  const path = require.resolve('protobufjs/package.json');
  const { version } = require(path) as { version: string };
  return { path, version };
}
