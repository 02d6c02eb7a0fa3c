import { connectTemporal } from '../client/index.ts';
import { embeddedPlatform } from './embedded.ts';
import { localCommand } from './local/index.ts';
import { runWeft } from './run.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await runWeft(process.argv.slice(2), {
  terminal: processTerminal(),
  env: process.env,
  workingDirectory: process.cwd(),
  now: () => new Date(),
  connect: connectTemporal,
  platform: embeddedPlatform(),
  // The worker's native core takes a moment to load, which only this command is to wait for.
  runWorker: async (settings) => (await import('../worker/index.ts')).runWorker(settings),
  localCommand,
});
