import { z } from 'zod';

import { findRun, type StoredRun } from '../../database/index.ts';
import { concerns, type Caller } from '../access/roles.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { ApiServices } from '../services.ts';

export const runParams = z.object({ id: z.string().describe('Id of the run, e.g. up-5f0c2d1e9a7b.') });

/** The run of this id. That of a network which the caller has nothing to do with is not there for them. @throws ApiProblem */
export async function requireRun({ database, cluster }: ApiServices, caller: Caller, id: string): Promise<StoredRun> {
  const run = await findRun(database, id);
  if (run?.network.cluster === cluster && concerns(caller, cluster, run.network.name)) return run;
  throw new ApiProblem('RUN_NOT_FOUND', { detail: `there is no run ${id}.` });
}
