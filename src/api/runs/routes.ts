import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { findRun, type StoredRun } from '../../database/index.ts';
import { cancelKnownRun } from '../../operations/index.ts';
import { allows, roleOn, type Caller } from '../access/roles.ts';
import { callerOf, forbiddenOn } from '../access/sign-in.ts';
import { repeatableHeaders } from '../idempotency.ts';
import { ApiProblem } from '../problems/problem.ts';
import { contextFor, type ApiServices } from '../services.ts';
import { runPath, runResource, runSchema } from './resource.ts';

const runParams = z.object({ id: z.string().describe('Id of the run, e.g. up-5f0c2d1e9a7b.') });

/** What can be asked of one run. */
export function addRunRoutes(api: FastifyInstance, services: ApiServices): void {
  const routes = api.withTypeProvider<ZodTypeProvider>();

  routes.get(
    '/v1/runs/:id',
    {
      config: { access: 'viewer' },
      schema: { tags: ['Runs'], summary: 'A run with its steps', params: runParams, response: { 200: runSchema } },
    },
    async (request) => {
      const run = await requireRun(services, callerOf(request), request.params.id);
      return runResource(services.database, run);
    },
  );

  routes.post(
    '/v1/runs/:id(^[^/:]+)::cancel',
    {
      config: { access: 'operator', audited: true, repeatable: true },
      schema: {
        tags: ['Runs'],
        summary: 'Stop a run',
        description: 'What its steps have done stays. The answer does not wait until it has stopped.',
        params: runParams,
        headers: repeatableHeaders,
        response: { 202: runSchema },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const run = await requireRun(services, caller, request.params.id);
      const reference = { workflowId: run.workflowId, runId: run.temporalRunId };
      const told = run.state === 'running' && (await cancelKnownRun(contextFor(services, caller.name), reference));
      if (!told) {
        throw new ApiProblem('RUN_ENDED', {
          detail: `the run ${run.id} has ended, and there is nothing to stop.`,
          links: { run: runPath(run.id) },
        });
      }
      return reply
        .code(202)
        .header('location', runPath(run.id))
        .send(await runResource(services.database, run));
    },
  );
}

/**
 * The run of this id. That of a network which the caller has nothing to do with is not there for them.
 *
 * @throws ApiProblem if there is none, or the caller's role on its network does not suffice
 */
async function requireRun({ database, cluster }: ApiServices, caller: Caller, id: string): Promise<StoredRun> {
  const run = await findRun(database, id);
  const role = run?.network.cluster === cluster ? roleOn(caller, cluster, run.network.name) : undefined;
  if (run === undefined || role === undefined) {
    throw new ApiProblem('RUN_NOT_FOUND', { detail: `there is no run ${id}.` });
  }
  if (!allows(role, caller.needed)) throw forbiddenOn(caller, run.network.name, role);
  return run;
}
