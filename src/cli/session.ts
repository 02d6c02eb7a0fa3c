import type { Command } from 'commander';

import type { ApiServices, CodecServeSettings, ServeSettings } from '../api/index.ts';
import type { Temporal, TemporalSettings } from '../client/index.ts';
import type { Database } from '../database/index.ts';
import type { GoProgram, PlatformEnvironment, PlatformService, PushedImage } from '../local/index.ts';
import type { OpenNetworkAccess, OpenStateAccess } from '../operations/index.ts';
import type { WorkerSettings } from '../worker/index.ts';
import type { ExitCode } from './exit-codes.ts';
import type { ProgressMode } from './progress/mode.ts';
import type { Palette } from './render/palette.ts';
import type { Terminal } from './terminal.ts';

/** Everything outside the process that commands use; tests replace it. */
export interface Services {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly now: () => Date;
  readonly connect: (settings: TemporalSettings) => Promise<Temporal>;
  readonly platform: EmbeddedPlatform;
  /** For the commands that are clients of a network: the others leave the cluster to workers. */
  readonly openNetworkAccess: OpenNetworkAccess;
  /** For backup and restore, which copy secrets, so that no worker can do it for them. */
  readonly openStateAccess: OpenStateAccess;
  readonly runWorker: (settings: Omit<WorkerSettings, 'abandon'>) => Promise<void>;
  /** The tables of the service: a PostgreSQL URL, or a folder. */
  readonly openDatabase: (location: string) => Promise<Database>;
  /** The folder of the page that the API serves, which is built first where that is needed. */
  readonly preparePage: (onProgress: (line: string) => void) => Promise<string>;
  /** Has an API make a link that signs one browser in; see `signInLink`. */
  readonly signInLink: (service: PlatformService) => Promise<string>;
  /** Opens an address in the user's browser. */
  readonly openBrowser: (address: string) => Promise<void>;
  /** Serves the HTTP API until it is told to stop. */
  readonly serveApi: (services: ApiServices, settings: ServeSettings) => Promise<void>;
  /** Serves payloads to Temporal's page and command line until it is told to stop. */
  readonly serveCodec: (settings: CodecServeSettings) => Promise<void>;
  /** `weft local …`, which works on the embedded platform itself. */
  readonly localCommand: () => Command;
}

/** The Kubernetes node and Temporal server that come with Weft. */
export interface EmbeddedPlatform {
  /** How to reach it, or undefined if it does not run. */
  environment(): Promise<PlatformEnvironment | undefined>;
  /** Name of its cluster in workflow ids and task queues, whether or not it runs. */
  cluster(): Promise<string>;
  /** Where its API and page are, with a token of whoever runs it; undefined if they do not run. */
  service(): Promise<PlatformService | undefined>;
  /** Starts what does not run of it, its worker included, and reports each step in a line. */
  start(onProgress: (line: string) => void, signal: AbortSignal): Promise<PlatformEnvironment>;
  /** Builds a Go program and puts it, as an image, into the platform's registry. */
  pushGoProgram(program: GoProgram, onProgress: (line: string) => void, signal: AbortSignal): Promise<PushedImage>;
}

/** What one command works with: the services, and how its user wants to be spoken to. */
export interface Session extends Services {
  readonly output: OutputFormat;
  readonly progress: ProgressMode;
  readonly palette: Palette;
  readonly quiet: boolean;
  /** Writes lines for people to stderr, unless they asked for quiet. */
  readonly note: (text: string) => void;
}

export const OUTPUT_FORMATS = ['table', 'wide', 'json', 'yaml'] as const;

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** What a command has to say at its end, in every format. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  /** For people; empty if there is nothing to add. */
  readonly text: string;
  /** For machines; absent if the command has no machine form. */
  readonly document?: unknown;
}
