import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import { answerOf, AS_YAML } from '../../api-client/index.ts';
import { client } from './client.ts';
import type { NetworkInList, RunInList, NetworkWithSpec, RunWithSteps, ValidationOfDescription } from './resources.ts';

/** In milliseconds. Lists change by what others do, which nobody waits for second by second. */
const LIST_MS = 5_000;

/** In milliseconds. What goes on is followed by events; this is for when there are none. */
const RUNNING_MS = 2_000;

/** So many networks and runs are shown at most, without a word of those behind them: the API gives no more at once. */
const PAGE_SIZE = 1_000;

export function useNetworks(): UseQueryResult<readonly NetworkInList[]> {
  return useQuery({
    queryKey: ['networks'],
    refetchInterval: LIST_MS,
    queryFn: async ({ signal }) => {
      const params = { query: { pageSize: PAGE_SIZE } };
      return (await answerOf(client.GET('/v1/networks', { params, signal }))).data.networks;
    },
  });
}

export function useNetwork(name: string): UseQueryResult<NetworkWithSpec> {
  return useQuery({
    queryKey: ['network', name],
    refetchInterval: LIST_MS,
    queryFn: async ({ signal }) =>
      (await answerOf(client.GET('/v1/networks/{name}', { params: { path: { name } }, signal }))).data,
  });
}

export function useRuns(name: string): UseQueryResult<readonly RunInList[]> {
  return useQuery({
    queryKey: ['network', name, 'runs'],
    refetchInterval: LIST_MS,
    queryFn: async ({ signal }) => {
      const params = { path: { name }, query: { pageSize: PAGE_SIZE } };
      return (await answerOf(client.GET('/v1/networks/{name}/runs', { params, signal }))).data.runs;
    },
  });
}

/** @param id undefined asks nothing */
export function useRun(id: string | undefined): UseQueryResult<RunWithSteps> {
  return useQuery<RunWithSteps>({
    queryKey: ['run', id],
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.done === true ? false : RUNNING_MS),
    queryFn: async ({ signal }) =>
      (await answerOf(client.GET('/v1/runs/{id}', { params: { path: { id: id ?? '' } }, signal }))).data,
  });
}

/** The JSON Schema of descriptions. */
export function useSchema(): UseQueryResult {
  return useQuery({
    queryKey: ['schema'],
    // It is that of the server's version.
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await answerOf(client.GET('/v1/schema', { signal }))).data,
  });
}

/** What is wrong with a description. @param name undefined asks nothing */
export function useValidation(name: string | undefined, text: string): UseQueryResult<ValidationOfDescription> {
  return useQuery({
    queryKey: ['validation', name, text],
    enabled: name !== undefined,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const params = { path: { name: name ?? '' } };
      return (await answerOf(client.POST('/v1/networks/{name}:validate', { params, body: text, signal, ...AS_YAML })))
        .data;
    },
  });
}
