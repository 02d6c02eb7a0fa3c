import { Command } from 'commander';

import type { ApiServices, CodecServeSettings, ServeSettings } from '../../../src/api/index.ts';
import type { TemporalSettings } from '../../../src/client/index.ts';
import { runWeft } from '../../../src/cli/run.ts';
import type { Services } from '../../../src/cli/session.ts';
import type { Interrupt } from '../../../src/cli/terminal.ts';
import type { Database } from '../../../src/database/index.ts';
import type { NetworkAccess, StateAccess } from '../../../src/operations/index.ts';
import type { GoProgram, PlatformEnvironment, PlatformService } from '../../../src/local/index.ts';
import type { Network } from '../../../src/spec/index.ts';
import { completeDescription } from '../../../src/spec/index.ts';
import type { WorkerSettings } from '../../../src/worker/index.ts';
import { FakeTemporal } from '../client/fake-temporal.ts';

export interface Machine {
  /** What `weft` prints and answers. */
  readonly weft: (...args: string[]) => Promise<Answer>;
  readonly temporal: FakeTemporal;
  /** The questions that were asked on the terminal. */
  readonly questions: string[];
  /** The Temporals that were connected to. */
  readonly connections: TemporalSettings[];
  readonly workers: Omit<WorkerSettings, 'abandon'>[];
  /** The programs that were pushed to the embedded platform. */
  readonly pushes: GoProgram[];
  /** Where the databases were that were opened. */
  readonly databases: string[];
  /** What the API was served with. */
  readonly served: (ApiServices & ServeSettings)[];
  /** What codec servers were served with. */
  readonly servedCodecs: CodecServeSettings[];
  /** Addresses that were opened in a browser. */
  readonly opened: string[];
  /** How often the embedded platform was told to start. */
  platformStarts: number;
  /** Sends a signal to the command that runs. */
  readonly interrupt: (signal: Interrupt) => void;
}

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface MachineOptions {
  readonly temporal?: FakeTemporal;
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** Undefined while the embedded platform does not run. */
  readonly platform?: PlatformEnvironment | undefined;
  /** What is typed at each question; without it standard input is no terminal. */
  readonly typed?: readonly string[];
  readonly stdin?: string;
  /** Where the embedded platform's API is; undefined while it does not run. */
  readonly service?: PlatformService;
  /** Somebody sits before it. */
  readonly stderrIsTerminal?: boolean;
  readonly connect?: Services['connect'];
  /** The cluster that clients of a network see. */
  readonly access?: NetworkAccess;
  readonly database?: Database;
  /** Opens a database in place of the one that is given. */
  readonly openDatabase?: () => Promise<Database>;
  /** Serves until it is told to stop; without it serving ends at once. */
  readonly serve?: (settings: ServeSettings) => Promise<void>;
  /** The same for a codec server. */
  readonly serveCodec?: (settings: CodecServeSettings) => Promise<void>;
  /** The cluster that backup and restore see. */
  readonly stateAccess?: StateAccess;
}

const PLATFORM: PlatformEnvironment = {
  cluster: 'local',
  kubeconfig: '/data/kubeconfig',
  context: 'weft',
  temporalAddress: '127.0.0.1:7999',
};

/** A machine on which `weft` runs in this process, with everything outside of it replaced. */
export function machine(options: MachineOptions = {}): Machine {
  const {
    temporal = new FakeTemporal().withWorkers('local'),
    env = {},
    workingDirectory = '/nowhere',
    typed,
    stdin = '',
  } = options;
  const listeners = new Set<(signal: Interrupt) => void>();
  const answers = [...(typed ?? [])];
  const platform = 'platform' in options ? options.platform : PLATFORM;

  const self: Machine = {
    temporal,
    questions: [],
    connections: [],
    workers: [],
    pushes: [],
    databases: [],
    served: [],
    servedCodecs: [],
    opened: [],
    platformStarts: 0,
    interrupt: (signal) => {
      for (const listener of listeners) listener(signal);
    },
    weft: async (...args) => {
      let out = '';
      let err = '';
      const services: Services = {
        env,
        workingDirectory,
        now: () => new Date(),
        connect:
          options.connect ??
          ((settings) => {
            self.connections.push(settings);
            return Promise.resolve(temporal);
          }),
        platform: {
          environment: () => Promise.resolve(platform),
          cluster: () => Promise.resolve(platform?.cluster ?? 'local'),
          service: () => Promise.resolve(options.service),
          start: (report) => {
            self.platformStarts += 1;
            report('starting Kubernetes');
            return Promise.resolve(platform ?? PLATFORM);
          },
          pushGoProgram: (program, report) => {
            const isThere = self.pushes.some(
              ({ name, version }) => name === program.name && version === program.version,
            );
            self.pushes.push(program);
            report('building');
            const reference = `localhost:5000/${program.name}:${program.version}`;
            return Promise.resolve({
              reference,
              digest: `sha256:${'0'.repeat(64)}`,
              outcome: isThere ? 'updated' : 'created',
            });
          },
        },
        openNetworkAccess: () => {
          if (options.access !== undefined) return Promise.resolve(options.access);
          return Promise.reject(new Error('this command is not to touch the cluster'));
        },
        openStateAccess: () => {
          if (options.stateAccess !== undefined) return Promise.resolve(options.stateAccess);
          return Promise.reject(new Error('this command is not to touch the cluster'));
        },
        runWorker: (settings) => {
          self.workers.push(settings);
          settings.ready?.();
          return Promise.resolve();
        },
        openDatabase: (location) => {
          self.databases.push(location);
          if (options.openDatabase !== undefined) return options.openDatabase();
          const { database } = options;
          if (database === undefined) return Promise.reject(new Error('this command is not to open a database'));
          // The test closes its database itself.
          return Promise.resolve({ ...database, close: () => Promise.resolve() });
        },
        preparePage: (report) => {
          report('page 1.2.3: building, 0s');
          return Promise.resolve('/built/page');
        },
        signInLink: ({ token }) => Promise.resolve(`link-of-${token}`),
        openBrowser: (address) => {
          self.opened.push(address);
          return Promise.resolve();
        },
        serveApi: async (services, settings) => {
          self.served.push({ ...services, ...settings });
          settings.ready(`http://${settings.host}:${settings.port}`);
          if (options.serve !== undefined) await options.serve(settings);
        },
        serveCodec: async (settings) => {
          self.servedCodecs.push(settings);
          settings.ready(`http://${settings.host}:${settings.port}`);
          await options.serveCodec?.(settings);
        },
        localCommand: () => new Command('local'),
        terminal: {
          stdinIsTerminal: typed !== undefined,
          stdoutIsTerminal: false,
          stderrIsTerminal: options.stderrIsTerminal === true,
          size: () => ({}),
          out: (text) => (out += text),
          err: (text) => (err += text),
          redraw: () => undefined,
          clear: () => undefined,
          ask: (question) => {
            self.questions.push(question);
            return Promise.resolve(answers.shift() ?? '');
          },
          readStdin: () => Promise.resolve(stdin),
          onInterrupt: (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
          },
        },
      };
      const code = await runWeft(args, services);
      return { code, out, err };
    },
  };
  return self;
}

/** The short form of a small network, as somebody would write it. */
export const DESCRIPTION = `name: net
organizations:
  - { name: org0, mspId: OrdererMSP, domain: org0.example.com, orderers: 1 }
  - { name: org1, mspId: Org1MSP, domain: org1.example.com, peers: 1 }
`;

/** The same in its completed form. */
export function completed(text: unknown): Network {
  const result = completeDescription(text);
  if (!result.ok) throw new Error('the description of the tests has issues');
  return result.network;
}
