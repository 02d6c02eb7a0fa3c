import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';

import { findLook, findOpenRun } from '../../../database/index.ts';
import { allLatestAttempts } from '../../runs/steps.ts';
import type { ApiServices } from '../../services.ts';
import { describedAs, networkParams, requireNetwork } from '../lookup.ts';
import { certificatesOf, identitiesOf } from './certificates.ts';
import { chaincodesOf, channelsOf } from './channels.ts';
import { certificatesSchema, chaincodesSchema, channelsSchema, identitiesSchema, topologySchema } from './resource.ts';
import { topologyOf, type NetworkFacts } from './topology.ts';

/** What is known of the parts of networks. Nobody is asked for it: a look in the background has found it. */
export function addNetworkState(api: FastifyInstance, services: ApiServices): void {
  const { now } = services;
  const add = addTo(api, services);
  add('topology', 'A network with the state of each of its parts', topologySchema, topologyOf);
  add(
    'certificates',
    'The certificates of a network, those that end first before the others',
    certificatesSchema,
    (known) => certificatesOf(known, now()),
  );
  add('channels', 'The channels of a network, with the blocks of their nodes', channelsSchema, channelsOf);
  add('chaincodes', 'The chaincodes of a network', chaincodesSchema, chaincodesOf);
  add('identities', 'Who is who in a network, by public certificates', identitiesSchema, (known) =>
    identitiesOf(known, now()),
  );
}

type Add = <Resource>(
  name: string,
  summary: string,
  schema: z.ZodType<Resource>,
  resourceOf: (known: NetworkFacts) => Resource,
) => void;

function addTo(api: FastifyInstance, services: ApiServices): Add {
  return (name, summary, schema, resourceOf) => {
    api.get<{ Params: z.infer<typeof networkParams> }>(
      `/v1/networks/:name/${name}`,
      {
        config: { access: 'viewer' },
        schema: {
          tags: ['Networks'],
          summary,
          description: 'From the last look at the network, and from the steps of the run that works on it.',
          params: networkParams,
          response: { 200: schema },
        },
      },
      async (request) => resourceOf(await knownNetwork(services, request.params.name)),
    );
  };
}

async function knownNetwork(services: ApiServices, name: string): Promise<NetworkFacts> {
  const { database } = services;
  const stored = await requireNetwork(services, name);
  const [described, look, run] = await Promise.all([
    describedAs(database, stored),
    findLook(database, stored.id),
    findOpenRun(database, stored.id),
  ]);
  const steps = run && (await allLatestAttempts(database, run.id, { outcome: 'running' }));
  return { stored, described, look, run: run && steps && { id: run.id, steps } };
}
