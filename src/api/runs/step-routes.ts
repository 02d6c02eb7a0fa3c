import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { latestAttempts } from '../../database/index.ts';
import { callerOf } from '../access/sign-in.ts';
import { nextPageTokenSchema, pageQuerySchema, pageRequest } from '../paging.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { ApiServices } from '../services.ts';
import { requireRun, runParams } from './lookup.ts';
import { stepDetailSchema, stepOutcomeSchema, stepSummarySchema } from './step-resource.ts';
import { stepDetail, stepSummary } from './steps.ts';

const stepQuery = pageQuerySchema.extend({
  step: z.string().optional().describe('Name of the step, e.g. enrollIdentity.'),
  target: z.string().optional().describe('What it is done to, e.g. org1/peer1.'),
  path: z.string().optional().describe('Which child workflow it is of, e.g. org1/identities.'),
  outcome: stepOutcomeSchema.optional(),
});

/*
 * Within a run a step and its target are unique, so that they are its address: no id has to be looked up first. The target is one part of the path, its slash
 * percent-encoded: org1%2Fpeer1.
 */
const stepParams = runParams.extend({
  step: z.string().describe('Name of the step, e.g. enrollIdentity.'),
  target: z.string().describe('What it is done to, percent-encoded: org1%2Fpeer1.'),
});

/** The steps of runs. */
export function addStepRoutes(api: FastifyInstance, services: ApiServices): void {
  const { database } = services;
  const routes = api.withTypeProvider<ZodTypeProvider>();

  routes.get(
    '/v1/runs/:id/steps',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Runs'],
        summary: 'The steps of a run, by path and target',
        params: runParams,
        querystring: stepQuery,
        response: { 200: z.object({ steps: z.array(stepSummarySchema), nextPageToken: nextPageTokenSchema }) },
      },
    },
    async (request) => {
      const { id } = await requireRun(services, callerOf(request), request.params.id);
      const { step, target, path, outcome } = request.query;
      const filter = {
        ...(step === undefined ? {} : { step }),
        ...(target === undefined ? {} : { target }),
        ...(path === undefined ? {} : { path }),
        ...(outcome === undefined ? {} : { outcome }),
      };
      const { items, nextToken = '' } = await latestAttempts(database, id, filter, pageRequest(request.query));
      return { steps: items.map((latest) => stepSummary(id, latest)), nextPageToken: nextToken };
    },
  );

  routes.get(
    '/v1/runs/:id/steps/:step/:target',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Runs'],
        summary: 'A step with its attempts',
        params: stepParams,
        response: { 200: stepDetailSchema },
      },
    },
    async (request) => {
      const { id } = await requireRun(services, callerOf(request), request.params.id);
      const { step, target } = request.params;
      const detail = await stepDetail(database, id, { step, target });
      if (detail !== undefined) return detail;
      throw new ApiProblem('STEP_NOT_FOUND', { detail: `the run ${id} has no step ${step} on ${target} so far.` });
    },
  );
}
