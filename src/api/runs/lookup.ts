import { z } from 'zod';

import { findRun, type StoredRun } from '../../database/index.ts';
import { allows, roleOn, type Caller } from '../access/roles.ts';
import { forbiddenOn } from '../access/sign-in.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { ApiServices } from '../services.ts';
import { runPath } from './paths.ts';

export const runParams = z.object({ id: z.string().describe('Id of the run, e.g. up-5f0c2d1e9a7b.') });

/**
 * The run of this id. That of a network which the caller has nothing to do with is not there for them.
 *
 * @throws ApiProblem if there is none, or the caller's role on its network does not suffice
 */
export async function requireRun({ database, cluster }: ApiServices, caller: Caller, id: string): Promise<StoredRun> {
  const run = await findRun(database, id);
  const role = run?.network.cluster === cluster ? roleOn(caller, cluster, run.network.name) : undefined;
  if (run === undefined || role === undefined) {
    throw new ApiProblem('RUN_NOT_FOUND', { detail: `there is no run ${id}.` });
  }
  if (!allows(role, caller.needed)) throw forbiddenOn(caller, run.network.name, role);
  return run;
}

/** A run as Temporal knows it. */
export function referenceTo({ workflowId, temporalRunId: runId }: StoredRun): { workflowId: string; runId: string } {
  return { workflowId, runId };
}

/** There is nothing to be done with a run that has ended. */
export function runEnded({ id }: StoredRun): ApiProblem {
  return new ApiProblem('RUN_ENDED', {
    detail: `the run ${id} has ended, and there is nothing to be done with it.`,
    links: { run: runPath(id) },
  });
}
