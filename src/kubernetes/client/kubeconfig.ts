import { readFileSync } from 'node:fs';

import { KubeConfig } from '@kubernetes/client-node';

import { KubernetesError } from '../errors/errors.ts';
import { runPlugins } from './exec-plugin.ts';

/** Which cluster is meant. There is no default: the user's current context is never taken unasked. */
export type ClusterLocation = 'in-cluster' | KubeConfigLocation;

/** At least one of both. */
export interface KubeConfigLocation {
  /** Path of a kubeconfig; absent means the user's own (`KUBECONFIG` or `~/.kube/config`). */
  readonly kubeconfig?: string | undefined;
  /** Name of a context in it; absent means the file's current context. */
  readonly context?: string | undefined;
}

/**
 * Loads a kubeconfig and selects the context that is meant.
 *
 * @throws {KubernetesError} of kind `misconfigured`
 */
export function loadKubeConfig(location: ClusterLocation): KubeConfig {
  return location === 'in-cluster' ? loadServiceAccount() : loadContext(location);
}

/** Where Kubernetes mounts a pod's own credentials. */
const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

function loadServiceAccount(): KubeConfig {
  try {
    readFileSync(SERVICE_ACCOUNT_TOKEN);
  } catch (error) {
    throw misconfigured('This process does not run in a pod with a service account token.', error);
  }
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromCluster();
  const cluster = kubeConfig.getCurrentCluster();
  const user = kubeConfig.getCurrentUser();
  if (cluster === null || user === null) throw misconfigured('The pod has no usable service account.');
  const context = { name: IN_CLUSTER, cluster: cluster.name, user: user.name };
  kubeConfig.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: IN_CLUSTER });
  return kubeConfig;
}

const IN_CLUSTER = 'in-cluster';

function loadContext({ kubeconfig, context }: KubeConfigLocation): KubeConfig {
  if (kubeconfig === undefined && context === undefined) {
    throw misconfigured(
      'No cluster is named. Give a kubeconfig or a context: the current context is never taken unasked.',
    );
  }
  const kubeConfig = new KubeConfig();
  const source = kubeconfig === undefined ? 'The kubeconfig' : `The kubeconfig ${kubeconfig}`;
  try {
    if (kubeconfig === undefined) kubeConfig.loadFromDefault();
    else kubeConfig.loadFromFile(kubeconfig);
  } catch (error) {
    throw misconfigured(`${source} cannot be read: ${messageOf(error)}.`, error);
  }
  selectContext(kubeConfig, context, source);
  runPlugins(kubeConfig);
  return kubeConfig;
}

function selectContext(kubeConfig: KubeConfig, context: string | undefined, source: string): void {
  const name = context ?? kubeConfig.getCurrentContext();
  if (!name) throw misconfigured(`${source} has no current context. Name one of its contexts: ${namesOf(kubeConfig)}.`);
  const found = kubeConfig.getContextObject(name);
  if (found === null) throw misconfigured(`${source} has no context ${name}. It has: ${namesOf(kubeConfig)}.`);
  kubeConfig.setCurrentContext(name);
  if (kubeConfig.getUser(found.user) === null) {
    throw misconfigured(`${source} has no user ${found.user}, which its context ${name} names.`);
  }
}

function namesOf(kubeConfig: KubeConfig): string {
  return (
    kubeConfig
      .getContexts()
      .map(({ name }) => name)
      .join(', ') || 'none'
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '').replace(/\.$/, '') : String(error);
}

function misconfigured(message: string, cause?: unknown): KubernetesError {
  return new KubernetesError('misconfigured', message, { cause });
}
