import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import type { StoredNetwork } from '../../database/index.ts';
import { planRenewal, renew, type RenewInput } from '../../operations/index.ts';
import { LONGEST_TARGET, MOST_RENEWAL_TARGETS } from '../../spec/index.ts';
import { callerOf } from '../access/sign-in.ts';
import { clientGone } from '../client-gone.ts';
import { repeatableHeaders } from '../idempotency.ts';
import { runPath } from '../runs/paths.ts';
import { runResource, runSchema } from '../runs/resource.ts';
import { contextFor } from '../services.ts';
import { beginRun, linkingHolder } from './begin-run.ts';
import type { ChangeServices } from './changes.ts';
import { networkParams, requireNetwork, selectorFor } from './lookup.ts';
import { dryRun, planResultSchema } from './plan.ts';

const renewalSchema = z
  .object({
    targets: z
      .array(z.string().min(1).max(LONGEST_TARGET))
      .min(1)
      .max(MOST_RENEWAL_TARGETS)
      .optional()
      .describe('Only of these: an organization (org1), or what is its own (org1/peer1, org1/admin, org1/ca).'),
    dueOnly: z.boolean().default(false).describe('Only those that are due; goes with no targets.'),
    newKeys: z
      .boolean()
      .default(false)
      .describe(
        'Replace the keys, too; channels learn the new key of an orderer before it starts with that. Goes with targets.',
      ),
  })
  .refine(({ targets, newKeys }) => targets !== undefined || !newKeys, {
    path: ['newKeys'],
    error: 'goes with targets alone: whose keys are replaced has to be named',
  })
  .refine(({ targets, dueOnly }) => targets === undefined || !dueOnly, {
    path: ['dueOnly'],
    error: 'goes with no targets',
  });

/** The renewal of a network's certificates. */
export function addNetworkRenewal(api: FastifyInstance, { services, observer, closing }: ChangeServices): void {
  const routes = api.withTypeProvider<ZodTypeProvider>();

  const inputOf = async (network: StoredNetwork, body: z.infer<typeof renewalSchema> | null): Promise<RenewInput> => {
    const { targets, dueOnly = false, newKeys = false } = body ?? {};
    return {
      selector: await selectorFor(services.database, network),
      targets: targets ?? (dueOnly ? undefined : 'all'),
      newKey: newKeys,
    };
  };

  routes.post(
    '/v1/networks/:name(^[^/:]+)::renew',
    {
      config: { access: 'operator', audited: true, repeatable: true },
      schema: {
        tags: ['Networks'],
        summary: 'Renew certificates now, one node at a time',
        description: 'All of them, with the keys that they have, unless the body says which.',
        params: networkParams,
        headers: repeatableHeaders,
        body: renewalSchema.nullish(),
        response: { 202: runSchema },
      },
    },
    async (request, reply) => {
      const network = await requireNetwork(services, request.params.name);
      const { name: requestedBy } = callerOf(request);
      const input = await inputOf(network, request.body ?? null);
      const run = await linkingHolder(services, () =>
        beginRun(
          services,
          observer,
          { network, kind: 'renew', requestedBy, requestId: request.id },
          renew(contextFor(services, requestedBy), input, closing),
        ),
      );
      return reply
        .code(202)
        .header('location', runPath(run.id))
        .send(await runResource(services.database, run));
    },
  );

  routes.post(
    '/v1/networks/:name(^[^/:]+)::planRenewal',
    {
      config: { access: 'operator', repeatable: true },
      schema: {
        tags: ['Networks'],
        summary: 'What a renewal would renew',
        description: 'A dry run of the same steps, which changes nothing. Body as of :renew.',
        params: networkParams,
        headers: repeatableHeaders,
        body: renewalSchema.nullish(),
        response: { 200: planResultSchema.meta({ title: 'PlannedRenewal' }) },
      },
    },
    async (request, reply) => {
      const network = await requireNetwork(services, request.params.name);
      const context = contextFor(services, callerOf(request).name);
      const input = await inputOf(network, request.body ?? null);
      const signal = AbortSignal.any([clientGone(reply), closing]);
      return dryRun(network.name, (ends) => planRenewal(context, input, ends), signal);
    },
  );
}
