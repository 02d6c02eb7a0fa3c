import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import { KubernetesError } from '../../kubernetes/errors/errors.ts';
import type { ExistingCluster } from '../../local/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { clusterName, type DestinationFlags } from '../destination.ts';
import { EXIT } from '../exit-codes.ts';

/**
 * Finds the cluster of a context, in the file of `--kubeconfig` (or WEFT_KUBECONFIG), else in those of KUBECONFIG, else in ~/.kube/config.
 *
 * @throws CommandFailure if none has the context, with those that there are
 */
export async function findExistingCluster(
  env: NodeJS.ProcessEnv,
  { context, kubeconfig = env['WEFT_KUBECONFIG'] }: DestinationFlags & { readonly context: string },
): Promise<ExistingCluster> {
  const files = kubeconfig === undefined || kubeconfig === '' ? ownKubeconfigs(env) : [resolve(kubeconfig)];
  const known = new Map<string, string>();
  for (const file of files) for (const name of await contextsOf(file)) if (!known.has(name)) known.set(name, file);
  const file = known.get(context);
  if (file !== undefined) return { name: clusterName(context), kubeconfig: file, context };
  const others = [...known.keys()];
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `there is no context ${context} in ${files.join(', ')}.`,
    hints: [
      others.length === 0
        ? 'There is none at all: is this the right file? --kubeconfig FILE'
        : `There are: ${others.join(', ')}`,
    ],
  });
}

/** Where kubectl looks (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/). */
function ownKubeconfigs(env: NodeJS.ProcessEnv): readonly string[] {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  // A file of the list that is not there is passed over.
  return named.length === 0
    ? [join(homedir(), '.kube', 'config')]
    : named.map((path) => resolve(path)).filter(existsSync);
}

const kubeconfigSchema = z.object({ contexts: z.array(z.object({ name: z.string() })).default([]) });

async function contextsOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: `the kubeconfig cannot be read: ${reason}`,
      hints: ['Name the file: --kubeconfig FILE'],
    });
  });
  return kubeconfigSchema.safeParse(parse(text)).data?.contexts.map(({ name }) => name) ?? [];
}

/** In milliseconds. An API server answers within a second; a person waits for this. */
const ANSWER_MS = 10_000;

/**
 * Asks a cluster whether it is there, and lets this user in. What a worker has to be allowed there depends on the network; `weft up` compares that.
 *
 * @throws KubernetesError
 */
export async function askExistingCluster({ kubeconfig, context }: ExistingCluster): Promise<void> {
  const { connectCluster } = await import('../../kubernetes/client/cluster.ts');
  const cluster = connectCluster({ kubeconfig, context });
  const purpose = `reach the cluster of the context ${context}`;
  try {
    // Unlike /version, this is not answered to strangers.
    const spec = { resourceAttributes: { verb: 'get', resource: 'namespaces' } };
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    await cluster.request({ ...{ method: 'POST', path, body, purpose }, timeoutMilliseconds: ANSWER_MS });
  } finally {
    await cluster.close();
  }
}

/** The same for a table: why it is of no use; empty if it is. */
export async function whyNotUsable(cluster: ExistingCluster): Promise<string> {
  try {
    await askExistingCluster(cluster);
    return '';
  } catch (error) {
    if (error instanceof KubernetesError) return error.message;
    throw error;
  }
}
