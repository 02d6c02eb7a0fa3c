import { z } from 'zod';

import type { MissingWorker, StoredNetwork, StoredRevision } from '../../database/index.ts';
import { missingWorkersResource, missingWorkersSchema } from '../clusters/resource.ts';
import { conditionResource, conditionSchema } from './condition.ts';
import { readiness } from './readiness.ts';

/** A network as lists show it. */
export const networkSummarySchema = z
  .object({
    metadata: z.object({
      name: z.string(),
      cluster: z.string(),
      generation: z.int().describe('Goes up with whatever is asked of the network.'),
      etag: z.string().describe('Send it as If-Match with a change.'),
      revision: z.int().optional().describe('The revision of the description that was asked for last.'),
      createdAt: z.string(),
      createdBy: z.string(),
      lastEvent: z.int().describe('What has happened to the network after this place follows: /events?after=.'),
    }),
    status: z.object({
      ready: z
        .enum(['True', 'False', 'Unknown'])
        .describe('Whether all conditions were true; Unknown where nobody has looked.'),
      observedRevision: z.int().optional().describe('The revision that the conditions are about.'),
      conditions: z.array(conditionSchema).readonly(),
      seenAt: z.string().optional().describe('When the conditions were seen; absent where nobody has looked.'),
      withoutWorker: missingWorkersSchema.describe(
        'Clusters of the network without a worker: it stands there as it is, and its runs wait.',
      ),
    }),
  })
  .meta({ title: 'NetworkSummary' });

/** A network with its description. */
export const networkSchema = networkSummarySchema
  .extend({
    spec: z
      .unknown()
      .optional()
      .describe('The completed description (/v1/schema); absent where nobody has described it here.'),
  })
  .meta({ title: 'Network' });

type NetworkSummary = z.infer<typeof networkSummarySchema>;

/** Where a network is found. */
export function networkPath(name: string): string {
  return `/v1/networks/${name}`;
}

/** The value of `ETag` for a network. */
export function etagHeader({ etag }: StoredNetwork): string {
  return `"${etag}"`;
}

/** @param missing of its clusters, those without a worker */
export function networkSummary(network: StoredNetwork, missing: readonly MissingWorker[]): NetworkSummary {
  const { name, cluster, generation, revision, createdAt, createdBy } = network;
  const { conditions, conditionsSeenAt, observedRevision, lastEvent } = network;
  return {
    metadata: {
      ...{ name, cluster, generation, etag: etagHeader(network) },
      ...(revision === undefined ? {} : { revision }),
      createdAt: createdAt.toISOString(),
      createdBy,
      lastEvent,
    },
    status: {
      ready: readyStatus(network),
      ...(observedRevision === undefined ? {} : { observedRevision }),
      conditions: conditions.map(conditionResource),
      ...(conditionsSeenAt === undefined ? {} : { seenAt: conditionsSeenAt.toISOString() }),
      withoutWorker: missingWorkersResource(missing),
    },
  };
}

export function networkResource(
  network: StoredNetwork,
  revision: StoredRevision | undefined,
  missing: readonly MissingWorker[],
): z.infer<typeof networkSchema> {
  return { ...networkSummary(network, missing), spec: revision?.description };
}

function readyStatus({ conditions, conditionsSeenAt }: StoredNetwork): NetworkSummary['status']['ready'] {
  return conditionsSeenAt === undefined ? 'Unknown' : readiness(conditions);
}
