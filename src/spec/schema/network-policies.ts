import { z } from 'zod';

import { DEFAULT_NETWORK_POLICIES } from '../defaults.ts';
import { MOST_EXTERNAL_PORTS, MOST_POD_GROUPS } from '../limits.ts';
import type { PodGroup } from '../network.ts';
import { MOST_PORT } from '../ports.ts';
import { text, wholeNumber } from './fields.ts';
import { labelFormat, labelKeyFormat, labelValueFormat } from './formats.ts';

const podGroup = z
  .strictObject({
    namespace: text(labelFormat).optional().describe('Their namespace. Default: any.'),
    labels: z
      .record(text(labelKeyFormat), text(labelValueFormat))
      .optional()
      .describe('Labels that they have. Default: any.'),
  })
  // Neither would be all pods of the cluster.
  .refine(({ namespace, labels = {} }) => namespace !== undefined || Object.keys(labels).length > 0, {
    error: 'must name a namespace, labels or both',
  });

/** An empty list would be one that a NetworkPolicy reads as everybody. */
function podGroups(meaning: string, otherwise: readonly PodGroup[]): z.ZodOptional<z.ZodArray<typeof podGroup>> {
  return z
    .array(podGroup)
    .min(1, { error: 'must name at least one group of pods' })
    .max(MOST_POD_GROUPS, { error: `must name at most ${MOST_POD_GROUPS} groups of pods` })
    .optional()
    .describe(`${meaning} Default: those with the label ${otherwise.map(labelsInWords).join(' or ')}.`);
}

function labelsInWords({ labels = {} }: PodGroup): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
}

/** Which NetworkPolicies the pods of a network get. */
export const networkPolicies = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        workers: podGroups(
          "Pods of workers, which may reach CAs and the orderers' admin and operations endpoints.",
          DEFAULT_NETWORK_POLICIES.workers,
        ),
        metrics: podGroups(
          'Pods that may reach operations endpoints, where metrics are.',
          DEFAULT_NETWORK_POLICIES.metrics,
        ),
        externalPorts: z
          .array(wholeNumber(1, MOST_PORT))
          .max(MOST_EXTERNAL_PORTS, { error: `must be at most ${MOST_EXTERNAL_PORTS} ports` })
          .optional()
          .describe(
            `TCP ports at which orderers and peers may call any address, besides those that an address names. Default: ${DEFAULT_NETWORK_POLICIES.externalPorts.join(', ')}.`,
          ),
      }),
    ],
    { error: 'must be true or false, or a mapping that says who is let in' },
  )
  .optional()
  .describe('NetworkPolicies for the pods of the network; false leaves them out, and removes them. Default: true.');
