import { z } from 'zod';

import type { KubernetesObject } from '../client/objects.ts';

/** A number, or that the platform gives one to each namespace. */
export type PodUser = number | 'assigned';

/** What a pod that works on a node's volume has in common with the node's own. */
export interface PodSettings {
  readonly image: string;
  /** User, group and group of its volumes. */
  readonly user: PodUser;
  /** Names of Secrets. */
  readonly imagePullSecrets: readonly string[];
}

/** The container of a node, as its Deployment has it. */
export interface NodePod extends PodSettings {
  readonly resources: object;
  /** Variables beside those of its ConfigMap, as Kubernetes writes them. */
  readonly env?: readonly object[];
}

const deploymentSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        imagePullSecrets: z.array(z.object({ name: z.string() })).optional(),
        securityContext: z.object({ runAsUser: z.int().optional() }).optional(),
        containers: z.tuple(
          [
            z.object({
              image: z.string(),
              resources: z.looseObject({}).optional(),
              env: z.array(z.looseObject({})).optional(),
            }),
          ],
          z.unknown(),
        ),
      }),
    }),
  }),
});

/**
 * Reads from a node's Deployment how its pod runs.
 *
 * @throws ZodError for a Deployment without a container, which Kubernetes does not have
 */
export function nodePod(deployment: KubernetesObject): NodePod {
  const { imagePullSecrets = [], securityContext, containers } = deploymentSchema.parse(deployment).spec.template.spec;
  const [{ image, resources = {}, env = [] }] = containers;
  return {
    image,
    resources,
    user: securityContext?.runAsUser ?? 'assigned',
    imagePullSecrets: imagePullSecrets.map(({ name }) => name),
    ...(env.length > 0 && { env }),
  };
}

/** For the manifests of kube/: what is absent is left out of them. */
export function podVariables({
  user,
  imagePullSecrets,
}: Omit<PodSettings, 'image'>): Readonly<Record<'POD_USER' | 'IMAGE_PULL_SECRETS', unknown>> {
  return {
    POD_USER: user === 'assigned' ? null : user,
    IMAGE_PULL_SECRETS: imagePullSecrets.length === 0 ? null : imagePullSecrets.map((name) => ({ name })),
  };
}
