import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { z } from 'zod';

import { connectCluster } from '../src/kubernetes/index.ts';
import { platformEnvironment } from '../src/local/index.ts';
import { floor } from './floor.ts';
import { row, spread } from './statistics.ts';

/*
 * Times what a user waits for, on an embedded platform of its own: a warm `weft up` of the test network, a second one,
 * `weft down`, and in the same run the floor. Each command is the real one, its own start included.
 */

// A network that somebody has running is not the bench's to take down.
process.env['WEFT_LOCAL_INSTANCE'] = 'weft-bench';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DESCRIPTION = 'examples/test-network.yaml';
const NAMESPACE = 'test-network';
const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);

const Report = z.object({ outcome: z.string(), steps: z.array(z.object({ step: z.string(), seconds: z.number() })) });

interface Timed {
  readonly seconds: number;
  readonly steps: readonly { readonly step: string; readonly seconds: number }[];
}

async function weft(...parameters: string[]): Promise<Timed> {
  const started = performance.now();
  const { stdout } = await execa('./weft', [...parameters, '-f', DESCRIPTION, '-o', 'json'], {
    cwd: ROOT,
    stderr: 'ignore',
  });
  const seconds = (performance.now() - started) / 1000;
  return { seconds, steps: Report.parse(JSON.parse(stdout)).steps };
}

await execa('./weft', ['local', 'start'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
const { kubeconfig, context } = platformEnvironment();
const cluster = connectCluster({ kubeconfig, context });

const ups: Timed[] = [];
const seconds = { again: [] as number[], floor: [] as number[], down: [] as number[] };
try {
  // One run that does not count: the first pods of a node start slower than all later ones.
  await weft('up', '--yes');
  await weft('down', '--yes');
  for (let run = 1; run <= RUNS; run += 1) {
    const up = await weft('up', '--yes');
    const again = await weft('up', '--yes');
    const least = await floor(cluster, NAMESPACE);
    const down = await weft('down', '--yes');
    ups.push(up);
    seconds.again.push(again.seconds);
    seconds.floor.push(least);
    seconds.down.push(down.seconds);
    const figures = { up: up.seconds, 'up again': again.seconds, floor: least, down: down.seconds };
    const words = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(2)} s`);
    console.log(`run ${run} of ${RUNS}: ${words.join(', ')}`);
  }
} finally {
  await cluster.close();
  await execa('./weft', ['local', 'reset', '--yes'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

console.log(`\n${'seconds'.padEnd(28)}${['median', 'min', 'max'].map((title) => title.padStart(8)).join('')}`);
const up = spread(ups.map((timed) => timed.seconds));
const least = spread(seconds.floor);
console.log(row('weft up', up));
console.log(row('floor', least, 'Deployments alone, all material kept'));
console.log(
  row('ratio', spread(ups.map((timed, index) => timed.seconds / (seconds.floor[index] ?? Number.NaN))), 'run by run'),
);
console.log(row('weft up again', spread(seconds.again)));
console.log(row('weft down', spread(seconds.down)));

console.log('\nwhere a weft up spends its time: the slowest target of each step');
const names = [...new Set(ups.flatMap((timed) => timed.steps.map(({ step }) => step)))];
for (const name of names) {
  const slowest = ups.map((timed) =>
    Math.max(...timed.steps.filter(({ step }) => step === name).map((step) => step.seconds)),
  );
  console.log(row(`  ${name}`, spread(slowest)));
}
