import { useInfiniteQuery, useQuery, type UseInfiniteQueryResult, type UseQueryResult } from '@tanstack/react-query';

import { answerOf, AS_YAML } from '../../api-client/index.ts';
import { client } from './client.ts';
import type {
  AuditedCall,
  AuditPage,
  CertificatesOfNetwork,
  NetworkInList,
  NetworkWithSpec,
  PlanOfChange,
  RevisionComparison,
  RevisionInList,
  RevisionWithText,
  RunInList,
  RunWithSteps,
  StepInList,
  StepWithAttempts,
  UpdateToBeSigned,
  ValidationOfDescription,
} from './resources.ts';

/** In milliseconds. Lists change by what others do, which nobody waits for second by second. */
const LIST_MS = 5_000;

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

export function useCertificates(name: string): UseQueryResult<CertificatesOfNetwork> {
  return useQuery<CertificatesOfNetwork>({
    queryKey: ['network', name, 'certificates'],
    refetchInterval: LIST_MS,
    queryFn: async ({ signal }) =>
      (await answerOf(client.GET('/v1/networks/{name}/certificates', { params: { path: { name } }, signal }))).data,
  });
}

/** A revision of a description, which does not change. @param number undefined asks nothing */
export function useRevision(name: string, number: number | undefined): UseQueryResult<RevisionWithText> {
  return useQuery<RevisionWithText>({
    queryKey: ['revision', name, number],
    enabled: number !== undefined,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const params = { path: { name, number: number ?? 0 } };
      return (await answerOf(client.GET('/v1/networks/{name}/revisions/{number}', { params, signal }))).data;
    },
  });
}

/** The revisions of a description, newest first. */
export function useRevisions(name: string): UseQueryResult<readonly RevisionInList[]> {
  return useQuery({
    queryKey: ['network', name, 'revisions'],
    refetchInterval: LIST_MS,
    queryFn: async ({ signal }) => {
      const params = { path: { name }, query: { pageSize: PAGE_SIZE } };
      return (await answerOf(client.GET('/v1/networks/{name}/revisions', { params, signal }))).data.revisions;
    },
  });
}

/** What differs between two revisions, which do not change. */
export function useDifferences(
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): UseQueryResult<RevisionComparison> {
  return useQuery<RevisionComparison>({
    queryKey: ['differences', name, from, to],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const params = { path: { name }, query: { from, to } };
      return (await answerOf(client.GET('/v1/networks/{name}/revisions:diff', { params, signal }))).data;
    },
  });
}

/** A plan that was kept, which does not change. */
export function usePlan(name: string, plan: string): UseQueryResult<PlanOfChange> {
  return useQuery<PlanOfChange>({
    queryKey: ['plan', name, plan],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const params = { path: { name, plan } };
      return (await answerOf(client.GET('/v1/networks/{name}/plans/{plan}', { params, signal }))).data;
    },
  });
}

/** @param everyMs how often it is asked for while it goes on, in milliseconds */
export function useRun(id: string, everyMs: number): UseQueryResult<RunWithSteps> {
  return useQuery<RunWithSteps>({
    queryKey: ['run', id],
    refetchInterval: ({ state }) => (state.data?.done === true ? false : everyMs),
    queryFn: async ({ signal }) =>
      (await answerOf(client.GET('/v1/runs/{id}', { params: { path: { id } }, signal }))).data,
  });
}

/** The steps of a run that are under way, with when each is tried again. @param everyMs in milliseconds; false asks nothing */
export function useStepsUnderWay(id: string, everyMs: number | false): UseQueryResult<readonly StepInList[]> {
  return useQuery<readonly StepInList[]>({
    queryKey: ['run', id, 'under-way'],
    enabled: everyMs !== false,
    refetchInterval: everyMs,
    queryFn: async ({ signal }) => {
      const params = { path: { id }, query: { outcome: 'running' as const, pageSize: PAGE_SIZE } };
      return (await answerOf(client.GET('/v1/runs/{id}/steps', { params, signal }))).data.steps;
    },
  });
}

/** A step of a run with its attempts. It is asked for anew with its run. */
export function useStep(
  id: string,
  { step, target }: { readonly step: string; readonly target: string },
): UseQueryResult<StepWithAttempts> {
  return useQuery<StepWithAttempts>({
    queryKey: ['run', id, 'step', step, target],
    queryFn: async ({ signal }) => {
      const params = { path: { id, step, target } };
      return (await answerOf(client.GET('/v1/runs/{id}/steps/{step}/{target}', { params, signal }))).data;
    },
  });
}

/** The changes of channels for whose signatures a run waits: the run itself is asked. @param isWaiting false asks nothing */
export function useSignatures(id: string, isWaiting: boolean): UseQueryResult<readonly UpdateToBeSigned[]> {
  return useQuery<readonly UpdateToBeSigned[]>({
    queryKey: ['run', id, 'signatures'],
    enabled: isWaiting,
    refetchInterval: LIST_MS,
    queryFn: async ({ signal }) =>
      (await answerOf(client.GET('/v1/runs/{id}/signatures', { params: { path: { id } }, signal }))).data.signatures,
  });
}

export interface CallsFilter {
  /** Only calls of this name; empty means of everybody. */
  readonly who: string;
  /** Only calls of this path; empty means of all. */
  readonly resource: string;
}

/** How many calls are asked for at once. */
const AUDIT_PAGE_SIZE = 100;

/** The calls that changed something, or would have, newest first; older ones are asked for page by page. */
export function useAudit({ who, resource }: CallsFilter): UseInfiniteQueryResult<readonly AuditedCall[]> {
  return useInfiniteQuery({
    queryKey: ['audit', who, resource],
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }: AuditPage) => (nextPageToken === '' ? undefined : nextPageToken),
    select: ({ pages }) => pages.flatMap(({ entries }) => entries),
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        pageSize: AUDIT_PAGE_SIZE,
        ...(pageParam === '' ? {} : { pageToken: pageParam }),
        ...(who === '' ? {} : { who }),
        ...(resource === '' ? {} : { resource }),
      };
      return (await answerOf(client.GET('/v1/audit', { params: { query }, signal }))).data;
    },
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
