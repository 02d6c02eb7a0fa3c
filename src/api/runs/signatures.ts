import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { addSignature, findOpenRun, listAwaitedSignatures } from '../../database/index.ts';
import { addSignaturesToKnownRun, type AwaitedSignatures } from '../../operations/index.ts';
import { callerOf } from '../access/sign-in.ts';
import { repeatableHeaders } from '../idempotency.ts';
import { networkParams, requireNetwork } from '../networks/lookup.ts';
import { contextFor, type ApiServices } from '../services.ts';
import { referenceTo, requireRun, runEnded, runParams } from './lookup.ts';

const awaitedSchema = z
  .object({
    channel: z.string(),
    changes: z.string().describe('What the update changes.'),
    awaited: z.array(z.string()).readonly().describe('MSP IDs of the organizations whose signatures are awaited.'),
    signedBy: z.array(z.string()).readonly().describe('MSP IDs of those that have signed.'),
    unmet: z.array(z.string()).readonly().describe('Policies that want more.'),
    envelope: z
      .base64()
      .describe('The update with its signatures, as peer channel signconfigtx takes it: a common.Envelope, base64.'),
  })
  .meta({ title: 'AwaitedSignatures' });

const signaturesSchema = z.object({ signatures: z.array(awaitedSchema).readonly() });

/** What a run waits to be signed, as it is kept and told. */
export function awaitedSignaturesResource({ envelope, ...update }: AwaitedSignatures): z.infer<typeof awaitedSchema> {
  return { ...update, envelope: Buffer.from(envelope).toString('base64') };
}

/** The signatures of channels' changes for which runs wait. */
export function addSignatureRoutes(api: FastifyInstance, services: ApiServices): void {
  const routes = api.withTypeProvider<ZodTypeProvider>();
  const response = { 200: signaturesSchema };

  routes.get(
    '/v1/networks/:name/signatures',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Networks'],
        summary: 'The changes of its channels that wait for signatures',
        params: networkParams,
        response,
      },
    },
    async (request) => {
      const { id } = await requireNetwork(services, request.params.name);
      const run = await findOpenRun(services.database, id);
      return { signatures: run === undefined ? [] : await listAwaitedSignatures(services.database, run.id) };
    },
  );

  routes.get(
    '/v1/runs/:id/signatures',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Runs'],
        summary: 'The changes of channels for whose signatures it waits',
        params: runParams,
        response,
      },
    },
    async (request) => {
      const { id } = await requireRun(services, callerOf(request), request.params.id);
      return { signatures: await listAwaitedSignatures(services.database, id) };
    },
  );

  routes.post(
    '/v1/runs/:id/signatures',
    {
      config: { access: 'operator', audited: true, repeatable: true },
      schema: {
        tags: ['Runs'],
        summary: 'Hand in signatures for which it waits',
        description: 'Each is checked against the channel as it stands. With the last one the run goes on.',
        params: runParams,
        headers: repeatableHeaders,
        body: z.object({ envelope: z.base64().describe('The update with the signatures: a common.Envelope, base64.') }),
        response: {
          200: z.object({
            channel: z.string(),
            added: z.array(z.string()).readonly().describe('MSP IDs of those whose signatures were taken.'),
            awaited: z.array(z.string()).readonly().describe('MSP IDs of those that are still awaited.'),
          }),
        },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { name: by } = caller;
      const run = await requireRun(services, caller, request.params.id);
      const envelope = Buffer.from(request.body.envelope, 'base64');
      const answer = await addSignaturesToKnownRun(contextFor(services, by), referenceTo(run), envelope);
      if (answer === undefined) throw runEnded(run);
      for (const mspId of answer.added) {
        const signature = { channel: answer.channel, mspId, envelope, createdAt: services.now(), createdBy: by };
        await addSignature(services.database, run.id, signature);
      }
      return answer;
    },
  );
}
