import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { addSignature, type StoredRun } from '../../database/index.ts';
import {
  addSignaturesToKnownRun,
  awaitedOfKnownRun,
  awaitedSignatures,
  pauseOrResumeKnownRun,
  retryKnownRun,
  type AwaitedSignatures,
} from '../../operations/index.ts';
import { callerOf } from '../access/sign-in.ts';
import { repeatableHeaders } from '../idempotency.ts';
import { networkParams, requireNetwork } from '../networks/lookup.ts';
import { ApiProblem } from '../problems/problem.ts';
import { contextFor, type ApiServices } from '../services.ts';
import { runPath } from './paths.ts';
import { requireRun, runParams } from './lookup.ts';
import { pauseSchema } from './resource.ts';

const LONGEST_REASON = 1_000;

const reasonSchema = z.string().max(LONGEST_REASON).describe('Why, for whoever looks at the run.');

const pausedSchema = z.object({
  changed: z.boolean().describe('False if it was so already.'),
  pause: pauseSchema.optional().describe('The pause that has begun, or that has ended.'),
});

const signaturesSchema = z.object({
  signatures: z
    .array(
      z
        .object({
          channel: z.string(),
          changes: z.string().describe('What the update changes.'),
          awaited: z
            .array(z.string())
            .readonly()
            .describe('MSP IDs of the organizations whose signatures are awaited.'),
          signedBy: z.array(z.string()).readonly().describe('MSP IDs of those that have signed.'),
          unmet: z.array(z.string()).readonly().describe('Policies that want more.'),
          envelope: z
            .base64()
            .describe(
              'The update with its signatures, as peer channel signconfigtx takes it: a common.Envelope, base64.',
            ),
        })
        .meta({ title: 'AwaitedSignatures' }),
    )
    .readonly(),
});

/** How people act on a run while it goes on. */
export function addRunSteering(api: FastifyInstance, services: ApiServices): void {
  addPauses(api, services);
  addRetry(api, services);
  addSignatures(api, services);
}

function addPauses(api: FastifyInstance, services: ApiServices): void {
  const routes = api.withTypeProvider<ZodTypeProvider>();
  const config = { access: 'operator', audited: true, repeatable: true } as const;
  const described = { tags: ['Runs'], params: runParams, headers: repeatableHeaders, response: { 200: pausedSchema } };

  routes.post(
    '/v1/runs/:id(^[^/:]+)::pause',
    {
      config,
      schema: {
        ...described,
        summary: 'Pause a run',
        description: 'It begins no new step until it is resumed; steps that are under way end.',
        body: z.object({ reason: reasonSchema.min(1) }),
      },
    },
    (request) => pauseOrResume('pause', request, request.body.reason),
  );

  routes.post(
    '/v1/runs/:id(^[^/:]+)::resume',
    {
      config,
      schema: {
        ...described,
        summary: 'Have a paused run go on',
        body: z.object({ reason: reasonSchema.default('') }).nullish(),
      },
    },
    (request) => pauseOrResume('resume', request, request.body?.reason ?? ''),
  );

  async function pauseOrResume(
    what: 'pause' | 'resume',
    request: Parameters<typeof callerOf>[0] & { readonly params: { readonly id: string } },
    reason: string,
  ): Promise<z.infer<typeof pausedSchema>> {
    const caller = callerOf(request);
    const run = await requireRun(services, caller, request.params.id);
    const answer = await pauseOrResumeKnownRun(contextFor(services, caller.name), referenceTo(run), what, reason);
    if (answer === undefined) throw ended(run);
    return answer;
  }
}

function addRetry(api: FastifyInstance, services: ApiServices): void {
  api.withTypeProvider<ZodTypeProvider>().post(
    '/v1/runs/:id(^[^/:]+)::retry',
    {
      config: { access: 'operator', audited: true, repeatable: true },
      schema: {
        tags: ['Runs'],
        summary: 'Try at once what waits for its next attempt',
        params: runParams,
        headers: repeatableHeaders,
        body: z
          .object({ target: z.string().optional().describe('Only the steps on this, e.g. org1/peer1.') })
          .nullish(),
        response: {
          200: z.object({
            steps: z
              .array(z.object({ step: z.string(), target: z.string(), attempt: z.int(), reason: z.string() }))
              .readonly()
              .describe('What is tried now, each with its attempt and why the one before failed.'),
          }),
        },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const run = await requireRun(services, caller, request.params.id);
      const context = contextFor(services, caller.name);
      const steps = await retryKnownRun(context, referenceTo(run), request.body?.target);
      if (steps === undefined) throw ended(run);
      return { steps };
    },
  );
}

function addSignatures(api: FastifyInstance, services: ApiServices): void {
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
      const { name } = await requireNetwork(services, request.params.name);
      const found = await awaitedSignatures(contextFor(services, callerOf(request).name), name);
      return { signatures: found.kind === 'no run' ? [] : found.updates.map(told) };
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
      const caller = callerOf(request);
      const run = await requireRun(services, caller, request.params.id);
      const updates = await awaitedOfKnownRun(contextFor(services, caller.name), referenceTo(run));
      return { signatures: updates.map(told) };
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
      if (answer === undefined) throw ended(run);
      for (const mspId of answer.added) {
        const signature = { channel: answer.channel, mspId, envelope, createdAt: services.now(), createdBy: by };
        await addSignature(services.database, run.id, signature);
      }
      return answer;
    },
  );
}

function told({ envelope, ...update }: AwaitedSignatures): z.infer<typeof signaturesSchema>['signatures'][number] {
  return { ...update, envelope: Buffer.from(envelope).toString('base64') };
}

function referenceTo({ workflowId, temporalRunId: runId }: StoredRun): { workflowId: string; runId: string } {
  return { workflowId, runId };
}

function ended({ id }: StoredRun): ApiProblem {
  return new ApiProblem('RUN_ENDED', {
    detail: `the run ${id} has ended, and there is nothing to be done with it.`,
    links: { run: runPath(id) },
  });
}
