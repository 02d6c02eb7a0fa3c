import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import {
  deleteSchedule,
  isKeepReport,
  networkSchedule,
  pauseSchedule,
  resumeSchedule,
  scheduleNetwork,
  LONGEST_SCHEDULE_MS,
  SHORTEST_SCHEDULE_MS,
  type NetworkSchedule,
  type OperationContext,
} from '../../operations/index.ts';
import type { KeepReport } from '../../workflows/messages.ts';
import { callerOf } from '../access/sign-in.ts';
import { repeatableHeaders } from '../idempotency.ts';
import { ApiProblem } from '../problems/problem.ts';
import { stepOutline, stepOutlineSchema } from '../runs/step-resource.ts';
import { contextFor, type ApiServices } from '../services.ts';
import { networkParams, requireNetwork, selectorFor } from './lookup.ts';

const stepsSchema = z.array(stepOutlineSchema);

const reportSchema = z.object({
  renewed: stepsSchema,
  drift: stepsSchema.describe('What differs from what was brought up last, and stays so.'),
  healed: stepsSchema,
  endingWithCa: z.array(z.object({ owner: z.string(), notAfter: z.string() })),
  postponed: z.string().optional().describe('Why something that is due was left for the next time.'),
});

const scheduleSchema = z
  .object({
    network: z.string(),
    everySeconds: z.number(),
    heal: z.boolean().describe('What differs from what was brought up last is mended, and not only reported.'),
    paused: z.boolean(),
    note: z.string().describe('Who paused it or let it go on; empty if nobody has.'),
    next: z.string().optional().describe('When the network is looked at next; absent while it is paused.'),
    last: z
      .object({
        workflow: z.string().describe('Id of its workflow in Temporal.'),
        startedAt: z.string(),
        outcome: z.enum(['running', 'completed', 'failed', 'cancelled', 'terminated', 'timed out']),
        report: reportSchema.optional().describe('What it did and found.'),
        error: z.object({ type: z.string(), message: z.string() }).optional().describe('Why it failed.'),
      })
      .optional()
      .describe('The last look; absent if there was none, or Temporal no longer keeps it.'),
  })
  .meta({ title: 'NetworkSchedule' });

type ScheduleResource = z.infer<typeof scheduleSchema>;

/** The schedule by which a network is looked at again and again. Temporal has it: while that is away nothing is known of it. */
export function addNetworkSchedule(api: FastifyInstance, services: ApiServices): void {
  const routes = api.withTypeProvider<ZodTypeProvider>();

  routes.get(
    '/v1/networks/:name/schedule',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Networks'],
        summary: 'By which schedule a network is kept, and what the last look at it did',
        params: networkParams,
        response: { 200: scheduleSchema },
      },
    },
    async (request) => {
      const { name } = await requireNetwork(services, request.params.name);
      return requireSchedule(contextFor(services, callerOf(request).name), name);
    },
  );

  routes.put(
    '/v1/networks/:name/schedule',
    {
      config: { access: 'operator', audited: true, repeatable: true },
      schema: {
        tags: ['Networks'],
        summary: 'Have a network looked at again and again: what is due is renewed',
        description: 'A schedule that is there is changed; without `everySeconds` it is only paused or resumed.',
        params: networkParams,
        headers: repeatableHeaders,
        body: z
          .strictObject({
            everySeconds: z
              .int()
              .min(SHORTEST_SCHEDULE_MS / 1000)
              .max(LONGEST_SCHEDULE_MS / 1000)
              .optional(),
            heal: z
              .boolean()
              .optional()
              .describe('Mend what differs, instead of reporting it; goes with everySeconds.'),
            paused: z.boolean().optional(),
          })
          .refine(({ everySeconds, heal }) => heal === undefined || everySeconds !== undefined, {
            path: ['heal'],
            error: 'goes with everySeconds',
          }),
        response: { 200: scheduleSchema },
      },
    },
    async (request) => {
      const network = await requireNetwork(services, request.params.name);
      const context = contextFor(services, callerOf(request).name);
      const { everySeconds, heal = false, paused } = request.body;
      if (everySeconds !== undefined) {
        const selector = await selectorFor(services.database, network);
        await scheduleNetwork(context, { selector, everyMs: everySeconds * 1000, heal });
      }
      if (paused !== undefined && !(await (paused ? pauseSchedule : resumeSchedule)(context, network.name))) {
        throw noSchedule(network.name);
      }
      return requireSchedule(context, network.name);
    },
  );

  routes.delete(
    '/v1/networks/:name/schedule',
    {
      config: { access: 'operator', audited: true },
      schema: {
        tags: ['Networks'],
        summary: 'Have a network looked at no more',
        params: networkParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { name } = await requireNetwork(services, request.params.name);
      if (!(await deleteSchedule(contextFor(services, callerOf(request).name), name))) throw noSchedule(name);
      return reply.code(204).send(null);
    },
  );
}

async function requireSchedule(context: OperationContext, network: string): Promise<ScheduleResource> {
  const found = await networkSchedule(context, network);
  if (found === undefined) throw noSchedule(network);
  return scheduleResource(network, found);
}

function scheduleResource(network: string, { schedule, heal, last }: NetworkSchedule): ScheduleResource {
  const { everyMs, isPaused, note, next } = schedule;
  return {
    ...{ network, everySeconds: everyMs / 1000, heal, paused: isPaused, note },
    ...(next === undefined ? {} : { next: next.toISOString() }),
    ...(last === undefined ? {} : { last: lastResource(last) }),
  };
}

type LastLook = NonNullable<ScheduleResource['last']>;

function lastResource({ run, startedAt, ending }: NonNullable<NetworkSchedule['last']>): LastLook {
  const facts: LastLook = {
    workflow: run.workflowId,
    startedAt: startedAt.toISOString(),
    outcome: ending?.kind ?? 'running',
  };
  if (ending?.kind === 'completed' && isKeepReport(ending.value)) {
    return { ...facts, report: reportResource(ending.value) };
  }
  if (ending?.kind !== 'failed') return facts;
  const { type, message } = ending.failure;
  return { ...facts, error: { type, message } };
}

function reportResource({ renewed, drift, healed, endingWithCa, postponed }: KeepReport): z.infer<typeof reportSchema> {
  return {
    ...{ renewed: renewed.map(stepOutline), drift: drift.map(stepOutline), healed: healed.map(stepOutline) },
    endingWithCa: endingWithCa.map(({ owner, notAfter }) => ({ owner, notAfter })),
    ...(postponed === undefined ? {} : { postponed }),
  };
}

function noSchedule(network: string): ApiProblem {
  return new ApiProblem('SCHEDULE_NOT_FOUND', {
    detail: `${network} has no schedule.`,
    remedies: [`Make one: PUT /v1/networks/${network}/schedule with {"everySeconds": 43200}.`],
  });
}
