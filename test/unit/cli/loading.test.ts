import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** Before the program's own modules: prints each package once, on stderr, when it is loaded. */
const PRINT_PACKAGES = `
  import { registerHooks } from 'node:module';
  const known = new Set();
  registerHooks({
    load(url, context, next) {
      const name = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url)?.[1];
      if (name !== undefined && !known.has(name)) {
        known.add(name);
        process.stderr.write('package ' + name + '\\n');
      }
      return next(url, context);
    },
  });
`;

async function packagesOf(...args: string[]): Promise<readonly string[]> {
  const hook = `data:text/javascript,${encodeURIComponent(PRINT_PACKAGES)}`;
  const program = join(ROOT, 'src/cli/main.ts');
  const { stderr } = await promisify(execFile)(
    join(ROOT, 'node_modules/.bin/node'),
    ['--import', hook, program, ...args],
    { cwd: ROOT },
  );
  return stderr.split('\n').flatMap((line) => /^package (.+)$/.exec(line)?.[1] ?? []);
}

/** What takes up to a second of a processor to load: the clients of Kubernetes, Fabric and databases, the HTTP server, the worker. */
const HEAVY = [
  ...[
    '@kubernetes/client-node',
    '@temporalio/worker',
    '@temporalio/core-bridge',
    'kysely',
    'pg',
    '@electric-sql/pglite',
  ],
  ...[
    'fastify',
    'pino',
    'execa',
    '@hyperledger/fabric-gateway',
    '@hyperledger/fabric-protos',
    '@peculiar/x509',
    'undici',
  ],
];

it.for([
  ['version'],
  ['help'],
  ['up', '--help'],
  ['local', 'status', '--help'],
  ['config', '-f', 'examples/test-network.yaml'],
])('weft %s loads nothing that only other commands need', async (args) => {
  const packages = await packagesOf(...args);
  expect(packages).toContain('commander');
  expect(HEAVY.filter((name) => packages.includes(name))).toEqual([]);
});
