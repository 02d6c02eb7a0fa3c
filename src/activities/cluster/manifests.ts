import { createHash } from 'node:crypto';

import type { FabricNodes, FabricPrograms } from '../../fabric/index.ts';
import {
  applyAll,
  observe,
  renderManifestFile,
  type Cluster,
  type KubernetesObject,
  type ServiceConnector,
} from '../../kubernetes/index.ts';
import { isMapping } from '../../spec/index.ts';
import type { TemplateVariables } from '../../templates/index.ts';
import { join, type Decision } from '../activity.ts';
import type { NetworkInput } from '../inputs.ts';

/** What activities work with: the cluster, connections to its Services, and what Fabric's nodes and programs are asked by. */
export interface Dependencies {
  readonly cluster: Cluster;
  readonly connector: ServiceConnector;
  readonly nodes: FabricNodes;
  readonly programs: FabricPrograms;
}

export interface ManifestOptions extends NetworkInput {
  readonly signal: AbortSignal;
}

/**
 * Renders a manifest of kube/ and applies every object in it: absent ones are created, differing ones updated, and
 * those that are as described are left untouched.
 *
 * @param name file in kube/, e.g. `peer.yaml`
 */
export async function applyManifest(
  { cluster }: Dependencies,
  name: string,
  variables: TemplateVariables,
  { network, dryRun, signal }: ManifestOptions,
): Promise<Decision> {
  const objects = await renderManifestFile(name, variables);
  return join(await applyAll(cluster, objects, { network: network.name, dryRun, signal }));
}

/**
 * The decoded data of a ConfigMap or a Secret.
 *
 * @returns undefined only if the cluster says for certain that there is none
 */
export async function readText(
  { cluster }: Dependencies,
  kind: 'ConfigMap' | 'Secret',
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<Record<string, string> | undefined> {
  const object = await observe(cluster, { apiVersion: 'v1', kind, metadata: { namespace, name } }, { signal });
  return object === undefined ? undefined : textsOf(object);
}

/** The data of a ConfigMap, or the decoded data of a Secret. */
export function textsOf({ kind, data }: KubernetesObject): Record<string, string> {
  const texts = (data ?? {}) as Record<string, string>;
  if (kind === 'ConfigMap') return texts;
  return Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

/** A short name for what a pod reads at its start: equal texts, equal hash. */
export function hashOf(...texts: readonly string[]): string {
  // Half a SHA-256 is far more than an annotation needs to tell two configurations apart.
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 32);
}

/** An annotation of the pods that a Deployment makes; undefined if they have none of that name, or there is no Deployment. */
export function podAnnotation(deployment: KubernetesObject | undefined, name: string): string | undefined {
  let found: unknown = deployment?.['spec'];
  for (const field of ['template', 'metadata', 'annotations', name]) {
    found = isMapping(found) ? found[field] : undefined;
  }
  return typeof found === 'string' ? found : undefined;
}
