import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { pauseOrResumeKnownRun, retryKnownRun } from '../../operations/index.ts';
import { LONGEST_PAUSE_TEXT, LONGEST_TARGET } from '../../spec/index.ts';
import { callerOf } from '../access/sign-in.ts';
import { repeatableHeaders } from '../idempotency.ts';
import { contextFor, type ApiServices } from '../services.ts';
import { addSignatureRoutes } from './signatures.ts';
import { referenceTo, requireRun, runEnded, runParams } from './lookup.ts';
import { pauseSchema } from './resource.ts';

const reasonSchema = z.string().max(LONGEST_PAUSE_TEXT).describe('Why, for whoever looks at the run.');

const pausedSchema = z.object({
  changed: z.boolean().describe('False if it was so already.'),
  pause: pauseSchema.optional().describe('The pause that has begun, or that has ended.'),
});

/** How people act on a run while it goes on. */
export function addRunSteering(api: FastifyInstance, services: ApiServices): void {
  addPauses(api, services);
  addRetry(api, services);
  addSignatureRoutes(api, services);
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
    if (answer === undefined) throw runEnded(run);
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
          .object({
            target: z.string().max(LONGEST_TARGET).optional().describe('Only the steps on this, e.g. org1/peer1.'),
          })
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
      if (steps === undefined) throw runEnded(run);
      return { steps };
    },
  );
}
