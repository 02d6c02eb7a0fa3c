import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

import { runCommand } from '../../process/run-command.ts';
import { until } from '../../process/wait.ts';
import { sandboxConfigurationSchema } from './configuration.ts';
import { hideMachine } from './mounts.ts';
import { endOthers, superviseAll } from './supervisor.ts';

/*
 * The node in a sandbox: the first program below the init process of namespaces that hold a whole Kubernetes node. It makes
 * the mounts that only the node sees, prepares it, then starts and supervises the components that its configuration file lists. When it
 * ends, init ends, and the kernel ends everything else.
 */

/** The command that starts the sandbox connects it with the machine at once. */
const linkTimeoutMs = 30_000;

/** Databases write their last pages in this time; pods that ignore the request would use up any other, too. */
const endingGraceMs = 8_000;

const [configurationFile = ''] = process.argv.slice(2);
const configuration = sandboxConfigurationSchema.parse(JSON.parse(readFileSync(configurationFile, 'utf8')));
const ending = new AbortController();
process.once('SIGTERM', () => {
  ending.abort();
});
// Ctrl-C in the terminal from which the sandbox was started is not meant for it.
process.on('SIGINT', () => undefined);

hideMachine(configuration.directory);
await until(() => hasAddress(configuration.nodeAddress), {
  what: `the sandbox gets its address ${configuration.nodeAddress}`,
  timeoutMs: linkTimeoutMs,
  intervalMs: 10,
});
for (const [program, ...args] of configuration.preparations) await runCommand(program, args);
await superviseAll(configuration, ending.signal);
await endOthers(endingGraceMs);
// Artifacts that are still at it would keep this process alive.
process.exit(0);

function hasAddress(wanted: string): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === wanted));
}
