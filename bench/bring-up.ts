import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

import { connectCluster } from '../src/kubernetes/index.ts';
import { platformEnvironment } from '../src/local/index.ts';
import { floor } from './floor.ts';
import { row, spread } from './statistics.ts';

/*
 * Times what a user waits for, on an embedded platform of its own. Each command is the real one, its own start included.
 *
 * - The nodes of the test network alone: a warm `weft up`, a second one, `weft down`, and in the same run the floor.
 * - From nothing to the first committed transaction: `weft up` with channel and chaincode, then `weft chaincode invoke`.
 */

// A network that somebody has running is not the bench's to take down.
process.env['WEFT_LOCAL_INSTANCE'] = 'weft-bench';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DESCRIPTION = 'examples/test-network.yaml';
const CHAINCODE = 'examples/chaincode/basic';
const NAMESPACE = 'test-network';
const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);

const Report = z.object({ outcome: z.string(), steps: z.array(z.object({ step: z.string(), seconds: z.number() })) });

interface Timed {
  readonly seconds: number;
  readonly steps: readonly { readonly step: string; readonly seconds: number }[];
}

async function weft(file: string, ...parameters: string[]): Promise<Timed> {
  const started = performance.now();
  const { stdout } = await execa('./weft', [...parameters, '-f', file, '-o', 'json'], { cwd: ROOT, stderr: 'ignore' });
  const seconds = (performance.now() - started) / 1000;
  return { seconds, steps: Report.parse(JSON.parse(stdout)).steps };
}

/** Until the transaction is in a block, as the peer says. */
async function firstTransaction(): Promise<number> {
  const started = performance.now();
  await execa('./weft', ['chaincode', 'invoke', '-f', DESCRIPTION, 'basic', 'InitLedger'], {
    cwd: ROOT,
    stdio: 'ignore',
  });
  return (performance.now() - started) / 1000;
}

/** The test network without its channel and its chaincode. */
async function nodesAlone(): Promise<string> {
  const description = parse(await readFile(join(ROOT, DESCRIPTION), 'utf8')) as Record<string, unknown>;
  const nodes = { ...description, channels: [], chaincodes: [] };
  const file = join(await mkdtemp(join(tmpdir(), 'weft-bench-')), 'nodes.yaml');
  await writeFile(file, stringify(nodes));
  return file;
}

const nodes = await nodesAlone();
await execa('./weft', ['local', 'start'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
await execa('./weft', ['chaincode', 'push', CHAINCODE], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
const { kubeconfig, context } = platformEnvironment();
const cluster = connectCluster({ kubeconfig, context });

const seconds = {
  up: [] as number[],
  again: [] as number[],
  floor: [] as number[],
  down: [] as number[],
  deployed: [] as number[],
  invoked: [] as number[],
  transaction: [] as number[],
};
const deployments: Timed[] = [];
try {
  // One run that does not count: the first pods of a node start slower than all later ones.
  await weft(DESCRIPTION, 'up', '--yes');
  await weft(DESCRIPTION, 'down', '--yes');
  for (let run = 1; run <= RUNS; run += 1) {
    const up = await weft(nodes, 'up', '--yes');
    const again = await weft(nodes, 'up', '--yes');
    const least = await floor(cluster, NAMESPACE);
    const down = await weft(nodes, 'down', '--yes');
    const deployed = await weft(DESCRIPTION, 'up', '--yes');
    const invoked = await firstTransaction();
    await weft(DESCRIPTION, 'down', '--yes');

    deployments.push(deployed);
    seconds.up.push(up.seconds);
    seconds.again.push(again.seconds);
    seconds.floor.push(least);
    seconds.down.push(down.seconds);
    seconds.deployed.push(deployed.seconds);
    seconds.invoked.push(invoked);
    seconds.transaction.push(deployed.seconds + invoked);
    const words = Object.entries(seconds).map(([name, values]) => `${name} ${(values.at(-1) ?? 0).toFixed(2)}`);
    console.log(`run ${run} of ${RUNS}, seconds: ${words.join(', ')}`);
  }
} finally {
  await cluster.close();
  await rm(dirname(nodes), { recursive: true, force: true });
  await execa('./weft', ['local', 'reset', '--yes'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

console.log(`\n${'seconds'.padEnd(28)}${['median', 'min', 'max'].map((title) => title.padStart(8)).join('')}`);
console.log('nodes alone');
console.log(row('  weft up', spread(seconds.up)));
console.log(row('  floor', spread(seconds.floor), 'Deployments alone, all material kept'));
console.log(
  row('  ratio', spread(seconds.up.map((up, index) => up / (seconds.floor[index] ?? Number.NaN))), 'run by run'),
);
console.log(row('  weft up again', spread(seconds.again)));
console.log(row('  weft down', spread(seconds.down)));
console.log('from nothing to the first committed transaction');
console.log(row('  weft up', spread(seconds.deployed), 'with channel and chaincode'));
console.log(row('  weft chaincode invoke', spread(seconds.invoked)));
console.log(row('  together', spread(seconds.transaction)));

console.log('\nwhere that weft up spends its time: the slowest target of each step');
const names = [...new Set(deployments.flatMap((timed) => timed.steps.map(({ step }) => step)))];
for (const name of names) {
  const slowest = deployments.map((timed) =>
    Math.max(...timed.steps.filter(({ step }) => step === name).map((step) => step.seconds)),
  );
  console.log(row(`  ${name}`, spread(slowest)));
}
