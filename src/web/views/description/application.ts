import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useNavigate } from 'react-router';

import { answerOf, AS_YAML, RequestRefused } from '../../../api-client/index.ts';
import { client } from '../../api/client.ts';
import type { PlanOfChange } from '../../api/resources.ts';

/** Has just what a plan says be done, and shows its run. */
export function useApplication({ id, network }: PlanOfChange): UseMutationResult<unknown, Error, void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const params = {
        path: { name: network },
        header: { 'idempotency-key': crypto.randomUUID() },
        query: { plan: id },
      };
      // The plan has the description.
      const { data } = await answerOf(client.PUT('/v1/networks/{name}', { params, body: '', ...AS_YAML }));
      // A plan is the answer to a dry run alone.
      if (!('done' in data)) throw new Error('the API has answered with a plan');
      return data.id;
    },
    onSuccess: async (run) => {
      await queries.invalidateQueries();
      await navigate(`/runs/${run}`);
    },
  });
}

/** Why a plan no longer fits; undefined if it was refused for another reason. */
export interface MovedSince {
  readonly detail: string;
  /** What would be done otherwise; empty where that is not known. */
  readonly steps: readonly string[];
}

export function movedSince(error: Error): MovedSince | undefined {
  if (!(error instanceof RequestRefused) || error.problem.reason !== 'PLAN_STALE') return undefined;
  const { detail, metadata = {} } = error.problem;
  const moved: unknown = metadata['moved'];
  return { detail, steps: Array.isArray(moved) ? moved.map(String) : [] };
}
