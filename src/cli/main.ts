#!/usr/bin/env node
import { connectTemporal } from '../client/index.ts';
import { embeddedPlatform, preparePage } from './embedded.ts';
import { EXIT } from './exit-codes.ts';
import { localCommand } from './local/index.ts';
import { runWeft } from './run.ts';
import { signInLink } from './service/open.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await runWeft(process.argv.slice(2), {
  terminal: await processTerminal(),
  env: process.env,
  workingDirectory: process.cwd(),
  now: () => new Date(),
  connect: connectTemporal,
  platform: embeddedPlatform(),
  // What takes a moment to load is loaded for the commands that need it: the clients of Kubernetes, of Fabric's gateway and of
  // the database, the HTTP server, the worker's native core.
  openNetworkAccess: async (location) => (await import('../operations/access/open.ts')).openNetworkAccess(location),
  openStateAccess: async (location) => (await import('../operations/backup/open.ts')).openStateAccess(location),
  runWorker: async (settings) =>
    (await import('../worker/index.ts')).runWorker({ ...settings, abandon: () => process.exit(EXIT.failed) }),
  openDatabase: async (location) => (await import('../database/index.ts')).openDatabase(location),
  preparePage,
  signInLink,
  openBrowser: async (address) => {
    await (await import('open')).default(address);
  },
  serveApi: async (services, settings) => (await import('../api/index.ts')).serveApi(services, settings),
  serveCodec: async (settings) => (await import('../api/index.ts')).serveCodec(settings),
  localCommand,
});
