import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { connectTemporal, temporalSettings, type Temporal } from '../../../src/client/index.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { temporalExecutable } from '../../support/temporal.ts';

/** A Temporal dev server of a test's own, which keeps its state in a file. */
export interface TemporalServer {
  readonly address: string;
  /** Starts it on the same port and the same file, and waits until it answers. */
  readonly start: () => Promise<void>;
  /** Ends it; the file stays. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  /** Leaves it there, deaf and mute, until it is removed: it takes connections, and answers nothing. */
  readonly freeze: () => void;
  /** Ends it for good. */
  readonly remove: () => Promise<void>;
}

/** A second or two; a busy machine takes longer to load the program. */
const START_MS = 60_000;

export async function temporalServer(): Promise<TemporalServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'weft-it-temporal-'));
  const address = `127.0.0.1:${port}`;
  const parameters = [
    ...['server', 'start-dev', '--headless', '--log-level', 'never'],
    ...['--ip', '127.0.0.1', '--port', String(port), '--db-filename', join(folder, 'temporal.db')],
    // As the tests' platform has it, see test/support/temporal.ts.
    ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
  ];
  let end: TemporalServer['end'] = () => Promise.resolve();
  let freeze: TemporalServer['freeze'] = () => undefined;

  return {
    address,
    start: async () => {
      const server = execa(temporalExecutable(), parameters, { reject: false, stdio: 'ignore' });
      end = async (signal) => {
        server.kill(signal);
        await server;
      };
      freeze = () => {
        server.kill('SIGSTOP');
      };
      await eventually(async () => (await connectTo(address)).close(), START_MS);
    },
    end: (signal) => end(signal),
    freeze: () => {
      freeze();
    },
    remove: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whoever connects closes. */
export function connectTo(address: string): Promise<Temporal> {
  return connectTemporal(temporalSettings({}, address));
}
