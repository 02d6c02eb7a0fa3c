import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inject } from 'vitest';
import { parse, stringify } from 'yaml';

/** A kubeconfig of a test, with one context. */
export interface Kubeconfig {
  /** For `weft`. */
  readonly forCommands: Readonly<Record<string, string>>;
  /** For a worker of that cluster; its task queue is not that of the tests' cluster. */
  readonly forWorkers: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

export interface KubeconfigChanges {
  /** URL of the API server. */
  readonly server?: string;
  /** What is trusted there, PEM. */
  readonly certificateAuthority?: string;
  /** Bearer token in place of the administrator's certificate. */
  readonly token?: string;
}

interface ConfigFile {
  readonly clusters: readonly { readonly name: string; readonly cluster: Readonly<Record<string, unknown>> }[];
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, unknown>> }[];
  readonly contexts: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user: string };
  }[];
}

/** Writes the kubeconfig of the tests' cluster with something changed, under a context name of its own. */
export async function writeKubeconfig(
  context: string,
  { server, certificateAuthority, token }: KubeconfigChanges,
): Promise<Kubeconfig> {
  const platform = inject('platform');
  const original = parse(await readFile(platform.kubeconfig, 'utf8')) as ConfigFile;
  const named = original.contexts.find(({ name }) => name === platform.context)?.context;
  const cluster = original.clusters.find(({ name }) => name === named?.cluster)?.cluster;
  const user = original.users.find(({ name }) => name === named?.user)?.user;
  const replaced = {
    ...(server === undefined ? {} : { server }),
    ...(certificateAuthority === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64') }),
  };
  const changed = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [{ name: context, cluster: { ...cluster, ...replaced } }],
    users: [{ name: context, user: token === undefined ? user : { token } }],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
  };
  const folder = await mkdtemp(join(tmpdir(), 'weft-it-'));
  const path = join(folder, 'kubeconfig');
  await writeFile(path, stringify(changed), { mode: 0o600 });
  return {
    forCommands: { WEFT_KUBECONFIG: path, WEFT_CONTEXT: context },
    forWorkers: { KUBECONFIG: path, WEFT_CONTEXT: context, WEFT_CLUSTER: context },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
