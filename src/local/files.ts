import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where an instance keeps what. */
export interface InstanceFiles {
  readonly kubeconfig: string;
  readonly state: string;
  readonly pki: string;
  readonly config: string;
  readonly logs: string;
  readonly run: string;
  /** What the supervisor knows of the processes that it watches. */
  readonly supervision: string;
  readonly sandboxConfiguration: string;
  readonly sandboxReport: string;
  readonly etcd: string;
  readonly containerd: string;
  readonly importedImages: string;
  readonly kubelet: string;
  readonly volumes: string;
  readonly registry: string;
  readonly temporal: string;
  /** Tables of the HTTP API. */
  readonly database: string;
  /** With which this machine's user signs in to the API. */
  readonly apiToken: string;
}

/** @returns the paths inside an instance's folder */
export function filesOf(directory: string): InstanceFiles {
  const at = (...parts: string[]): string => join(directory, ...parts);
  return {
    kubeconfig: at('kubeconfig'),
    state: at('state.json'),
    pki: at('pki'),
    config: at('config'),
    logs: at('logs'),
    run: at('run'),
    supervision: at('supervision.json'),
    sandboxConfiguration: at('config', 'sandbox.json'),
    sandboxReport: at('run', 'sandbox-report.json'),
    etcd: at('etcd'),
    containerd: at('containerd'),
    // With containerd's own data, so that both go together.
    importedImages: at('containerd', 'weft-images.json'),
    kubelet: at('kubelet'),
    volumes: at('volumes'),
    registry: at('registry'),
    temporal: at('temporal'),
    database: at('database'),
    apiToken: at('api-token'),
  };
}

/** Writes a file that only its owner can read, whole or not at all: a reader never sees half of it. */
export function writePrivateFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}

/** @returns the file's text, or undefined if there is no such file (or, below /proc, no such process any more) */
export function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'ESRCH'].includes(String(error.code)))
      return undefined;
    throw error;
  }
}
