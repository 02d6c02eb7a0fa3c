import { resolveInstance } from '../instance.ts';
import { awaitTemporal, temporalProcess } from '../temporal/server.ts';
import { supervise } from './supervise.ts';
import { supervisorProcess } from './supervisor.ts';

/*
 * The supervisor as a process of its own: of the platform that its environment names, for the processes that its arguments name. What it says goes to its log.
 */

const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    ending.abort();
  });
}

const instance = resolveInstance();
await supervise(instance, {
  names: process.argv.slice(2),
  own: supervisorProcess,
  say: (line) => {
    console.log(`${new Date().toISOString()} ${line}`);
  },
  onRestart: async (name, record) => {
    if (name === temporalProcess) await awaitTemporal(instance, record, ending.signal);
  },
  signal: ending.signal,
});
