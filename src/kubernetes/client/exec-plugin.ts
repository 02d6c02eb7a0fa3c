import type { KubeConfig, User } from '@kubernetes/client-node';
import { execa, ExecaError } from 'execa';
import { z } from 'zod';

import { KubernetesError } from '../errors/errors.ts';

/*
 * Credential plugins of kubeconfigs (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
 * @kubernetes/client-node (2.0) waits for one that hangs without an end, starts one for each request, and tells Node's own words for one that is missing.
 */

/** What a plugin gives: a token, a certificate with its key, or all of them. */
const credentialsSchema = z.object({
  token: z.string().optional(),
  clientCertificateData: z.string().optional(),
  clientKeyData: z.string().optional(),
  /** RFC 3339; absent where the plugin does not know. */
  expirationTimestamp: z.string().optional(),
});

export type PluginCredentials = z.infer<typeof credentialsSchema>;

const execCredentialSchema = z.object({ status: credentialsSchema });

/** `users[].user.exec` of a kubeconfig. */
const pluginSchema = z.object({
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  apiVersion: z.string().default('client.authentication.k8s.io/v1'),
  /** What its makers say to whoever does not have it. */
  installHint: z.string().nullish(),
});

/** Has the plugins of a kubeconfig run here, each once for all requests of a minute. */
export function runPlugins(kubeConfig: KubeConfig): void {
  const context = kubeConfig.getCurrentContext();
  const plugins = new Map(
    kubeConfig.users.flatMap(({ name, exec }): [string, () => Promise<PluginCredentials>][] =>
      exec === undefined ? [] : [[name, kept(() => pluginCredentials(exec, context))]],
    ),
  );
  kubeConfig.users = kubeConfig.users.map(withoutPlugin);
  kubeConfig.addAuthenticator({
    isAuthProvider: ({ name }) => plugins.has(name),
    applyAuthentication: async ({ name }, options) => {
      const { token, clientCertificateData, clientKeyData } = (await plugins.get(name)?.()) ?? {};
      if (clientCertificateData !== undefined) options.cert = clientCertificateData;
      if (clientKeyData !== undefined) options.key = clientKeyData;
      if (token !== undefined)
        options.headers = Object.assign(options.headers ?? {}, { Authorization: `Bearer ${token}` });
    },
  });
}

/** One that the library's own authenticators leave alone. */
function withoutPlugin(user: User): User {
  return { ...user, exec: undefined };
}

/**
 * How long credentials are used, at most, in milliseconds: they may be refused long before they end, or end without having said when, and a worker
 * lives for months. A plugin that runs once a minute costs nothing.
 */
const KEPT_MS = 60_000;

/** Asks once for all that ask at the same time, and again a minute later, when what was given has ended, or nothing was. */
function kept(ask: () => Promise<PluginCredentials>): () => Promise<PluginCredentials> {
  let asked: Promise<PluginCredentials> | undefined;
  let goodUntil = 0;
  return () => {
    if (asked !== undefined && Date.now() < goodUntil) return asked;
    const answer = ask();
    asked = answer;
    // Until it has answered, everybody waits for it.
    goodUntil = Number.POSITIVE_INFINITY;
    answer.then(
      ({ expirationTimestamp }) => {
        const end = expirationTimestamp === undefined ? goodUntil : Date.parse(expirationTimestamp);
        goodUntil = Math.min(end, Date.now() + KEPT_MS);
      },
      () => {
        // Whoever asked is told of the failure; the next one asks anew.
        asked = undefined;
      },
    );
    return answer;
  };
}

/** In milliseconds. Those of the large clouds answer within some seconds; nobody is there whom one could ask. */
const PATIENCE_MS = 20_000;

/**
 * Runs a plugin.
 *
 * @param written `users[].user.exec` of a kubeconfig
 * @param context whose credentials they are, for messages
 * @param patienceMs how long it may take, in milliseconds
 * @throws {KubernetesError} of kind `misconfigured`; of kind `unreachable` when it takes longer
 */
export async function pluginCredentials(
  written: unknown,
  context: string,
  patienceMs = PATIENCE_MS,
): Promise<PluginCredentials> {
  const parsed = pluginSchema.safeParse(written);
  if (!parsed.success) {
    throw misconfigured(`The user of the context ${context} names no program in users[].user.exec.command.`);
  }
  const { command, installHint } = parsed.data;
  const program = `The program ${command}, with which the kubeconfig signs in to the context ${context},`;
  const over = new AbortController();
  try {
    return execCredentialSchema.parse(JSON.parse(await outputOf(parsed.data, patienceMs, over))).status;
  } catch (error) {
    if (over.signal.aborted) {
      throw new KubernetesError(
        'unreachable',
        `${program} has given no credentials within ${String(patienceMs / 1000)} s, and was ended. Run it by hand to see what it waits for.`,
        { cause: error },
      );
    }
    throw misconfigured(`${program} ${whyItGaveNone(error, installHint ?? '')}`, error);
  }
}

/** @param over is aborted when the plugin is ended since it takes too long */
async function outputOf(
  { command, args, env, apiVersion }: z.infer<typeof pluginSchema>,
  patienceMs: number,
  over: AbortController,
): Promise<string> {
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const subprocess = execa(command, args ?? [], {
    env: {
      ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(info),
    },
    // What asks somebody finds nobody, and does not wait for it.
    stdin: 'ignore',
    // In a process group, so that what it has started is ended with it.
    detached: true,
  });
  const timer = setTimeout(() => {
    over.abort();
    if (subprocess.pid !== undefined) process.kill(-subprocess.pid, 'SIGKILL');
  }, patienceMs);
  try {
    return (await subprocess).stdout;
  } finally {
    clearTimeout(timer);
  }
}

function whyItGaveNone(error: unknown, installHint: string): string {
  if (!(error instanceof ExecaError)) return 'gives no ExecCredential with a status.';
  const { exitCode, code = 'it was killed', stderr } = error;
  if (code === 'ENOENT') {
    const hint = firstLine(installHint);
    return `is not there: install it, or correct users[].user.exec.command.${hint === '' ? '' : ` ${hint}`}`;
  }
  const how = exitCode === undefined ? `(${code})` : `with exit code ${String(exitCode)}`;
  const words = typeof stderr === 'string' ? firstLine(stderr).replace(/\.$/, '') : '';
  return `failed ${how}${words === '' ? '' : `: ${words}`}.`;
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}

function misconfigured(message: string, cause?: unknown): KubernetesError {
  return new KubernetesError('misconfigured', message, { cause });
}
